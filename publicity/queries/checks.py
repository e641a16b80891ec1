"""Spot checks (随机抽查) as the desk lists them."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from civic.models import Area, Level, Person
from civic.permissions import scopes
from proposals.models import CheckedProject, SpotCheck
from proposals.permissions import INSPECTORS
from proposals.queries import within
from publicity.queries.areas import places_in


def draws(prefixes: Sequence[str]) -> QuerySet[SpotCheck]:
    """The draws in these places, the newest first, with how many of them were looked at."""
    seen = Count("items", filter=~Q(items__finding=""))
    found = SpotCheck.objects.filter(within(prefixes)).select_related("area", "drawn_by")
    return found.annotate(seen=seen).order_by("-drawn_at", "-pk")


def items_of(check: SpotCheck) -> list[CheckedProject]:
    """What was drawn, in its order."""
    return list(check.items.select_related("project__area", "checked_by").order_by("order"))


def waiting(person: Person) -> QuerySet[CheckedProject]:
    """What this person drew and has not looked at yet."""
    return CheckedProject.objects.filter(check_of__drawn_by=person, finding="")


def places_of(person: Person) -> list[Area]:
    """Where this person may draw: the own place and its towns."""
    prefixes = scopes(person, INSPECTORS)
    tops = [office.area for office in person.live_appointments if office.area.prefix in prefixes]
    places = {place.code: place for top in tops for place in places_in(top).exclude(level=Level.VILLAGE)}
    return [places[code] for code in sorted(places)]
