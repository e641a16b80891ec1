"""Places as a table (导入地方): official lists of codes; level and superior follow from the code where they are not said."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from civic.areas import import_areas
from civic.imports.kinds import ADDED, CHANGED, SAME, Actor, Kind, Outcome, importable
from civic.models import Level
from civic.models.areas import DIGITS
from civic.moments import today
from civic.tables.layout import Column, Row
from civic.tables.progress import CHECKING, each

LEVELS = {
    "省": "province", "省级": "province", "市": "prefecture", "市级": "prefecture", "地级": "prefecture",
    "区县": "county", "区": "county", "县": "county", "县级": "county",
    "镇街": "town", "镇": "town", "街道": "town", "乡": "town", "乡级": "town", "乡镇": "town",
    "村居": "village", "村": "village", "社区": "village", "村级": "village",
}  # fmt: skip
COLUMNS = (
    Column("code", _("区划代码"), ("代码", "统计用区划代码", "行政区划代码"), required=True, most=12, example="440403103200",
           means=_("12位数字")),
    Column("name", _("名称"), ("地方", "区划名称", "村居名称", "单位名称"), required=True, most=60, example="小濠冲村委会"),
    Column("level", _("级别"), ("层级", "类型"), kind="choice", choices=LEVELS, example="村居", means=_("空着就按代码认")),
    Column("parent_code", _("上级代码"), ("上级", "上级区划代码", "父级代码"), most=12, example="440403103000",
           means=_("空着就按代码认")),
    Column("population", _("常住人口"), ("人口", "人口数", "常住人口数"), kind="whole", example="3260",
           means=_("人均花多少钱按它算；空着就不变")),
)  # fmt: skip


def import_places(rows: Sequence[Row], by: Actor, dry_run: bool) -> list[Outcome]:
    """Add and change places by their code."""
    listed = [_listed(row) for row in each(rows, CHECKING)]
    counts = import_areas(listed, valid_from=today(), dry_run=dry_run)
    added, changed = set(counts.added), set(counts.changed)
    return [
        Outcome(
            one["line"],
            ADDED if one["code"] in added else CHANGED if one["code"] in changed else SAME,
            f"{one['code']} {one['name']}",
            f"civic.area:{one['code']}",
        )
        for one in listed
    ]


def _listed(row: Row) -> dict[str, Any]:
    code = row.values["code"]
    level = row.get("level") or _level(code)
    parent = row.get("parent_code") or _parent(code, level)
    place = {"line": row.line, "code": code, "name": row.values["name"], "level": level, "parent_code": parent}
    counted = row.get("population")
    return place if counted is None else place | {"population": counted}


def _level(code: str) -> str:
    """The level whose digits end where the zeros begin."""
    return next((level for level, digits in DIGITS.items() if not code[digits:].strip("0")), Level.VILLAGE)


def _parent(code: str, level: str) -> str:
    """The place one level up on the same line; a province has none."""
    shorter = [digits for digits in DIGITS.values() if digits < DIGITS[Level(level)]]
    return code[: max(shorter)].ljust(12, "0") if shorter else ""


importable(
    Kind(
        "areas",
        _("地方"),
        _("省、市、区县、镇街和村居。按区划代码认：有的更新，没有的新增，不会删。"),
        COLUMNS,
        "civic.import_areas",
        import_places,
    )
)
