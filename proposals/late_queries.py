"""What is near its day or past it, and to whom it was told (快到期、超期): for the clock and for the desks above."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.db.models import F, Model, Q, QuerySet

from civic.models import Role
from civic.permissions import User, scopes
from proposals.models import PreReview, Project, ProjectState, ReviewState
from proposals.models.projects import CLOCKED
from proposals.queries import within

OPEN_REVIEW = Q(state=ReviewState.OPEN, project__state=ProjectState.IN_REVIEW)
ABOVE = (Role.TOWN_APPROVER, Role.DISTRICT_OFFICE)  # who oversees; a handler named by the rules reads it in the inbox
Row = TypeVar("Row", bound=Model)


def above(user: User) -> dict[Role, list[str]]:
    """Where this person holds an office on whose desk stands what is told upwards, by role."""
    return {role: within for role in ABOVE if (within := scopes(user, role))}


def overdue(running: QuerySet[Row, Any], day: date) -> QuerySet[Row, Any]:
    """Of rows whose clock runs those past their day that were not told all the way up yet (超期)."""
    return running.filter(due_on__lt=day, overdue_level__lt=2).order_by("pk")


def to_come(running: QuerySet[Row, Any], day: date, rounds: Collection[int], *, to: str) -> QuerySet[Row, Any]:
    """Of rows whose clock runs those of these rounds, found at ``to``, whose day is to come and nobody was reminded of."""
    due = running.filter(due_on__gte=day, **{f"{to}__in": rounds})
    return due.exclude(near_told_on=F("due_on")).order_by("pk")


def told(running: QuerySet[Row, Any], places: Mapping[str, Iterable[str]], *, to: str) -> QuerySet[Row, Any]:
    """Of rows whose clock runs those that are late and were told to an office held in these places (超期上报).

    ``places`` by role; a row's place is its area's code at ``to``.
    """
    found = Q(pk__in=[])
    for role, prefixes in places.items():
        found |= within(prefixes, to) & Q(overdue_told__contains=role)
    return running.filter(found, overdue_level__gte=1)


def reviews_running() -> QuerySet[PreReview]:
    """Departments' tasks whose clock runs (待预审)."""
    return PreReview.objects.filter(OPEN_REVIEW)


def steps_running() -> QuerySet[Project]:
    """Projects that stand at a step with a clock of its own (办理中)."""
    return Project.objects.filter(state__in=CLOCKED)


def steps_told(places: Mapping[str, Iterable[str]]) -> QuerySet[Project]:
    """Steps that are late and were told to an office held in these places, by role (超期上报)."""
    return told(steps_running(), places, to="area__code")


def reviews_told(places: Mapping[str, Iterable[str]]) -> QuerySet[PreReview]:
    """Pre-reviews that are late and were told so; the district office finds them among those it watches (督办)."""
    return told(reviews_running(), places, to="project__area__code")
