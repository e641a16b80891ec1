"""A voter's own ballot over the API: cast, repeated, changed, refused, read; never by anybody else."""

import logging

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic import moments
from civic.models import AuditEvent, RateCount
from tests import make
from tests.voting.api import calls
from tests.voting.api.calls import KEY, OTHER_KEY, told
from tests.voting.polls import build
from tests.voting.results import hall
from voting import tasks
from voting.models.urn import Ballot, BallotBox, PendingLeaf
from voting.services import tickets, urn

pytestmark = pytest.mark.django_db(databases=build.URN)
READS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def stands() -> Ballot:
    return Ballot.objects.get()


def test_a_ballot_is_cast_and_answered_with_its_receipt():
    vote = calls.opened()
    one, other, _third = vote.codes

    answer = vote.cast({one: 1, other: 1})

    assert answer.status_code == 201
    assert stands().choices == {one: 1, other: 1}
    receipt = urn.standing(vote.office.poll.pk, vote.voter.pk).receipt
    assert told(answer) == {
        "version": 1,
        "code": receipt.code,
        "commitment": receipt.commitment,
        "signature": receipt.signature,
    }
    assert answer["Cache-Control"] == "no-store"
    assert one not in answer.content.decode()


def test_the_same_ballot_again_is_200_with_the_same_receipt():
    vote = calls.opened()
    one, other, _third = vote.codes
    first = vote.cast({one: 1, other: 1})

    again = vote.cast({other: 1, one: 1})

    assert (first.status_code, again.status_code) == (201, 200)
    assert told(again) == told(first)
    assert (Ballot.objects.count(), PendingLeaf.objects.count()) == (1, 1)


def test_another_ballot_without_the_version_it_replaces_is_409_with_the_receipt_of_what_stands():
    vote = calls.opened()
    one, other, _third = vote.codes
    first = vote.cast({one: 1})

    for named in ({}, {"replaces": None}, {"replaces": 2}):
        refused = vote.cast({other: 1}, **named)
        assert (refused.status_code, refused.json()["code"]) == (409, "cast_already")
        assert refused.json()["standing"] == told(first)
        assert first.json()["code"] in refused.json()["detail"]
    assert stands().choices == {one: 1}


def test_a_change_names_the_version_and_a_repeated_change_changes_nothing():
    vote = calls.opened()
    one, other, _third = vote.codes
    first = vote.cast({one: 1})

    changed = vote.cast({other: 1}, replaces=1)
    again = vote.cast({other: 1}, replaces=1)

    assert (changed.status_code, again.status_code) == (201, 200)
    assert told(again) == told(changed)
    assert changed.json()["version"] == 2
    assert changed.json()["commitment"] != first.json()["commitment"]
    assert (stands().choices, stands().version) == ({other: 1}, 2)


def test_a_change_where_nothing_stands_is_409():
    vote = calls.opened()

    answer = vote.cast({vote.codes[0]: 1}, replaces=1)

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_replace")
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("replaces", [None, 1])
def test_one_key_and_one_body_have_one_answer_however_often_and_when(replaces):
    vote = calls.opened()
    one, other, _third = vote.codes
    if replaces:
        vote.cast({other: 1})

    first = vote.cast({one: 1}, replaces=replaces, key=KEY)
    again = vote.cast({one: 1}, replaces=replaces, key=KEY.upper())
    with moments.at(build.hour(24)):
        later = vote.cast({one: 1}, replaces=replaces, key=KEY)

    assert [answer.status_code for answer in (first, again, later)] == [201] * 3
    assert first.content == again.content == later.content
    assert PendingLeaf.objects.count() == (2 if replaces else 1)


def test_one_key_and_another_body_are_409_even_where_the_version_is_right():
    vote = calls.opened()
    one, other, _third = vote.codes
    vote.cast({one: 1}, key=KEY)

    for body in ({"choices": {other: 1}}, {"choices": {other: 1}, "replaces": 1}, {"choices": {one: 1}, "replaces": 1}):
        answer = vote.post(body, key=KEY)
        assert (answer.status_code, answer.json()["code"]) == (409, "key_reused"), body
    assert (stands().choices, stands().version) == ({one: 1}, 1)


