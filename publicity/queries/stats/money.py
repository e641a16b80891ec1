"""Money (钱): pools, then by category, then by place, the whole ladder; every total the sum of its rows."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from delivery.models import Pool
from delivery.models.money import EntryKind
from publicity.queries.search import BEST_YUAN, PAID_YUAN
from publicity.queries.stats.scope import Scope, named, part_of
from publicity.tables import Column, Line, Table, amount

SUMS: dict[str, Any] = {
    "planned": Sum(BEST_YUAN),
    "estimate": Sum("estimate_yuan"),
    "reviewed": Sum("reviewed_yuan"),
    "approved": Sum("approved_yuan"),
    "contract": Sum("work__contract_yuan"),
    "changes": Sum("work__changes_delta_yuan"),
    "paid": Sum(PAID_YUAN),
    "settled": Sum("work__settled_yuan"),
}
Sums = dict[str, Any]
Areas = dict[str, list[tuple[str, Decimal]]]
MOST_PLACES = 5  # places of a category told apart; the others stand together


def ladder_columns(key: str, label: str) -> tuple[Column, ...]:
    return (
        Column(key, label, "text"),
        Column("projects", _("项")),
        Column("planned", _("计划投入（元）"), "yuan"),
        Column("estimate", _("提议估算（元）"), "yuan"),
        Column("reviewed", _("部门核定（元）"), "yuan"),
        Column("approved", _("批准金额（元）"), "yuan"),
        Column("contract", _("合同价（元）"), "yuan"),
        Column("changes", _("变更增减（元）"), "yuan"),
        Column("paid", _("已付款（元）"), "yuan"),
        Column("settled", _("结算金额（元）"), "yuan"),
    )


def pools(scope: Scope) -> Table:
    """The pools of the place and of all in it (资金池); one query."""
    inside = Pool.objects.filter(area__code__startswith=scope.area.prefix, round__in=[one.pk for one in scope.rounds])
    moved = {
        "carried": Sum("entries__delta_yuan", filter=Q(entries__kind__in=[EntryKind.CARRY_IN, EntryKind.CARRY_OUT])),
        "surplus": Sum("entries__delta_yuan", filter=Q(entries__kind=EntryKind.SURPLUS)),
    }
    found = inside.select_related("area", "round").annotate(**moved).order_by("area_id", "round_id")
    rows = [
        Line(
            _pool_name(pool, scope),
            (
                pool.amount_yuan,
                pool.committed_yuan,
                pool.left_yuan,
                abs(pool.surplus or Decimal(0)),  # type: ignore[attr-defined]
                pool.carried or Decimal(0),  # type: ignore[attr-defined]
            ),
        )
        for pool in found
    ]
    total, used = (sum((amount(row.cells[n]) for row in rows), Decimal(0)) for n in (0, 1))
    said = _("资金池一共%(total)s万元，批出%(used)s万元，还剩%(left)s万元。") % {
        name: f"{yuan / 10000:,.2f}" for name, yuan in (("total", total), ("used", used), ("left", total - used))
    }
    return Table(
        key="pools",
        title=_("资金池"),
        headline=said if rows else _("这里没有登记资金池。"),
        columns=(
            Column("pool", _("资金池"), "text"),
            Column("amount", _("总额（元）"), "yuan"),
            Column("committed", _("已批（元）"), "yuan"),
            Column("left", _("可用（元）"), "yuan"),
            Column("surplus", _("结余退回（元）"), "yuan"),
            Column("carried", _("结转进出（元）"), "yuan"),
        ),
        rows=tuple(rows),
        definition=_("可用=总额−已批。结余退回后，已批相应减少。上年结转进来加在总额里，结转到下年从总额里减去。"),
    )


def _pool_name(pool: Pool, scope: Scope) -> str:
    """The round, and the place where it is another than the one that is looked at."""
    return pool.round.name if pool.area == scope.area else f"{pool.area.short_name} · {pool.round.name}"


def by_category(scope: Scope) -> Table:
    """The ladder by category (类别); one query."""
    found = _summed(scope, name=F("category"))
    rows = [Line(row["name"], _cells(row), scope.list_url(cat=row["name"], sort="money")) for row in found]
    return Table(
        key="money_categories",
        title=_("钱花在哪类事上"),
        headline=_said(rows),
        columns=ladder_columns("category", _("类别")),
        rows=tuple(rows),
        definition=_planned_words(),
    )


def by_place(scope: Scope) -> Table:
    """The ladder by place (各村居); two queries."""
    found = _summed(scope, name=part_of(scope))
    places = named(scope, {row["name"] for row in found})
    rows = [
        Line(
            places[row["name"]].short_name,
            _cells(row),
            "" if places[row["name"]] == scope.area else scope.list_url(area=places[row["name"]].code, sort="money"),
        )
        for row in found
    ]
    return Table(
        key="money_places",
        title=_("钱花在哪里"),
        headline=_said(rows),
        columns=ladder_columns("place", _("地方")),
        rows=tuple(rows),
        definition=_planned_words(),
    )


def by_year(scope: Scope) -> Table:
    """The ladder by year (每年花了多少), the newest first; each year as the money page of that year has it. One query."""
    found = sorted(_summed(scope, name=F("round__year")), key=lambda row: -row["name"])
    rows = [
        Line(_("%(year)s年") % {"year": row["name"]}, _cells(row), scope.list_url(year=str(row["name"]), sort="money"))
        for row in found
    ]
    return Table(
        key="money_years",
        title=_("每年花了多少钱"),
        headline=_said_of_years(rows),
        columns=ladder_columns("year", _("年度")),
        rows=tuple(rows),
        definition=_planned_words(),
    )


def _said_of_years(rows: list[Line]) -> str:
    if not rows:
        return _("还没有项目。")
    planned, paid = (sum((amount(row.cells[n]) for row in rows), Decimal(0)) for n in (1, 7))
    return _("%(count)d年一共计划投入%(planned)s万元，已付款%(paid)s万元。") % {
        "count": len(rows),
        "planned": f"{planned / 10000:,.2f}",
        "paid": f"{paid / 10000:,.2f}",
    }


def by_both(scope: Scope) -> Areas:
    """What is planned by category and, in it, by place; two queries. Places with little stand together."""
    found = (
        scope.projects.annotate(place=part_of(scope))
        .values("category", "place")
        .annotate(planned=Sum(BEST_YUAN))
        .order_by("category", "place")
    )
    rows = [row for row in found if row["planned"]]
    places = named(scope, {row["place"] for row in rows})
    split: Areas = {}
    for row in rows:
        split.setdefault(row["category"], []).append((places[row["place"]].short_name, row["planned"]))
    return {category: _largest(found) for category, found in split.items()}


def _largest(places: list[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    ranked = sorted(places, key=lambda place: -place[1])
    rest = sum((yuan for _name, yuan in ranked[MOST_PLACES:]), Decimal(0))
    return ranked[:MOST_PLACES] + ([(_("其他地方"), rest)] if rest else [])


def areas(split: Areas) -> Table:
    """Category and place together (哪类事、在哪里)."""
    rows = [
        Line(_("%(category)s · %(place)s") % {"category": category, "place": place}, (yuan,))
        for category, places in split.items()
        for place, yuan in places
    ]
    most = max(rows, key=lambda row: amount(row.cells[0]), default=None)
    said = _("最多的是%(name)s，%(most)s万元。")
    return Table(
        key="money_areas",
        title=_("哪类事，在哪里"),
        headline=said % {"name": most.label, "most": f"{amount(most.cells[0]) / 10000:,.2f}"}
        if most
        else _("还没有项目。"),
        columns=(Column("what", _("类别和地方"), "text"), Column("planned", _("计划投入（元）"), "yuan")),
        rows=tuple(rows),
        definition=_planned_words(),
    )


def _planned_words() -> str:
    return _("计划投入=每一项现在知道的金额：批准了的按批准金额，没有的按部门核定，再没有的按提议估算。")


def _summed(scope: Scope, name: Any) -> list[Sums]:
    """Each group's projects and amounts, the most money first."""
    found: Any = scope.projects.annotate(name=name).values("name").annotate(projects=Count("pk"), **SUMS)
    return sorted(found, key=lambda row: (-(row["planned"] or 0), row["name"]))


def _cells(row: Sums) -> tuple[Any, ...]:
    return (row["projects"], *(row[name] or Decimal(0) for name in SUMS))


def _said(rows: list[Line]) -> str:
    if not rows:
        return _("还没有项目。")
    planned, paid = (sum((amount(row.cells[n]) for row in rows), Decimal(0)) for n in (1, 7))
    most = rows[0]
    return _("计划投入%(planned)s万元，已付款%(paid)s万元；最多的是%(name)s，%(most)s万元。") % {
        "planned": f"{planned / 10000:,.2f}",
        "paid": f"{paid / 10000:,.2f}",
        "name": most.label,
        "most": f"{amount(most.cells[1]) / 10000:,.2f}",
    }
