"""While a poll is open no call of the API changes by a vote, whoever reads it; the schema has no field for a count."""

import re

import pytest
import yaml
from django.test import Client

from tests import make
from tests.voting.api import calls
from tests.voting.polls import build
from voting.services import own_ballots

pytestmark = pytest.mark.django_db(databases=build.URN)
VOTERS = 7
OPEN_READS = ("Poll", "PollDetail", "PollProject", "RoundName", "Standing", "BallotReceipt", "Shown", "AlreadyCast")


def cast(vote: calls.Vote) -> None:
    """One more neighbour votes."""
    person = build.on_roll(vote.office.poll).person
    own_ballots.vote(vote.office.poll.pk, {vote.codes[0]: 1}, by=person)


def reads(vote: calls.Vote, receipt: str) -> list[str]:
    """Every address of the API that a poll is read at, and those that tell of its projects."""
    return [
        "/api/v1/polls/",
        f"/api/v1/polls/?area={make.VILLAGE}&state=open",
        *(vote.path(tail) for tail in ("", "ballot/", "results/", "log/", f"receipt/{receipt}/", "receipt/8K3F-27/")),
        "/api/v1/projects/",
        f"/api/v1/projects/{vote.codes[0]}/",
        f"/api/v1/rounds/{vote.office.round.pk}/",
        f"/api/v1/events/?subject=poll:{vote.office.poll.pk}",
        f"/api/v1/events/?subject={vote.codes[0]}",
        "/api/v1/stats/",
    ]


def told(client: Client, path: str) -> tuple[int, list[str]]:
    """What an answer says in whatever order: who is no voter meets the projects in a new one each time."""
    answer = client.get(path)
    text = re.sub(r'"request_id":"[^"]*"', "", answer.content.decode())
    return answer.status_code, sorted(re.split(r"[{}]", text))


@pytest.mark.parametrize("reader", ["visitor", "voter", "handler"])
def test_no_call_changes_by_a_vote(reader):
    vote = calls.opened()
    receipt = vote.cast({vote.codes[0]: 1}).json()["code"]
    for _n in range(VOTERS):
        cast(vote)
    client = {"visitor": Client(), "voter": vote.client, "handler": Client()}[reader]
    if reader == "handler":
        client.force_login(vote.office.handler)
    before = {path: told(client, path) for path in reads(vote, receipt)}
    assert {status for status, _text in before.values()} <= {200, 403, 404, 409, 400}

    cast(vote)

    assert {path: told(client, path) for path in before} == before


def test_every_read_of_a_poll_in_the_schema_is_among_them(client):
    vote = calls.opened()
    schema = yaml.safe_load(client.get("/api/v1/schema/").content)
    crawled = {re.sub(r"/polls/\d+/", "/polls/{id}/", path) for path in reads(vote, "{code}")}

    listed = {path for path, item in schema["paths"].items() if path.startswith("/api/v1/polls/") and "get" in item}

    assert len(listed) == 6
    assert listed - crawled == set()


def test_what_is_read_of_an_open_poll_has_no_field_for_votes(client):
    """Turnout is the one count, and null until the close (tests/voting/api/test_polls.py)."""
    schema = yaml.safe_load(client.get("/api/v1/schema/").content)["components"]["schemas"]
    fields = {name for one in OPEN_READS for name in schema[one]["properties"]}

    assert {name for name in fields if re.search("vote|score|count|tally|ballots|turnout|rank|leaves|size", name)} == {
        "count_rule",
        "roll_size",
        "turnout",
    }


def test_refusals_of_a_ballot_tell_no_count_either():
    vote = calls.opened()
    one, other, third = vote.codes
    vote.cast({one: 1})

    def refusals():
        bodies = ({other: 1}, {one: 1, other: 1, third: 1}, {"X": 1}, {one: -1})
        return [calls.told(vote.cast(choices)) for choices in bodies]

    before = refusals()
    cast(vote)

    assert refusals() == before
