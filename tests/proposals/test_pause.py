"""Pausing 暂停: a reason and the day of the next word; going on with the days left; ending for good."""

from datetime import timedelta

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from proposals.models import ProjectState
from proposals.rules import Stale, WrongState
from proposals.services import pauses
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler():
    return make.officer(Role.TOWN_HANDLER, make.TOWN, organisation=make.organisation("镇建设办"))


def last(project):
    return AuditEvent.objects.filter(subject=project.code).latest("id")


def in_days(days):
    return moments.at(now() + timedelta(days=days))


def test_a_pause_says_why_and_when_there_is_more_to_hear(handler):
    next_on = today() + timedelta(days=20)

    project = pauses.pause(make.project(ProjectState.IN_PROGRESS), by=handler, reason="等管线迁改", next_on=next_on)

    assert (project.state, project.due_on) == (ProjectState.PAUSED, next_on)
    assert last(project).sentence == f"暂停，{next_on.month}月{next_on.day}日前再更新"
    assert (last(project).reason, last(project).unit) == ("等管线迁改", "镇建设办")


def test_paused_days_are_not_counted(handler):
    project = make.project(ProjectState.IN_PROGRESS)
    project = pauses.pause(project, by=handler, reason="等管线迁改", next_on=today() + timedelta(days=20))

    with in_days(30):
        project = pauses.resume(project, by=handler, note="管线已迁走")

        assert (project.state, project.due_on) == (ProjectState.IN_PROGRESS, add_workdays(today(), 60))
    assert last(project).sentence == "恢复办理：管线已迁走"
    assert last(project).limit_workdays is None


def test_the_next_word_may_put_the_day_off_with_news(handler):
    project = pauses.pause(
        make.project(ProjectState.IN_PROGRESS), by=handler, reason="等管线迁改", next_on=today() + timedelta(days=5)
    )
    next_on = today() + timedelta(days=15)

    project = pauses.say_more(project, by=handler, news="供电所月底来人", next_on=next_on)

    assert (project.state, project.due_on) == (ProjectState.PAUSED, next_on)
    assert last(project).sentence == f"仍在暂停，{next_on.month}月{next_on.day}日前再更新：供电所月底来人"


@pytest.mark.parametrize(
    ("reason", "days", "said"), [(" ", 5, "请写明理由"), ("等管线", 0, "今天以后"), ("等管线", -3, "今天以后")]
)
def test_a_pause_without_reason_or_a_day_ahead_is_refused(handler, reason, days, said):
    project = make.project(ProjectState.IN_PROGRESS)

    with pytest.raises(RuleBroken, match=said):
        pauses.pause(project, by=handler, reason=reason, next_on=today() + timedelta(days=days))

    project.refresh_from_db()
    assert project.state == ProjectState.IN_PROGRESS


@pytest.mark.parametrize("state", [ProjectState.COMPLETED, ProjectState.DECLINED, ProjectState.ON_NOTICE])
def test_what_is_over_or_on_notice_is_not_paused(handler, state):
    with pytest.raises(WrongState):
        pauses.pause(make.project(state), by=handler, reason="等管线", next_on=today() + timedelta(days=5))


def test_only_a_paused_project_goes_on(handler):
    with pytest.raises(WrongState):
        pauses.resume(make.project(ProjectState.IN_PROGRESS), by=handler)


def test_an_end_for_good_names_reason_rule_and_how_to_object(handler):
    project = pauses.terminate(
        make.project(ProjectState.IN_PROGRESS), by=handler, reason="地块被征收", rule="办法第20条"
    )

    assert project.state == ProjectState.TERMINATED
    assert last(project).sentence.startswith("项目终止，不再办理。不同意可在")
    with pytest.raises(WrongState):
        pauses.resume(project, by=handler)


def test_an_older_form_is_stale(handler):
    project = make.project(ProjectState.IN_PROGRESS)

    with pytest.raises(Stale):
        pauses.terminate(project, by=handler, reason="征收", rule="第20条", version=project.version + 1)
