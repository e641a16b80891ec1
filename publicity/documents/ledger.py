"""The ledger of projects (台账): what is asked for is fixed as a list of keys, then written a thousand rows a step."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import F, QuerySet

from civic.models import Area
from civic.words import label as word
from civic.words import mask_staff
from delivery.queries.works import within
from proposals.models import Project, ProjectState, WorkType
from publicity.documents.book import AMOUNT, FIRST_ROW, PLAIN, Group, Layout, row, wan

STEP_ROWS = 1000
BY = {  # how rows stand together: what it is called, and what orders them
    "area": ("村居", "area_id"),
    "type": ("类型", "work_type"),
    "category": ("类别", "category"),
    "stage": ("状态", "state"),
    "sponsor": ("领办人", "sponsor_id"),
}
AMOUNTS = (
    ("estimate_yuan", "估算（万元）"),
    ("reviewed_yuan", "部门核定（万元）"),
    ("approved_yuan", "批准（万元）"),
    ("work__contract_yuan", "合同价（万元）"),
    ("work__changes_delta_yuan", "变更增减（万元）"),
    ("work__paid_yuan", "已付款（万元）"),
    ("work__settled_yuan", "结算（万元）"),
)
HEADS = ("序号", "编号", "项目", "年度", "镇街", "村居", "类型", "类别", "状态", "领办人")
STYLES = (*[PLAIN] * len(HEADS), *[AMOUNT] * len(AMOUNTS))
WIDTHS = (6, 16, 32, 8, 12, 16, 8, 16, 12, 10, *[14] * len(AMOUNTS))
NONE = "没有"
BY_COLUMN = {"area": 4, "type": 5, "category": 6, "stage": 7, "sponsor": 8}  # among a line's cells, without its number
STATES = {one.value: word(one) for one in ProjectState}
TYPES = {one.value: word(one) for one in WorkType}


def wanted(prefixes: Iterable[str], year: int | None) -> QuerySet[Project]:
    """The projects of some places, drafts left out; of one year, if asked."""
    found = Project.objects.filter(within(prefixes)).exclude(state=ProjectState.DRAFT)
    return found.filter(round__year=year) if year else found


def plan(prefixes: Iterable[str], by: str, year: int | None) -> dict[str, Any]:
    """What the ledger will hold: the keys in their order, and the sums so far."""
    order = F(BY[by][1]).asc(nulls_last=True)
    keys = list(wanted(prefixes, year).order_by(order, "pk").values_list("pk", flat=True))
    return {"by": by, "year": year, "keys": keys, "groups": []}


def steps(asked: dict[str, Any]) -> int:
    return -(-len(asked["keys"]) // STEP_ROWS)


def step(asked: dict[str, Any], number: int) -> bytes:
    """A thousand rows as XML; their sums are added to the plan's groups."""
    start = number * STEP_ROWS
    keys = asked["keys"][start : start + STEP_ROWS]
    lines = _lines(keys)
    at = BY_COLUMN[asked["by"]]
    for name, members in groupby(lines, key=lambda line: line[at]):
        _add(asked["groups"], str(name) or NONE, list(members))
    numbered = ((start + nth, line) for nth, line in enumerate(lines))
    return "".join(row(FIRST_ROW + nth, [nth + 1, *line], STYLES) for nth, line in numbered).encode()


def _lines(keys: list[int]) -> list[tuple[Any, ...]]:
    """The rows in the order of the keys."""
    names = ("pk", "code", "title", "round__year", "area_id", "work_type", "category", "state", "sponsor__name")
    found = Project.objects.filter(pk__in=keys).values(*names, *(name for name, _head in AMOUNTS))
    rows = {each["pk"]: each for each in found}
    codes = {each["area_id"] for each in rows.values()}
    places = Area.objects.filter(pk__in=codes | {_town(code) for code in codes}).in_bulk()
    return [_line(rows[key], places) for key in keys]


def _town(code: str) -> str:
    return f"{code[:9]}000"


def _line(project: dict[str, Any], places: dict[str, Area]) -> tuple[Any, ...]:
    code = project["area_id"]
    town = places.get(_town(code))
    sponsor = project["sponsor__name"]
    return (
        *(project["code"], project["title"], project["round__year"], town.name if town else "", places[code].name),
        *(TYPES[project["work_type"]], project["category"], STATES[project["state"]]),
        mask_staff(sponsor) if sponsor else "",
        *(wan(project[name]) for name, _head in AMOUNTS),
    )


def _add(groups: list[list[Any]], name: str, lines: list[tuple[Any, ...]]) -> None:
    """Add rows to the group they go on with, else begin the next; kept as text, for JSON has no decimals."""
    sums = [sum((line[at] or Decimal(0) for line in lines), Decimal(0)) for at in range(-len(AMOUNTS), 0)]
    if groups and groups[-1][0] == name:
        before = groups[-1]
        before[1] += len(lines)
        before[2] = [str(Decimal(old) + new) for old, new in zip(before[2], sums, strict=True)]
    else:
        groups.append([name, len(lines), [str(each) for each in sums]])


def groups_of(asked: dict[str, Any]) -> list[Group]:
    return [Group(name, count, tuple(map(Decimal, sums))) for name, count, sums in asked["groups"]]


def layout(asked: dict[str, Any]) -> Layout:
    """The sheets' title and headings."""
    year = f"{asked['year']}年" if asked["year"] else ""
    heads = (*HEADS, *(head for _name, head in AMOUNTS))
    first = len(HEADS)
    by = BY[asked["by"]][0]
    return Layout(f"{year}项目台账（按{by}，单位：万元）", by, heads, tuple(range(first, len(heads))), WIDTHS)
