"""The layout of a table (表样): what its columns are called and hold, where its heading stands, which rows count.

Offices put a title in a merged cell above the heading, the unit into the title or the heading, a town's name into a cell
merged over many rows, and a total underneath. All of that is read; what is left out is told with its line.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise, zip_longest
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from civic.areas import BadFile
from civic.tables import values
from civic.tables.progress import READING, each
from civic.tables.reading import Line, tables
from civic.words import check_public, clean_text, normal_phone

Words = str | Promise
HEADING_WITHIN = 10
MOST_ROWS = 20_000
MOST_SHOWN = 20  # letters of a cell that are said back
UNITS = {"yuan": values.UNITS["元"], "wan": values.UNITS["万元"]}
UNIT = re.compile(r"(?:单位:?|\()(人民币)?(万元|元)\)?")
LEFT_OUT = re.compile(
    r"(合计|总计|小计|共计|累计|总合计)([:(].*)?|(填表人|制表人?|审核人?|负责人|备注|说明|注):.*|示例.*"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its name in our templates, what else offices call it, and what it holds.

    ``kind`` is text, public (text that everybody will read), yuan, date, whole, phone or choice. A column that
    ``repeats`` takes the value above where its cell is empty: cells merged downwards come that way.
    """

    key: str
    label: Words
    names: tuple[str, ...] = ()
    kind: str = "text"
    required: bool = False
    most: int = 200
    choices: Mapping[str, str] = field(default_factory=dict)
    repeats: bool = False
    example: str = ""
    means: Words = ""

    @property
    def title(self) -> str:
        """What it is called in a file, in the place's own language whoever makes or reads it."""
        with translation.override(settings.LANGUAGE_CODE):
            return str(self.label)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file as values by column; a column the file does not have is not among them."""

    line: int
    values: Mapping[str, Any]

    def get(self, key: str) -> Any:
        return self.values.get(key)


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a file: its heading, what stands below, the unit its title names, and what was left out."""

    line: int
    heads: list[str]
    rows: list[Line]
    unit: str
    left_out: list[tuple[int, str]]


def find(data: bytes, columns: Sequence[Column]) -> Table:
    """The table of a file: the sheet and the row among the first ten whose heading we know best. BadFile for none.

    A heading may stand in two rows, the upper one merged over several columns; it is taken so where more is known then.
    """
    best: tuple[int, list[Line], slice, list[str]] | None = None
    for sheet in tables(data):
        for place, heads in _headings(sheet[: HEADING_WITHIN + 1], columns):
            known = len(guess(heads, columns))
            if known and (best is None or known > best[0]):
                best = known, sheet, place, heads
    if best is None:
        wanted = "、".join(str(one.label) for one in columns if one.required)
        raise BadFile(
            [_("前%(rows)d行里找不到表头，至少要有：%(wanted)s") % {"rows": HEADING_WITHIN, "wanted": wanted}]
        )
    _known, rows, place, heads = best
    return _table(rows, place, heads)


def _headings(sheet: Sequence[Line], columns: Sequence[Column]) -> Iterator[tuple[slice, list[str]]]:
    """What could be the heading, and which rows it takes: each row alone, then each two that follow one another."""
    names = _names(columns)
    yield from ((slice(place, place + 1), cells) for place, (_line, cells) in enumerate(sheet[:HEADING_WITHIN]))
    for place, ((_upper, above), (_lower, below)) in enumerate(pairwise(sheet)):
        yield slice(place, place + 2), _under(above, below, names)


