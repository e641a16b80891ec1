"""What signing in and the residents' desk read: villages to choose from, and whom a worker may find."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from civic.models import Appointment, Area, DemoMessage, Level, Person, Residency, Role
from civic.moments import today
from civic.permissions import WORKERS, User, scopes

MOST_FOUND = 20


def villages(prefixes: Iterable[str] | None = None) -> QuerySet[Area]:
    """The villages in force today, of the district or inside the given code prefixes; zones are none."""
    inside = Q(pk__in=[])
    for prefix in [_home_prefix()] if prefixes is None else prefixes:
        inside |= Q(code__startswith=prefix)
    live = Q(valid_to=None) | Q(valid_to__gte=today())
    return Area.objects.filter(inside, live, level=Level.VILLAGE, is_zone=False).select_related("parent")


def own_villages(user: User) -> QuerySet[Area]:
    """The villages in which this worker verifies residents."""
    return villages(scopes(user, WORKERS))


def in_reach(user: User, roles: Iterable[Role] = WORKERS) -> QuerySet[Person]:
    """The residents a worker works for: verified in their villages, or at home there by their own word."""
    near = Q(pk__in=[])
    for prefix in scopes(user, roles):
        near |= Q(home_area__code__startswith=prefix)
        near |= Q(residencies__area__code__startswith=prefix, residencies__ended_on=None)
    return with_residencies(Person.objects.filter(near, erased_at=None).distinct())


def by_name(user: User, name: str) -> QuerySet[Person]:
    """Residents in the worker's reach whose name holds the words."""
    return in_reach(user).filter(name__icontains=name).order_by("name", "pk")[:MOST_FOUND]


def by_phone(phone: str) -> Person | None:
    """Whoever has exactly this number, wherever they live."""
    return with_residencies(Person.objects.filter(phone=phone, erased_at=None)).first()


def may_be_let_in(user: User) -> QuerySet[Person]:
    """The residents a social worker may let in by her word (社工帮我登录): of her villages, and nobody in office."""
    near = in_reach(user, (Role.SOCIAL_WORKER,))
    in_office = Appointment.objects.exclude(ends_on__lte=today()).values("person")  # from a later day as well
    return near.filter(is_active=True).exclude(pk=user.pk).exclude(pk__in=in_office)


def with_residencies(people: QuerySet[Person]) -> QuerySet[Person]:
    live = Residency.objects.filter(ended_on=None).select_related("area", "verified_by")
    return people.select_related("home_area").prefetch_related(Prefetch("residencies", live, "live_residencies"))


def demo_messages() -> QuerySet[DemoMessage]:
    return DemoMessage.objects.order_by("-id")[:MOST_FOUND]


def _home_prefix() -> str:
    home = Area.objects.filter(pk=settings.HOME_AREA).first()
    return home.prefix if home else ""
