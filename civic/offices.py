"""Who holds an office over a place today (谁在任)."""

from collections.abc import Iterable, Sequence

from civic.models import STAFF_ROLES, Appointment, AuditEvent, Person, Role
from civic.models.areas import DIGITS

ONLY_LOOK = frozenset(
    {Role.SPONSOR, Role.SUPERVISOR, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
)
WORK = STAFF_ROLES - ONLY_LOOK


def over(codes: Iterable[str], roles: Iterable[Role]) -> list[Appointment]:
    """Everyone who holds one of the roles over one of the places today, in one query."""
    lines = {code[:digits].ljust(12, "0") for code in codes for digits in DIGITS.values()}
    found = Appointment.objects.live().filter(area_id__in=lines, role__in=list(roles), person__is_active=True)
    return list(found.select_related("person", "organisation", "area").order_by("pk"))


def nearest(offices: Iterable[Appointment], code: str, roles: Sequence[Role]) -> list[Appointment]:
    """Of some offices those with one of the roles over a place: its own first, then in the order of the roles."""
    fitting = [office for office in offices if office.role in roles and office.area.covers(code)]
    return sorted(fitting, key=lambda office: (-len(office.area.prefix), roles.index(Role(office.role)), office.pk))


def to_correct(person: Person, event: AuditEvent) -> Appointment | None:
    """The office in which a person may correct an event (更正): one of the unit that made the entry.

    Who only looks corrects nothing but what came from their own part. What no unit entered, a resident's act or the
    system's, is the town's handler's.
    """
    area = event.area_id
    held = [office for office in person.live_appointments if area is None or office.area.covers(area)]
    if not event.role:
        return next((office for office in held if office.role == Role.TOWN_HANDLER), None)
    fitting = (WORK | {event.role}) & STAFF_ROLES
    return next((office for office in held if office.unit_name == event.unit and office.role in fitting), None)
