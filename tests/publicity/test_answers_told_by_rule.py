"""Late answers to objections and late fixes are told to whom the round's rules say, as every other lateness is."""

from datetime import timedelta

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.pages import todos
from delivery import tasks as delivery_tasks
from delivery.services import rectifying
from proposals.models import ProjectState as S
from proposals.services import moves, pauses, rule_changes
from publicity import tasks
from publicity.models import Message, Why
from publicity.queries.inbox import letters
from publicity.services import objections
from tests import make
from tests.delivery import build
from tests.publicity.told import relayed

pytestmark = pytest.mark.django_db
WORDS = {"what": "坡道挡住了消防通道", "why": "消防车转不过来"}


@pytest.fixture
def clock(django_capture_on_commit_callbacks):
    """The clock rings twice, and what it recorded is told."""

    def ring():
        with django_capture_on_commit_callbacks(execute=True):
            for _again in range(2):
                tasks.escalate_objections()
                delivery_tasks.note_overdue_fixes()
        relayed()

    return ring


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def offices():
    return {
        "handler": make.officer(Role.TOWN_HANDLER, make.TOWN),
        "approver": make.officer(Role.TOWN_APPROVER, make.TOWN),
        "district": make.officer(Role.DISTRICT_OFFICE, make.DISTRICT),
    }


def objected(**rules):
    held = moves.advance(make.project(S.FOR_APPROVAL, round=make.round_(rules=rules)), by="test")
    return objections.file(held, by=make.person("陈测试"), **WORDS)


def failed(**rules):
    """A fix that acceptance asked for, and its place."""
    place = build.town(**rules)
    return place, build.held(place, build.finished(place), build.measured(result="fail")).rectifications.get()


def said(subject, action):
    return list(
        AuditEvent.objects.filter(subject=subject, action=action).order_by("pk").values_list("sentence", flat=True)
    )


def heard():
    return set(Message.objects.filter(why=Why.SUPERIOR).values_list("person", "event__action"))


def on_desk(person, kind):
    """How many lines of a kind stand in a person's 待办."""
    return sum(line.rows.count() for todo in todos(person) for line in todo.items if line.kind.key == kind)


@pytest.mark.parametrize(
    ("rules", "offices_named", "told"),
    [
        ({}, "镇街", {"approver"}),
        ({"escalate_to": ["town_handler"]}, "镇街经办", {"handler"}),
        ({"escalate_to": ["town_approver", "district_office"]}, "镇街、区专班", {"approver", "district"}),
        ({"escalate_to": ["leading_group"]}, "区领导小组", set()),
    ],
)
def test_a_late_answer_is_told_to_whom_the_rules_name(rules, offices_named, told, clock):
    people = offices()
    make.officer(Role.TOWN_APPROVER, make.OTHER_TOWN)
    held = objected(**rules)

    with later(5):
        clock()
        assert said(held.audit_subject, "objection.overdue") == []
    with later(6):
        clock()

    number = held.number
    assert said(held.audit_subject, "objection.overdue") == [
        f"斗门镇答复异议{number}超期1个工作日，已报{offices_named}"
    ]
    assert heard() == {(people[name].pk, "objection.overdue") for name in told}
    standing = {name: on_desk(person, "answer_told") for name, person in people.items()}
    assert standing == {name: int(name in told) for name in people} | {"handler": 0}, "the handler answers it himself"


def test_an_answer_that_stays_late_is_told_one_office_further_and_a_recheck_begins_anew(clock):
    people = offices()
    held = objected(escalate_next_to=["leading_group"])
    subject, number = held.audit_subject, held.number

    with later(8):
        clock()
        assert said(subject, "objection.overdue") == [f"斗门镇答复异议{number}超期3个工作日，已报区领导小组"]
        assert on_desk(people["approver"], "answer_told") == 1, "the first step has it on its desk too"
        objections.reply(held, by=people["handler"], outcome="not_upheld", reply="量过了")
        assert on_desk(people["approver"], "answer_told") == 0
        held.refresh_from_db()
        objections.ask_recheck(held, by=held.objector, reason="量错了地方")
        with later(6):
            clock()

    assert said(subject, "objection.overdue")[1:] == [f"斗门镇复核异议{number}超期1个工作日，已报区专班"]
    assert (people["district"].pk, "objection.overdue") in heard()


def test_whom_the_rules_want_reminded_hears_before_the_answer_is_due_once(clock):
    people = offices()
    held, unasked = objected(near_due_to=["town_handler"]), objected()

    with later(2):
        clock()
        assert said(held.audit_subject, "objection.near_due") == []
    with later(3):
        clock()
        clock()

    number = held.number
    assert said(held.audit_subject, "objection.near_due") == [f"斗门镇答复异议{number}还剩2个工作日，已提醒镇街经办"]
    assert said(unasked.audit_subject, "objection.near_due") == []
    assert heard() == {(people["handler"].pk, "objection.near_due")}
    assert letters(Message.objects.filter(person=people["handler"]))[0].whose == "快到期，提醒您"


