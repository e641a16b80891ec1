"""What is read about visits (走访): those of one's own villages, and nobody else's."""

from datetime import date

from django.db.models import Q, QuerySet

from civic.models import Area, Person
from civic.moments import now
from civic.permissions import User, allowed, scopes
from proposals.models import Round
from proposals.queries import nearest_round, prefix_of, rounds_open
from wishes.models import Visit
from wishes.permissions import HELPERS
from wishes.queries import villages

MOST_LETTERS = 40
TURNED = {
    "none": Q(demand=None, project=None, erased_at=None),
    "demand": Q(demand__isnull=False),
    "project": Q(project__isnull=False),
}


def visible_to(user: User) -> QuerySet[Visit]:
    """The visits of the villages this worker serves, the latest first, with all a line names."""
    near = Q(pk__in=[])
    for prefix in scopes(user, HELPERS):
        near |= Q(area__code__startswith=prefix)
    found = Visit.objects.filter(near).select_related("area", "by", "demand", "project")
    return found.order_by("-visited_on", "-pk")


def listed(user: User, *, area: str = "", turned: str = "", q: str = "", mine: bool = False) -> QuerySet[Visit]:
    """Of those what is asked for: a place, what came of it, words, one's own."""
    found = visible_to(user)
    if area:
        found = found.filter(area__code__startswith=prefix_of(area))
    if turned in TURNED:
        found = found.filter(TURNED[turned])
    if mine:
        found = found.filter(by_id=user.pk)
    if q:
        found = found.filter(Q(who__contains=q) | Q(said__contains=q) | Q(place_text__contains=q))
    return found


def places(user: User) -> QuerySet[Area]:
    """The villages in which this worker may write down a visit."""
    near = Q(pk__in=[])
    for prefix in scopes(user, HELPERS):
        near |= Q(code__startswith=prefix)
    return villages("").filter(near)


def may_turn(user: User, visit: Visit) -> bool:
    """Whether something can come of it by this person's hand: who may enter for a resident there."""
    return allowed(user, "proposals.propose_for", visit.area_id)


def round_for(area_code: str) -> Round | None:
    """The round in which a resident of the place could propose now."""
    return nearest_round(rounds_open(now()), area_code, {"resident"})


def resident_named(name: str, area: Area) -> Person | None:
    """The one resident of the village of that name, so that the words go when the person does; None if in doubt."""
    there = Q(home_area=area) | Q(residencies__area=area, residencies__ended_on=None)
    found = Person.objects.filter(there, name=name, erased_at=None).distinct()[:2]
    return found[0] if len(found) == 1 else None


def of_erased_people() -> QuerySet[Visit]:
    """Visits that still hold the words of people who are gone."""
    return Visit.objects.filter(person__erased_at__isnull=False, erased_at=None)


def count_between(prefix: str, since: date, until: date) -> int:
    """How many visits a place saw in some days, both included."""
    return Visit.objects.filter(area__code__startswith=prefix, visited_on__range=(since, until)).count()
