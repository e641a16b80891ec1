"""Who was let in by a worker's word neither votes nor reads a ballot: a worker could vote for others and see it."""

import pytest
from django.test import Client

from civic.rules import PhoneNotProved
from civic.sessions import VOUCHED
from tests.voting.polls import build
from tests.voting.station import desk
from voting.models import AssistedEntry, ReminderWish
from voting.models.urn import Ballot
from voting.services import assisted, own_ballots

pytestmark = [pytest.mark.django_db(databases=build.URN), pytest.mark.core]
WORDS = "没有核对手机号，不能在网上投票或看选票"


@pytest.fixture
def station():
    return desk.station_of()


@pytest.fixture
def let_in(station) -> Client:
    """The voter's browser, opened by a worker's word."""
    client = Client()
    client.force_login(station.entry.person)
    session = client.session
    session[VOUCHED] = True
    session.save()
    return client


def test_the_services_take_and_show_no_ballot_and_no_dispute(station):
    voter, one = station.entry.person, station.codes[0]
    voter.is_vouched = True
    row = AssistedEntry(entry=station.entry)

    for act in (
        lambda: own_ballots.vote(station.poll.pk, {one: 1}, by=voter),
        lambda: own_ballots.take(station.poll.pk, {one: 1}, by=voter, key="k"),
        lambda: own_ballots.shown(station.poll.pk, by=voter),
        lambda: assisted.dispute(row, by=voter, text="不是我的意思"),
    ):
        with pytest.raises(PhoneNotProved):
            act()

    assert not Ballot.objects.exists()


def test_the_pages_say_why_and_what_stays_open(station, let_in):
    sent = {"choices": [station.codes[0]]}

    shown = let_in.get(station.path("ballot"))
    answers = [let_in.post(station.path(name), sent) for name in ("ballot", "check", "remind")]

    assert [shown.status_code, *(answer.status_code for answer in answers)] == [200, 403, 403, 403]
    for answer in (shown, *answers):
        page = answer.content.decode()
        assert WORDS in page and "领纸质票投" in page and 'action="/logout/"' in page
        assert 'name="replaces"' not in page
    assert not Ballot.objects.exists() and not ReminderWish.objects.exists()
    out = let_in.post("/logout/", {"next": f"/login/?next={station.path('ballot')}"})
    assert out.url == f"/login/?next={station.path('ballot')}"
    assert VOUCHED not in let_in.session


def test_what_she_chose_before_is_not_shown_nor_changed_nor_disputed(station, let_in):
    one, other = station.codes[:2]
    station.enter({one: 1})

    page = let_in.get(station.path("ballot") + "?change=1").content.decode()
    receipts = [let_in.get(station.path("receipt")), let_in.post(station.path("receipt"))]
    disputed = let_in.post(station.path("own_dispute"), {"text": "没有人问过我"})

    assert WORDS in page and 'data-test="standing"' not in page
    assert [answer.url for answer in receipts] == [station.path("ballot")] * 2
    assert disputed.status_code == 409
    assert Ballot.objects.get().choices == {one: 1}
    assert AssistedEntry.objects.get().disputed_at is None
    assert other not in Ballot.objects.get().choices


def test_the_api_answers_403_with_a_code_of_its_own(station, let_in):
    path, one = f"/api/v1/polls/{station.poll.pk}/ballot/", station.codes[0]

    answers = [
        let_in.post(path, {"choices": {one: 1}}, content_type="application/json"),
        let_in.get(path),
        let_in.post(path + "show/", {}, content_type="application/json"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "phone_not_proved")] * 3
    assert WORDS in answers[0].json()["detail"]
    assert not Ballot.objects.exists()


def test_the_same_voter_with_her_own_phone_votes(station):
    browser, one = Client(), station.codes[0]
    browser.force_login(station.entry.person)

    path = f"/api/v1/polls/{station.poll.pk}/ballot/"
    assert browser.post(path, {"choices": {one: 1}}, content_type="application/json").status_code == 201