def _under(above: Sequence[str], below: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Two rows of a heading as one: 资金（万元） over 预算 and 批准 is 预算（万元） and 批准（万元）."""
    heads, over, was_split = [], "", False
    for up, low in zip_longest(above, below, fillvalue=""):
        over = up or (over if low and was_split else "")
        was_split = bool(low)
        heads.append(_joined(over, low, names) if low else up)
    return heads


def _joined(over: str, low: str, names: Mapping[str, str]) -> str:
    """The lower words, behind the upper ones where only both together are known; in the unit that either names."""
    both = re.sub(r"[(（].*?[)）]", "", over) + low
    told = low if _plain(low) in names or _plain(both) not in names else both
    unit = "" if _unit([told]) else {"wan": "（万元）", "yuan": "（元）"}.get(_unit([over]), "")
    return told + unit


def _table(sheet: Sequence[Line], place: slice, heads: list[str]) -> Table:
    line = sheet[place][-1][0]
    found = Table(line, heads, [], _unit(cell for _at, cells in sheet[: place.start] for cell in cells), [])
    for number, cells in sheet[place.stop :]:
        first = next((bare(cell) for cell in cells if cell), "")
        if (first and LEFT_OUT.fullmatch(first)) or _is_total(cells):
            found.left_out.append((number, first[:MOST_SHOWN]))
        elif first:
            found.rows.append((number, cells))
    if not found.rows:
        raise BadFile([_("表头下面一行也没有")])
    if len(found.rows) > MOST_ROWS:
        raise BadFile([_("超过%(most)d行，请分几个文件") % {"most": MOST_ROWS}])
    return found


def _is_total(cells: Sequence[str]) -> bool:
    """A total's name may stand in the second or third cell, behind an empty or a numbered one."""
    return any(bare(cell) in {"合计", "总计", "小计", "共计"} for cell in cells[:4])


def _unit(titles: Iterable[str]) -> str:
    """The unit that a title names: yuan, wan or nothing."""
    found = next((hit for cell in titles if (hit := UNIT.search(bare(cell)))), None)
    return "" if found is None else "wan" if found[2] == "万元" else "yuan"


def bare(words: str) -> str:
    """A heading or a name without blanks, in half-width letters."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)).lower().strip("*")


def guess(heads: Sequence[str], columns: Sequence[Column]) -> dict[int, str]:
    """Which of the file's columns is which of ours, by its heading, with or without what stands in brackets."""
    called = _names(columns)
    found: dict[int, str] = {}
    for at, head in [*enumerate(map(bare, heads)), *enumerate(map(_plain, heads))]:
        key = called.get(head)
        if key and at not in found and key not in found.values():
            found[at] = key
    return found


def _names(columns: Sequence[Column]) -> dict[str, str]:
    """Everything our columns are called, and which is meant."""
    return {bare(name): one.key for one in columns for name in (one.key, one.title, str(one.label), *one.names)}


def _plain(head: str) -> str:
    """A heading without what stands in brackets."""
    return re.sub(r"\(.*?\)", "", bare(head))


def read(table: Table, columns: Sequence[Column], mapping: Mapping[int, str], unit: str) -> list[Row]:
    """The rows as values. BadFile names every fault by its line; ``mapping`` is the file's column → our key."""
    rows, problems = sift(table, columns, mapping, unit)
    if problems:
        raise BadFile(problems)
    return rows


def sift(table: Table, columns: Sequence[Column], mapping: Mapping[int, str], unit: str) -> tuple[list[Row], list[str]]:
    """The rows that can be read, and the faults of the others. BadFile where the columns themselves do not do."""
    by_key = {one.key: one for one in columns}
    chosen = {at: by_key[key] for at, key in mapping.items() if key in by_key and at < len(table.heads)}
    check_mapping(chosen.values(), columns)
    units = {at: UNITS[_unit([table.heads[at]]) or unit or "yuan"] for at in chosen}
    above: dict[int, str] = {}
    rows, problems = [], []
    for line, cells in each(table.rows, READING):
        found: dict[str, Any] = {}
        faults: list[str] = []
        for at, column in chosen.items():
            cell = values.unquoted(cells[at] if at < len(cells) else "")
            if column.repeats:
                cell = above[at] = cell or above.get(at, "")
            try:
                found[column.key] = value(column, cell, units[at])
            except ValueError as fault:
                faults.append(problem(line, fault))
        problems += faults
        if not faults:
            rows.append(Row(line, found))
    return rows, problems


def check_mapping(chosen: Iterable[Column], columns: Sequence[Column]) -> None:
    """Every column that must be there is there, and none twice. BadFile otherwise."""
    keys = [one.key for one in chosen]
    missing = "、".join(str(one.label) for one in columns if one.required and one.key not in keys)
    twice = "、".join(str(one.label) for one in columns if keys.count(one.key) > 1)
    problems = [_("缺少列：%(columns)s") % {"columns": missing}] if missing else []
    problems += [_("两列都对应“%(columns)s”，请只留一列") % {"columns": twice}] if twice else []
    if problems:
        raise BadFile(problems)


def value(column: Column, cell: str, unit: Decimal) -> Any:
    """What a cell holds; nothing where it is empty. ValueError, in words, for what it may not hold."""
    if values.is_empty(cell) and (column.kind not in {"text", "public"} or not cell):
        if column.required:
            raise ValueError(_("没有填“%(column)s”") % {"column": column.label})
        return "" if column.kind in {"text", "public"} else None
    if cell.startswith("=") and column.kind not in {"text", "public"}:
        raise ValueError(_("“%(column)s”是公式，请粘贴成数值再导入") % {"column": column.label})
    try:
        return KINDS[column.kind](column, cell, unit)
    except _Said as said:
        raise ValueError(_("“%(column)s”：%(said)s") % {"column": column.label, "said": said}) from None
    except ValueError:
        told = {"column": column.label, "cell": cell[:MOST_SHOWN], "hint": hint(column)}
        raise ValueError(_("“%(column)s”写的是“%(cell)s”，认不出来；%(hint)s") % told) from None


def hint(column: Column) -> str:
    """How to write what a column holds."""
    hints = {
        "yuan": _("请写数字，如 52800 或 5.28万元，最小到分"),
        "date": _("请写成 2026-03-01 或 2026年3月1日"),
        "whole": _("请写整数"),
        "phone": _("请填写11位手机号"),
    }
    if column.kind == "choice":
        return _("只能写：%(choices)s") % {"choices": "、".join(dict.fromkeys(_labels(column)))}
    return hints.get(column.kind) or _("最多%(most)d个字") % {"most": column.most}


class Problem(str):
    """A fault in words, and the line it is in (第几行), so that all stand in the order of the file."""

    line: int


def problem(line: int, said: object) -> Problem:
    told = Problem(_("第%(line)s行：%(said)s") % {"line": line, "said": said})
    told.line = line
    return told


class _Said(ValueError):
    """A fault that already has its words."""


def _labels(column: Column) -> Iterator[str]:
    """The first word for each of the choices: what our templates say."""
    told: set[str] = set()
    for word, key in column.choices.items():
        if key not in told:
            told.add(key)
            yield word


def _text(column: Column, cell: str, _unit: Decimal) -> str:
    try:
        words = clean_text(cell)
        if column.kind == "public":
            check_public(words)
    except ValueError as fault:
        raise _Said(str(fault)) from None
    if len(words) > column.most:
        said = _("最多%(limit_value)d个字，现在有%(show_value)d个")
        raise _Said(said % {"limit_value": column.most, "show_value": len(words)})
    return words


def _yuan(_column: Column, cell: str, unit: Decimal) -> Decimal:
    found = values.amount(cell, unit)
    if not found:
        raise _Said(_("金额要大于0，没有就空着"))
    return found


def _phone(_column: Column, cell: str, _unit: Decimal) -> str:
    if values.SCIENTIFIC.fullmatch(values.plain(cell)):
        raise _Said(_("被表格软件改成了%(text)s，请先把这一列设成“文本”，再重新填写") % {"text": cell[:MOST_SHOWN]})
    try:
        return normal_phone(cell)
    except ValueError as fault:
        raise _Said(str(fault)) from None


def _choice(column: Column, cell: str, _unit: Decimal) -> str:
    known = {bare(word): key for word, key in column.choices.items()}
    known |= {key: key for key in column.choices.values()}
    try:
        return known[bare(cell)]
    except KeyError:
        raise ValueError(cell) from None


KINDS: Mapping[str, Callable[[Column, str, Decimal], Any]] = {
    "text": _text,
    "public": _text,
    "yuan": _yuan,
    "date": lambda _column, cell, _unit: values.day(cell),
    "whole": lambda _column, cell, _unit: values.whole(cell),
    "phone": _phone,
    "choice": _choice,
}
