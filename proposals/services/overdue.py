"""What is past its day is told upwards (超期上报): once when it is late, once more when it is late by half its limit.

The level already told is kept on the row, so the clock may ask every minute.
"""

from collections.abc import Mapping

from django.db import transaction

from civic.audit import record
from civic.calendar import workdays_between
from civic.models import Level, Organisation, Role
from civic.moments import today
from proposals import queries, rules, sentences
from proposals.models import PreReview, Project, ProjectState
from proposals.services import moves

TOWN, DISTRICT = ("镇街", Role.TOWN_APPROVER), ("区专班", Role.DISTRICT_OFFICE)
TOLD = {1: TOWN, 2: DISTRICT}
TOLD_BY_COUNTY = {1: DISTRICT, 2: ("区领导小组", None)}


@transaction.atomic
def tell_review(pk: int, *, by: str) -> bool:
    """One department's late pre-review (预审超期). False when there is nothing new to tell."""
    project = moves.locked(Project.objects.get(reviews=pk))
    review = queries.reviews_overdue(today()).select_related("department__area").filter(pk=pk).first()
    if review is None or review.due_on is None or review.department is None:
        return False
    late = workdays_between(review.due_on, today())
    level = rules.overdue_level(review.limit_workdays or 0, late, project.round.terms.escalate_share)
    if level <= review.overdue_level:
        return False
    PreReview.objects.filter(pk=pk).update(overdue_level=level)
    told, office = _told(review.department)[level]
    sentence = sentences.overdue(review.department.name, "预审", late, told)
    _record("review.overdue", project, sentence, by=by, to=office, late=late, limit=review.limit_workdays)
    return True


@transaction.atomic
def tell_project(pk: int, *, by: str) -> bool:
    """A late screening, or an answer from elsewhere that is late (受理、转办答复超期)."""
    project = moves.locked(Project(pk=pk))
    if not queries.screenings_overdue(today()).filter(pk=pk).exists() or project.due_on is None:
        return False
    late = workdays_between(project.due_on, today())
    level = rules.overdue_level(project.limit_workdays or 0, late, project.round.terms.escalate_share)
    if level <= project.overdue_level:
        return False
    Project.objects.filter(pk=pk).update(overdue_level=level)
    handed = project.state == ProjectState.TRANSFERRED
    unit, what = (project.handler_unit, "答复") if handed else (project.area.short_name, "受理")
    told, office = TOLD[level]
    sentence = sentences.overdue(unit, what, late, told)
    _record("project.overdue", project, sentence, by=by, to=office, late=late, limit=project.limit_workdays)
    return True


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
    )
    moves.touch(project)
