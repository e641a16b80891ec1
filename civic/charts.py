"""Charts (图) as geometry: rows in, marks out, for templates/cotton/chart.html to draw. Pure, no query, no clock.

Across, a mark is measured in per cent of the picture, down in em of its type: so one drawing fits a 360 px phone and a
wide screen, and grows with the reader's type (长辈版) without a script. A number is written beside its bar, never only
in a colour; at most six series, each with a pattern of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

Number = int | Decimal
MOST_SERIES = 6
LINE_EM = Decimal("10.8")  # characters of Chinese that stand in one line at 360 px in the largest type
TEXT, BAR, GAP = Decimal("1.5"), Decimal("1.1"), Decimal("0.7")  # em down: a line of words, a bar, what lies between
TREE_HEIGHT, TREE_WIDTH = Decimal(24), Decimal(56)  # em of a treemap: what a card holds on a screen of 960 px
FIELD_LINE = Decimal("1.7")
CLOSING = "，。；：、！？》）】”’"


class Row(NamedTuple):
    """One line of a chart: its name, and for each series the value and how it is written; None draws no bar."""

    label: str
    values: tuple[Number | None, ...]
    shown: tuple[str, ...]


class Mark(NamedTuple):
    """A bar (``text`` is empty) or a word. ``x`` and ``width`` in per cent, ``y`` and ``height`` in em."""

    x: str
    y: str
    width: str = "0"
    height: str = "0"
    series: int = 1
    text: str = ""
    anchor: str = "start"


@dataclass(frozen=True)
class Drawing:
    """What is drawn: how high, the marks from top to bottom, and the names of the series where there are several."""

    height: str
    marks: tuple[Mark, ...]
    legend: tuple[tuple[int, str], ...] = ()
    is_wide: bool = False
    patterns: tuple[int, ...] = field(default=())


class _Pen:
    """Draws downwards and remembers how far it has come."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.y = Decimal(0)

    def words(self, label: str, value: str = "") -> None:
        """The label in as many lines as it needs, the value at the right end of the last one or below it."""
        lines = wrapped(label)
        if width_em(value) > LINE_EM:
            lines, value = lines + wrapped(value), ""
        if value and width_em(lines[-1]) + width_em(value) + Decimal("0.6") > LINE_EM:
            lines.append("")
        for line in lines:
            self.y += TEXT
            if line:
                self.marks.append(Mark("0", _em(self.y - Decimal("0.4")), text=line))
        if value:
            self.marks.append(Mark("100", _em(self.y - Decimal("0.4")), text=value, anchor="end"))

    def bar(self, *parts: tuple[int, Decimal, Decimal]) -> None:
        """One bar of parts (series, from, width in per cent)."""
        for series, x, width in parts:
            self.marks.append(Mark(_pct(x), _em(self.y), _pct(width), _em(BAR), series))
        self.y += BAR

    def done(self, names: Sequence[str] = (), colours: Sequence[int] = ()) -> Drawing:
        used = tuple(sorted({mark.series for mark in self.marks if not mark.text}))
        shown = colours or range(1, len(names) + 1)
        legend = tuple(zip(shown, names, strict=True)) if len(names) > 1 else ()
        patterns = tuple(sorted({*used, *(number for number, _name in legend)}))
        return Drawing(_em(max(self.y, Decimal(1))), tuple(self.marks), legend, patterns=patterns)


def bars(rows: Iterable[Row], names: Sequence[str] = ("",)) -> Drawing:
    """Horizontal bars: one for each series of a row, all on one scale; with several, each names its series."""
    rows, pen = list(rows), _Pen()
    _check(names)
    most = max((value for row in rows for value in row.values if value), default=1)
    for row in rows:
        if len(names) > 1:
            pen.words(row.label)
        for number, (name, value, shown) in enumerate(zip(names, row.values, row.shown, strict=True), start=1):
            pen.words(name if len(names) > 1 else row.label, shown)
            pen.bar((number, Decimal(0), _share(value or 0, most)))
        pen.y += GAP
    return pen.done(names)


def stacked(rows: Iterable[Row], names: Sequence[str], numbers: Sequence[int] = ()) -> Drawing:
    """One bar a row, its series one after the other; the longest row fills the width. Each part is named with its number.

    ``numbers`` are the series' colours, where they mean something (a green lamp is green).
    """
    rows, pen = list(rows), _Pen()
    _check(names)
    colours = tuple(numbers) or tuple(range(1, len(names) + 1))
    most = max((sum(value or 0 for value in row.values) for row in rows), default=1) or 1
    for row in rows:
        pen.words(row.label)
        said = zip(names, row.values, row.shown, strict=True)
        for line in gathered([f"{name} {shown}" for name, value, shown in said if value is None or value]):
            pen.words(line)
        x, parts = Decimal(0), []
        for number, value in zip(colours, row.values, strict=True):
            width = _share(value or 0, most)
            parts.append((number, x, width))
            x += width
        pen.bar(*(part for part in parts if part[2]))
        pen.y += GAP
    return pen.done(names, colours)


