"""Which picture tells which statistic (图表): from tables to charts, with their downloads."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from civic import charts
from civic.charts import Drawing
from publicity.queries.stats.composed import Statistics
from publicity.queries.stats.scope import Scope
from publicity.tables import Chart, Table, as_rows, names, written

FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))
SHOWN = (
    "funnel",
    "clocks",
    "answers",
    "board",
    "lamps",
    "proposal_channels",
    "voter_channels",
    "voter_ages",
    "refusals",
)
LAMPS, LAMP_SERIES = ("green", "yellow", "red", "blue", "grey"), (2, 3, 4, 1, 6)


def chart(table: Table, scope: Scope, *drawings: Drawing) -> Chart:
    """A table with its pictures and the addresses of its downloads."""
    return Chart(table, drawings or (_drawing(table),), files(table, scope))


def files(table: Table, scope: Scope) -> tuple[tuple[str, str], ...]:
    return tuple(
        (label, f"{reverse('publicity:stats_file', args=[table.key, kind])}?{scope.query}") for kind, label in FORMATS
    )


def of(statistics: Statistics, scope: Scope) -> list[Chart]:
    """The charts of the statistics page."""
    return [chart(table, scope) for table in statistics.of(SHOWN)]


def of_money(statistics: Statistics, scope: Scope) -> list[Chart]:
    """The charts of the money page: pools, categories, both together (as areas on a wide screen), places; years."""
    pools, categories, both, places = statistics.of(("pools", "money_categories", "money_areas", "money_places"))
    years = [] if scope.year else statistics.of(("money_years",))
    return [
        chart(pools, scope),
        *(chart(table, scope) for table in years),
        chart(categories, scope),
        chart(both, scope, charts.bars(as_rows(both, "planned")), charts.treemap(_areas(statistics))),
        chart(places, scope),
    ]


def _areas(statistics: Statistics) -> list[tuple[str, Sequence[charts.Row]]]:
    return [
        (category, [charts.Row(name, (yuan,), (written(yuan, "yuan", in_chart=True),)) for name, yuan in places])
        for category, places in statistics.areas.items()
    ]


def _drawing(table: Table) -> Drawing:
    """The picture that suits a table."""
    if table.key == "funnel":
        return _steps(table)
    if table.key == "clocks":
        return charts.bars(as_rows(table, "used", "limit"), names(table, "used", "limit"))
    if table.key == "lamps":
        return charts.stacked(as_rows(table, *LAMPS), names(table, *LAMPS), LAMP_SERIES)
    if table.key == "money_years":
        return charts.bars(as_rows(table, "planned", "paid"), [_("计划投入"), _("已付款")])
    if table.key == "pools":
        return charts.stacked(as_rows(table, "committed", "left"), [_("已批"), _("可用")])
    only = {"answers": "share", "money_places": "planned", "money_categories": "planned"}
    return charts.bars(as_rows(table, only.get(table.key, table.columns[-1].key)))


def _steps(table: Table) -> Drawing:
    """The funnel: as wide as what came so far, with what stands there now beside; endings are in the table."""
    rows = []
    for line in table.rows:
        now, reached = line.cells
        if reached is not None:
            shown = _("走到%(reached)s · 现在%(now)s") % {
                "reached": written(reached, "count"),
                "now": written(now, "count"),
            }
            rows.append(charts.Row(line.label, (reached,), (shown,)))  # type: ignore[arg-type]
    return charts.funnel(rows)
