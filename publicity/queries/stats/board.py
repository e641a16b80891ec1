"""The board in the statistics (民声黑板): how its matters stand, and what of them was answered and solved."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import AuditEvent
from publicity.queries.stats.scope import Scope
from publicity.tables import Column, Line, Table
from wishes.models import WAITING, Demand, DemandState

S = DemandState


@dataclass(frozen=True)
class Matters:
    """Matters by state, and how many were ever reported done (报过办理)."""

    by_state: dict[str, int]
    reported_done: int

    @property
    def received(self) -> int:
        return sum(self.by_state.values())

    @property
    def answered(self) -> int:
        """Everything but what still waits to be taken in (已受理或说明)."""
        return self.received - self.by_state[S.FILED]

    @property
    def solved(self) -> int:
        """Only what its reporter, or a dated look on site, called solved."""
        return self.by_state[S.SOLVED]


def counted(scope: Scope) -> Matters:
    """The matters of a place that came in a year; a programme has none. One query."""
    finished = Exists(AuditEvent.objects.filter(subject=OuterRef("number"), action="demand.finish"))
    states = {state.value: Count("pk", filter=Q(state=state)) for state in S}
    found = _inside(scope).annotate(finished=finished)
    counts = found.aggregate(**states, reported_done=Count("pk", filter=Q(finished=True)))
    return Matters(reported_done=counts.pop("reported_done"), by_state=counts)


def _inside(scope: Scope) -> QuerySet[Demand]:
    found = Demand.objects.filter(area__code__startswith=scope.area.prefix).order_by()
    if scope.programme:
        return found.filter(pk__in=[])
    return found.filter(filed_at__year=scope.year) if scope.year else found


def table(scope: Scope, matters: Matters) -> Table:
    """How the matters stand (黑板上的事), each state with its list where the board can list just these."""
    rows = [Line(str(state.label), (matters.by_state[state],), _list(scope, state)) for state in S]
    words = _("登记%(all)s件：已解决%(solved)s件，已办理、等确认%(done)s件，等受理和在办的%(waiting)s件。")
    said = words % {
        "all": f"{matters.received:,}",
        "solved": f"{matters.solved:,}",
        "done": f"{matters.by_state[S.DONE]:,}",
        "waiting": f"{sum(matters.by_state[state] for state in WAITING):,}",
    }
    return Table(
        key="board",
        title=_("民声黑板上的事办得怎样"),
        headline=_("黑板上的事不分项目类别，选全部类别才有数。") if scope.programme else said,
        columns=(Column("state", _("状态"), "text"), Column("matters", _("件"))),
        rows=() if scope.programme else tuple(rows),
        definition=_("按登记的年度算。已解决=报的人确认，或现场查看写明解决了；只有办的人说办好了，算已办理待确认。"),
    )


def _list(scope: Scope, state: DemandState) -> str:
    """The board's own list of just these."""
    asked = {"area": scope.area.code, "state": state, "year": str(scope.year or "")}
    return f"{reverse('wishes:board')}?{urlencode({name: value for name, value in asked.items() if value})}"
