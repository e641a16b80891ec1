"""A ballot asks the databases the same few things however many projects, voters and ballots there are, and a burst of
the same ballot over HTTP is one ballot without a fault."""

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import make
from tests.racing import WAY, at_once
from tests.voting.polls import build
from voting.models.urn import Ballot

MOST = 8


def office(projects: int, ballots: int):
    found = build.ready(projects=projects, roll=projects, rules={"ballot_method": "choose", "ballot_limit": 2})
    voter = make.person("陈测试")
    build.on_roll(found.poll, voter)
    found.agree("open")
    opened(found)
    build.fill_box(found.poll, ballots)
    return found, voter


def opened(found) -> None:
    from voting.models import Poll
    from voting.services import polls

    Poll.objects.filter(pk=found.poll.pk).update(opens_at=build.hour(-1))
    assert polls.open_due(by="test") == 1
    found.fresh()


def statements(act) -> int:
    with CaptureQueriesContext(connection) as here, CaptureQueriesContext(connections["urn"]) as urn:
        answer = act()
    assert answer.status_code in {200, 302}
    return len(here) + len(urn)


def steps(client, projects: int, ballots: int) -> dict[str, int]:
    """The statements of each step of one voter."""
    found, voter = office(projects, ballots)
    client.force_login(voter)
    ballot, check, receipt = (
        reverse(f"voting:{name}", args=[found.poll.pk]) for name in ("ballot", "check", "receipt")
    )
    chosen = {"choices": [found.projects[0].code]}
    client.get(ballot)  # her session is marked as seen, and this process has read the style
    counted = {
        "ballot page": statements(lambda: client.get(ballot)),
        "check page": statements(lambda: client.post(check, chosen)),
        "casting": statements(lambda: client.post(ballot, chosen)),
        "receipt": statements(lambda: client.get(receipt)),
    }
    assert Ballot.objects.filter(box__poll=found.poll.pk).count() == ballots + 1
    return counted


@pytest.mark.django_db(databases=build.URN)
def test_every_step_of_a_vote_asks_eight_things_at_most_however_much_there_is(client):
    few, many = steps(client, 2, 0), steps(client, 12, 40)

    assert many == few
    assert max(few.values()) <= MOST, few


@pytest.mark.race
@pytest.mark.django_db(transaction=True, databases=build.URN)
def test_the_same_ballot_sent_sixty_four_times_at_once_is_one_ballot_and_no_fault():
    found, voter = office(3, 0)
    browser = Client(raise_request_exception=False)
    browser.force_login(voter)
    path = reverse("voting:ballot", args=[found.poll.pk])

    def send(_number: int) -> int:
        one = Client(raise_request_exception=False)
        one.cookies = browser.cookies
        return one.post(path, {"choices": [found.projects[0].code]}).status_code

    given = at_once(send)

    assert given == [302] * WAY
    assert Ballot.objects.count() == 1
