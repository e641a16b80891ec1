"""Lamps by place (亮灯): how the works stand, in five colours; as many as are being built and done."""

from collections import Counter

from django.db.models import Count
from django.utils.translation import gettext as _

from civic.moments import now
from delivery.queries.lamps import colours
from proposals.models import ProjectState
from publicity.queries.search import DOING
from publicity.queries.stats.scope import Scope, named, part_of
from publicity.tables import Column, Line, Table

COLOURS = ("green", "yellow", "red", "blue", "grey")
BUILT = (*DOING, ProjectState.COMPLETED)


def by_place(scope: Scope) -> Table:
    """Works under way by their lamp, finished ones blue, those without a work file grey; four queries."""
    found = colours(scope.projects, part_of(scope, "project__area_id"), now())
    built = scope.projects.filter(state__in=BUILT).annotate(place=part_of(scope)).values("place", "state")
    by_state: Counter[tuple[str, bool]] = Counter()
    for row in built.annotate(count=Count("pk")):
        by_state[row["place"], row["state"] == ProjectState.COMPLETED] += row["count"]
    places = named(scope, {place for place, _done in by_state})
    rows = []
    for place in sorted(places):
        lit = [found[place, colour] for colour in COLOURS[:3]]
        rest = (by_state[place, True], by_state[place, False] - sum(lit))
        rows.append(Line(places[place].short_name, (*lit, *rest)))
    sums = [sum(column) for column in zip(*(row.cells for row in rows), strict=True)] if rows else [0] * 5
    return Table(
        key="lamps",
        title=_("各处实施得怎样"),
        headline=_("绿灯%(green)s项，黄灯%(yellow)s项，红灯%(red)s项，蓝灯（已完成）%(blue)s项，灰灯%(grey)s项。")
        % dict(zip(COLOURS, sums, strict=True)),
        columns=(
            Column("place", _("地方"), "text"),
            Column("green", _("绿灯")),
            Column("yellow", _("黄灯")),
            Column("red", _("红灯")),
            Column("blue", _("蓝灯")),
            Column("grey", _("灰灯")),
        ),
        rows=tuple(rows),
        definition=_(
            "绿灯=按计划；黄灯=比计划慢、付款比进度快、很久没有更新或请款没有付；红灯=比计划慢很多（慢多少亮灯由办法定）；"
            "蓝灯=已完成；灰灯=在实施，还没有登记合同和里程碑。"
        ),
    )
