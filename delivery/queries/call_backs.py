"""Whom to call about finished works (电话回访)."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from civic.moments import now, today
from delivery.models import CallBack, Rating
from delivery.queries.works import within
from delivery.rules.call_backs import MEND_DAYS
from proposals.models import ProjectState


def calls_due(prefixes: Iterable[str]) -> QuerySet[CallBack]:
    """Calls whose day has come in these places, the oldest first: nobody who has rated meanwhile or is gone."""
    rated = Rating.objects.filter(project=OuterRef("project"), person=OuterRef("person"))
    found = CallBack.objects.filter(within(prefixes, "project__area__code"), ~Exists(rated), outcome="")
    found = found.filter(due_on__lte=today(), person__erased_at=None, project__state=ProjectState.COMPLETED)
    return found.select_related("person", "project__area", "project__round").order_by("due_on", "pk")


def calls_ended(prefixes: Iterable[str]) -> QuerySet[CallBack]:
    """Calls ended in these places so lately that a mistake is still mended (刚打完的), the latest first."""
    since = now() - timedelta(days=MEND_DAYS)
    found = CallBack.objects.filter(within(prefixes, "project__area__code"), done_at__gte=since)
    found = found.filter(person__erased_at=None, project__state=ProjectState.COMPLETED)
    return found.select_related("person", "project__area", "project__round").order_by("-done_at", "-pk")
