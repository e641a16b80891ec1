"""Time (时限): how long each unit took for its steps against the limit, and how many were in time (按时率)."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from civic.models import AuditEvent
from publicity.queries.stats.scope import Scope
from publicity.tables import Cell, Column, Line, Table, percent

ACTS = ("advance", "return", "merge", "transfer", "decline", "reserve", "start", "finish", "fail", "recheck", "accept")
FINISHED = (  # acts that end a step with a limit; an overdue notice or a task passed on ends none
    *(f"project.{act}" for act in ACTS),
    "project.reply",
    "review.answer",
    "objection.reply",
    "objection.recheck",
)
MOST = 8  # units told one by one
IN_TIME = Q(used_workdays__lte=F("limit_workdays"))
SUMS: dict[str, Any] = {
    "steps": Count("pk"),
    "used": Sum("used_workdays"),
    "limit": Sum("limit_workdays"),
    "in_time": Count("pk", filter=IN_TIME),
}
Sums = dict[str, Any]


def finished(scope: Scope) -> QuerySet[AuditEvent]:
    """The steps that a unit finished and that had a limit: what is counted, and what the list of them shows."""
    steps = AuditEvent.objects.filter(
        subject__in=scope.projects.values("code"),
        is_public=True,
        action__in=FINISHED,
        used_workdays__isnull=False,
        limit_workdays__isnull=False,
    )
    return steps.exclude(unit="").order_by()


def by_unit(scope: Scope) -> Table:
    """Steps finished by each unit, its mean days against the mean limit, and its share in time; one query."""
    units: Any = finished(scope).values("unit")
    found: list[Sums] = list(units.annotate(**SUMS))
    found.sort(key=lambda row: (-row["steps"], row["unit"]))
    told, others = found[:MOST], found[MOST:]
    rows = [Line(row["unit"], _cells(row)) for row in told]
    if others:
        rows.append(Line(_("其他%(count)s个单位") % {"count": len(others)}, _cells(_together(others))))
    whole = _together(found)
    return Table(
        key="clocks",
        title=_("用了几天，限几天"),
        headline=_said(whole),
        columns=(
            Column("unit", _("单位"), "text"),
            Column("steps", _("办结步骤")),
            Column("in_time", _("按限办结")),
            Column("late", _("超过时限")),
            Column("used", _("平均用时"), "days"),
            Column("limit", _("平均时限"), "days"),
            Column("rate", _("按时率"), "percent"),
        ),
        rows=tuple(rows),
        given_total=dict(zip(("used", "limit", "rate"), _cells(whole)[3:], strict=True)),
        definition=_(
            "按时率=按限办结的步骤÷全部办结步骤。天数是工作日，暂停和等补充材料的日子不算。只算单位办结的步骤，"
            "到期自动结束的公示不算。"
        ),
    )


def _together(rows: list[Sums]) -> Sums:
    return {name: sum(row[name] for row in rows) for name in ("steps", "used", "limit", "in_time")}


def _cells(row: Sums) -> tuple[Cell, ...]:
    steps, in_time = row["steps"], row["in_time"]
    means = (mean(row["used"], steps), mean(row["limit"], steps))
    return (steps, in_time, steps - in_time, *means, percent(in_time, steps))


def mean(total: int, count: int) -> Decimal | None:
    """Days with one decimal, half up."""
    return Decimal((total * 20 + count) // (2 * count)).scaleb(-1) if count else None


def _said(whole: Sums) -> str:
    if not whole["steps"]:
        return _("还没有办结有时限的步骤。")
    return _("%(steps)s个步骤里，%(rate)s按限办结，%(late)s个超过时限。") % {
        "steps": f"{whole['steps']:,}",
        "rate": f"{percent(whole['in_time'], whole['steps']):.1f}%",
        "late": f"{whole['steps'] - whole['in_time']:,}",
    }
