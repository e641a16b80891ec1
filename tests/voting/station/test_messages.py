"""What people read in the messages of a station, of an entered vote and before the close; no choice, no name."""

import pytest

from civic import outbox
from civic.models import DemoMessage, Outbox
from civic.moments import at
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
