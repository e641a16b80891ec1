"""The lamps of many works at once (亮灯): how many shine in which colour, place by place."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from delivery.models import Milestone, Payment, PaymentState, Work
from delivery.rules.lamps import LIT, lamp
from proposals.models import Project, Round
from proposals.round_rules import RoundRules

ON_A_LAMP = ("contract_yuan", "changes_delta_yuan", "settled_yuan", "paid_yuan", "progress_percent", "last_news_at")
CLAIMED = (PaymentState.REQUESTED, PaymentState.REVIEWED)


def colours(projects: QuerySet[Project], place: Any, at: datetime) -> Counter[tuple[str, str]]:
    """How many works under way shine in which colour, by ``place`` (an expression over the work); two queries.

    The same answer as ``lamp_of`` for each, without loading their milestones and claims.
    """
    rounds = Round.objects.in_bulk()  # a handful; each reads its rules once
    return Counter(
        (work.place, _colour(work, rounds[work.project.round_id].terms, at))
        for work in _lit(projects, place, at).iterator()
    )


def _lit(projects: QuerySet[Project], place: Any, at: datetime) -> QuerySet[Any]:
    """Works under way, with what should be done by now and the oldest claim nobody paid."""
    on = at.astimezone(timezone.get_current_timezone()).date()
    due = Milestone.objects.filter(work=OuterRef("pk"), planned_on__lt=on).order_by().values("work")
    claims = Payment.objects.filter(work=OuterRef("pk"), state__in=CLAIMED).order_by().values("work")
    return (
        Work.objects.filter(project__in=projects.filter(state__in=LIT))
        .order_by()
        .select_related("project")
        .only("project__round_id", *ON_A_LAMP)
        .annotate(
            place=place,
            planned=Coalesce(Subquery(due.annotate(sum=Sum("share_percent")).values("sum")), 0),
            claimed_at=Subquery(claims.annotate(first=Min("requested_at")).values("first")),
        )
    )


def _colour(work: Any, terms: RoundRules, at: datetime) -> str:
    return lamp(
        terms,
        planned=min(100, work.planned),
        actual=work.progress_percent,
        paid=work.paid_percent,
        silent_days=(at - work.last_news_at).days,
        claim_days=(at - work.claimed_at).days if work.claimed_at else 0,
    ).colour
