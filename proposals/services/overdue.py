"""What is near its day or past it is told upwards (快到期、超期上报), to whom the round's rules say.

Once when it is late, once more when it is late by half its limit; before that to whom the rules want reminded. What was
told already is kept on the row, so the clock may ask every minute.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from civic.audit import record
from civic.calendar import workdays_between
from civic.models import Level, Person, Role
from civic.models.record import Kind
from civic.moments import today
from civic.rules import check_reason
from proposals import contact_queries, late_queries, rules, sentences
from proposals.models import FirstContact, PreReview, Project, ProjectState, Round
from proposals.models.projects import OF_HIGHER_UP
from proposals.permissions import EXPLAINERS
from proposals.round_rules import RoundRules, Told
from proposals.services import moves

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


class Due(NamedTuple):
    """What there is to tell, by key; each is asked again under its lock."""

    reviews: list[int]
    steps: list[int]
    contacts: list[int]
    reviews_near: list[int]
    steps_near: list[int]


@transaction.atomic
def tell_review(pk: int, *, by: str) -> bool:
    """One department's late pre-review (预审超期). False when there is nothing new to tell."""
    project = moves.locked(Project.objects.get(reviews=pk))
    review = late_queries.reviews_overdue(today()).select_related("department__area").filter(pk=pk).first()
    if review is None or review.due_on is None or review.department is None:
        return False
    late = workdays_between(review.due_on, today())
    level = _level(project, review.limit_workdays, late)
    if level <= review.overdue_level:
        return False
    steps = _upwards(project.round.terms, is_higher=review.department.area.level not in {Level.TOWN, Level.VILLAGE})
    PreReview.objects.filter(pk=pk).update(overdue_level=level, overdue_told=_heard(steps, level))
    sentence = sentences.overdue(review.department.name, "预审", late, steps[level])
    _record("review.overdue", project, sentence, by=by, to=steps[level], late=late, limit=review.limit_workdays)
    return True


@transaction.atomic
def tell_project(pk: int, *, by: str) -> bool:
    """One late step of a project: whose it is, and to whom that is told (受理、议事、审批、开工、完工、验收超期)."""
    project = moves.locked(Project(pk=pk))
    if not late_queries.steps_overdue(today()).filter(pk=pk).exists() or project.due_on is None:
        return False
    late = workdays_between(project.due_on, today())
    level = _level(project, project.limit_workdays, late)
    if level <= project.overdue_level:
        return False
    steps = _upwards(project.round.terms, is_higher=project.state in OF_HIGHER_UP)
    Project.objects.filter(pk=pk).update(overdue_level=level, overdue_told=_heard(steps, level))
    sentence = sentences.overdue(_whose(project), WHAT[project.state], late, steps[level])
    _record("project.overdue", project, sentence, by=by, to=steps[level], late=late, limit=project.limit_workdays)
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
    to = project.round.terms.escalate_to
    sentence = sentences.overdue(project.area.short_name, "联系提议人", late, to)
    _record("contact.overdue", project, sentence, by=by, to=to, late=late, limit=contact.limit_workdays)
    return True


@transaction.atomic
def tell_review_near(pk: int, *, by: str) -> bool:
    """One department's pre-review that comes near its day, to whom the rules want reminded (预审快到期)."""
    project = moves.locked(Project.objects.get(reviews=pk))
    found = late_queries.reviews_to_come(today(), [project.round_id]).select_related("department").filter(pk=pk).first()
    if (
        found is None
        or found.department is None
        or not _is_near(project.round.terms, found.due_on, found.limit_workdays)
    ):
        return False
    PreReview.objects.filter(pk=pk).update(near_told_on=found.due_on)
    _remind("review.near_due", project, found.department.name, "预审", found.due_on, by=by)
    return True


