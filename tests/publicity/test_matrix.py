"""The matrix of the field (UX P15), row by row: each event reaches those people by those ways, and nobody else outside."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as sent
from django.utils.timezone import localtime

from civic import moments
from civic.audit import record
from civic.models import AuditEvent, DemoMessage, Outbox, Role
from proposals.models import ProjectState as S
from proposals.models import Seconding
from publicity import tasks
from publicity.models import CallTask, Mailbox, Message, Via, Why
from publicity.services import follows, messages, settings
from publicity.services import polls as last_days
from tests import make
from tests.publicity.told import relayed
from tests.voting.polls import build
from voting.models import ReminderWish
from voting.services import reminders

pytestmark = pytest.mark.django_db(databases=build.URN)
HERE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=HERE)  # a Wednesday
PROPOSER, SECONDER, FOLLOWER, NEARBY = "proposer", "seconder", "follower", "nearby"


class Row(NamedTuple):
    """One row: the events; who finds them in the inbox, is told at once unasked, is told if they asked; who is called."""

    events: list[str]
    inbox: set[str]
    at_once: set[str] = set()
    if_asked: set[str] = set()
    called_without_phone: set[str] = set()
    called_elders: set[str] = set()
    weekly: set[str] = set()


MATRIX = {
    "受理、退回补充、未采纳": Row(
        ["project.advance>in_review", "project.return", "project.decline"],
        {PROPOSER, FOLLOWER}, {PROPOSER}, {PROPOSER}, {PROPOSER},
    ),
    "合并": Row(["project.merge"], {PROPOSER, SECONDER, FOLLOWER}, {PROPOSER}, {PROPOSER}, {PROPOSER}),
    "投票结果、批准、公示": Row(
        ["project.advance>for_approval", "project.decline<in_poll", "project.reserve", "project.advance>on_notice"],
        {PROPOSER, SECONDER, FOLLOWER}, set(), {PROPOSER, SECONDER, FOLLOWER},
    ),
    "开工、暂停、恢复": Row(
        ["project.start", "project.pause", "project.resume"],
        {PROPOSER, FOLLOWER}, {PROPOSER}, {PROPOSER}, {PROPOSER}, {PROPOSER},
    ),
    "里程碑、变更、超期": Row(
        ["milestone.finish", "change.agree", "change.approve", "project.overdue"], {FOLLOWER}, weekly={FOLLOWER}
    ),
    "完工、请评价、追评": Row(
        ["project.finish", "project.accept", "follow_up.visit"],
        {PROPOSER, SECONDER, FOLLOWER, NEARBY}, {PROPOSER, SECONDER}, {PROPOSER, SECONDER, NEARBY},
        {PROPOSER, SECONDER}, {PROPOSER, SECONDER},
    ),
}  # fmt: skip


class Chat:
    """A chat service of another house: whom it was asked to tell."""

    told: list[int] = []

    def reaches(self, person):
        return True

    def send(self, person, template, values):
        self.told.append(person.pk)


@pytest.fixture(autouse=True)
def ways(settings):
    """Every way there is, set up."""
    Chat.told = []
    settings.DEMO, settings.SITE_URL, settings.MAIL_SENDER = True, "https://wss.example", "wss@example.gov.cn"
    settings.MESSAGE_PROVIDERS = {"wechat": "", "email": "publicity.mails.Mailer"}
    with moments.at(NOON):
        yield


class Village:
    """A project, and one person for each part in it."""

    def __init__(self, **more):
        self.project = make.project(state=S.IN_PROGRESS, title="村口坡道", proposer=make.person("提测试", **more))
        self.people = {
            PROPOSER: self.project.proposer,
            SECONDER: make.person("附测试", **more),
            FOLLOWER: make.person("关测试"),
            NEARBY: make.resident(name="邻测试"),
        }
        Seconding.objects.create(project=self.project, person=self.people[SECONDER])
        follows.follow(self.project, by=self.people[FOLLOWER])

    def parts(self, keys):
        """In which parts these people are."""
        return {part for part, person in self.people.items() if person.pk in set(keys)}

    def happens(self, key):
        """An event of the record, told and carried out; a minute of the relay."""
        action, _to, state = key.partition(">")
        action, _from, before = action.partition("<")
        event = record(action, by="test", on=self.project, before={"state": before}, after={"state": state})
        messages.tell(event)
        relayed()
        return event

    def texted(self):
        phones = set(DemoMessage.objects.values_list("phone", flat=True))
        return {part for part, person in self.people.items() if person.phone in phones}


@pytest.mark.parametrize("row", MATRIX.values(), ids=MATRIX)
def test_who_never_chose_anything_is_told_as_the_row_says(row):
    for event in row.events:
        village = Village()

        happened = village.happens(event)

        inbox = Message.objects.filter(event=happened).values_list("person", flat=True)
        assert village.parts(inbox) == row.inbox, event
        assert village.texted() == row.at_once, event
        assert not CallTask.objects.filter(event=happened).exists(), "they have a phone and are no elders"
    assert sent.outbox == [], "nobody gave a mailbox"


@pytest.mark.parametrize("row", MATRIX.values(), ids=MATRIX)
@pytest.mark.parametrize("via", [Via.SMS, Via.WECHAT, Via.EMAIL])
def test_who_asked_for_everything_by_one_way_is_told_at_once_as_the_row_says(row, via, settings):
    if via == Via.WECHAT:
        settings.MESSAGE_PROVIDERS["wechat"] = f"{__name__}.Chat"
    village = Village()
    for number, person in enumerate(village.people.values()):
        agrees(person, via, number)
    for event in row.events:
        Chat.told, sent.outbox[:] = [], []
        DemoMessage.objects.all().delete()

        village.happens(event)

        mailed = {letter.to[0] for letter in sent.outbox}
        came = {
            Via.SMS: village.texted(),
            Via.WECHAT: village.parts(Chat.told),
            Via.EMAIL: village.parts(Mailbox.objects.filter(address__in=mailed).values_list("person", flat=True)),
        }
        assert came[via] == row.if_asked, event
        if via == Via.WECHAT:
            assert came[Via.SMS] == set(), "by one of the two only"
        if via == Via.EMAIL:
            assert came[Via.SMS] == row.at_once, "a mail takes no text message away"


def agrees(person, via, number):
    if via == Via.EMAIL:
        Mailbox.objects.create(
            person=person,
            address=f"p{number}@example.com",
            proof="x",
            confirmed_at=moments.now(),
            asked_at=moments.now(),
        )
    settings.agree(person, via)


@pytest.mark.parametrize("row", MATRIX.values(), ids=MATRIX)
def test_who_has_no_phone_and_who_is_old_is_called_as_the_row_says(row):
    office = build.prepared()
    silent, old = Village(phone=None), Village()
    for part in (PROPOSER, SECONDER):
        build.on_roll(office.poll, old.people[part], age_band="60-74")
    for event in row.events:
        for village, called in ((silent, row.called_without_phone), (old, row.called_elders)):
            happened = village.happens(event)

            tasks_of = CallTask.objects.filter(event=happened)
            assert village.parts(tasks_of.values_list("person", flat=True)) == called, event
            assert {task.area for task in tasks_of} <= {village.project.area}


def test_progress_comes_once_on_monday_and_not_one_by_one():
    village = Village()
    settings.agree(village.people[FOLLOWER], Via.SMS)
    for event in MATRIX["里程碑、变更、超期"].events:
        village.happens(event)
    assert DemoMessage.objects.count() == 0

    with moments.at(NOON + timedelta(days=5, hours=-3)):
        tasks.send_weekly_digest()
        relayed()

    assert village.texted() == {FOLLOWER}
    assert [
        text.count("您关注的1个项目这周有新进展") for text in DemoMessage.objects.values_list("text", flat=True)
    ] == [1]


def test_each_notice_has_its_sheet_for_the_board(client):
    village = Village()
    village.happens("project.advance>on_notice")
    client.force_login(village.people[FOLLOWER])
    client.get("/me/messages/")

    sheet = client.get(f"/p/{village.project.code}/print/")

    assert sheet.status_code == 200
    assert village.project.title in sheet.content.decode()


def test_a_vote_is_told_to_the_roll_and_outside_to_who_asked_and_before_the_close_to_who_has_not_voted(client):
    office = build.opened(rules={"ballot_limit": 2})
    asked, silent = (entry.person for entry in office.poll.roll.all()[:2])
    settings.agree(asked, Via.SMS)
    opened = AuditEvent.objects.get(action="poll.opened")

    messages.tell(opened)
    relayed()
    texts = {message.phone: message.text for message in DemoMessage.objects.all()}
    sheet = client.get(f"/vote/{office.poll.pk}/print/")

    assert Message.objects.filter(event=opened, why=Why.VOTER).count() == 3
    assert list(texts) == [asked.phone] and "居民投票已经开始" in texts[asked.phone]
    assert [wish.person for wish in ReminderWish.objects.all()] == [asked]
    assert sheet.status_code == 200, "the printed notice for the board"
    settings.stop(asked, Via.SMS)
    assert not ReminderWish.objects.exists(), "who stops all messages is not reminded either"
    assert silent.phone not in texts


def test_what_is_late_is_told_to_the_superior_in_the_inbox_and_to_the_desk_at_half_past_eight():
    owner = make.officer(Role.SOCIAL_WORKER)
    superior = make.officer(Role.TOWN_APPROVER, make.TOWN)
    project = make.project(S.FILED, due_on=localtime(NOON).date() - timedelta(days=1))

    event = record("project.overdue", by="test", on=project, after={"told": Role.TOWN_APPROVER})
    messages.tell(event)
    relayed()
    told = set(Message.objects.filter(event=event, why=Why.SUPERIOR).values_list("person", flat=True))
    at_once = DemoMessage.objects.count()
    for minute in (30, 32, 34):
        with moments.at(datetime(2026, 11, 26, 8, minute, tzinfo=HERE)):
            tasks.send_desk_digest()
            relayed()

    texts = {message.phone: message.text for message in DemoMessage.objects.all()}
    assert (told, at_once) == ({superior.pk}, 0)
    assert set(texts) == {owner.phone, superior.phone} and DemoMessage.objects.count() == 2
    assert re.search("您今天有1件待办，其中0件快到期、1件超期", texts[owner.phone])
    assert not Outbox.objects.filter(done_at=None).exists()


def test_the_last_day_of_a_vote_is_in_every_inbox_and_outside_with_who_wished_it():
    office = build.opened(rules={"ballot_limit": 2})
    wisher = office.poll.roll.first().person
    reminders.wish(office.poll, by=wisher)
    with moments.at(office.poll.closes_at - timedelta(hours=20)):
        last_days.note_last_days(by="test")
        messages.tell(newest := AuditEvent.objects.latest("pk"))
        reminders.send_due()
        relayed()

    assert Message.objects.filter(event=newest).count() == office.poll.roll.count()
    assert list(DemoMessage.objects.values_list("phone", flat=True)) == [wisher.phone]
