"""Which person a line of a list is (认人): found by phone and name together, or by the same line of an earlier list.

Whatever could be two people or one is a Conflict, named to the clerk; nothing here writes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from civic.models import Area, Level, Person, Residency
from civic.rules import mask_resident
from voting.models import Poll, RollEntry, RollSource
from voting.roll_files.people import Listed

CHUNK = 500  # parameters of one query
Place = tuple[str, str]  # name, village
Line = tuple[str, str, str]  # name, village, household


class Conflict(ValueError):
    """A line that could be somebody we know, or not; the words are for the clerk."""


class Villages:
    """The villages of a poll's place by whatever people call them (村居): code, name or short name."""

    def __init__(self, poll: Poll) -> None:
        self.own = poll.area if poll.area.level == Level.VILLAGE else None
        self.known: dict[str, list[Area]] = defaultdict(list)
        inside = Area.objects.filter(code__startswith=poll.area.prefix, level=Level.VILLAGE, valid_to=None)
        for area in inside:
            for called in {area.code, area.name, area.short_name}:
                self.known[called].append(area)

    def named(self, called: str) -> Area:
        """ValueError where it is not said, unknown here, or the name of two."""
        if not called and self.own:
            return self.own
        found = self.known.get(called, [])
        if not called:
            raise ValueError(_("没有写村居"))
        if len(found) != 1:
            said = _("“%(village)s”不在这次投票的地方") if not found else _("有两个“%(village)s”，请写区划代码")
            raise ValueError(said % {"village": called[:20]})
        return found[0]


class Matcher:
    """All that is known of the people a list could mean, loaded at once."""

    def __init__(self, poll: Poll, people: Sequence[Listed]) -> None:
        self.by_phone = _by_phone(one.phone for one in people if one.phone)
        self.on_roll: set[int] = set()
        self.lines: dict[Line, set[int]] = defaultdict(set)
        self.otherwise: set[Place] = set()
        self.earlier: dict[Line, set[int]] = defaultdict(set)
        self._read_roll(poll)
        self._read_earlier(poll, {one.name for one in people})
        verified = Residency.objects.filter(area__code__startswith=poll.area.prefix, ended_on=None)
        self.residents: set[Place] = set(verified.values_list("person__name", "area_id"))

    def person(self, one: Listed, area: Area) -> Person | int | None:
        """The person, or the key of one, or nobody yet. Raises Conflict."""
        line, place = (one.name, area.code, one.household), (one.name, area.code)
        listed = self.lines.get(line, set())
        if one.phone and (holder := self.by_phone.get(one.phone)):
            return _holder(one, holder, listed)
        if listed and not one.phone and len(listed) == 1:
            return next(iter(listed))
        if listed:
            raise Conflict(_("名册里已有同名同村同户的人，手机号不一样，请社工核对是不是一个人"))
        if place in self.otherwise or (not one.phone and place in self.residents):
            raise Conflict(_("本村有同名的居民已核对过身份，请补上他的手机号，或去掉这一行、由社工核对后添加"))
        return None if one.phone else self._from_earlier(line)

    def _from_earlier(self, line: Line) -> int | None:
        """Who stood on this very line of an earlier poll's list."""
        found = self.earlier.get(line, set()) - self.on_roll
        if len(found) > 1:
            raise Conflict(_("以前的名册里有两个同名同村同户的人，请社工核对后添加"))
        return next(iter(found), None)

    def _read_roll(self, poll: Poll) -> None:
        for person, source, line in _lines(poll.roll.all()):
            self.on_roll.add(person)
            if source == RollSource.IMPORT:
                self.lines[line].add(person)
            else:
                self.otherwise.add(line[:2])

    def _read_earlier(self, poll: Poll, names: set[str]) -> None:
        lists = RollEntry.objects.filter(area__code__startswith=poll.area.prefix, source=RollSource.IMPORT)
        for person, _source, line in _lines(lists.filter(person__phone=None).exclude(poll=poll)):
            if line[0] in names:
                self.earlier[line].add(person)


def _holder(one: Listed, holder: Person, listed: set[int]) -> Person:
    """Who holds the phone, if the name agrees and no other stands on this line."""
    if "".join(holder.name.split()) != "".join(one.name.split()):
        known = mask_resident(holder.name)
        raise Conflict(
            _("这个手机号已经登记给%(known)s，名字对不上。只凭手机号不能认人，请社工核对") % {"known": known}
        )
    if listed - {holder.pk}:
        raise Conflict(_("名册里已有同名同村同户的人，手机号不一样，请社工核对是不是一个人"))
    return holder


def _by_phone(phones: Iterable[str]) -> dict[str, Person]:
    wanted = list(phones)
    found: dict[str, Person] = {}
    for start in range(0, len(wanted), CHUNK):
        known = Person.objects.filter(phone__in=wanted[start : start + CHUNK])
        found |= {person.phone: person for person in known if person.phone}
    return found


def _lines(entries: Any) -> Iterable[tuple[int, str, Line]]:
    columns = ("person_id", "source", "person__name", "area_id", "household")
    for person, source, name, area, household in entries.order_by().values_list(*columns):
        yield person, source, (name, area, household)
