"""What a form is made of (表单的内容): parts that every writer can draw, and that know nothing of projects.

An empty value is a ruled line to fill in by hand (空着手填).
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from civic.capital import capital

TICKED, OPEN = "☑", "☐"
SCAN = "扫码看全过程"
DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
SHORT = 6  # rows


@dataclass(frozen=True)
class Field:
    """One thing and its value; ``lines`` is the room left where there is none."""

    label: str
    value: str = ""
    lines: int = 1

    @property
    def ruled(self) -> range:
        """The dotted lines to write on by hand, where the record holds nothing (空着手填)."""
        return range(0 if self.value else self.lines)


@dataclass(frozen=True)
class Fields:
    """Things with their values, one below the other."""

    rows: tuple[Field, ...]
    heading: str = ""
    kind: str = "fields"

    @property
    def is_short(self) -> bool:
        """Whether it is moved to the next sheet rather than torn apart."""
        return len(self.rows) <= SHORT


@dataclass(frozen=True)
class Grid:
    """A table; figures stand to the right in the columns ``numbers``, a last row of sums apart in ``foot``."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    heading: str = ""
    kind: str = "grid"

    @property
    def days(self) -> tuple[int, ...]:
        """The columns that hold days, each of which stays on one line."""
        columns = enumerate(zip(*self.rows, strict=True))
        return tuple(number for number, cells in columns if any(DAY.fullmatch(cell) for cell in cells))

    @property
    def is_short(self) -> bool:
        """Whether it is moved to the next sheet rather than torn apart."""
        return len(self.rows) <= SHORT


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str
    heading: str = ""
    kind: str = "words"


@dataclass(frozen=True)
class Signs:
    """Places to sign and to seal (签字盖章处): for each who signs, and what is known of their opinion."""

    places: tuple[Field, ...]
    heading: str = ""
    kind: str = "signs"

    @property
    def pairs(self) -> list[tuple[Field, ...]]:
        """Two side by side."""
        return [self.places[at : at + 2] for at in range(0, len(self.places), 2)]


@dataclass(frozen=True)
class Picture:
    """A picture with its words: ``address`` is what a page shows, ``jpeg`` what files hold. A drawing has its data as address."""

    words: str
    address: str
    jpeg: bytes = b""

    @property
    def embedded(self) -> str:
        """The picture as an address that asks no network."""
        return f"data:image/jpeg;base64,{b64encode(self.jpeg).decode()}" if self.jpeg else self.address


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side."""

    pictures: tuple[Picture, ...]
    heading: str = ""
    kind: str = "pictures"


Part = Fields | Grid | Words | Signs | Pictures


@dataclass(frozen=True)
class Form:
    """A whole form: title, the project's code, parts in order, the address its square code leads to and what is there (scan)."""

    title: str
    code: str
    parts: tuple[Part, ...]
    issuer: str
    address: str
    drawn_on: str
    scan: str = SCAN


def fields(*rows: tuple[str, str] | tuple[str, str, int], heading: str = "") -> Fields:
    """Labels with values, and the lines to leave where there is none."""
    return Fields(tuple(Field(*row) for row in rows), heading)


def grid(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    foot: Sequence[str] = (),
    numbers: Sequence[int] = (),
    heading: str = "",
    blank: int = 3,
) -> Grid:
    """A table; without a row it has ``blank`` empty ones to fill in."""
    found = tuple(tuple(row) for row in rows) or (("",) * len(heads),) * blank
    return Grid(tuple(heads), found, tuple(foot), tuple(numbers), heading)


def signs(*places: str | tuple[str, str], heading: str = "") -> Signs:
    """Places to sign, each with what is known of the opinion."""
    return Signs(tuple(Field(*([place] if isinstance(place, str) else place)) for place in places), heading)


def yuan(amount: Decimal | None) -> str:
    """52,800.00元: to the cent, as accounts want it."""
    return "" if amount is None else f"{amount:,.2f}元"


def figure(amount: Decimal | None) -> str:
    """52,800.00, where the column says yuan."""
    return "" if amount is None else f"{amount:,.2f}"


def both(amount: Decimal | None) -> str:
    """The amount in figures and in capitals (大小写)."""
    return "" if amount is None else f"{yuan(amount)}（大写：{capital(amount)}）"


def quantity(amount: Decimal | None) -> str:
    """12 for 12.00, 1.5 for 1.50."""
    return "" if amount is None else f"{amount.normalize():f}"


def day(value: date | datetime | None) -> str:
    """2021年6月15日."""
    if value is None:
        return ""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return f"{local.year}年{local.month}月{local.day}日"


def moment(value: datetime | None) -> str:
    """2021年6月15日 09:30."""
    return "" if value is None else f"{day(value)} {timezone.localtime(value):%H:%M}"


def choices(options: Iterable[tuple[Any, Any]], chosen: str) -> str:
    """☑工程　☐货物　☐服务."""
    return "　".join(f"{TICKED if value == chosen else OPEN}{label}" for value, label in options)
