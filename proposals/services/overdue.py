"""What is past its day is told upwards (超期上报): once when it is late, once more when it is late by half its limit.

The level already told is kept on the row, so the clock may ask every minute.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from civic.audit import record
from civic.calendar import workdays_between
from civic.models import Level, Organisation, Person, Role
from civic.moments import today
from civic.rules import check_reason
from proposals import contact_queries, queries, rules, sentences
from proposals.models import FirstContact, PreReview, Project, ProjectState, Round
from proposals.models.projects import OF_HIGHER_UP
from proposals.permissions import EXPLAINERS
from proposals.services import moves

TOWN, DISTRICT = ("镇街", Role.TOWN_APPROVER), ("区专班", Role.DISTRICT_OFFICE)
TOLD = {1: TOWN, 2: DISTRICT}
TOLD_BY_COUNTY = {1: DISTRICT, 2: ("区领导小组", None)}
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

ASKED_STEP = ("pk", "round_id", "due_on", "limit_workdays", "overdue_level")
ASKED_CONTACT = ("pk", "project__round_id", "due_on", "limit_workdays")
ASKED_REVIEW = ("pk", "project__round_id", "due_on", "limit_workdays", "overdue_level")


@transaction.atomic
def tell_review(pk: int, *, by: str) -> bool:
    """One department's late pre-review (预审超期). False when there is nothing new to tell."""
    project = moves.locked(Project.objects.get(reviews=pk))
    review = queries.reviews_overdue(today()).select_related("department__area").filter(pk=pk).first()
    if review is None or review.due_on is None or review.department is None:
        return False
    late = workdays_between(review.due_on, today())
    level = _level(project, review.limit_workdays, late)
    if level <= review.overdue_level:
        return False
    PreReview.objects.filter(pk=pk).update(overdue_level=level)
    told, office = _told(review.department)[level]
    sentence = sentences.overdue(review.department.name, "预审", late, told)
    _record("review.overdue", project, sentence, by=by, to=office, late=late, limit=review.limit_workdays)
    return True


@transaction.atomic
def tell_project(pk: int, *, by: str) -> bool:
    """One late step of a project: whose it is, and to whom that is told (受理、议事、审批、开工、完工、验收超期)."""
    project = moves.locked(Project(pk=pk))
    if not queries.steps_overdue(today()).filter(pk=pk).exists() or project.due_on is None:
        return False
    late = workdays_between(project.due_on, today())
    level = _level(project, project.limit_workdays, late)
    if level <= project.overdue_level:
        return False
    Project.objects.filter(pk=pk).update(overdue_level=level)
    told, office = (TOLD_BY_COUNTY if project.state in OF_HIGHER_UP else TOLD)[level]
    sentence = sentences.overdue(_whose(project), WHAT[project.state], late, told)
    _record("project.overdue", project, sentence, by=by, to=office, late=late, limit=project.limit_workdays)
    return True


@transaction.atomic
def tell_contact(pk: int, *, by: str) -> bool:
    """A proposer nobody has spoken to by the day that was promised (联系超期); told to the town, once."""
    project = moves.locked(Project.objects.get(first_contact=pk))
    contact = contact_queries.contacts_overdue(today()).filter(pk=pk).first()
    if contact is None or not _level(
        project, contact.limit_workdays, late := workdays_between(contact.due_on, today())
    ):
        return False
    FirstContact.objects.filter(pk=pk).update(was_told=True)
    told, office = TOWN
    sentence = sentences.overdue(project.area.short_name, "联系提议人", late, told)
    _record("contact.overdue", project, sentence, by=by, to=office, late=late, limit=contact.limit_workdays)
    return True


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


def due_to_tell() -> tuple[list[int], list[int], list[int]]:
    """The late reviews, the late steps and the late first contacts of which there is something new to tell; each is asked again under its lock."""
    rounds = Round.objects.in_bulk()
    return (
        [row[0] for row in queries.reviews_overdue(today()).values_list(*ASKED_REVIEW) if _is_new(rounds, *row[1:])],
        [row[0] for row in queries.steps_overdue(today()).values_list(*ASKED_STEP) if _is_new(rounds, *row[1:])],
        [
            row[0]
            for row in contact_queries.contacts_overdue(today()).values_list(*ASKED_CONTACT)
            if _is_new(rounds, *row[1:])
        ],
    )


def _is_new(rounds: Mapping[int, Round], round_pk: int, due_on: date, limit: int | None, told: int = 0) -> bool:
    terms = rounds[round_pk].terms
    late = workdays_between(due_on, today())
    return rules.overdue_level(limit or 0, late, terms.escalate_share, terms.escalate_after_workdays) > told


def _level(project: Project, limit: int | None, late: int) -> int:
    terms = project.round.terms
    return rules.overdue_level(limit or 0, late, terms.escalate_share, terms.escalate_after_workdays)


def _whose(project: Project) -> str:
    """The unit outside, the village, or the town whose step it is."""
    if project.state == ProjectState.TRANSFERRED:
        return project.handler_unit
    area = project.area
    is_town = project.state not in OF_VILLAGE and area.level == Level.VILLAGE and area.parent is not None
    return area.parent.short_name if is_town and area.parent else area.short_name


def _told(department: Organisation) -> Mapping[int, tuple[str, Role | None]]:
    """A town's unit is told on to the town, a county's to the district office; then one step higher."""
    return TOLD if department.area.level in {Level.TOWN, Level.VILLAGE} else TOLD_BY_COUNTY


def _record(
    action: str, project: Project, sentence: str, *, by: str, to: Role | None, late: int, limit: int | None
) -> None:
    """The record says to whom it was told; those in that office find it in their inbox (`after`)."""
    record(
        action,
        by=by,
        on=project,
        sentence=sentence,
        after={"told": to} if to else None,
        used_workdays=None if limit is None else limit + late,
        limit_workdays=limit,
        mark=project.mark,
        is_public=project.round.terms.overdue_is_public,
    )
    moves.touch(project)
