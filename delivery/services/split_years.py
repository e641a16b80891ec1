"""A grant paid over two years (跨年安排): each year's part stands in that year's own pool.

Pools are locked in the order of their years, whoever does what, so that nobody waits for another in a circle.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from civic.models import Person
from delivery import queries
from delivery.models import Approval, Pool, PoolEntry, Source
from delivery.models.money import EntryKind
from delivery.queries.money import drawn_for
from delivery.rules import money
from delivery.services import pools
from proposals.models import Project


def check_asked(pool: Pool, sources: Mapping[str, Decimal]) -> None:
    """The next year's part of a request fits into that year's pool, where it is set already. ``pool`` is locked."""
    later, after = sources.get(Source.NEXT_YEAR.value), _next(pool)
    if later and after is not None:
        money.check_next_year(later, queries.available_in(after))


def book(approval: Approval, pool: Pool, *, by: Person) -> None:
    """Book the next year's part of what was just approved, or keep it until that pool is set. ``pool`` is locked."""
    part = approval.sources.filter(kind=Source.NEXT_YEAR).first()
    if part is None:
        return
    after = _next(pool)
    if after is None:
        pools.wait_with(part, part.amount_yuan)
        return
    money.check_next_year(part.amount_yuan, after.left_yuan - queries.promised_yuan(after))
    pools.book(after, EntryKind.COMMIT, part.amount_yuan, project=approval.project, by=by)


def give_back(
    approval: Approval, kind: EntryKind, share: Callable[[Decimal], Decimal], *, by: Person | None
) -> Decimal:
    """Give each year's pool back the share of what it gave to the project; returns what the pools got.

    What the next year's pool has not booked yet shrinks by the same share. The approval's own pool is locked.
    """
    back = Decimal(0)
    for pool in _drawn_on(approval.project):
        part = share(drawn_for(approval.project, pool))
        pools.book(pool, kind, -part, project=approval.project, by=by)
        back += part
    for source in approval.sources.filter(unbooked_yuan__gt=0):
        pools.wait_with(source, source.unbooked_yuan - share(source.unbooked_yuan))
    return back


def _drawn_on(project: Project) -> list[Pool]:
    """The pools that gave to a project, locked, the earlier year first."""
    found = PoolEntry.objects.filter(project=project).order_by("pool__round__year", "pool")
    return [pools.locked(pk) for pk in dict.fromkeys(found.values_list("pool", flat=True))]


def _next(pool: Pool) -> Pool | None:
    """The next year's pool of the place and programme, locked, where it is set."""
    pk = queries.next_pools(pool).order_by("pk").values_list("pk", flat=True).first()
    return None if pk is None else pools.locked(pk)
