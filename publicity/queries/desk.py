"""One person's queue (待办): the lines of every app in the order in which they are due, in five statements.

One statement counts all lines by kind, round, limit and day; tabs, filters and pages are added up from it. What is near
(快到期) is each round's own rule, so it is worked out from those groups.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from civic.calendar import workdays_between
from civic.models import Area, Level
from civic.models.areas import DIGITS
from civic.moments import today
from civic.pages import Todo
from civic.permissions import User
from civic.queue import KINDS, NEVER, Kind, Lines, grouped, holding, joined
from proposals.models import Round
from proposals.rules import NEAR, Clock, deadline_chip, near

TABS = ("all", "soon", "over")
MOST_LETTERS = 40
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Wanted:
    """What the reader asked for: a tab, and filters."""

    tab: str = "all"
    kind: str = ""
    place: str = ""
    round: int | None = None
    q: str = ""


@dataclass(frozen=True)
class Item:
    """One thing to do (一件待办), in words: what, since when, until when, what happens otherwise, and where it is done."""

    kind: Kind
    number: str
    title: str
    note: str
    since: Any
    due_on: date | None
    clock: Clock
    place: str
    url: str


class Group(NamedTuple):
    """So many lines of one kind with one clock."""

    kind: Kind
    round: int | None
    limit: int | None
    due_on: date | None
    many: int
    state: str


class Days(NamedTuple):
    """Between which days the lines of a page are due, and how many lines are due before."""

    first: date
    last: date
    before: int

    @property
    def asked(self) -> Q:
        dated = Q(line_due_on__gte=self.first, line_due_on__lte=self.last)
        return dated | Q(line_due_on__isnull=True) if self.last == NEVER else dated


class Clocks:
    """What the chip of a line says today, by its round's rules; each day is counted once."""

    def __init__(self, rounds: Mapping[int, Round]) -> None:
        self.rounds, self.today = rounds, today()
        self.left = cache(partial(workdays_between, self.today))
        self.near = {pk: near(round.terms) for pk, round in rounds.items()}

    def of(self, kind: Kind, round_pk: int | None, limit: int | None, due_on: date | None) -> Clock:
        if due_on is None:
            return Clock("none")
        left = self.left(due_on) if kind.in_workdays else (due_on - self.today).days
        its = self.near.get(round_pk, NEAR) if round_pk else NEAR
        return deadline_chip(left, limit, passed=due_on < self.today, near=its)


@dataclass
class Queue:
    """The queue as it is asked for; ``rows`` are read only when sliced."""

    groups: list[Group]
    wanted: Wanted
    items: list[Lines]
    clocks: Clocks
    places: dict[str, Area] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """How many in each tab (全部、快到期、已超期), with the other filters on."""
        return {tab: sum(group.many for group in self._within(tab)) for tab in TABS}

    def kinds(self) -> dict[Kind, int]:
        """What kinds of work wait, and how many of each."""
        found: dict[Kind, int] = {}
        for group in self.groups:
            found[group.kind] = found.get(group.kind, 0) + group.many
        return found

    def __len__(self) -> int:
        return self.counts()[self.wanted.tab]

    def __getitem__(self, part: slice) -> list[Item]:
        """A page of it, in two statements: of what holds something of the days on that page, those days alone."""
        found, start = self._within(self.wanted.tab), part.start or 0
        days = _days_of(found, start, part.stop)
        if days is None:
            return []
        held: dict[Kind, list[Group]] = {}
        for group in found:
            if days.first <= (group.due_on or NEVER) <= days.last:
                held.setdefault(group.kind, []).append(group)
        asked = [
            lines.rows.filter(self._asked(held[lines.kind]), days.asked) for lines in self.items if lines.kind in held
        ]
        return self._items(list(joined(asked)[start - days.before : part.stop - days.before]))

    def first(self, most: int, asked: Q, kinds: Collection[Kind]) -> list[Item]:
        """The first few lines of these kinds that fit, in two statements; none where nothing of them waits."""
        held = self.kinds()
        found = [lines.rows.filter(asked) for lines in self.items if lines.kind in kinds and lines.kind in held]
        return self._items(list(joined(found)[:most])) if found else []

    def due(self, day: date, kinds: Collection[Kind]) -> int:
        """How many lines of these kinds are due by a day, late ones included; no statement."""
        return sum(group.many for group in self.groups if group.kind in kinds and group.due_on and group.due_on <= day)

    def _within(self, tab: str) -> list[Group]:
        kind, round_pk = self.wanted.kind, self.wanted.round
        mine = (g for g in self.groups if kind in ("", g.kind.key) and round_pk in (None, g.round))
        return [group for group in mine if tab in ("all", group.state)]

    def _asked(self, groups: list[Group]) -> Q:
        """What of one kind of work fits the filters."""
        asked = Q() if self.wanted.round is None else Q(line_round=self.wanted.round)
        if self.wanted.tab == "over":
            return asked & Q(line_due_on__lt=today())
        return asked & _near(groups) if self.wanted.tab == "soon" else asked

    def _items(self, rows: list[Any]) -> list[Item]:
        """The rows in words; a place is read once."""
        if missing := {row[8] for row in rows} - set(self.places):
            self.places |= Area.objects.in_bulk(missing)
        return [self._item(row, self.places) for row in rows]

    def _item(self, row: Sequence[Any], places: dict[str, Area]) -> Item:
        key, ref, number, title, note, since, due_on, limit, area, round_pk, _order = row
        of = KINDS[key]
        place = places[area].short_name if area in places else ""
        clock = self.clocks.of(of, round_pk, limit, due_on)
        return Item(of, number, title, note, since, due_on, clock, place, of.url(ref))