def test_another_key_is_another_request_and_an_overtaken_one_puts_nothing_in():
    vote = calls.opened()
    one, other, _third = vote.codes
    vote.cast({one: 1}, key=KEY)
    changed = vote.cast({other: 1}, replaces=1, key=OTHER_KEY)

    overtaken = vote.cast({one: 1}, key=KEY)

    assert changed.status_code == 201
    assert (overtaken.status_code, overtaken.json()["standing"]["version"]) == (409, 2)
    assert stands().choices == {other: 1}


def test_of_a_key_nothing_is_kept():
    """Neither beside the voter nor in the urn; who holds the ballot's row finds random bytes."""
    vote = calls.opened()

    vote.cast({vote.codes[0]: 1}, key=KEY)

    kept = str(Ballot.objects.values().get())
    assert KEY not in kept
    assert KEY.replace("-", "") not in kept
    assert len(stands().nonce) == 64


@pytest.mark.parametrize("key", ["x", "1", "é", "5b0f2a4e"])
def test_a_key_is_a_uuid(key):
    vote = calls.opened()

    assert vote.cast({vote.codes[0]: 1}, key=key).status_code == 400
    assert not Ballot.objects.exists()


def test_who_is_not_on_the_roll_hears_the_same_whoever_asks_and_whatever_is_sent():
    vote = calls.opened()
    answers = []
    for person in (make.resident(), make.person("外测试"), vote.office.handler, vote.office.approver):
        vote.client.force_login(person)
        answers += [vote.cast({vote.codes[0]: 1}), vote.cast({"WSS-X": 9}), vote.get("ballot/")]
        answers.append(vote.post({}, tail="ballot/show/"))

    assert {answer.status_code for answer in answers} == {403}
    words = {"code": "not_on_the_roll", "detail": "名册里没找到您，请社工核对"}
    assert [told(answer) for answer in answers] == [words] * len(answers)
    assert not Ballot.objects.exists()


def test_who_is_not_signed_in_is_asked_to():
    vote = calls.opened()
    vote.client.logout()

    answers = [vote.cast({vote.codes[0]: 1}), vote.get("ballot/"), vote.post({}, tail="ballot/show/")]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "not_authenticated")] * 3


def test_a_session_without_its_token_casts_nothing():
    vote = calls.opened()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(vote.voter)
    body = {"choices": {vote.codes[0]: 1}}

    refused = browser.post(vote.path("ballot/"), body, content_type="application/json")
    shown = browser.post(vote.path("ballot/show/"), {}, content_type="application/json")

    assert (refused.status_code, shown.status_code) == (403, 403)
    assert not Ballot.objects.exists()
    browser.get(f"/vote/{vote.office.poll.pk}/")
    token = {"X-CSRFToken": browser.cookies[settings.CSRF_COOKIE_NAME].value}
    assert browser.post(vote.path("ballot/"), body, content_type="application/json", headers=token).status_code == 201


def test_after_the_close_nothing_is_taken_and_what_stands_keeps_its_receipt():
    vote = calls.opened()
    one, other, _third = vote.codes
    first = vote.cast({one: 1}, key=KEY)
    BallotBox.objects.update(closes_at=build.hour(-0.001))

    late, same, repeated = vote.cast({other: 1}, replaces=1), vote.cast({one: 1}), vote.cast({one: 1}, key=KEY)

    assert (late.status_code, late.json()["code"]) == (409, "vote_closed")
    assert "投票已经截止" in late.json()["detail"]
    assert (same.status_code, repeated.status_code) == (200, 201)
    assert told(first) == told(same) == told(repeated)
    assert stands().version == 1


