"""What was sent (发送情况): counted by day, way and template, with what became of it; never for whom, never its words."""

import io
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from civic import dispatches, moments, outbox
from civic.accounts import sms
from civic.models import Dispatch, Outbox, Outcome, Role, Way
from publicity import channels, mails
from publicity.queries import dispatches as found
from publicity.services import mailboxes
from tests import make

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=HERE)
VALUES = {"code": "123456", "minutes": 5}


@pytest.fixture(autouse=True)
def noon(settings):
    settings.DEMO = True
    with moments.at(NOON):
        yield


@pytest.fixture
def office(client):
    client.force_login(make.officer(Role.DISTRICT_OFFICE, make.DISTRICT))
    return client


def kept():
    return list(Dispatch.objects.order_by("pk").values_list("way", "template", "outcome", "parts"))


class Broken:
    """A provider that is away."""

    def reaches(self, person):
        return True

    def send(self, *_message):
        raise OSError("away")


def queued(topic="sms", **more):
    outbox.later(topic, "one", {"phone": "+8613912345678", "template": "code", "values": VALUES} | more)


def run_to_the_end():
    for hour in range(outbox.MOST_ATTEMPTS):
        with moments.at(NOON + timedelta(hours=hour)):
            outbox.run_due()


def test_a_text_message_is_counted_by_its_length_and_not_for_whom():
    queued()
    long = {
        "whose": "您提的",
        "title": "村口坡道",
        "said": "已开工",
        "link": "https://x/" + "a" * 90,
        "stop": "https://y/",
    }
    outbox.later("sms", "two", {"phone": "+8613912345678", "template": "project_news", "values": long})

    outbox.run_due()

    assert kept() == [("sms", "code", "sent", 1), ("sms", "project_news", "sent", 3)]
    assert {field.name for field in Dispatch._meta.get_fields()} == {"id", "day", "way", "template", "outcome", "parts"}
    assert Dispatch.objects.first().day == date(2026, 11, 25)


def test_what_came_too_late_and_what_was_kept_back_for_codes_is_counted_as_that(settings):
    queued(until=NOON.timestamp() - 1)
    outbox.run_due()
    settings.SMS_DAY_BUDGET = 1

    assert [sms.spare("project_news") for _n in range(2)] == [True, False]
    assert kept() == [("sms", "code", "late", 1), ("sms", "project_news", "held", 1)]


@pytest.mark.parametrize(
    ("topic", "setting", "way"), [("sms", "SMS_PROVIDER", "sms"), ("voice", "VOICE_PROVIDER", "voice")]
)
def test_what_failed_to_the_last_attempt_is_counted_once(settings, topic, setting, way):
    setattr(settings, setting, f"{__name__}.Broken")
    queued(topic, until=NOON.timestamp() + 86400)

    run_to_the_end()

    assert Outbox.objects.get().dead
    assert kept() == [(way, "code", "failed", 1)]


def test_where_no_provider_is_named_nothing_counts_as_sent(settings):
    settings.DEMO = False
    queued()

    outbox.run_due()

    assert kept() == [("sms", "code", "failed", 1)]


def test_mail_and_chat_are_counted_and_a_refused_mailbox_as_refused(settings, monkeypatch):
    settings.MESSAGE_PROVIDERS = {"wechat": f"{__name__}.Told", "email": f"{__name__}.Told"}
    person, note = make.person(), channels.Note("desk_news", {"count": 1})
    for channel in channels.ready().values():
        channel.send(person, note) if not isinstance(channel, channels.Sms) else None
    outbox.run_due()
    monkeypatch.setattr(Told, "send", refused)
    channels.ready()["email"].send(person, note)
    outbox.run_due()
    settings.MESSAGE_PROVIDERS = {"wechat": f"{__name__}.Broken", "email": f"{__name__}.Broken"}
    channels.ready()["wechat"].send(person, note)
    outbox.later(channels.MAIL, "away", {"person": person.pk, "template": "week_news", "values": {}})
    run_to_the_end()

    assert kept() == [
        ("wechat", "desk_news", "sent", 1),
        ("email", "desk_news", "sent", 1),
        ("email", "desk_news", "refused", 1),
        ("wechat", "desk_news", "failed", 1),
        ("email", "week_news", "failed", 1),
    ]


