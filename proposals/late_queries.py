"""What is near its day or past it, and to whom it was told (快到期、超期): for the clock and for the desks above."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import F, Q, QuerySet

from proposals.models import PreReview, Project, ProjectState, ReviewState
from proposals.models.projects import CLOCKED
from proposals.queries import within

OPEN_REVIEW = Q(state=ReviewState.OPEN, project__state=ProjectState.IN_REVIEW)


def reviews_overdue(day: date) -> QuerySet[PreReview]:
    """Open tasks past their day that were not told all the way up yet (超期的预审)."""
    return PreReview.objects.filter(OPEN_REVIEW, due_on__lt=day, overdue_level__lt=2).order_by("id")


def steps_overdue(day: date) -> QuerySet[Project]:
    """Projects whose step is past its day and was not told all the way up yet (超期的步骤)."""
    return Project.objects.filter(state__in=CLOCKED, due_on__lt=day, overdue_level__lt=2).order_by("id")


def reviews_to_come(day: date, rounds: Collection[int]) -> QuerySet[PreReview]:
    """Open tasks of these rounds whose day is still to come and that nobody was reminded of (快到期的预审)."""
    due = PreReview.objects.filter(OPEN_REVIEW, due_on__gte=day, project__round__in=rounds)
    return due.exclude(near_told_on=F("due_on")).order_by("id")


def steps_to_come(day: date, rounds: Collection[int]) -> QuerySet[Project]:
    """Projects of these rounds whose step's day is still to come and that nobody was reminded of (快到期的步骤)."""
    due = Project.objects.filter(state__in=CLOCKED, due_on__gte=day, round__in=rounds)
    return due.exclude(near_told_on=F("due_on")).order_by("id")


def steps_told(places: Mapping[str, Iterable[str]]) -> QuerySet[Project]:
    """Steps that are late and were told to an office held in these places, by role (超期上报)."""
    return Project.objects.filter(_told(places, "area__code"), state__in=CLOCKED, overdue_level__gte=1)


def reviews_told(places: Mapping[str, Iterable[str]]) -> QuerySet[PreReview]:
    """Pre-reviews that are late and were told so; the district office finds them among those it watches (督办)."""
    return PreReview.objects.filter(OPEN_REVIEW, _told(places, "project__area__code"), overdue_level__gte=1)


def _told(places: Mapping[str, Iterable[str]], to: str) -> Q:
    found = Q(pk__in=[])
    for role, prefixes in places.items():
        found |= within(prefixes, to) & Q(overdue_told__contains=role)
    return found