@transaction.atomic
def tell_near(pk: int, *, by: str) -> bool:
    """One step that comes near its day, to whom the rules want reminded (快到期). Once for each day it is due on."""
    project = moves.locked(Project(pk=pk))
    waits = late_queries.steps_to_come(today(), [project.round_id]).filter(pk=pk).exists()
    if not waits or not _is_near(project.round.terms, project.due_on, project.limit_workdays):
        return False
    Project.objects.filter(pk=pk).update(near_told_on=project.due_on)
    _remind("project.near_due", project, _whose(project), WHAT[project.state], project.due_on, by=by)
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


def due_to_tell() -> Due:
    """The late reviews, steps and first contacts of which there is something new to tell, and what comes near its day."""
    rounds, day = Round.objects.in_bulk(), today()
    contacts = contact_queries.contacts_overdue(day).values_list(*ASKED_CONTACT)
    reminded = [pk for pk, one in rounds.items() if one.terms.near_due_to]
    reviews_near = late_queries.reviews_to_come(day, reminded).values_list(*ASKED_REVIEW[:4]) if reminded else ()
    steps_near = late_queries.steps_to_come(day, reminded).values_list(*ASKED_STEP[:4]) if reminded else ()
    return Due(
        [row[0] for row in late_queries.reviews_overdue(day).values_list(*ASKED_REVIEW) if _is_new(rounds, *row[1:])],
        [row[0] for row in late_queries.steps_overdue(day).values_list(*ASKED_STEP) if _is_new(rounds, *row[1:])],
        [row[0] for row in contacts if _is_new(rounds, *row[1:])],
        [pk for pk, its_round, *clock in reviews_near if _is_near(rounds[its_round].terms, *clock)],
        [pk for pk, its_round, *clock in steps_near if _is_near(rounds[its_round].terms, *clock)],
    )


def _is_near(terms: RoundRules, due_on: date | None, limit: int | None) -> bool:
    """Near by the round's own rules, and somebody beyond who has it to be reminded."""
    if due_on is None or not terms.near_due_to:
        return False
    return rules.deadline_chip(workdays_between(today(), due_on), limit, near=rules.near(terms)).kind == "soon"


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


def _upwards(terms: RoundRules, *, is_higher: bool) -> Mapping[int, Told]:
    """To whom the first and the second telling go: of what a village or a town has, or of what stands above them."""
    if is_higher:
        return {1: terms.escalate_higher_to, 2: terms.escalate_higher_next_to}
    return {1: terms.escalate_to, 2: terms.escalate_next_to}


def _heard(steps: Mapping[int, Told], level: int) -> str:
    """Everyone on whose desk it stands from now on."""
    return " ".join(dict.fromkeys(role for at in range(1, level + 1) for role in steps[at]))


def _remind(action: str, project: Project, unit: str, what: str, due_on: date | None, *, by: str) -> None:
    terms = project.round.terms
    assert due_on is not None  # noqa: S101  _is_near has seen to it
    sentence = sentences.near_due(unit, what, workdays_between(today(), due_on), terms.near_due_to)
    record(
        action,
        by=by,
        on=project,
        kind=Kind.DAILY,
        sentence=sentence,
        after=heard_in(terms.near_due_to),
        mark=project.mark,
        is_public=terms.overdue_is_public,
    )
    moves.touch(project)


def heard_in(to: Told) -> dict[str, Any] | None:
    """What the record keeps of it: the roles in whose inbox it comes; nobody's of those who have no desk here."""
    roles = [role for role in to if role in Role.values]
    return {"told": roles if len(roles) > 1 else roles[0]} if roles else None


def _record(action: str, project: Project, sentence: str, *, by: str, to: Told, late: int, limit: int | None) -> None:
    """The record says to whom it was told; those in that office find it in their inbox (`after`)."""
    record(
        action,
        by=by,
        on=project,
        sentence=sentence,
        after=heard_in(to),
        used_workdays=None if limit is None else limit + late,
        limit_workdays=limit,
        mark=project.mark,
        is_public=project.round.terms.overdue_is_public,
    )
    moves.touch(project)
