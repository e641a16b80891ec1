"""Places (村居): towns with their villages, who serves there, and how many villages have a social worker."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from civic import offices
from civic.composed import Composed, Given
from civic.models import Appointment, Area, Level, Role
from civic.moments import now, today
from voting.models import Meeting, MeetingState

_offered = Composed(
    lambda: Area.objects.filter(
        Q(parent=Given("home")) | Q(parent=Given("town")) | Q(pk=Given("home")),
        Q(valid_to=None) | Q(valid_to__gte=Given("today")),
        is_zone=False,
        valid_from__lte=Given("today"),
    ).order_by("code")
)


SERVING = {  # whom people of a place turn to, the nearest first
    Level.VILLAGE: (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE, Role.GRID_WORKER, Role.TOWN_HANDLER),
    Level.TOWN: (Role.TOWN_HANDLER, Role.TOWN_APPROVER),
    Level.COUNTY: (Role.DISTRICT_OFFICE,),
}
MOST_SERVING = 12


def serving(place: Area) -> list[Appointment]:
    """Who serves a place today (谁在这里服务), with unit and post; one query."""
    roles = SERVING.get(Level(place.level), ())
    return offices.nearest(offices.over([place.code], roles), place.code, roles)[:MOST_SERVING]


def just_below(place: Area) -> list[Area]:
    """The towns of a district, the villages of a town."""
    return list(places_in(place).filter(parent=place))


def places_in(inside: Area) -> QuerySet[Area]:
    """A place and all that lies in it, in force today; industrial zones are no places of their own."""
    on = today()
    return (
        Area.objects.filter(is_zone=False, code__startswith=inside.prefix, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gte=on))
        .order_by("code")
    )


def villages(inside: Area) -> QuerySet[Area]:
    """The villages and communities of a place in force today."""
    return places_in(inside).filter(level=Level.VILLAGE)


def with_worker(places: QuerySet[Area]) -> QuerySet[Any]:
    """Each village with ``has_worker``: a social worker (驻村社工) is appointed to it or to a place above it."""
    above = Q(area=OuterRef("code")) | Q(area=OuterRef("parent")) | Q(area=OuterRef("parent__parent"))
    serving = Appointment.objects.live().filter(above, role=Role.SOCIAL_WORKER)
    return places.annotate(has_worker=Exists(serving))


def coverage(inside: Area) -> tuple[int, int]:
    """Villages with a social worker, and all villages (129/129)."""
    counted = with_worker(villages(inside)).aggregate(all=Count("pk"), served=Count("pk", filter=Q(has_worker=True)))
    return counted["served"], counted["all"]


def by_town(inside: Area, *, worker: str = "", words: str = "") -> list[tuple[Area, list[Area]]]:
    """The towns of a place, each with its villages; ``worker`` is yes or no, ``words`` a part of a name."""
    found = with_worker(villages(inside)).select_related("parent")
    if worker:
        found = found.filter(has_worker=worker == "yes")
    if words:
        found = found.filter(Q(name__contains=words) | Q(parent__name__contains=words))
    towns: dict[Area, list[Area]] = {}
    for village in found:
        if village.parent is not None:
            towns.setdefault(village.parent, []).append(village)
    return list(towns.items())


def path_codes(code: str) -> list[str]:
    """A place's code and those of the places it lies in, upwards: village, town, county, prefecture, province."""
    return list(dict.fromkeys([code, *(code[:digits].ljust(12, "0") for digits in (9, 6, 4, 2))]))


def filter_places(home: str, chosen: str) -> list[Area]:
    """The places a list offers: the towns of home, and the villages of the town that is chosen."""
    town = f"{chosen[:9]}000" if len(chosen) == 12 and chosen.isdigit() else home
    return _offered(home=home, town=town, today=today())


def next_meeting(place: Area) -> Meeting | None:
    """The next assembly meeting in a place (下一次议事会)."""
    called = Meeting.objects.filter(state=MeetingState.CALLED, starts_at__gte=now())
    inside = called.filter(assembly__area__code__startswith=place.prefix)
    return inside.select_related("assembly__area").order_by("starts_at", "pk").first()
