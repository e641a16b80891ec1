"""Screening 受理: every outcome, its clock, and what the public reads of it."""

from datetime import timedelta

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from proposals import queries
from proposals.models import ProjectState, Screening, ScreeningOutcome
from proposals.rules import Stale, WrongState
from proposals.services import intake
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return make.officer(Role.SOCIAL_WORKER, name="林测试")


def event_of(project, action):
    return AuditEvent.objects.get(subject=project.code, action=action)


def later(workdays):
    """So many working days from now, at the same hour."""
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def test_an_accepted_proposal_goes_to_the_next_step_of_its_round(worker):
    project = intake.accept(make.project(), by=worker, note="与“卫生站坡道”相近，征求两位提议人后不合并")

    event = event_of(project, "project.advance")
    assert project.state == ProjectState.IN_REVIEW
    assert event.sentence == "社工受理；与“卫生站坡道”相近，征求两位提议人后不合并"
    assert (event.actor, event.role) == (worker, Role.SOCIAL_WORKER)
    assert (event.used_workdays, event.limit_workdays) == (0, 5)
    assert project.screenings.get().outcome == ScreeningOutcome.ACCEPT


def test_the_order_of_the_steps_is_the_rounds_not_the_codes(worker):
    its_round = make.round_(route=["screening", "assembly", "review", "approval", "notice"])

    project = intake.accept(make.project(round=its_round), by=worker)

    assert project.state == ProjectState.FOR_ASSEMBLY
    assert not project.reviews.exists()


def test_a_village_office_accepts_in_its_own_name():
    project = intake.accept(make.project(), by=make.officer(Role.VILLAGE_OFFICE))

    assert event_of(project, "project.advance").sentence == "村居受理"


def test_words_in_braces_never_look_like_a_persons_place(worker):
    project = intake.accept(make.project(), by=worker, note="{who} {0} {x.y}")

    assert event_of(project, "project.advance").sentence == "社工受理；（who） （0） （x.y）"


def test_a_return_says_exactly_what_to_mend_and_stops_the_clock(worker):
    project = intake.send_back(
        make.project(), by=worker, items=["坡道位置照片1张", " ", "门口宽度"], reason="看不出坡道要修多长"
    )

    asked = queries.asked_for(project)
    event = event_of(project, "project.return")
    assert project.state == ProjectState.RETURNED
    assert [item["what"] for item in asked.items] == ["坡道位置照片1张", "门口宽度"]
    assert asked.due_on == project.due_on == add_workdays(today(), 5)
    assert event.sentence == "请补充：坡道位置照片1张；门口宽度（5个工作日内，期间不计时）"
    assert event.reason == "看不出坡道要修多长"


def test_a_completed_proposal_is_back_with_the_days_that_were_left(worker):
    project = make.project()
    with later(2):
        project = intake.send_back(project, by=worker, items=["门口宽度"], reason="算不出造价")
    with later(6):
        project = intake.complete(project, by=project.proposer, answers=["1米2"])

        assert project.state == ProjectState.FILED
        assert project.limit_workdays == 5
        assert project.due_on == add_workdays(today(), 3)
    screening = project.screenings.get()
    assert screening.items == [{"what": "门口宽度", "answer": "1米2", "photos": []}]
    assert screening.done_at is not None
    assert event_of(project, "project.complete").sentence == "{who}补充：门口宽度：1米2"


def test_a_helper_completes_on_behalf_of_the_resident(worker):
    project = make.project(entered_by=worker)
    project = intake.send_back(project, by=worker, items=["门口宽度"], reason="算不出造价")

    project = intake.complete(project, by=worker, answers=["1米2"])

    event = event_of(project, "project.complete")
    assert event.sentence == "{who}补充，{helper}代录：门口宽度：1米2"
    assert (event.actor, event.on_behalf_of, event.channel) == (worker, project.proposer, "desk")


def test_each_thing_asked_for_is_answered(worker):
    project = intake.send_back(make.project(), by=worker, items=["照片", "宽度"], reason="不清楚")

    with pytest.raises(RuleBroken, match="还没有补充：宽度") as refused:
        intake.complete(project, by=project.proposer, answers=["见附图", " "])

    project.refresh_from_db()
    assert refused.value.field == "answer_1"
    assert project.state == ProjectState.RETURNED
    assert queries.asked_for(project) is not None


