"""Who holds an office over a place today (谁在任)."""

from collections.abc import Iterable, Sequence

from civic.models import Appointment, Role
from civic.models.areas import DIGITS


def over(codes: Iterable[str], roles: Iterable[Role]) -> list[Appointment]:
    """Everyone who holds one of the roles over one of the places today, in one query."""
    lines = {code[:digits].ljust(12, "0") for code in codes for digits in DIGITS.values()}
    found = Appointment.objects.live().filter(area_id__in=lines, role__in=list(roles), person__is_active=True)
    return list(found.select_related("person", "organisation", "area").order_by("pk"))


def nearest(offices: Iterable[Appointment], code: str, roles: Sequence[Role]) -> list[Appointment]:
    """Of some offices those with one of the roles over a place: its own first, then in the order of the roles."""
    fitting = [office for office in offices if office.role in roles and office.area.covers(code)]
    return sorted(fitting, key=lambda office: (-len(office.area.prefix), roles.index(Role(office.role)), office.pk))
