"""What is near its day or past it is told upwards (快到期、超期上报), to whom the round's rules say.

Once when it is late, once more when it is late by half its limit; before that to whom the rules want reminded. What was
told already is kept on the row, so the clock may ask every minute; how it is told stands in ``telling``.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from civic.audit import record
from civic.models import Level, Person
from civic.moments import today
from civic.rules import check_reason
from proposals import contact_queries, late_queries, rules, sentences
from proposals.models import PreReview, Project, ProjectState, Round
from proposals.models.projects import OF_HIGHER_UP
from proposals.permissions import EXPLAINERS
from proposals.services import moves, telling
from proposals.services.telling import About

OF_VILLAGE = {ProjectState.FILED, ProjectState.FOR_ASSEMBLY}
WHAT: dict[str, str] = {
    ProjectState.FILED: "受理",
    ProjectState.TRANSFERRED: "答复",
    ProjectState.FOR_ASSEMBLY: "议事",
    ProjectState.FOR_APPROVAL: "审批",
    ProjectState.AWAITING_START: "签合同、开工",
    ProjectState.IN_PROGRESS: "完工",
    ProjectState.FOR_ACCEPTANCE: "验收",
}

OF_STEP, OF_TASK = "round_id", "project__round_id"  # where a row's round is


class Due(NamedTuple):
    """What there is to tell, by key; each is asked again under its lock."""

    reviews: Iterable[int]
    steps: Iterable[int]
    contacts: Iterable[int]
    reviews_near: Iterable[int]
    steps_near: Iterable[int]
    contacts_near: Iterable[int]


@transaction.atomic
def tell_review(pk: int, *, by: str) -> bool:
    """One department's late pre-review (预审超期). False when there is nothing new to tell."""
    project = moves.locked(Project.objects.get(reviews=pk))
    found = late_queries.overdue(late_queries.reviews_running(), today())
    review = found.select_related("department__area").filter(pk=pk).first()
    about = _of_review(review) if review else None
    return review is not None and about is not None and telling.late(review, project, about, by=by)


@transaction.atomic
def tell_project(pk: int, *, by: str) -> bool:
    """One late step of a project: whose it is, and to whom that is told (受理、议事、审批、开工、完工、验收超期)."""
    project = moves.locked(Project(pk=pk))
    if not late_queries.overdue(late_queries.steps_running(), today()).filter(pk=pk).exists():
        return False
    return telling.late(project, project, _of_step(project), by=by)


@transaction.atomic
def tell_contact(pk: int, *, by: str) -> bool:
    """A proposer nobody has spoken to by the day that was promised (联系超期)."""
    project = moves.locked(Project.objects.get(first_contact=pk))
    contact = late_queries.overdue(contact_queries.contacts_running(), today()).filter(pk=pk).first()
    return contact is not None and telling.late(contact, project, _of_contact(project), by=by)


@transaction.atomic
def tell_review_near(pk: int, *, by: str) -> bool:
    """One department's pre-review that comes near its day, to whom the rules want reminded (预审快到期)."""
    project = moves.locked(Project.objects.get(reviews=pk))
    found = late_queries.to_come(late_queries.reviews_running(), today(), [project.round_id], to=OF_TASK)
    review = found.select_related("department__area").filter(pk=pk).first()
    about = _of_review(review) if review else None
    return review is not None and about is not None and telling.near(review, project, about, by=by)


@transaction.atomic
def tell_contact_near(pk: int, *, by: str) -> bool:
    """A proposer who must be spoken to soon, to whom the rules want reminded (联系快到期)."""
    project = moves.locked(Project.objects.get(first_contact=pk))
    running = contact_queries.contacts_running()
    contact = late_queries.to_come(running, today(), [project.round_id], to=OF_TASK).filter(pk=pk).first()
    return contact is not None and telling.near(contact, project, _of_contact(project), by=by)


@transaction.atomic
def tell_near(pk: int, *, by: str) -> bool:
    """One step that comes near its day, to whom the rules want reminded (快到期). Once for each day it is due on."""
    project = moves.locked(Project(pk=pk))
    found = late_queries.to_come(late_queries.steps_running(), today(), [project.round_id], to=OF_STEP)
    if not found.filter(pk=pk).exists():
        return False
    return telling.near(project, project, _of_step(project), by=by)


@transaction.atomic
def explain(project: Project, *, by: Person, reason: str, version: int | None = None) -> Project:
    """Say in the record why a step is late (超期原因), as public as its lateness."""
    check_reason(reason)
    project = moves.locked(project)
    rules.check_version(project.version, version)
    rules.check_late(project.state, project.due_on, today())
    moves.touch(project)
    is_public = project.round.terms.overdue_is_public
    said = sentences.why_late()
    record(
        "project.overdue_reason",
        by=by,
        on=project,
        roles=EXPLAINERS,
        sentence=said,
        reason=reason,
        is_public=is_public,
    )
    return project


def due_to_tell() -> Due:
    """The late reviews, steps and first contacts of which there is something new to tell, and what comes near its day."""
    rounds = Round.objects.in_bulk()
    reviews = telling.news(late_queries.reviews_running(), rounds, to=OF_TASK)
    steps = telling.news(late_queries.steps_running(), rounds, to=OF_STEP)
    contacts = telling.news(contact_queries.contacts_running(), rounds, to=OF_TASK)
    return Due(reviews.late, steps.late, contacts.late, reviews.near, steps.near, contacts.near)


def _of_review(review: PreReview) -> About | None:
    """None where no clock runs, or no unit has the task."""
    if review.due_on is None or review.department is None:
        return None
    is_higher = review.department.area.level not in {Level.TOWN, Level.VILLAGE}
    return About("review", review.department.name, "预审", is_higher=is_higher)


def _of_contact(project: Project) -> About:
    return About("contact", project.area.short_name, "联系提议人")


def _of_step(project: Project) -> About:
    return About("project", _whose(project), WHAT[project.state], is_higher=project.state in OF_HIGHER_UP)


def _whose(project: Project) -> str:
    """The unit outside, the village, or the town whose step it is."""
    if project.state == ProjectState.TRANSFERRED:
        return project.handler_unit
    return project.area.short_name if project.state in OF_VILLAGE else telling.town_of(project.area)
