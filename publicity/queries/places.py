"""What a map of the list shows (地图): how many projects lie in each place, and the points of those that have one."""

from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, Q

from civic.models import Area, Level
from civic.moments import today
from proposals.models.projects import ON_THE_GROUND
from publicity import steps
from publicity.queries import search
from publicity.queries.search import RoundKey, Wanted
from publicity.sketch import Place

MOST_POINTS = 2000
HAS_POINT = Q(latitude__isnull=False, longitude__isnull=False, crs__in=ON_THE_GROUND)


@dataclass(frozen=True)
class Spread:
    """A list spread over places: ``elsewhere`` lie in none of them; ``pinned`` have a point of their own."""

    total: int
    pinned: int
    elsewhere: int
    places: list[Place] = field(default_factory=list)


def spread(wanted: Wanted, known: list[RoundKey]) -> Spread:
    """The projects of the list by the places just below the one asked for: two queries, three for a village."""
    rows = search.found(wanted, known).order_by().values("area_id")
    counted = list(rows.annotate(n=Count("pk"), pinned=Count("pk", filter=HAS_POINT)))
    shown = _shown(wanted.area or settings.HOME_AREA)
    per_place: Counter[str] = Counter()
    for row in counted:
        per_place[next((place.code for place in shown if place.covers(row["area_id"])), "")] += row["n"]
    return Spread(
        total=sum(row["n"] for row in counted),
        pinned=sum(row["pinned"] for row in counted),
        elsewhere=per_place[""],
        places=[_place(area, per_place[area.code]) for area in shown if per_place[area.code] or not area.is_zone],
    )


def _shown(code: str) -> list[Area]:
    """The places just below one, or that one where it has none: towns of the district, villages of a town."""
    on = today()
    in_force = Area.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    below = list(in_force.filter(parent=code).order_by("code"))
    return below or list(Area.objects.filter(pk=code))


def _place(area: Area, count: int) -> Place:
    point = None if area.latitude is None or area.longitude is None else (float(area.longitude), float(area.latitude))
    name = area.short_name if area.level == Level.VILLAGE else area.name
    return Place(area.code, name, count, point, area.outline)


@dataclass(frozen=True)
class Point:
    """A project on the map: no more than its pin needs."""

    code: str
    title: str
    step: int
    longitude: float
    latitude: float


def points(wanted: Wanted) -> list[Point]:
    """The points of a list, the latest first; one more than MOST_POINTS says that some are left off."""
    rows = (
        search.found(wanted)
        .filter(HAS_POINT)
        .values_list("code", "title", "state", "resume_state", "longitude", "latitude")[: MOST_POINTS + 1]
    )
    return [Point(str(c), t, _number(state, stood), float(x or 0), float(y or 0)) for c, t, state, stood, x, y in rows]


def _number(state: str, stood: str) -> int:
    """At which of the six public steps (第几步)."""
    order = list(steps.PublicStep)
    return order.index(steps.STEP_OF[steps.S(steps.standing(state, stood))]) + 1
