"""Whom to call about finished works (电话回访)."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from civic.moments import today
from delivery.models import CallBack, Rating
from delivery.queries.works import within
from proposals.models import ProjectState


def calls_due(prefixes: Iterable[str]) -> QuerySet[CallBack]:
    """Calls whose day has come in these places, the oldest first: nobody who has rated meanwhile or is gone."""
    rated = Rating.objects.filter(project=OuterRef("project"), person=OuterRef("person"))
    found = CallBack.objects.filter(within(prefixes, "project__area__code"), ~Exists(rated), outcome="")
    found = found.filter(due_on__lte=today(), person__erased_at=None, project__state=ProjectState.COMPLETED)
    return found.select_related("person", "project__area", "project__round").order_by("due_on", "pk")
