"""Pools of money (资金池): set by the district, booked by approvals, changes and settlements under the pool's lock."""

from decimal import Decimal

from django.db import transaction

from civic.audit import record
from civic.models import Area, Person, Role
from civic.models.record import Kind
from civic.rules import check_reason
from delivery import queries, sentences
from delivery.models import ApprovalState, FundingSource, Pool, PoolEntry
from delivery.models.money import EntryKind
from delivery.queries.money import parts_from_last_year
from delivery.rules import money
from proposals.models import Project, Round


def locked(pool_id: int) -> Pool:
    """The pool as it is now, held until the transaction ends."""
    return Pool.objects.select_for_update(of=("self",)).select_related("area", "round").get(pk=pool_id)


@transaction.atomic
def set_amount(round: Round, area: Area, amount_yuan: Decimal, *, by: Person, reason: str = "") -> Pool:
    """Set a pool's total for a place and round (定资金池); a later change says why.

    Never below what is approved, and never lowered below what waits or is held back; what the year before put on it
    is booked at once (跨年安排).
    """
    lock_before(round, area)
    pool, made = Pool.objects.get_or_create(round=round, area=area, defaults={"amount_yuan": amount_yuan})
    pool = locked(pool.pk)
    before = Decimal(0) if made else pool.amount_yuan
    if not made:
        check_reason(reason)
    money.check_pool_amount(amount_yuan, before, queries.bound_of(pool))
    if amount_yuan != before:
        PoolEntry.objects.create(pool=pool, kind=EntryKind.ADJUST, delta_yuan=amount_yuan - before, by=by)
    pool.amount_yuan = amount_yuan
    pool.version += 1
    pool.save()
    later = book_waiting(pool)
    record(
        "pool.set",
        by=by,
        on=pool,
        roles=(Role.DISTRICT_OFFICE,),
        kind=Kind.MONEY,
        sentence=sentences.pool_set(amount_yuan, later),
        before={"amount_yuan": str(before)},
        after={"amount_yuan": str(amount_yuan)},
        reason=reason,
    )
    return pool


def book(pool: Pool, kind: EntryKind, delta_yuan: Decimal, *, project: Project, by: Person | None) -> None:
    """Write a line of the ledger and its sum, on a locked pool; nothing is nothing. Its event is the caller's."""
    if not delta_yuan:
        return
    PoolEntry.objects.create(pool=pool, project=project, kind=kind, delta_yuan=delta_yuan, by=by)
    pool.committed_yuan += delta_yuan
    pool.version += 1
    pool.save(update_fields=["committed_yuan", "version"])


def lock_before(round: Round, area: Area) -> None:
    """Hold the pools of the year before while this year's is set: nothing is put on it unseen meanwhile (跨年安排)."""
    before = Pool.objects.select_for_update(of=("self",)).filter(
        area=area, round__programme=round.programme, round__year=round.year - 1
    )
    list(before.order_by("pk"))


def book_waiting(pool: Pool) -> Decimal:
    """Book what the year before put on this pool and waited for it (补记跨年安排), all of it or none; returns how much.

    The pool and those of the year before are locked.
    """
    waiting = parts_from_last_year(pool).filter(approval__state=ApprovalState.APPROVED, unbooked_yuan__gt=0)
    parts = list(waiting.select_related("approval__project", "approval__approved_by").order_by("pk"))
    total = sum((part.unbooked_yuan for part in parts), Decimal(0))
    if total > pool.left_yuan:
        return Decimal(0)
    for part in parts:
        given = part.approval
        book(pool, EntryKind.COMMIT, part.unbooked_yuan, project=given.project, by=given.approved_by)
        wait_with(part, Decimal(0))
    return total


def wait_with(part: FundingSource, unbooked_yuan: Decimal) -> None:
    """How much of a next year's part waits for its pool to be set (等下年资金池)."""
    part.unbooked_yuan = unbooked_yuan
    part.save(update_fields=["unbooked_yuan"])
