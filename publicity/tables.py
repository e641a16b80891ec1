"""A statistic as a table (统计表): the one thing that its chart, page, big screen, API and every download are made of.

So they cannot disagree. A total is the sum of its rows, taken here and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from civic import charts
from civic.charts import Drawing
from civic.templatetags.civic import wan

NONE = "—"


@dataclass(frozen=True)
class Withheld:
    """A number that is not told (不公布): fewer than ``below``, or, where ``below`` is 0, what would give one away."""

    below: int = 0

    def __str__(self) -> str:
        return _("少于%(count)s") % {"count": self.below} if self.below else _("不公布")


Cell = int | Decimal | Withheld | None


class Column(NamedTuple):
    """A column: its name for people and for programs, and what its numbers are.

    ``kind``: text, count, yuan, days (working days, one decimal), percent, or reach (a count that holds the rows below
    it). Counts and yuan add up.
    """

    key: str
    label: str
    kind: str = "count"

    @property
    def is_number(self) -> bool:
        return self.kind != "text"

    @property
    def adds_up(self) -> bool:
        return self.kind in {"count", "yuan"}


class Line(NamedTuple):
    """A row: its name, its numbers, and the address of the list they count, where there is one."""

    label: str
    cells: tuple[Cell, ...]
    url: str = ""


class Shown(NamedTuple):
    label: str
    url: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """``columns[0]`` names the rows. ``given_total`` holds what cannot be added up (a rate, a mean), by column."""

    key: str
    title: str
    headline: str
    columns: tuple[Column, ...]
    rows: tuple[Line, ...]
    definition: str = ""
    given_total: dict[str, Cell] = field(default_factory=dict)
    has_total: bool = True

    @property
    def total(self) -> tuple[Cell, ...]:
        """Each column's sum; where a part is withheld, what is given or nothing."""
        return tuple(self._total(number, column) for number, column in enumerate(self.columns[1:]))

    def _total(self, number: int, column: Column) -> Cell:
        if column.key in self.given_total:
            return self.given_total[column.key]
        cells = [row.cells[number] for row in self.rows]
        if not column.adds_up or any(isinstance(cell, Withheld) for cell in cells):
            return None
        return sum((cell for cell in cells if isinstance(cell, int | Decimal)), 0)

    @property
    def shown_rows(self) -> list[Shown]:
        return [Shown(row.label, row.url, self._written(row.cells)) for row in self.rows]

    @property
    def shown_total(self) -> tuple[str, ...]:
        return self._written(self.total) if self.has_total and self.rows else ()

    def _written(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        return tuple(written(cell, column.kind) for cell, column in zip(cells, self.columns[1:], strict=True))

    def plain(self, cells: Sequence[Cell]) -> list[Any]:
        """A row's numbers, or the total, for a program."""
        return [plain(cell, column.kind) for cell, column in zip(cells, self.columns[1:], strict=True)]

    def column(self, key: str) -> list[Cell]:
        """One column's numbers, from top to bottom."""
        at = [column.key for column in self.columns].index(key) - 1
        return [row.cells[at] for row in self.rows]

    def total_of(self, key: str) -> Cell:
        return self.total[[column.key for column in self.columns].index(key) - 1]


@dataclass(frozen=True)
class Chart:
    """A table with its pictures, as c-chart shows it."""

    table: Table
    drawings: tuple[Drawing, ...]
    files: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        return self.table.key

    @property
    def title(self) -> str:
        return self.table.title

    @property
    def headline(self) -> str:
        return self.table.headline

    @property
    def definition(self) -> str:
        return self.table.definition


def written(cell: Cell, kind: str, *, in_chart: bool = False) -> str:
    """A number as people read it; yuan in full in a table, in 万元 with two decimals in a chart."""
    if cell is None:
        return NONE
    if isinstance(cell, Withheld):
        return str(cell)
    if kind == "yuan":
        if in_chart:
            return wan(Decimal(cell))
        yuan = Decimal(cell)
        return f"{yuan:,.0f}" if yuan == yuan.to_integral_value() else f"{yuan:,.2f}"
    if kind == "percent":
        return f"{cell:.1f}%"
    if kind == "days":
        return _("%(days)s天") % {"days": f"{cell:.1f}"} if in_chart else f"{cell:.1f}"
    return f"{cell:,}"


def percent(part: int, whole: int) -> Decimal | None:
    """A share in per cent with one decimal, rounded half up; None of nothing."""
    if not whole:
        return None
    return Decimal((part * 2000 + whole) // (2 * whole)).scaleb(-1)


def as_rows(table: Table, *keys: str) -> list[charts.Row]:
    """The rows of a table as a chart draws them, of these columns."""
    at = [[column.key for column in table.columns].index(key) for key in keys]
    return [
        charts.Row(
            line.label,
            tuple(_drawn(line.cells[n - 1]) for n in at),
            tuple(written(line.cells[n - 1], table.columns[n].kind, in_chart=True) for n in at),
        )
        for line in table.rows
    ]


def names(table: Table, *keys: str) -> list[str]:
    """The columns' labels."""
    labels = {column.key: column.label for column in table.columns}
    return [labels[key] for key in keys]


def _drawn(cell: Cell) -> charts.Number | None:
    return None if isinstance(cell, Withheld) else cell


def amount(cell: Cell) -> Decimal:
    """A number to reckon with; nothing where there is none."""
    return Decimal(cell) if isinstance(cell, int | Decimal) else Decimal(0)


def plain(cell: Cell, kind: str) -> Any:
    """A number as a program reads it: a count is whole, the rest is text, money with its cents; withheld as its words."""
    if kind == "yuan" and isinstance(cell, int | Decimal):
        return f"{cell:.2f}"
    return cell if cell is None or isinstance(cell, int) else str(cell)
