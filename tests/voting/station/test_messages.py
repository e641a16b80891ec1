"""What people read in the messages of a station, of an entered vote and before the close; no choice, no name."""

import pytest
from django.test import Client

from civic import outbox
from civic.models import DemoMessage, Outbox
from civic.moments import at
from tests.signing import ask
from tests.voting.polls import build
from tests.voting.station import desk
from voting.services import reminders

pytestmark = pytest.mark.django_db(databases=build.URN)


@pytest.fixture
def at_desk(settings):
    settings.DEMO, settings.HELP_PHONE = True, "0756-1234567"
    return desk.station_of()


def read(at_desk) -> str:
    """The one message of the voter; once sent, the row that carried it is empty."""
    outbox.run_due()
    assert not Outbox.objects.exclude(payload={}).exists()
    message = DemoMessage.objects.get()
    assert message.phone == at_desk.entry.person.phone
    assert not any(told in message.text for told in (*at_desk.codes, "陈阿婆"))
    return message.text


def test_who_is_received_reads_what_to_do_if_it_was_not_she(at_desk):
    at_desk.opened()

    assert read(at_desk).endswith("投票站刚为您开了测试甲村居民投票的选票。如果不是您本人，请打0756-1234567。")


def test_whose_vote_was_entered_reads_how_to_dispute_it(at_desk):
    at_desk.enter({at_desk.codes[0]: 1})

    assert "工作人员代您录入了选票。没有这回事，请在72小时内打0756-1234567，或者登录后在投票页提出" in read(at_desk)


def test_who_asked_to_be_reminded_reads_the_close_and_not_whether_she_voted(at_desk):
    reminders.wish(at_desk.poll, by=at_desk.entry.person)

    with at(at_desk.poll.closes_at - reminders.BEFORE):
        reminders.send_due()
        text = read(at_desk)

    assert "您要的提醒：测试甲村居民投票" in text
    assert text.endswith("截止。")


def test_who_has_no_phone_is_sent_nothing(at_desk):
    type(at_desk.entry.person).objects.filter(pk=at_desk.entry.person_id).update(phone=None)
    at_desk.entry.person.refresh_from_db()

    at_desk.opened()

    assert not Outbox.objects.exists()


def test_messages_leave_the_last_fifth_of_the_day_to_codes_and_the_log_says_so(at_desk, client, settings, caplog):
    settings.SMS_DAY_BUDGET = 5
    for _n in range(4):
        at_desk.opened()

    with caplog.at_level("ERROR", "weishishi.sms"):
        token = at_desk.opened()

    assert token, "the screen opens all the same"
    assert Outbox.objects.filter(payload__template="station").count() == 4
    assert "a message of template station was not sent" in caplog.text
    assert ask(client, "13800138001").status_code == 302
    assert Outbox.objects.filter(payload__template="code").count() == 1


def test_what_codes_have_used_is_not_sent_as_messages(at_desk, settings):
    settings.SMS_DAY_BUDGET = 5
    for number in range(4):
        assert ask(Client(), f"1380013800{number}").status_code == 302

    at_desk.opened()

    assert not Outbox.objects.filter(payload__template="station").exists()


def test_a_reminder_that_cannot_be_sent_is_not_kept_for_later(at_desk, settings, caplog):
    settings.SMS_DAY_BUDGET = 0
    reminders.wish(at_desk.poll, by=at_desk.entry.person)

    with at(at_desk.poll.closes_at - reminders.BEFORE):
        reminders.send_due()

    assert not Outbox.objects.exists()
    assert "a message of template vote_reminder was not sent" in caplog.text