def test_answers_to_an_older_list_are_stale(worker):
    project = intake.send_back(make.project(), by=worker, items=["照片", "宽度"], reason="不清楚")

    with pytest.raises(Stale):
        intake.complete(project, by=project.proposer, answers=["见附图"])


def test_a_refusal_names_reason_rule_unit_and_how_to_object(worker):
    rule = "《民生微实事项目办法》负面清单：物业公司或其他单位本职的事"

    project = intake.decline(make.project(), by=worker, reason="属于物业管理范围", rule=rule)

    event = event_of(project, "project.decline")
    until = add_workdays(today(), 5)
    assert project.state == ProjectState.DECLINED
    assert event.sentence == f"没有采纳。不同意可在{until.month}月{until.day}日前提异议"
    assert (event.reason, event.rule, event.unit) == ("属于物业管理范围", rule, "测试甲村")


@pytest.mark.parametrize(("reason", "rule", "field"), [(" ", "第8条", "reason"), ("属于物业", "", "rule")])
def test_a_refusal_without_reason_or_rule_changes_nothing(worker, reason, rule, field):
    project = make.project()

    with pytest.raises(RuleBroken) as refused:
        intake.decline(project, by=worker, reason=reason, rule=rule)

    project.refresh_from_db()
    assert refused.value.field == field
    assert project.state == ProjectState.FILED
    assert not Screening.objects.exists()


def test_a_transferred_matter_is_followed_here_until_its_answer_is_noted(worker):
    office = make.officer(Role.VILLAGE_OFFICE)
    project = intake.transfer(make.project(), by=worker, to="区交通局", reason="县道由区里管养")

    assert project.state == ProjectState.TRANSFERRED
    assert project.due_on == add_workdays(today(), 5)
    assert event_of(project, "project.transfer").sentence.startswith(
        "不在本办法范围，已转区交通局，5个工作日内在这里答复。"
    )

    with later(3):
        project = intake.reply(project, by=office, text="已列入8月养护计划")

    project.refresh_from_db()
    event = event_of(project, "project.reply")
    assert event.sentence == "区交通局答复：已列入8月养护计划"
    assert (event.used_workdays, event.limit_workdays) == (3, 5)
    assert (project.state, project.due_on) == (ProjectState.TRANSFERRED, None)


def test_an_answer_is_noted_once(worker):
    project = intake.transfer(make.project(), by=worker, to="区交通局", reason="县道由区里管养")
    intake.reply(project, by=worker, text="已列入计划")

    with pytest.raises(RuleBroken, match="已经登记过"):
        intake.reply(project, by=worker, text="又说一遍")


ACTS = {
    "accept": lambda project, by, **more: intake.accept(project, by=by, **more),
    "return": lambda project, by, **more: intake.send_back(project, by=by, items=["照片"], reason="不清楚", **more),
    "decline": lambda project, by, **more: intake.decline(project, by=by, reason="重复", rule="第8条", **more),
    "transfer": lambda project, by, **more: intake.transfer(project, by=by, to="区交通局", reason="县道", **more),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", [s for s in ProjectState if s not in {ProjectState.FILED, ProjectState.DRAFT}])
def test_only_a_filed_proposal_is_screened(worker, act, state):
    project = make.project(state)

    with pytest.raises(WrongState):
        ACTS[act](project, worker)

    project.refresh_from_db()
    assert project.state == state
    assert not AuditEvent.objects.filter(subject=project.code).exists()
    assert not Screening.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_a_form_opened_before_somebody_elses_change_is_stale(worker, act):
    project = make.project(version=4)

    with pytest.raises(Stale):
        ACTS[act](project, worker, version=3)

    project.refresh_from_db()
    assert project.state == ProjectState.FILED
    assert not AuditEvent.objects.filter(subject=project.code).exists()


def test_the_desk_shows_what_waits_in_ones_own_places_first_due_first(worker):
    late = make.project(due_on=today() - timedelta(days=3))
    new = make.project()
    make.project(at=make.OTHER_VILLAGE)
    make.project(ProjectState.IN_REVIEW)

    assert list(queries.intake(worker)) == [late, new]


def test_answered_transfers_leave_the_desk(worker):
    waiting = intake.transfer(make.project(), by=worker, to="区交通局", reason="县道")
    done = intake.transfer(make.project(), by=worker, to="区水务局", reason="水渠")
    intake.reply(done, by=worker, text="已修好")

    assert list(queries.intake(worker, ProjectState.TRANSFERRED)) == [waiting]
