"""What more than one caller reads about the board (读)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from civic import corrections
from civic.models import Appointment, Area, AuditEvent, Level, Person
from civic.people import GONE
from civic.permissions import User, scopes
from civic.telling import Told, told, with_names
from proposals.models import Round
from proposals.queries import line_of, nearest_round, prefix_of, rounds_open
from wishes.models import OPEN, WAITING, Demand, DemandState, Join
from wishes.permissions import HANDLERS, VISITORS

S = DemandState
CLOSED = frozenset(DemandState) - OPEN
JOINS = Subquery(
    Join.objects.filter(demand=OuterRef("pk"), withdrawn_at=None)
    .order_by()
    .values("demand")
    .annotate(count=Count("pk"))
    .values("count"),
    output_field=IntegerField(),
)


def public() -> QuerySet[Demand]:
    """Every matter with all that its line names, and how many met with it too (``joined``)."""
    named = ("area__parent", "handler__person", "handler__organisation", "handler__area", "reporter", "entered_by")
    return Demand.objects.select_related(*named, "project").annotate(joined=Coalesce(JOINS, 0))


def listed(area_code: str = "", state: str = "", year: int | None = None) -> QuerySet[Demand]:
    """The matters of a place and below, reported in a year; the open ones unless a state is asked for. The nearest
    promise first."""
    found = public().filter(_of(year), state__in=[state] if state in DemandState.values else OPEN)
    if area_code:
        found = found.filter(area__code__startswith=prefix_of(area_code))
    return found.order_by("due_on", "pk") if state not in CLOSED else found.order_by("-updated_at", "-pk")


def _of(year: int | None) -> Q:
    return Q(filed_at__year=year) if year else Q()


def years() -> list[int]:
    """The years in which anything was reported, the last one first."""
    first, last = Demand.objects.aggregate(first=Min("filed_at"), last=Max("filed_at")).values()
    return list(range(localdate(last).year, localdate(first).year - 1, -1)) if first else []


def count_by_horizon(found: QuerySet[Demand]) -> dict[str, int]:
    """How many of some matters stand in each column, in one query."""
    return dict(found.order_by().values_list("horizon").annotate(count=Count("pk")).values_list("horizon", "count"))


@dataclass(frozen=True)
class Figures:
    """How the board stands (几件、解决了几件): what waits for a confirmation is not solved."""

    received: int
    waiting: int
    done: int
    solved: int
    explained: int
    handed_on: int
    overdue: int


def figures(area_code: str, today: date, year: int | None = None) -> Figures:
    """The counts of a place (and of what was reported in a year), in one query."""
    inside = Demand.objects.filter(area__code__startswith=prefix_of(area_code)) if area_code else Demand.objects
    wanted = {
        "received": Q(),
        "waiting": Q(state__in=WAITING),
        "done": Q(state=S.DONE),
        "solved": Q(state=S.SOLVED),
        "explained": Q(state=S.EXPLAINED),
        "handed_on": Q(state__in=[S.HOTLINE, S.PROJECT]),
        "overdue": Q(state__in=WAITING, due_on__lt=today),
    }
    return Figures(
        **inside.filter(_of(year)).aggregate(**{name: Count("pk", filter=which) for name, which in wanted.items()})
    )


def events_of(demand: Demand) -> QuerySet[AuditEvent]:
    """The public record of a matter, newest first, with the names to mask."""
    events = with_names(AuditEvent.objects.filter(subject=demand.number, is_public=True))
    return events.order_by("-happened_at", "-id")


def record_for(reader: User, demand: Demand, most: int) -> list[Told]:
    """The newest of that in words, with the door to a correction (更正) beside what this reader may put right."""
    events = list(events_of(demand)[:most])
    lines = told(events)
    corrections.offer(events, lines, reader, "publicity:correct_matter")
    return lines


def finish_of(demand: Demand) -> AuditEvent | None:
    """When and by whom it was last reported done (已办理)."""
    return AuditEvent.objects.filter(subject=demand.number, action="demand.finish").order_by("-pk").first()


def has_joined(demand: Demand, person: Person) -> bool:
    return Join.objects.filter(demand=demand, person=person, withdrawn_at=None).exists()


def handlers_of(area_code: str) -> QuerySet[Appointment]:
    """Who can be made to see to a matter of a place: those in office there or above it today, its own first."""
    live = Appointment.objects.live().filter(role__in=HANDLERS, area_id__in=line_of(area_code), person__is_active=True)
    return live.select_related("person", "organisation", "area").order_by("-area_id", "role", "pk")


def round_for(demand: Demand, at: datetime) -> Round | None:
    """The round in which its reporter could propose it now."""
    return nearest_round(rounds_open(at), demand.area_id, {"resident"})


def villages(home: str) -> QuerySet[Area]:
    """The villages a matter can be about, with their towns."""
    inside = Area.objects.filter(code__startswith=prefix_of(home), level=Level.VILLAGE, is_zone=False, valid_to=None)
    return inside.select_related("parent").order_by("code")


def places(home: str, town: str) -> QuerySet[Area]:
    """The places the filter offers: home, its towns, and the villages of the town that is chosen."""
    offered = Area.objects.filter(Q(pk=home) | Q(parent=home) | Q(parent=town), is_zone=False, valid_to=None)
    return offered.order_by("code")


def in_scope(user: Person) -> QuerySet[Demand]:
    """The matters of the places where this person handles or visits."""
    near = Q(pk__in=[])
    for prefix in scopes(user, VISITORS):
        near |= Q(area__code__startswith=prefix)
    return public().filter(near)


TABS = {
    "filed": Q(state=S.FILED),
    "doing": Q(state=S.DOING),
    "done": Q(state=S.DONE),
    "town": Q(town_at__isnull=False, state__in=OPEN),
    "closed": Q(state__in=CLOSED),
}


def desk(user: Person, tab: str) -> QuerySet[Demand]:
    """One list of the desk, the most urgent first; what is closed, the latest first."""
    found = in_scope(user).filter(TABS[tab])
    return found.order_by("-updated_at", "-pk") if tab == "closed" else found.order_by("due_on", "pk")


def desk_counts(user: Person) -> dict[str, int]:
    """How many each list of the desk holds, in one query."""
    counted = in_scope(user).order_by()
    return counted.aggregate(**{tab: Count("pk", filter=which) for tab, which in TABS.items() if tab != "closed"})


def to_do(user: Person) -> Q:
    """What waits for this person: the matters of their villages, of a town what stands on its list."""
    found = Q(pk__in=[])
    for office in user.live_appointments:
        if office.role in HANDLERS:
            mine = Q(area__code__startswith=office.area.prefix, state__in=WAITING)
            is_village = office.area.level == Level.VILLAGE
            found |= mine if is_village else mine & (Q(town_at__isnull=False) | Q(handler=office))
    return found & ~Q(reporter=user)


def to_lift(today: date) -> QuerySet[Demand]:
    """What is past its promise and not yet on the town's list."""
    return Demand.objects.filter(state__in=WAITING, due_on__lt=today, town_at=None)


def reported_by(person: Person) -> QuerySet[Demand]:
    """What somebody reported or entered, the latest first; what waits for their word before all (我报的)."""
    return public().filter(Q(reporter=person) | Q(entered_by=person)).order_by("-updated_at", "-pk")


def notes_of_erased() -> QuerySet[Any, Any]:
    """Matters of erased people that still hold a note on how they agreed."""
    found = Demand.objects.filter(reporter__erased_at__isnull=False)
    return found.exclude(assisted_note__in=["", GONE]).values("pk")
