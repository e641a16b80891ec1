"""Bringing places in (导入区划): all or nothing, repeatable, each bad row named by its line."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from civic.models import Area, Level
from civic.models.areas import DIGITS, MOST_PEOPLE
from civic.moments import today

COLUMNS = ["code", "name", "level", "parent_code"]
ENCODINGS = ("utf-8-sig", "gb18030")
BATCH = 2000
ZONE_DIGIT = "4"  # a village code 4xx is an industrial zone, not a village or community


class BadFile(ValueError):
    """A file that cannot be taken; ``problems`` has one line of words per fault, with its line number."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass
class Counts:
    """What an import did or would do."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    same: int = 0


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV in UTF-8 (with or without BOM) or GBK. BadFile for another encoding or other columns."""
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadFile([_("认不出文件的编码，请另存为 UTF-8")])
    reader = csv.DictReader(io.StringIO(text))
    missing = [c for c in COLUMNS if c not in (reader.fieldnames or [])]
    if missing:
        raise BadFile([_("缺少列：%(columns)s") % {"columns": "、".join(missing)}])
    return [{c: (row.get(c) or "").strip() for c in COLUMNS} for row in reader]


@transaction.atomic
def import_areas(
    rows: Iterable[Mapping[str, Any]], *, valid_from: date, close_missing: bool = False, dry_run: bool = False
) -> Counts:
    """Write the places of a file: new ones added, changed ones updated, none twice. BadFile writes nothing.

    ``close_missing`` ends (valid_to) the places below the file's own that it no longer lists. A row may say in which
    ``line`` of the file it stands, and how many people live there (``population``); without, what is known stays.
    """
    rows = list(rows)
    known = Area.objects.in_bulk()
    problems = list(_problems(rows, known))
    if problems:
        raise BadFile(problems)
    counts, added, changed = Counts(), [], []
    for row in sorted(rows, key=lambda r: r["code"]):
        area, values = known.get(row["code"]), _values(row)
        if area is None:
            added.append(Area(code=row["code"], valid_from=valid_from, **values))
        elif any(getattr(area, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(area, name, value)
            changed.append(area)
        else:
            counts.same += 1
    counts.added, counts.changed = [area.pk for area in added], [area.pk for area in changed]
    if not dry_run:
        Area.objects.bulk_create(added, batch_size=BATCH)
        Area.objects.bulk_update(
            changed, ["name", "level", "parent", "is_zone", "valid_to", "population"], batch_size=BATCH
        )
        if close_missing:
            _close_missing({r["code"] for r in rows}, known, counts)
    return counts


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "level": row["level"],
        "parent_id": row["parent_code"] or None,
        "is_zone": row["level"] == Level.VILLAGE and row["code"][9] == ZONE_DIGIT,
        "valid_to": None,
        **({"population": row["population"]} if "population" in row else {}),
    }


def _close_missing(listed: set[str], known: Mapping[str, Area], counts: Counts) -> None:
    tops = [known[c] for c in listed if c in known and known[c].level == Level.COUNTY]
    gone = [
        a
        for code, a in known.items()
        if code not in listed and a.valid_to is None and any(t.covers(code) for t in tops)
    ]
    Area.objects.filter(pk__in=[a.pk for a in gone]).update(valid_to=today())
    counts.closed += [a.pk for a in gone]


def _problems(rows: list[Mapping[str, Any]], known: Mapping[str, Area]) -> Iterable[str]:
    """Every fault, with the line of the file it stands in (the heading is line 1)."""
    seen: dict[str, int] = {}
    codes = {row["code"] for row in rows} | set(known)
    for number, row in enumerate(rows, start=2):
        line = row.get("line", number)
        said = _row_problem(row, codes) or (
            _("区划代码与第%(first)s行重复") % {"first": seen[row["code"]]} if row["code"] in seen else ""
        )
        seen.setdefault(row["code"], line)
        if said:
            yield _("第%(line)s行：%(said)s") % {"line": line, "said": said}


def _row_problem(row: Mapping[str, Any], codes: set[str]) -> str:
    code, parent = row["code"], row["parent_code"]
    if not (code.isascii() and code.isdigit() and len(code) == 12):
        return _("区划代码要12位数字，现在是“%(code)s”") % {"code": code[:20]}
    if row["level"] not in Level.values:
        return _("级别只能是 %(levels)s") % {"levels": "、".join(Level.values)}
    if not row["name"] or len(row["name"]) > 60:
        return _("名称要填，且不超过60个字")
    if not 0 < row.get("population", 1) <= MOST_PEOPLE:
        return _("常住人口要大于0，不知道就空着")
    digits = DIGITS[Level(row["level"])]
    own = code[max((n for n in DIGITS.values() if n < digits), default=0) : digits]
    if set(code[digits:]) - {"0"} or not own.strip("0"):
        return _("代码与级别对不上")
    if row["level"] == Level.PROVINCE:
        return "" if not parent else _("省级没有上级")
    if parent not in codes:
        return _("找不到上级 %(parent)s") % {"parent": parent or _("（空）")}
    if not any(parent == code[:n].ljust(12, "0") for n in DIGITS.values() if n < digits):
        return _("上级代码与本级代码不是一条线")
    return ""