def queue(todos: Iterable[Todo], wanted: Wanted) -> Queue:
    """What waits, of these queues: two statements, whatever the number of lines."""
    here = Q(line_area__startswith=_prefix(wanted.place)) if wanted.place else Q()
    here &= holding(wanted.q[:MOST_LETTERS]) if wanted.q else Q()
    items = [lines._replace(rows=lines.rows.filter(here)) for todo in todos for lines in todo.items]
    raw = list(grouped([lines.rows for lines in items])) if items else []
    clocks = Clocks(Round.objects.in_bulk({row[1] for row in raw if row[1] is not None}))
    groups = [
        Group(KINDS[key], pk, limit, due_on, many, clocks.of(KINDS[key], pk, limit, due_on).kind)
        for key, pk, limit, due_on, many in raw
    ]
    return Queue(groups, wanted, items, clocks)


def places_of(user: User) -> QuerySet[Area]:
    """The places one may filter by: of a town's office its villages, above that the towns."""
    found = Q(pk__in=[])
    for office in getattr(user, "live_appointments", ()):
        below = Level.VILLAGE if office.area.level == Level.TOWN else Level.TOWN
        found |= Q(code__startswith=office.area.prefix, level=below)
    return Area.objects.filter(found, is_zone=False, valid_to=None).order_by("code")


def _days_of(groups: list[Group], start: int, stop: int) -> Days | None:
    """The days of a page from one line to another, by how many lines each day has; None past the end."""
    many = Counter[date]()
    for group in groups:
        many[group.due_on or NEVER] += group.many
    first, before, passed = None, 0, 0
    for day in sorted(many):
        if first is None and passed + many[day] > start:
            first, before = day, passed
        passed += many[day]
        if first is not None and passed >= stop:
            return Days(first, day, before)
    return None if first is None else Days(first, max(many), before)


def _near(groups: list[Group]) -> Q:
    """The days that are near (快到期), by round and limit: as the rounds' rules say."""
    last: dict[tuple[int | None, int | None], date] = {}
    for group in groups:
        day, key = group.due_on or NEVER, (group.round, group.limit)
        last[key] = max(day, last.get(key, day))
    by_day: dict[date, Q] = {}
    for (round_pk, limit), day in last.items():
        one = Q(line_round=round_pk) if round_pk is not None else Q(line_round__isnull=True)
        one &= Q(line_limit=limit) if limit is not None else Q(line_limit__isnull=True)
        by_day[day] = by_day.get(day, NOTHING) | one
    return Q(line_due_on__gte=today()) & reduce(or_, (Q(line_due_on__lte=day) & by for day, by in by_day.items()))


def _prefix(code: str) -> str:
    return next(code[:digits] for digits in DIGITS.values() if not code[digits:].strip("0"))