class Told(Broken):
    """A provider that is there."""

    def send(self, *_message):
        pass


def refused(*_message):
    raise mails.Refused


def test_each_template_has_a_name_for_who_reads_the_page():
    assert {*sms.TEMPLATES, *mails.TEMPLATES, mailboxes.CONFIRM} <= set(found.LABELS)


def test_the_database_knows_every_way_and_outcome():
    for wrong in ({"way": "pigeon"}, {"outcome": "lost"}, {"template": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispatch.objects.create(**({"way": "sms", "template": "code", "outcome": "sent"} | wrong))


# --- the page --------------------------------------------------------------------------------------


def some(days=3):
    for number in range(days):
        with moments.at(NOON - timedelta(days=number)):
            dispatches.note(Way.SMS, "project_news", parts=2)
            dispatches.note(Way.SMS, "project_news", Outcome.HELD)
            dispatches.note(Way.EMAIL, "desk_news", Outcome.REFUSED)


def test_the_office_reads_each_day_against_the_budget_and_takes_it_away_as_a_file(office, settings):
    settings.SMS_DAY_BUDGET, settings.SMS_PRICE_YUAN = 500, Decimal("0.05")
    some()

    page = office.get("/desk/sent/").content.decode()
    csv = b"".join(office.get("/desk/sent.csv").streaming_content).decode()
    book = load_workbook(io.BytesIO(b"".join(office.get("/desk/sent.xlsx").streaming_content)))

    assert "今天发了1条短信和语音，每天最多500条" in page
    assert "这个月短信按6条计费。" in page and "0.30元" in page
    assert "项目进展" in page and "超额没发" in page
    assert "2026-11-25,短信,项目进展,1,1,0,0,0,2" in csv.splitlines()
    assert [cell.value for cell in book.worksheets[0][2]][:3] == ["2026-11-25", "电子邮件", "每天早上的待办汇总"]
    assert office.get("/desk/sent.pdf").status_code == 404


def test_an_empty_month_says_so_and_one_turns_to_the_month_before(office):
    with moments.at(NOON - timedelta(days=30)):
        dispatches.note(Way.SMS, "code")

    empty = office.get("/desk/sent/").content.decode()
    before = office.get("/desk/sent/?month=2026-10").content.decode()

    assert "这个月还没有发过消息。" in empty and "?month=2026-10" in empty and "下个月" not in empty
    assert "发送情况：2026年10月" in before and "登录验证码" in before and "?month=2026-11" in before
    for nonsense in ("2026-13", "x", "2030-01", "1999-01", "２０２６-01"):
        assert "2026年11月" in office.get("/desk/sent/", {"month": nonsense}).content.decode(), nonsense


def test_a_month_takes_the_same_queries_for_three_days_as_for_twenty(office):
    counts = []
    for days in (3, 20):
        some(days)
        office.get("/desk/sent/")
        with CaptureQueriesContext(connection) as queries:
            office.get("/desk/sent/")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 15


@pytest.mark.parametrize(("role", "at", "status"), [
    (Role.SYSTEM_ADMIN, make.DISTRICT, 200), (Role.SOCIAL_WORKER, make.VILLAGE, 403), (Role.TOWN_HANDLER, make.TOWN, 403),
])  # fmt: skip
def test_who_words_messages_and_who_keeps_them_going_read_it_and_nobody_else(client, role, at, status):
    client.force_login(make.officer(role, at))

    assert client.get("/desk/sent/").status_code == status
    assert client.get("/desk/sent.csv").status_code == status


def test_after_a_year_and_a_month_it_is_gone():
    with moments.at(NOON - timedelta(days=dispatches.KEPT_DAYS + 1)):
        dispatches.note(Way.SMS, "code")
    dispatches.note(Way.SMS, "code")

    dispatches.sweep()

    assert Dispatch.objects.count() == 1
    assert "13912345678" not in json.dumps(kept())