def test_lateness_that_the_rules_keep_out_of_the_record_is_still_told_upwards(clock, client):
    people = offices()
    held = objected(overdue_is_public=False)
    follower = make.person()
    client.force_login(follower)
    client.post(f"/p/{held.project.code}/follow/")
    before = set(Message.objects.filter(person=follower))

    with later(6):
        clock()

    event = AuditEvent.objects.get(action="objection.overdue")
    assert event.is_public is False
    assert heard() == {(people["approver"].pk, "objection.overdue")}
    assert set(Message.objects.filter(person=follower)) == before
    assert event.sentence not in client.get(held.project.get_absolute_url()).content.decode()


def test_a_change_of_the_rule_touches_only_what_is_told_after_its_day(clock):
    people = offices()
    held = objected()
    its_round = held.project.round
    with later(6):
        clock()
        change = rule_changes.decide(
            its_round, by=people["district"], from_day=today() + timedelta(days=1), reason="镇里要先知道",
            route=its_round.route, rules=its_round.rules | {"escalate_to": ["town_handler"], "objection_reply_workdays": 4},
        )  # fmt: skip
    held.refresh_from_db()
    stood = (held.due_on, held.overdue_told)
    with later(9):
        rule_changes.apply(change, by="test")
        other = moves.advance(make.project(S.FOR_APPROVAL, round=its_round), by="test")
        after = objections.file(other, by=make.person("陈测试"), **WORDS)
        assert after.due_on == add_workdays(today(), 4)
        with later(5):
            clock()

    held.refresh_from_db()
    assert stood == (held.due_on, "town_approver"), "a day once set does not move, and who was told stays told"
    assert held.overdue_told == "town_approver district_office"
    assert said(held.audit_subject, "objection.overdue")[0].endswith("已报镇街")
    assert said(after.audit_subject, "objection.overdue")[0].endswith("已报镇街经办")


@pytest.mark.parametrize(
    ("rules", "offices_named", "told"),
    [
        ({}, "镇街", {"approver"}),
        ({"escalate_to": ["town_handler"]}, "镇街经办", {"handler"}),
        ({"escalate_to": ["district_office"], "escalate_after_workdays": 1}, "区专班", {"district"}),
    ],
)
def test_a_late_fix_is_told_to_whom_the_rules_name(rules, offices_named, told, clock):
    place, fix = failed(**rules)

    with later(15):
        clock()
        assert said(fix.audit_subject, "fix.overdue") == []
    with later(16):
        clock()

    assert said(fix.audit_subject, "fix.overdue") == [f"斗门镇整改超期1个工作日，已报{offices_named}"]
    assert heard() == {(getattr(place, name).pk, "fix.overdue") for name in told}
    standing = {name: on_desk(getattr(place, name), "fix_told") for name in ("approver", "district")}
    assert standing == {name: int(name in told) for name in standing}


def test_a_fix_near_its_day_is_reminded_of_and_one_that_stays_late_goes_a_step_further(clock):
    place, fix = failed(near_due_to=["town_handler"])

    with later(12):
        clock()
        assert said(fix.audit_subject, "fix.near_due") == ["斗门镇整改还剩3个工作日，已提醒镇街经办"]
    with later(16):
        clock()
    with later(23):
        clock()

    assert len(said(fix.audit_subject, "fix.near_due")) == 1
    assert [sentence[-5:] for sentence in said(fix.audit_subject, "fix.overdue")] == ["，已报镇街", "已报区专班"]
    assert heard() == {
        (place.handler.pk, "fix.near_due"), (place.approver.pk, "fix.overdue"), (place.district.pk, "fix.overdue"),
    }  # fmt: skip


def test_the_days_of_a_pause_are_nobodys_for_what_acceptance_found(clock):
    place, fix = failed()
    with later(10):
        paused = pauses.pause(fix.project, by=place.handler, reason="等管线", next_on=add_workdays(today(), 20))
    with later(20):
        clock()
        assert said(fix.audit_subject, "fix.overdue") == []
        pauses.resume(paused, by=place.handler)
        fix.refresh_from_db()
        assert fix.due_on == add_workdays(today(), 5)
    with later(26):
        clock()

    assert said(fix.audit_subject, "fix.overdue") == ["斗门镇整改超期1个工作日，已报镇街"]


def test_a_fix_that_is_done_or_whose_project_ended_is_late_no_more(clock):
    place, fix = failed()
    other = build.held(place, build.finished(place), build.measured(result="fail"))
    rectifying.mend(fix, by=place.foreman, reply="补平了")
    pauses.terminate(other, by=place.handler, reason="拆迁", rule="办法第9条")

    with later(30):
        clock()

    assert not AuditEvent.objects.filter(action="fix.overdue").exists()
