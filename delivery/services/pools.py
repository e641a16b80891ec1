"""Pools of money (资金池): set by the district, booked by approvals, changes and settlements under the pool's lock."""

from decimal import Decimal

from django.db import transaction

from civic.audit import record
from civic.models import Area, Person, Role
from civic.models.record import Kind
from civic.rules import check_reason
from delivery import sentences
from delivery.models import Pool, PoolEntry
from delivery.models.money import EntryKind
from delivery.rules import money
from proposals.models import Project, Round


def locked(pool_id: int) -> Pool:
    """The pool as it is now, held until the transaction ends."""
    return Pool.objects.select_for_update(of=("self",)).select_related("area", "round").get(pk=pool_id)


@transaction.atomic
def set_amount(round: Round, area: Area, amount_yuan: Decimal, *, by: Person, reason: str = "") -> Pool:
    """Set a pool's total for a place and round (定资金池); a later change says why. Never below what is approved."""
    pool, made = Pool.objects.get_or_create(round=round, area=area, defaults={"amount_yuan": amount_yuan})
    pool = locked(pool.pk)
    before = Decimal(0) if made else pool.amount_yuan
    if not made:
        check_reason(reason)
        money.check_pool_amount(amount_yuan, pool.committed_yuan)
    if amount_yuan != before:
        PoolEntry.objects.create(pool=pool, kind=EntryKind.ADJUST, delta_yuan=amount_yuan - before, by=by)
    pool.amount_yuan = amount_yuan
    pool.version += 1
    pool.save()
    record(
        "pool.set",
        by=by,
        on=pool,
        roles=(Role.DISTRICT_OFFICE,),
        kind=Kind.MONEY,
        sentence=sentences.pool_set(amount_yuan),
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
