"""Carrying a pool's rest over (结转): asked for by one person, confirmed or sent back by another, both pools locked."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Person, Role
from civic.models.record import Kind
from civic.moments import now
from civic.rules import RuleBroken, check_reason
from delivery import queries, sentences
from delivery.holding import held
from delivery.models import CarryOver, CarryState, Pool, PoolEntry
from delivery.models.money import EntryKind
from delivery.rules import carrying as rules
from delivery.rules.money import check_two_people
from delivery.services import pools

DISTRICT = (Role.DISTRICT_OFFICE,)


@transaction.atomic
def ask(source: Pool, target: Pool, amount_yuan: Decimal, *, by: Person, reason: str) -> CarryOver:
    """Ask to carry some of a pool's rest into the next year's (提请结转). No money moves yet."""
    check_reason(reason)
    source, target = _both(source, target)
    if source.carried_out.filter(state=CarryState.ASKED).exists():
        raise RuleBroken(_("已经有一次结转在等第二人确认"), code="carry_waits")
    _check(source, target, amount_yuan)
    carry = CarryOver.objects.create(source=source, target=target, amount_yuan=amount_yuan, reason=reason, asked_by=by)
    _note(
        "pool.carry_ask", source, by=by, sentence=sentences.carry_asked(amount_yuan, target.round.year), reason=reason
    )
    return carry


@transaction.atomic
def confirm(carry: CarryOver, *, by: Person) -> CarryOver:
    """Carry it over (确认结转): the total of one pool falls, the other's rises by as much; a line in both ledgers."""
    carry = _locked(carry)
    rules.check_asked(carry)
    check_two_people(carry.asked_by_id, by.pk)
    source, target = _both(carry.source, carry.target)
    _check(source, target, carry.amount_yuan)
    _book(source, EntryKind.CARRY_OUT, -carry.amount_yuan, by=by)
    _book(target, EntryKind.CARRY_IN, carry.amount_yuan, by=by)
    _settle(carry, CarryState.CONFIRMED, by=by)
    out = sentences.carried_out(carry.amount_yuan, target.round.year)
    _note("pool.carry_out", source, by=by, sentence=out, reason=carry.reason, delta=-carry.amount_yuan)
    in_ = sentences.carried_in(carry.amount_yuan, source.round.year)
    _note("pool.carry_in", target, by=by, sentence=in_, reason=carry.reason, delta=carry.amount_yuan)
    return carry


@transaction.atomic
def refuse(carry: CarryOver, *, by: Person, reason: str) -> CarryOver:
    """Send the asking back with a reason (退回结转)."""
    check_reason(reason)
    carry = _locked(carry)
    rules.check_asked(carry)
    check_two_people(carry.asked_by_id, by.pk)
    carry.answer = reason
    _settle(carry, CarryState.REFUSED, by=by)
    _note("pool.carry_refuse", carry.source, by=by, sentence=sentences.carry_refused(carry.amount_yuan), reason=reason)
    return carry


def _check(source: Pool, target: Pool, amount: Decimal) -> None:
    rules.check_next_year(source, target)
    rules.check_no_recheck(len(held(queries.in_pool(source).values_list("pk", flat=True))))
    rules.check_amount(amount, queries.most_to_carry(source))


def _both(source: Pool, target: Pool) -> tuple[Pool, Pool]:
    """Both pools locked, the earlier year's first, whoever asks."""
    rows = {
        pool.pk: pools.locked(pool.pk) for pool in sorted((source, target), key=lambda one: (one.round.year, one.pk))
    }
    return rows[source.pk], rows[target.pk]


def _locked(carry: CarryOver) -> CarryOver:
    found = CarryOver.objects.select_for_update(of=("self",))
    return found.select_related("source__area", "source__round", "target__area", "target__round").get(pk=carry.pk)


def _book(pool: Pool, kind: EntryKind, delta: Decimal, *, by: Person) -> None:
    PoolEntry.objects.create(pool=pool, kind=kind, delta_yuan=delta, by=by)
    pool.amount_yuan += delta
    pool.version += 1
    pool.save(update_fields=["amount_yuan", "version"])


def _settle(carry: CarryOver, state: CarryState, *, by: Person) -> None:
    carry.state, carry.settled_by, carry.settled_at = state, by, now()
    carry.save()


def _note(action: str, pool: Pool, *, by: Person, sentence: str, reason: str, delta: Decimal | None = None) -> None:
    record(
        action,
        by=by,
        on=pool,
        roles=DISTRICT,
        kind=Kind.MONEY,
        sentence=sentence,
        reason=reason,
        money_delta_yuan=delta,
    )