def test_before_the_opening_nothing_is_taken():
    office = build.ready()
    vote = calls.Vote(office, make.person(), Client())
    build.on_roll(office.poll, vote.voter)
    vote.client.force_login(vote.voter)
    assert vote.cast({vote.codes[0]: 1}).status_code == 404
    office.agree("open")

    answer = vote.cast({vote.codes[0]: 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "vote_not_open")
    assert vote.get("ballot/").json() == {"channel": None, "receipt": None}


def test_a_cancelled_poll_takes_nothing():
    vote = calls.opened()
    vote.office.agree("cancel")

    assert vote.cast({vote.codes[0]: 1}).status_code == 409
    assert not Ballot.objects.exists()


def test_who_voted_on_paper_casts_no_other():
    vote = calls.opened()
    one, other, _third = vote.codes
    urn.cast(tickets.issue(vote.office.poll.pk, vote.voter.pk, channel="paper"), {one: 1})

    answer = vote.cast({other: 1}, replaces=1)

    assert (answer.status_code, answer.json()["code"]) == (409, "cast_on_paper")
    assert vote.get("ballot/").json()["channel"] == "paper"


def test_a_voter_reads_that_her_ballot_stands_and_only_when_she_asks_what_it_says():
    vote = calls.opened()
    one = vote.codes[0]
    nothing = vote.get("ballot/")
    cast = vote.cast({one: 1})

    own, shown = vote.get("ballot/"), vote.post({}, tail="ballot/show/")

    assert nothing.json() == {"channel": None, "receipt": None}
    assert own.json() == {"channel": "online", "receipt": told(cast)}
    assert shown.json() == own.json() | {"choices": {one: 1}}
    assert vote.get("ballot/show/").status_code == 405
    assert {answer["Cache-Control"] for answer in (nothing, cast, own, shown)} == {"no-store"}


def test_nobody_reads_anothers_ballot():
    vote = calls.opened()
    vote.cast({vote.codes[0]: 1})
    vote.client.force_login(build.on_roll(vote.office.poll).person)

    assert vote.get("ballot/").json() == {"channel": None, "receipt": None}
    assert vote.post({}, tail="ballot/show/").json()["choices"] is None


def test_once_the_key_is_destroyed_nobody_is_told_of_any_ballot():
    office = hall.published(hall.votes(1), roll=3)
    vote = calls.Vote(office, hall.voters(office.poll)[0], Client())
    vote.client.force_login(vote.voter)
    assert vote.get("ballot/").json()["channel"] == "online"

    urn.destroy_key(poll=office.poll.pk)

    assert (vote.get("ballot/").status_code, vote.get("ballot/").json()["code"]) == (409, "key_gone")
    assert vote.post({}, tail="ballot/show/").status_code == 409


def test_the_page_and_the_api_are_doors_to_one_ballot():
    vote = calls.opened()
    one, other, _third = vote.codes
    cast = vote.cast({one: 1}).json()

    page = vote.client.post(f"/vote/{vote.office.poll.pk}/", {"choices": [other]})
    assert page.status_code == 409
    assert cast["code"] in page.content.decode()
    assert vote.client.post(f"/vote/{vote.office.poll.pk}/", {"choices": [other], "replaces": "1"}).status_code == 302

    assert vote.get("ballot/").json()["receipt"]["version"] == 2


def test_casting_leaves_nothing_beside_people(caplog):
    """No event, no counter, no line in a log: whether she voted is known to the urn alone."""
    vote = calls.opened()
    vote.get()
    events = AuditEvent.objects.count()

    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connections["default"]) as asked:
        assert vote.cast({vote.codes[0]: 1}, key=KEY).status_code == 201

    assert [one["sql"] for one in asked if not one["sql"].startswith("SELECT")] == []
    assert AuditEvent.objects.count() == events
    assert not RateCount.objects.exists()
    assert [record for record in caplog.records if record.name != "django.db.backends"] == []


def test_casting_asks_the_two_databases_eight_times_beside_who_calls():
    """Session and person say who calls; savepoints are the test's own transaction."""
    vote = calls.opened()
    vote.get()

    with CaptureQueriesContext(connections["default"]) as roll, CaptureQueriesContext(connections["urn"]) as box:
        assert vote.cast({vote.codes[0]: 1}).status_code == 201

    asked = [one["sql"] for one in [*roll, *box] if one["sql"].startswith(READS)]
    who = [sql for sql in asked if any(f'FROM "{table}"' in sql for table in WHO)]
    assert len(who) == len(WHO)
    assert len(asked) - len(who) <= 8, "\n".join(asked)


WHO = ("django_session", "civic_person")


def test_voting_over_the_api_needs_no_redis(monkeypatch):
    import redis.connection

    def dead(*_args, **_kwargs):
        raise AssertionError("a ballot waited for Redis")

    for name in ("ConnectionPool", "BlockingConnectionPool"):
        monkeypatch.setattr(getattr(redis.connection, name), "get_connection", dead)
    vote = calls.opened()

    assert vote.cast({vote.codes[0]: 1}).status_code == 201
    assert vote.get("ballot/").status_code == 200
    vote.office.agree("close")
    tasks.open_and_close_polls()
    assert Ballot.objects.count() == 1
