"""The headline figures (数): counted by the very condition of the list each leads to, so that they agree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse

from civic.models import Area
from proposals.models import Programme, Project, Round
from publicity.queries import areas, search
from publicity.queries.search import BEST_YUAN, PAID_YUAN, RoundKey, Wanted, condition

COUNTED: dict[str, dict[str, Any]] = {  # figure: what its list asks for, beside place and year
    "projects": {},
    "micro_projects": {"programme": Programme.MICRO},
    "self_chosen": {"programme": Programme.SELF_CHOSEN},
    "micro_done": {"programme": Programme.MICRO, "status": "completed"},
    "micro_in_progress": {"programme": Programme.MICRO, "status": "doing"},
    "leader_sponsored_inside": {"sponsor": "yes"},
    "overdue": {"due": "over"},
}


@dataclass(frozen=True)
class Headline:
    """The figures of a place and a year, and for each the address of the list that is as long."""

    area: Area
    year: int | None
    counts: dict[str, int]
    lists: dict[str, str]
    planned_yuan: Decimal
    paid_yuan: Decimal
    villages_with_social_worker: int
    villages: int

    @property
    def workers_list(self) -> str:
        """The villages with a social worker, as many as the figure says."""
        return f"{reverse('publicity:areas')}?area={self.area.code}&worker=yes"


def headline(area: Area, year: int | None) -> Headline:
    """The figures of one year; of none (0) where a place has no round yet."""
    return headlines(area, [year or 0])[0]


def headlines(area: Area, years: Sequence[int], rounds: Sequence[RoundKey] | None = None) -> list[Headline]:
    """The figures of some years, in their order: three queries for the rounds, if they are not at hand, all the
    projects, the villages."""
    known = [each for each in (search.rounds() if rounds is None else rounds) if each[1] in years]
    asked: dict[str, Any] = {name: Count("pk", filter=condition(Wanted(**COUNTED[name]), known)) for name in COUNTED}
    by_year = (
        Project.objects.filter(condition(Wanted(area=area.code), known))
        .order_by()
        .values("round__year")
        .annotate(**asked, planned=Sum(BEST_YUAN), paid=Sum(PAID_YUAN))
    )
    found: dict[int, dict[str, Any]] = {row["round__year"]: dict(row) for row in by_year}
    served, villages = areas.coverage(area)
    return [
        Headline(
            area=area,
            year=year or None,
            counts={name: found.get(year, {}).get(name, 0) for name in COUNTED},
            lists={name: list_of(name, area, year).query for name in COUNTED},
            planned_yuan=found.get(year, {}).get("planned") or Decimal(0),
            paid_yuan=found.get(year, {}).get("paid") or Decimal(0),
            villages_with_social_worker=served,
            villages=villages,
        )
        for year in years
    ]


def list_of(name: str, area: Area, year: int | None) -> Wanted:
    """The list a figure leads to."""
    return replace(Wanted(**COUNTED[name]), area=area.code, year=str(year or ""))


def rounds_of(area: Area) -> list[Round]:
    """The rounds that concern a place: its own, those above it and those below, newest year first."""
    near = Q(area_id__in=areas.path_codes(area.code)) | Q(area__code__startswith=area.prefix)
    return list(Round.objects.filter(near).exclude(programme=Programme.PRECEDENT).select_related("area"))


def all_rounds() -> list[Round]:
    """Every round but the precedents, newest first, with its place."""
    rounds = Round.objects.exclude(programme=Programme.PRECEDENT).select_related("area")
    return list(rounds.order_by("-year", "pk"))
