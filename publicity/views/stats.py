"""Doors to the statistics and the money (统计、钱)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic.models import Level
from civic.moments import today
from civic.pages import page
from publicity import charted
from publicity.cards import figure_cards
from publicity.forms import StatsFilter
from publicity.queries import figures, search
from publicity.queries.stats.composed import Statistics, statistics
from publicity.queries.stats.scope import ALL, Scope, read


@require_safe
def stats(request: HttpRequest) -> HttpResponse:
    """How it goes (统计): steps, time, answers, who took part; each number with its list and its definition."""
    return _page(request, "publicity/stats.html", charted.of)


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Where the money goes (钱): pool, category, place, the whole ladder."""
    return _page(request, "publicity/money.html", charted.of_money)


def _page(request: HttpRequest, template: str, charts_of: Any) -> HttpResponse:
    scope = read(request.GET)
    if scope is None:
        return page(request, "publicity/empty.html")
    found = statistics(scope)
    headline = figures.headline(scope.area, scope.year) if scope.year and not scope.programme else None
    return page(
        request,
        template,
        place=scope.area,
        scope=scope,
        statistics=found,
        filters=StatsFilter(scope, search.rounds()),
        figures=figure_cards(headline, found.tables["clocks"]) if headline else [],
        charts=charts_of(found, scope) if found.count else [],
        active=_active(scope),
        others=_others(scope, found),
    )


def _active(scope: Scope) -> list[dict[str, str]]:
    """The filters that could be taken off where nothing was found."""
    on = {"programme": scope.programme, "year": str(scope.year or "")}
    labels = {"programme": scope.programme_word, "year": _("%(year)s年") % {"year": scope.year}}
    return [{"label": labels[name], "url": f"?{scope.without(name)}"} for name, value in on.items() if value]


def _others(scope: Scope, found: Statistics) -> dict[str, Any]:
    """What else there is about this scope, and how fresh it is."""
    return {
        "query": scope.query,
        "all_years": ALL,
        "is_this_year": scope.year == today().year,
        "has_screen": scope.area.level in (Level.COUNTY, Level.TOWN, Level.VILLAGE),
        "counted_at": found.counted_at,
    }
