"""Two officers and one project at the same instant (并发): one outcome, one event; without the lock the fault shows."""

import time
from datetime import timedelta

import pytest

from civic.models import AuditEvent, Role
from civic.moments import today
from proposals import queries
from proposals.models import Project, ProjectState, ReviewFinding, Screening
from proposals.rules import Answer, Stale, WrongState
from proposals.services import intake, merging, moves, overdue, reviews
from tests import make
from tests.racing import WAY, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CHECKLIST = ("权属清楚", "符合规划", "没有安全隐患", "不重复建设", "后期有人管养", "预算有依据")
FEASIBLE = Answer(finding=ReviewFinding.FEASIBLE, checklist=dict.fromkeys(CHECKLIST, "yes"))


def moves_of(project):
    states = ("project.advance", "project.decline", "project.merge")
    return AuditEvent.objects.filter(subject=project.code, action__in=states).count()


def unlocked(project):
    """What everybody would read who does not wait for the other: the row as it was."""
    found = Project.objects.select_related("round", "area", "proposer").get(pk=project.pk)
    time.sleep(0.3)
    return found


@pytest.fixture
def officers():
    return [make.officer(Role.SOCIAL_WORKER), make.officer(Role.VILLAGE_OFFICE)]


def test_sixty_four_acceptances_at_once_are_one(officers):
    project = make.project()

    answers = at_once(lambda n: intake.accept(project, by=officers[n % 2]))

    assert sorted(type(a).__name__ for a in answers) == ["Project"] + ["WrongState"] * (WAY - 1)
    assert moves_of(project) == 1
    assert Screening.objects.count() == 1
    assert {(t.attempt, t.duty) for t in project.reviews.all()} == {(1, "建设"), (1, "财政")}
    assert project.reviews.count() == 2


def test_of_an_acceptance_and_a_refusal_at_once_one_stands(officers):
    project = make.project()

    def act(number):
        if number % 2:
            return intake.decline(project, by=officers[1], reason="属于物业", rule="办法第8条", version=project.version)
        return intake.accept(project, by=officers[0], version=project.version)

    answers = at_once(act, 8)

    done = [a for a in answers if isinstance(a, Project)]
    assert len(done) == 1
    assert {type(a) for a in answers} - {Project} <= {WrongState, Stale}
    project.refresh_from_db()
    assert project.state == done[0].state
    assert moves_of(project) == Screening.objects.count() == 1


def test_without_the_lock_both_officers_would_have_their_way(officers, monkeypatch):
    """The negative control: the lock is what holds, not luck."""
    project = make.project()
    monkeypatch.setattr(moves, "locked", unlocked)

    answers = at_once(lambda n: intake.accept(project, by=officers[n]), 2)

    assert [type(a) for a in answers] == [Project, Project]
    assert moves_of(project) == Screening.objects.count() == 2


def test_two_reviewers_of_one_department_answer_once():
    building = make.organisation("镇建设办", duty="建设")
    its_round = make.round_(rules={"review_departments": {"works": ["建设"]}})
    project = intake.accept(make.project(round=its_round), by=make.officer(Role.SOCIAL_WORKER))
    review = queries.reviews_of(project).get()
    reviewers = [make.officer(Role.REVIEWER, make.TOWN, organisation=building) for _n in range(2)]

    answers = at_once(lambda n: reviews.answer(review, by=reviewers[n % 2], answer=FEASIBLE), 16)

    project.refresh_from_db()
    assert sum(not isinstance(a, Exception) for a in answers) == 1
    assert {type(a) for a in answers if isinstance(a, Exception)} <= {WrongState, Stale}
    assert project.state == ProjectState.FOR_ASSEMBLY
    assert AuditEvent.objects.filter(subject=project.code, sentence__startswith="预审通过").count() == 1


def test_the_last_two_departments_at_once_conclude_once():
    units = {duty: make.organisation(f"镇{duty}办", duty=duty) for duty in ("建设", "财政")}
    project = intake.accept(make.project(), by=make.officer(Role.SOCIAL_WORKER))
    tasks = list(queries.reviews_of(project).order_by("id"))
    reviewers = [make.officer(Role.REVIEWER, make.TOWN, organisation=units[task.duty]) for task in tasks]

    answers = at_once(lambda n: reviews.answer(tasks[n], by=reviewers[n], answer=FEASIBLE), 2)

    project.refresh_from_db()
    assert not [a for a in answers if isinstance(a, Exception)]
    assert (project.state, project.reviewed_yuan) == (ProjectState.FOR_ASSEMBLY, project.estimate_yuan)


def test_two_projects_merged_into_each_other_at_once_do_not_lock_up_or_vanish(officers):
    its_round, proposer = make.round_(), make.person()
    two = [make.project(round=its_round, proposer=proposer) for _n in range(2)]

    answers = at_once(
        lambda n: merging.propose(two[n % 2], target=two[1 - n % 2], by=officers[n % 2], reason="同一处"), 16
    )

    states = sorted(Project.objects.filter(pk__in=[p.pk for p in two]).values_list("state", flat=True))
    assert sum(not isinstance(a, Exception) for a in answers) == 1
    assert states == [ProjectState.FILED, ProjectState.MERGED]


def test_two_clocks_tell_a_late_screening_once():
    project = make.project(due_on=today() - timedelta(days=7))

    told = at_once(lambda _n: overdue.tell_project(project.pk, by="task:tell_overdue"), 8)

    assert sorted(told) == [False] * 7 + [True]
    assert AuditEvent.objects.filter(action="project.overdue").count() == 1
