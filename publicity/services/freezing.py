"""Freezing what is told of people's part (定格参与数): once a day, so that looking twice tells nothing of one person."""

from datetime import date

from django.db import transaction
from django.db.models import Count

from civic.moments import now
from proposals.models import Programme, Project
from publicity.models import Participation
from publicity.queries.search import PUBLIC


def freeze_for(day: date) -> None:
    """Freeze them unless they were on that day already."""
    if not Participation.objects.filter(taken_at__date=day).exists():
        freeze()


@transaction.atomic
def freeze() -> int:
    """Count the proposals by place, round and channel and let that stand for the day; returns how many rows."""
    found = Project.objects.filter(state__in=PUBLIC).exclude(round__programme=Programme.PRECEDENT).order_by()
    counted = found.values("area_id", "round_id", "channel").annotate(proposals=Count("pk"))
    at = now()
    rows = [Participation(taken_at=at, **row) for row in counted]
    Participation.objects.all().delete()
    return len(Participation.objects.bulk_create(rows, ignore_conflicts=True))