def funnel(rows: Iterable[Row]) -> Drawing:
    """Bars about the middle, each as wide as what came so far (漏斗)."""
    rows, pen = list(rows), _Pen()
    most = max((row.values[0] or 0 for row in rows), default=1) or 1
    for row in rows:
        pen.words(row.label, row.shown[0])
        width = _share(row.values[0] or 0, most)
        pen.bar((1, (100 - width) / 2, width))
        pen.y += GAP
    return pen.done()


def treemap(groups: Iterable[tuple[str, Sequence[Row]]]) -> Drawing:
    """Areas in proportion: a series for each group, a field for each of its rows; words where they fit (≥960 px)."""
    kept = [(name, [row for row in rows if row.values[0]]) for name, rows in groups]
    sized = sorted(((name, rows, _sum(rows)) for name, rows in kept if rows), key=lambda group: -group[2])
    shown = sized[:MOST_SERIES]
    marks: list[Mark] = []
    whole = _split([size for _name, _rows, size in shown], (Decimal(0), Decimal(0), TREE_WIDTH, TREE_HEIGHT))
    for number, ((_name, rows, _size), box) in enumerate(zip(shown, whole, strict=True), start=1):
        rows = sorted(rows, key=lambda row: -(row.values[0] or 0))
        fields = _split([Decimal(row.values[0] or 0) for row in rows], box)
        for row, field_box in zip(rows, fields, strict=True):
            marks += _field(row, field_box, number)
    legend = tuple((number, name) for number, (name, _rows, _size) in enumerate(shown, start=1))
    return Drawing(_em(TREE_HEIGHT), tuple(marks), legend, is_wide=True, patterns=tuple(n for n, _name in legend))


Box = tuple[Decimal, Decimal, Decimal, Decimal]


def _split(sizes: Sequence[Decimal], box: Box) -> list[Box]:
    """A box cut into parts of these sizes, largest first: halved by weight along its longer side, again and again."""
    if len(sizes) < 2:
        return [box] * len(sizes)
    total, half, at = sum(sizes), Decimal(0), 0
    while at < len(sizes) - 1 and (at == 0 or half + sizes[at] <= total / 2):
        half += sizes[at]
        at += 1
    x, y, width, height = box
    share = half / total
    if width >= height:
        first, rest = (x, y, width * share, height), (x + width * share, y, width * (1 - share), height)
    else:
        first, rest = (x, y, width, height * share), (x, y + height * share, width, height * (1 - share))
    return _split(sizes[:at], first) + _split(sizes[at:], rest)


def _field(row: Row, box: Box, series: int) -> list[Mark]:
    """One field of a treemap, with its name and number where both fit."""
    x, y, width, height = box
    across = x * 100 / TREE_WIDTH
    marks = [Mark(_pct(across), _em(y), _pct(width * 100 / TREE_WIDTH), _em(height), series)]
    left, lines = across + 100 / TREE_WIDTH / 2, (row.label, row.shown[0])
    fitting = [words for words in lines if (width_em(words) + 1) * Decimal("1.1") <= width]
    if fitting[:1] != [row.label] or height < len(fitting) * FIELD_LINE + 1:
        return marks
    for line, words in enumerate(fitting, start=1):
        marks.append(Mark(_pct(left), _em(y + line * FIELD_LINE), text=words, series=series))
    return marks


def wrapped(label: str) -> list[str]:
    """A label in lines that fit the narrowest screen; one of parts (健全公共设施 · 莲洲镇) is broken between them first."""
    return [line for part in gathered(label.split(" · ")) for line in _broken(part)]


def _broken(text: str) -> list[str]:
    lines, line = [], ""
    for character in text:
        if line and width_em(line + character) > LINE_EM:
            kept = len(line) - (character in CLOSING and len(line) > 1)  # no line begins with a closing mark
            lines.append(line[:kept])
            line = line[kept:]
        line += character
    return [*lines, line]


def gathered(parts: Sequence[str]) -> list[str]:
    """Short words as many to a line as fit."""
    lines: list[str] = []
    for part in parts:
        if lines and width_em(lines[-1]) + width_em(part) + 2 <= LINE_EM:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return lines


def width_em(text: str) -> Decimal:
    """How wide words are, in characters of Chinese; Latin letters and digits are somewhat over half as wide."""
    return sum((Decimal(1) if ord(c) > 0x2E80 else Decimal("0.62") for c in text), Decimal(0))


def _check(names: Sequence[str]) -> None:
    if len(names) > MOST_SERIES:
        raise ValueError("a chart tells at most six series apart")


def _sum(rows: Iterable[Row]) -> Decimal:
    return sum((Decimal(row.values[0] or 0) for row in rows), Decimal(0))


def _share(value: Number, most: Number) -> Decimal:
    return Decimal(value) * 100 / Decimal(most)


def _pct(value: Decimal) -> str:
    return f"{value:.2f}"


def _em(value: Decimal) -> str:
    return f"{value:.2f}"
