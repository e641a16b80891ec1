"""One message a day before the close, to who asked for it and has not voted; and nothing kept of either."""

from datetime import timedelta

import pytest

from civic.models import Outbox
from civic.moments import at, now
from tests import make
from tests.voting.polls import build
from voting.models import Poll, ReminderWish
from voting.models.urn import Ballot
from voting.services import own_ballots, reminders

pytestmark = pytest.mark.django_db(databases=build.URN)


@pytest.fixture
def office():
    """Open for two days more."""
    return build.opened(rules={"ballot_limit": 2})


@pytest.fixture
def voter(office):
    return build.on_roll(office.poll).person


@pytest.fixture
def browser(client, voter):
    client.force_login(voter)
    return client


def path(office, name="remind"):
    return f"/vote/{office.poll.pk}/" + ("remind/" if name == "remind" else "")


def due():
    """A minute into the last day."""
    return at(now() + timedelta(hours=24, minutes=1))


def messages():
    return Outbox.objects.filter(topic="sms")


def test_a_wish_from_an_unfinished_ballot_keeps_what_is_ticked_on_the_page_and_nowhere_else(browser, office, voter):
    one = office.projects[0].code
    assert "截止前一天短信提醒我" in browser.get(path(office, "ballot")).content.decode()

    answer = browser.post(path(office), {"choices": [one]})

    assert answer.status_code == 200
    assert f'value="{one}" data-score checked' in answer.content.decode()
    assert "会发一条短信提醒您" in answer.content.decode()
    assert ReminderWish.objects.get().person == voter
    assert {field.name for field in ReminderWish._meta.local_fields} == {"id", "poll", "person"}
    assert not Ballot.objects.exists()


def test_a_wish_is_taken_back(browser, office):
    browser.post(path(office), {})
    answer = browser.post(path(office), {"stop": "1"})

    assert not ReminderWish.objects.exists()
    assert "截止前一天短信提醒我" in answer.content.decode()


def test_it_is_wished_for_and_taken_back_over_the_api_by_a_voter_alone(client, browser, office, voter):
    door = f"/api/v1/polls/{office.poll.pk}/remind/"

    assert [browser.post(door).status_code for _n in range(2)] == [204, 204]
    assert ReminderWish.objects.get().person == voter
    assert [browser.post(f"{door}stop/").status_code for _n in range(2)] == [204, 204]
    assert not ReminderWish.objects.exists()
    with due():
        assert browser.post(door).json()["code"] == "reminder_too_late"
    client.force_login(make.person("外测试"))
    assert client.post(door).status_code == 403
    assert not ReminderWish.objects.exists()


def test_the_message_comes_a_day_before_and_names_no_choice_and_no_vote(browser, office, voter):
    browser.post(path(office), {})

    reminders.send_due()
    assert not messages().exists()
    with due():
        reminders.send_due()
        reminders.send_due()

    message = messages().get()
    assert (message.payload["phone"], message.payload["template"]) == (voter.phone, "vote_reminder")
    assert set(message.payload["values"]) == {"place", "until", "help"}
    assert str(voter.pk) not in message.key.split(":")
    assert not ReminderWish.objects.exists()


def test_who_has_voted_by_then_gets_none_and_the_wish_is_gone_all_the_same(browser, office, voter):
    browser.post(path(office), {})
    own_ballots.vote(office.poll.pk, {}, by=voter)

    with due():
        reminders.send_due()

    assert not messages().exists()
    assert not ReminderWish.objects.exists()


def test_who_did_not_ask_gets_none(office, voter):
    with due():
        reminders.send_due()

    assert not messages().exists()


def test_a_cancelled_poll_reminds_nobody(browser, office):
    browser.post(path(office), {})
    office.agree("cancel")

    with due():
        reminders.send_due()

    assert not messages().exists()


def test_an_extension_puts_the_reminder_off(browser, office):
    browser.post(path(office), {})
    Poll.objects.update(closes_at=build.hour(100))

    with due():
        reminders.send_due()

    assert not messages().exists()
    assert ReminderWish.objects.exists()


def test_in_the_last_day_it_is_neither_offered_nor_taken(browser, office):
    Poll.objects.update(closes_at=build.hour(23))

    assert "截止前一天短信提醒我" not in browser.get(path(office, "ballot")).content.decode()
    assert browser.post(path(office), {}).status_code == 409


def test_without_a_phone_it_is_not_offered(client, office):
    voter = build.on_roll(office.poll, make.person(phone=None)).person
    client.force_login(voter)

    assert "截止前一天短信提醒我" not in client.get(path(office, "ballot")).content.decode()
    assert client.post(path(office), {}).status_code == 409


def test_who_voted_is_not_asked(browser, office, voter):
    own_ballots.vote(office.poll.pk, {}, by=voter)

    page = browser.get(f"{path(office, 'ballot')}?change=1")

    assert "截止前一天短信提醒我" not in page.content.decode()


def test_who_is_not_on_the_roll_wishes_nothing(client, office):
    client.force_login(make.resident())

    assert client.post(path(office), {}).status_code == 403
    assert not ReminderWish.objects.exists()
