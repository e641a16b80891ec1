"""To whom what is near its day or late is told is a rule of the round (快到期、超期报谁), changed as every other rule is."""

from datetime import timedelta

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.pages import todos
from proposals import late_queries, rule_words, tasks
from proposals.models import PreReview, Project, ProjectState
from proposals.round_rules import RoundRules
from proposals.services import intake, pauses, rule_changes
from publicity.models import Message, Why
from publicity.queries.inbox import letters
from tests import make
from tests.publicity.told import relayed

pytestmark = pytest.mark.django_db


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def events(project):
    found = AuditEvent.objects.filter(subject=project.code, action__regex="overdue|near_due").order_by("id")
    return list(found.values_list("action", "sentence"))


def heard():
    return set(Message.objects.filter(why=Why.SUPERIOR).values_list("person", "event__action"))


def clock(capture):
    with capture(execute=True):
        tasks.tell_overdue()
        tasks.tell_overdue()
    relayed()


def test_the_defaults_are_who_was_always_told():
    terms = RoundRules()

    assert (terms.near_due_to, terms.escalate_to, terms.escalate_next_to) == (
        (),
        ("town_approver",),
        ("district_office",),
    )
    assert (terms.escalate_higher_to, terms.escalate_higher_next_to) == (("district_office",), ("leading_group",))


@pytest.mark.parametrize(
    ("rules", "sentence", "told"),
    [
        ({}, "测试甲村受理超期1个工作日，已报镇街", {"approver"}),
        ({"escalate_to": ["town_handler"]}, "测试甲村受理超期1个工作日，已报镇街经办", {"handler"}),
        (
            {"escalate_to": ["town_handler", "district_office"]},
            "测试甲村受理超期1个工作日，已报镇街经办、区专班",
            {"handler", "district"},
        ),
        ({"escalate_to": ["leading_group"]}, "测试甲村受理超期1个工作日，已报区领导小组", set()),
    ],
)
def test_who_hears_of_a_late_step_is_who_the_rules_name_and_each_hears_it_once(
    rules, sentence, told, django_capture_on_commit_callbacks
):
    people = {
        "handler": make.officer(Role.TOWN_HANDLER, make.TOWN),
        "approver": make.officer(Role.TOWN_APPROVER, make.TOWN),
        "district": make.officer(Role.DISTRICT_OFFICE, make.DISTRICT),
    }
    make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN)
    project = make.project(ProjectState.FILED, round=make.round_(rules=rules))

    with later(project.limit_workdays + 1):
        clock(django_capture_on_commit_callbacks)
        clock(django_capture_on_commit_callbacks)
        queues = {name for name, person in people.items() if "超期督办" in [each.label for each in todos(person)]}

    assert events(project) == [("project.overdue", sentence)]
    assert heard() == {(people[name].pk, "project.overdue") for name in told}
    assert Message.objects.filter(why=Why.SUPERIOR).count() == len(told)
    assert queues == told - {"handler"}, "the handler's own queues hold it already"


def test_a_change_of_the_rule_changes_who_is_told_from_its_day_on():
    office = make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)
    its_round = make.round_()
    before = make.project(ProjectState.FILED, round=its_round)
    with later(before.limit_workdays + 1):
        tasks.tell_overdue()
        change = rule_changes.decide(
            its_round, by=office, from_day=today() + timedelta(days=1), reason="镇里要先知道", route=its_round.route,
            rules=its_round.rules | {"escalate_to": ["town_handler"]},
        )  # fmt: skip
    said = rule_words.differences(RoundRules(), RoundRules(escalate_to=("town_handler",)), [], [])
    assert [(one.label, one.was, one.will) for one in said] == [("村里、镇里的事超期报谁", "镇街审批", "镇街经办")]

    with moments.at(now() + timedelta(days=30)):
        rule_changes.apply(change, by="test")
        after = make.project(ProjectState.FILED, round=its_round)
        with later(after.limit_workdays + 1):
            tasks.tell_overdue()

    assert events(before)[0] == ("project.overdue", "测试甲村受理超期1个工作日，已报镇街")
    assert events(after) == [("project.overdue", "测试甲村受理超期1个工作日，已报镇街经办")]


def test_whom_the_rules_want_reminded_hears_before_the_day_once_for_each_day(django_capture_on_commit_callbacks):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    follower = make.resident()
    project = make.project(ProjectState.FILED, round=make.round_(rules={"near_due_to": ["town_handler"]}))
    unasked = make.project(ProjectState.FILED, round=make.round_())

    with later(2):
        clock(django_capture_on_commit_callbacks)
        assert events(project) == []
    with later(3):
        clock(django_capture_on_commit_callbacks)
        clock(django_capture_on_commit_callbacks)
        assert events(project) == [("project.near_due", "测试甲村受理还剩2个工作日，已提醒镇街经办")]
        assert heard() == {(handler.pk, "project.near_due")}
        assert letters(Message.objects.filter(person=handler))[0].whose == "快到期，提醒您"
        assert "超期上报" not in [each.label for each in todos(handler)]
        Project.objects.filter(pk=project.pk).update(due_on=today())
        clock(django_capture_on_commit_callbacks)
        assert events(project)[1:] == [("project.near_due", "测试甲村受理今天到期，已提醒镇街经办")]
    assert events(unasked) == []
    assert not Message.objects.filter(person=follower).exists()


def test_a_department_is_reminded_of_likewise_and_paused_days_are_nobodys():
    make.organisation("镇建设办", duty="建设")
    rules = {"review_departments": {"works": ["建设"]}, "near_due_to": ["town_approver"]}
    project = intake.accept(make.project(round=make.round_(rules=rules)), by=make.officer(Role.SOCIAL_WORKER))
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    paused = pauses.pause(project, by=handler, reason="等管线", next_on=add_workdays(today(), 9))

    with later(4):
        tasks.tell_overdue()
        assert events(project) == []
        pauses.resume(paused, by=handler)
        tasks.tell_overdue()
        assert events(project) == []
    with later(7):
        tasks.tell_overdue()
        tasks.tell_overdue()

    assert events(project) == [("review.near_due", "镇建设办预审还剩2个工作日，已提醒镇街")]


def test_what_was_told_is_forgotten_when_the_step_is_over():
    project = make.project(ProjectState.FOR_APPROVAL)
    with later(project.limit_workdays + 1):
        tasks.tell_overdue()
        late = Project.objects.get(pk=project.pk)
        assert (late.overdue_level, late.overdue_told) == (1, "district_office")
        found = late_queries.steps_told({Role.DISTRICT_OFFICE: [make.DISTRICT[:6]]})
        assert list(found) == [late]
        assert not late_queries.steps_told({Role.TOWN_APPROVER: [make.DISTRICT[:6]]}).exists()
        paused = pauses.pause(
            late, by=make.officer(Role.TOWN_HANDLER, make.TOWN), reason="等", next_on=add_workdays(today(), 3)
        )

    assert Project.objects.get(pk=paused.pk).overdue_told == ""
    assert not PreReview.objects.exclude(overdue_told="").exists()


def test_with_nobody_to_remind_the_clock_asks_nothing_more(django_assert_num_queries):
    make.project(ProjectState.FILED)
    with django_assert_num_queries(4):
        tasks.tell_overdue()
    make.round_(rules={"near_due_to": ["town_handler"]})

    with django_assert_num_queries(7):
        tasks.tell_overdue()
