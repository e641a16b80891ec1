"""What is counted (统计范围): a place, a year, a programme; and its places one level down."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import F, Func, Q, QuerySet
from django.db.models.functions import Substr
from django.urls import reverse

from civic.models import Area, Level
from civic.moments import today
from proposals.models import Programme, Project, Round
from publicity.queries import figures
from publicity.queries.search import RoundKey, Wanted, condition, rounds

ALL = "all"
BELOW = {Level.PROVINCE: 4, Level.PREFECTURE: 6, Level.COUNTY: 9, Level.TOWN: 12, Level.VILLAGE: 12}
PROGRAMMES = (Programme.MICRO, Programme.SELF_CHOSEN)


@dataclass(frozen=True)
class Scope:
    """A place, a year (None: all years) and a programme ("": all)."""

    area: Area
    year: int | None
    programme: str = ""

    @property
    def wanted(self) -> Wanted:
        """What the list of projects asks for to be exactly these."""
        return Wanted(area=self.area.code, year=str(self.year or ""), programme=self.programme)

    @cached_property
    def known(self) -> list[RoundKey]:
        """Every round, for all the conditions that are asked."""
        return rounds()

    @cached_property
    def condition(self) -> Q:
        return condition(self.wanted, self.known)

    @property
    def projects(self) -> QuerySet[Project]:
        return Project.objects.filter(self.condition).order_by()

    def list_url(self, **more: Any) -> str:
        """The list of those of them that ``more`` asks for; ``area`` may be one inside."""
        return f"{reverse('publicity:projects')}?{replace(self.wanted, **more).query}"

    @property
    def query(self) -> str:
        """The address of these statistics: ?area=…&year=2021."""
        asked = {"area": self.area.code, "year": str(self.year or ALL), "programme": self.programme}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def programme_word(self) -> str:
        """The programme as people say it."""
        return str(Programme(self.programme).label) if self.programme else ""

    def without(self, name: str) -> str:
        """The address of these statistics with one filter less."""
        wider = Scope(self.area, None if name == "year" else self.year, "" if name == "programme" else self.programme)
        return wider.query

    @property
    def is_running(self) -> bool:
        """Whether the numbers may still change (今年的数还在变)."""
        return self.year is None or self.year >= today().year

    @cached_property
    def rounds(self) -> list[Round]:
        """The rounds whose projects are counted, for their own rules of what is not told."""
        return [
            one
            for one in figures.rounds_of(self.area)
            if self.year in (None, one.year) and self.programme in ("", one.programme)
        ]

    def strictest(self, rule: str, otherwise: int) -> int:
        """The largest figure any of the rounds sets for a rule of withholding."""
        return max((getattr(one.terms, rule) for one in self.rounds), default=otherwise)


def read(params: Mapping[str, str]) -> Scope | None:
    """What an address asks for; the home area and the latest year of a round if it does not say. None without places."""
    code = params.get("area", "")
    known = code if len(code) == 12 and code.isascii() and code.isdigit() else settings.HOME_AREA
    place = Area.objects.filter(pk__in={known, settings.HOME_AREA}).select_related("parent")
    found = {area.code: area for area in place}
    area = found.get(known) or found.get(settings.HOME_AREA)
    return None if area is None else of(area, params.get("year", ""), params.get("programme", ""))


def of(area: Area, year: str = "", programme: str = "") -> Scope:
    """The statistics of a place; without a year those of its latest."""
    chosen = int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None
    if chosen is None and year != ALL:
        chosen = max((one.year for one in figures.rounds_of(area)), default=today().year)
    return Scope(area, chosen, programme if programme in PROGRAMMES else "")


def part_of(scope: Scope, field: str = "area_id") -> Func:
    """The code of the part of a place that a row lies in, as an expression: its towns, or its villages."""
    return Substr(F(field), 1, BELOW[Level(scope.area.level)])


def named(scope: Scope, prefixes: set[str]) -> dict[str, Area]:
    """The places of such parts by their prefix; what lies in no part of the place is the place itself."""
    codes = {prefix: prefix.ljust(12, "0") for prefix in prefixes}
    found = Area.objects.in_bulk(list(codes.values()))
    return {prefix: found.get(code, scope.area) for prefix, code in codes.items()}
