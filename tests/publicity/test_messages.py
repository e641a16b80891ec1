"""Who hears of what (通知规则): one message per person and event, in public words, written by the outbox."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic import people
from civic.audit import record
from civic.models import AuditEvent, Outbox, Person, Role
from civic.moments import at, now
from proposals.models import MOVES, Seconding
from proposals.models import ProjectState as S
from proposals.services import merging, moves
from publicity import message_rules as rules
from publicity import tasks
from publicity.models import CallTask, Follow, Message, MessageSetting, Topic, Why
from publicity.queries import audiences, inbox
from publicity.services import follows, messages, objections, sending
from publicity.services import polls as last_days
from tests import make
from tests.publicity.told import relayed, told
from tests.racing import at_once
from tests.voting.polls import build
from tests.wishes import build as board
from wishes.services import handling, reporting

pytestmark = pytest.mark.django_db
CANARY, PHONE = "金丝雀", "13912345678"


class Neighbours:
    """A project and one person for each part somebody may have in it."""

    def __init__(self, state=S.IN_PROGRESS):
        self.project = make.project(state=state, title="村口坡道", proposer=make.person("提测试"))
        self.people = {
            Why.PROPOSER: self.project.proposer,
            Why.SECONDER: make.person("附测试"),
            Why.FOLLOWER: make.person("关测试"),
            Why.NEARBY: make.resident(),
            Why.OBJECTOR: make.person("异测试"),
            Why.VOTER: make.person("册测试"),
        }
        Seconding.objects.create(project=self.project, person=self.people[Why.SECONDER])
        follows.follow(self.project, by=self.people[Why.FOLLOWER])

    def heard(self):
        return {Why(why) for why in Message.objects.values_list("why", flat=True)}


@pytest.fixture
def neighbours():
    return Neighbours()


def happened(project, action, **event):
    """An event of the record as a service would write it."""
    return record(action, by="test", on=project, **event)


PARTS = {  # what the matrix of the field says (UX): who finds it in the inbox
    "project.advance>in_review": {"proposer", "follower"},
    "project.write_down": {"proposer", "follower"},
    "project.return": {"proposer", "follower"},
    "project.decline": {"proposer", "follower"},
    "project.merge": {"proposer", "seconder", "follower"},
    "project.advance>on_notice": {"proposer", "seconder", "follower"},
    "project.advance>for_approval": {"proposer", "seconder", "follower"},
    "project.decline<in_poll": {"proposer", "seconder", "follower"},
    "project.reserve": {"proposer", "seconder", "follower"},
    "project.start": {"proposer", "follower"},
    "project.pause": {"proposer", "follower"},
    "project.resume": {"proposer", "follower"},
    "milestone.finish": {"follower"},
    "change.approve": {"follower"},
    "project.overdue": {"follower"},
    "project.finish": {"proposer", "seconder", "follower", "nearby"},
    "project.accept": {"proposer", "seconder", "follower", "nearby"},
    "follow_up.visit": {"proposer", "seconder", "follower", "nearby"},
}


@pytest.mark.parametrize(("key", "parts"), PARTS.items(), ids=PARTS)
def test_the_matrix_says_who_finds_an_event_in_the_inbox(neighbours, key, parts):
    action, _to, state = key.partition(">")
    action, _from, before = action.partition("<")
    event = happened(neighbours.project, action, before={"state": before}, after={"state": state})

    messages.tell(event)

    assert neighbours.heard() == {Why(part) for part in parts}
    assert {message.person for message in Message.objects.all()} == {neighbours.people[Why(part)] for part in parts}


@pytest.mark.parametrize("action", sorted(set(MOVES) - {"submit"}))
def test_each_change_of_state_is_one_message_for_each_follower(neighbours, action):
    event = happened(neighbours.project, f"project.{action}", before={"state": "x"}, after={"state": "y"})

    for _n in range(2):
        messages.tell(event)

    assert Message.objects.filter(person=neighbours.people[Why.FOLLOWER]).count() == 1


def test_what_is_told_outside_is_as_the_matrix_says():
    assert {topic: (set(row.told), row.asked, row.weekly) for topic, row in rules.TOPICS.items()} == {
        Topic.INTAKE: ({"proposer"}, False, False),
        Topic.CALL: ({"reminded"}, False, False),
        Topic.VOTE: ({"voter"}, True, False),
        Topic.DECISION: ({"proposer", "seconder", "follower"}, True, False),
        Topic.OBJECTION: ({"objector"}, False, False),
        Topic.WORKS: ({"proposer"}, False, False),
        Topic.PROGRESS: (set(), False, True),
        Topic.DONE: ({"proposer", "seconder"}, False, False),
        Topic.FAMILY: ({"helped"}, False, False),
        Topic.BOARD: ({"reporter"}, False, False),
        Topic.FILE: (set(), False, False),
        Topic.NEARBY: ({"nearby"}, True, False),
        Topic.DESK: (set(), False, False),
        Topic.ACCOUNT: (set(), False, False),
    }


def test_who_reported_a_matter_hears_how_it_goes_and_who_met_with_it_too(client):
    officer, joiner, old = board.office(), make.person("何测试"), make.person("吴测试", phone=None)
    demand = board.reported(make.person("王测试"))
    reporting.join(demand, by=joiner)
    demand = handling.take_in(demand, by=officer, horizon="now", due_on=board.in_days(5))
    handling.finish(demand, by=officer, words="换了灯泡", photos=[board.picture(officer)])
    by_voice = board.doing(old, officer=officer)
    for event in AuditEvent.objects.filter(action__in=["demand.take_in", "demand.finish"]).order_by("pk"):
        messages.tell(event)

    letters = inbox.letters(Message.objects.filter(person=demand.reporter).order_by("pk"))

    assert [(letter.whose, letter.title, letter.code) for letter in letters] == [
        ("您报的", board.WHAT, demand.number)
    ] * 2
    assert "已办理，等报的人说解决了没有：换了灯泡" in letters[1].text
    assert set(Message.objects.values_list("person", "why", "topic")) == {
        (demand.reporter_id, "reporter", "board"),
        (joiner.pk, "joiner", "board"),
        (old.pk, "reporter", "board"),
    }
    assert list(CallTask.objects.values_list("person", "area")) == [(old.pk, by_voice.area_id)]
    client.force_login(make.officer(Role.SOCIAL_WORKER))
    calls = client.get("/desk/calls/").content.decode()
    assert demand.area.short_name in calls and "/print/" not in calls
    note = sending._news(letters[1].message)
    assert (note.values["said"], note.values["link"][-len(demand.get_absolute_url()) :]) == (
        "已办理，解决了没有请您说一声",
        f"/board/{demand.number}/",
    )


def test_whoever_is_several_things_hears_once_as_the_first_of_them(neighbours):
    follows.follow(neighbours.project, by=neighbours.project.proposer)

    messages.tell(happened(neighbours.project, "project.start", after={"state": S.IN_PROGRESS}))

    assert Message.objects.get(person=neighbours.project.proposer).why == Why.PROPOSER


def test_nobody_is_told_what_they_did_themselves(neighbours):
    worker = neighbours.people[Why.FOLLOWER]

    messages.tell(record("project.start", by=worker, on=neighbours.project))

    assert neighbours.heard() == {Why.PROPOSER}


def test_what_is_not_public_is_nobodys_message(neighbours):
    messages.tell(happened(neighbours.project, "project.start", is_public=False))
    messages.told_later(happened(neighbours.project, "seconding.add", is_public=False))

    assert not Message.objects.exists()
    assert not Outbox.objects.exists()


def test_an_act_leaves_its_message_to_the_outbox_and_writes_none_itself(neighbours, django_capture_on_commit_callbacks):
    project = make.project(state=S.IN_REVIEW, proposer=make.person())

    with django_capture_on_commit_callbacks(execute=True):
        moves.advance(project, by="test")
    assert not Message.objects.exists()
    relayed()

    assert Message.objects.get().person == project.proposer


def test_what_a_dying_process_did_not_announce_is_left_to_the_outbox_by_the_clock(neighbours):
    happened(neighbours.project, "project.start", after={"state": S.IN_PROGRESS})

    for _n in range(2):
        messages.tell_missed()

    assert Outbox.objects.filter(topic="message.tell").count() == 1


def test_a_history_told_anew_is_nobodys_news(neighbours):
    with at(now() - timedelta(days=30)):
        event = happened(neighbours.project, "project.start")

    messages.told_later(event)

    assert not Outbox.objects.exists()


def test_the_objector_hears_of_the_answer(django_capture_on_commit_callbacks):
    project = moves.advance(make.project(state=S.FOR_APPROVAL), by="test")
    objector = make.person()
    filed = objections.file(project, by=objector, what="挡住消防通道", why="转不过来")
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)

    with django_capture_on_commit_callbacks(execute=True):
        objections.reply(filed, by=handler, outcome="not_upheld", reply="现场量过，够宽")
    relayed()

    heard = Message.objects.get(person=objector)
    assert (heard.topic, heard.why) == (Topic.OBJECTION, Why.OBJECTOR)
    assert Message.objects.get(person=project.proposer).why == Why.PROPOSER


@pytest.mark.django_db(databases=build.URN)
def test_everyone_on_the_roll_hears_of_the_opening_and_of_the_last_day_once():
    office = build.opened(rules={"ballot_limit": 2})
    voter = build.on_roll(office.poll).person
    on_roll = office.poll.roll.count()
    told(action="poll.opened")

    last_days.note_last_days(by="test")
    assert not AuditEvent.objects.filter(action="poll.last_day").exists()
    with at(office.poll.closes_at - timedelta(hours=20)):
        for _n in range(2):
            last_days.note_last_days(by="test")
    told(action="poll.last_day")

    assert AuditEvent.objects.filter(action="poll.last_day").count() == 1
    assert Message.objects.count() == 2 * on_roll
    assert set(Message.objects.filter(person=voter).values_list("why", "topic")) == {(Why.VOTER, Topic.VOTE)}


def test_messages_hold_no_name_and_no_phone_of_anybody(client, neighbours):
    canary = neighbours.project.proposer
    Person.objects.filter(pk=canary.pk).update(name=CANARY, phone=f"+86{PHONE}")
    canary.refresh_from_db()
    messages.tell(
        record("project.merge", by=canary, on=neighbours.project, sentence="{who}同意合并", after={"state": S.MERGED})
    )
    client.force_login(neighbours.people[Why.FOLLOWER])

    shown = client.get("/me/messages/").content.decode() + client.get("/api/v1/messages/").content.decode()

    assert "金**同意合并" in shown
    assert CANARY not in shown and PHONE not in shown
    kept = json.dumps([*Message.objects.values(), *Outbox.objects.values()], default=str)
    assert CANARY not in kept and PHONE not in kept


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixteen_relays_at_once_write_one_message_each():
    neighbours = Neighbours()
    event = AuditEvent.objects.create(
        subject=neighbours.project.code, action="project.finish", job="test", target="", after={"state": "x"}
    )

    came = at_once(lambda _n: messages.tell(event), times=16)

    assert [each for each in came if isinstance(each, Exception)] == []
    assert Message.objects.count() == 4
    assert CallTask.objects.count() == 0


def test_ten_thousand_followers_are_told_in_sets(neighbours, monkeypatch):
    monkeypatch.setattr(audiences, "BATCH", 100)
    crowd = Person.objects.bulk_create(Person(phone=f"+86137{n:08d}", password="!") for n in range(1000))
    Follow.objects.bulk_create(Follow(person=one, project=neighbours.project) for one in crowd)
    event = happened(neighbours.project, "milestone.finish")

    with CaptureQueriesContext(connection) as taken:
        messages.tell(event)

    assert Message.objects.count() == 1001
    assert len(taken) < 30


def test_what_was_read_goes_after_its_days_and_what_was_not_stays(client, neighbours):
    event = happened(neighbours.project, "project.start", kind="decision")
    messages.tell(event)
    follower = Message.objects.filter(person=neighbours.people[Why.FOLLOWER])
    messages.read(follower)
    done_by = make.officer(Role.SOCIAL_WORKER)
    old = CallTask.objects.create(person=done_by, event=event, area=neighbours.project.area)
    messages.call_done(old, by=done_by)
    with at(now() + timedelta(days=rules.KEPT_DAYS - 1)):
        tasks.sweep_messages()
        assert (follower.count(), CallTask.objects.count()) == (1, 1)

    with at(now() + timedelta(days=rules.KEPT_DAYS + 1)):
        tasks.sweep_messages()

    assert (follower.count(), CallTask.objects.count()) == (0, 0)
    assert set(Message.objects.values_list("why", flat=True)) == {"proposer"}
    assert AuditEvent.objects.filter(pk=event.pk).exists()
    assert "过180天自动删掉" in client.get("/privacy/").content.decode()


def test_an_erased_person_leaves_no_follow_message_or_setting(neighbours, django_capture_on_commit_callbacks):
    gone = neighbours.people[Why.FOLLOWER]
    messages.tell(happened(neighbours.project, "project.start", after={"state": S.IN_PROGRESS}))
    MessageSetting.objects.create(person=gone, via="sms", topic="", is_on=False)

    with django_capture_on_commit_callbacks(execute=True):
        people.erase(gone)
    relayed()
    messages.tell(happened(neighbours.project, "project.pause", after={"state": S.PAUSED}))

    for model in (Follow, Message, MessageSetting):
        assert not model.objects.filter(person=gone).exists()
    assert Message.objects.filter(person=neighbours.project.proposer).count() == 2


def test_the_inbox_says_what_which_and_what_next_and_is_read_one_by_one_or_all_at_once(client, neighbours):
    me = neighbours.people[Why.FOLLOWER]
    client.force_login(me)
    assert "还没有消息" in client.get("/me/messages/").content.decode()
    for _n in range(3):
        messages.tell(happened(neighbours.project, "project.start", sentence="开工", after={"state": S.IN_PROGRESS}))

    shown = client.get("/me/messages/").content.decode()
    first = Message.objects.filter(person=me)[0]
    for words in (
        "村口坡道",
        neighbours.project.code,
        "开工",
        "下一步：",
        "居民代表验收",
        f"#e{first.event_id}",
        "3条没看",
    ):
        assert words in shown, words
    client.post(f"/me/messages/{first.pk}/read/")
    assert "2条没看" in client.get("/me/").content.decode()
    client.post("/me/messages/read/")
    assert Message.objects.filter(person=me, read_at=None).count() == 0
    assert Message.objects.filter(read_at=None).exists(), "others' stay unread"


def test_somebody_elses_message_is_nobodys(client, neighbours):
    messages.tell(happened(neighbours.project, "project.start"))
    theirs = Message.objects.get(person=neighbours.people[Why.FOLLOWER])
    client.force_login(make.person())

    assert client.post(f"/me/messages/{theirs.pk}/read/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_the_inbox_takes_the_same_queries_for_three_as_for_fifty_and_turns_pages(client, neighbours):
    me = neighbours.people[Why.FOLLOWER]
    client.force_login(me)

    def more(count):
        for _n in range(count):
            project = make.project(state=S.IN_PROGRESS, round=neighbours.project.round)
            follows.follow(project, by=me)
            messages.tell(happened(project, "milestone.finish"))

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get("/me/messages/")
        return len(taken)

    more(3)
    queries()
    three = queries()
    more(47)
    assert queries() == three <= 10
    assert "第1页，共3页" in client.get("/me/messages/").content.decode()
    assert client.get("/me/messages/?page=3").content.decode().count('<h2 class="message-title"') == 10


@pytest.mark.parametrize("has_phone", [True, False])
def test_both_proposers_hear_of_a_considered_merge_and_who_has_no_phone_is_called(has_phone):
    its_round = make.round_()
    own = make.person("陈测试", phone="" if has_phone else None)
    source, target = make.project(round=its_round, proposer=own), make.project(round=its_round)

    merging.propose(source, target=target, by=make.officer(Role.SOCIAL_WORKER), reason="同一处坡道")
    for project in (source, target):
        told(project, "project.merge_proposed")

    heard = Message.objects.filter(why=Why.PROPOSER)
    letter = inbox.letters(list(heard.filter(person=own)))[0]
    assert set(heard.values_list("person", flat=True)) == {own.pk, target.proposer_id}
    assert letter.mend_url == source.get_absolute_url() and "不同意合并" in letter.wrong
    assert list(CallTask.objects.values_list("person", flat=True)) == ([] if has_phone else [own.pk])
