"""Door to the big screen (大屏): a place's figures on a wall, the same as in its statistics, part after part."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from civic.models import Area
from civic.pages import page
from publicity.queries import wall
from publicity.queries.stats.composed import Statistics, statistics
from publicity.queries.stats.scope import Scope, of
from publicity.tables import amount

TURN_SECONDS = 20
PLACES_AT_ONCE = 9  # rows of lamps that stand on a 768 px screen in 28 px type


@require_safe
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """One part of the wall: steps and money, the lamps (as many parts as they need), what is late and what is new."""
    scope = of(get_object_or_404(Area, pk=code), request.GET.get("year", ""), request.GET.get("programme", ""))
    found = statistics(scope)
    lamps = Paginator(found.tables["lamps"].rows, PLACES_AT_ONCE)
    parts = ["steps", *(f"lamps-{number}" for number in lamps.page_range), "late"]
    asked = request.GET.get("part", "")
    part = asked if asked in parts else parts[0]
    return page(
        request,
        "publicity/screen.html",
        place=scope.area,
        scope=scope,
        counted_at=found.counted_at,
        showing=part.split("-")[0],
        next_part=parts[(parts.index(part) + 1) % len(parts)],
        parts=[(number, name, name == part) for number, name in enumerate(parts, start=1)],
        turn_seconds=TURN_SECONDS,
        query=scope.query,
        **_told(part, scope, found, lamps),
    )


def _told(part: str, scope: Scope, found: Statistics, lamps: Paginator) -> dict[str, Any]:
    """The numbers of one part, each as it stands in the statistics."""
    tables = found.tables
    overdue = next((row.cells[0] for row in tables["figures"].rows if "due=over" in row.url), 0)
    told: dict[str, Any] = {"overdue": overdue, "count": found.count}
    if part == "steps":
        return told | {"steps": tables["funnel"].shown_rows[:6], "pool": _pool(found), **_satisfied(found)}
    if part.startswith("lamps"):
        rows = lamps.page(int(part.removeprefix("lamps-"))).object_list
        return told | {"lamps": rows, "lamp_sums": tables["lamps"].total}
    return told | {"late": wall.overdue(scope), "news": wall.latest(scope)}


def _pool(found: Statistics) -> dict[str, Any]:
    """All pools of the place together; empty where none is registered."""
    table = found.tables["pools"]
    if not table.rows:
        return {}
    total, used, left = (amount(table.total_of(key)) for key in ("amount", "committed", "left"))
    return {"total": total, "used": used, "left": left, "share": int(used * 100 / total) if total else 0}


def _satisfied(found: Statistics) -> dict[str, Any]:
    """满意率 with its n, or n alone while there are too few."""
    row = found.tables["answers"].shown_rows[-1]
    _part, rated, share = row.cells
    return {"rated": rated, "satisfied": share if found.tables["answers"].rows[-1].cells[2] is not None else ""}
