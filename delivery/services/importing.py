"""Pools as a table (导入资金池): the totals of a year's pools, by round and place. What is approved away stays so."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from civic.audit import record
from civic.imports.kinds import ADDED, CHANGED, CHUNK, SAME, Actor, Faults, Outcome
from civic.imports.places import Places
from civic.models import Area, AuditEvent, Person, Role
from civic.models.record import Channel, Kind
from civic.permissions import allowed
from civic.rules import RuleBroken
from civic.tables.layout import Row, bare
from civic.tables.progress import CHECKING, each
from delivery import queries, sentences
from delivery.models import Pool, PoolEntry
from delivery.models.money import EntryKind
from delivery.rules import money
from delivery.services.pools import book_waiting
from proposals.models import Round

NOTHING = Decimal(0)
Planned = tuple[Row, Pool, Decimal]  # with its total before


def import_pools(rows: Sequence[Row], by: Actor, dry_run: bool) -> list[Outcome]:
    """Set pools' totals, each with a line of its ledger; a changed total has a reason and never falls below what is approved."""
    places, faults = Places(), Faults()
    rounds = list(Round.objects.select_related("area"))
    pools = Pool.objects.all() if dry_run else Pool.objects.select_for_update(of=("self",))
    pools = pools.select_related("area", "round").order_by("round__year", "pk")  # the order in which all lock them
    known = {(one.round_id, one.area_id): one for one in pools}
    planned: list[Planned] = []
    for row in each(rows, CHECKING):
        try:
            planned.append(_planned(row, places.of(row), rounds, known, by, faults))
        except (ValueError, RuleBroken) as fault:
            faults.add(row.line, fault)
    bounds = queries.bounds_of([pool for _row, pool, _before in planned])
    for row, pool, before in planned:
        try:
            money.check_pool_amount(pool.amount_yuan, before, bounds[pool.round_id, pool.area_id])
            _check_said(row, pool, before)
        except (ValueError, RuleBroken) as fault:
            faults.add(row.line, fault)
    faults.check()
    if not dry_run:
        _write(planned, by, bounds)
    return [_outcome(*one) for one in planned]


def _planned(
    row: Row, area: Area, rounds: Sequence[Round], known: dict[Any, Pool], by: Actor, faults: Faults
) -> Planned:
    if isinstance(by, Person) and not allowed(by, "delivery.set_pool", area):
        raise ValueError(_("“%(place)s”不在您负责的范围") % {"place": area.short_name})
    name = row.get("round")
    if not name:
        raise ValueError(_("没有写轮次"))
    found = [
        one
        for one in rounds
        if bare(one.name) == bare(name) and row.get("year") in (None, one.year)
        if one.area.covers(area.pk)
    ]
    if len(found) != 1:
        said = _("这个地方没有“%(name)s”这个轮次") if not found else _("有两个“%(name)s”，请写年度")
        raise ValueError(said % {"name": name[:20]})
    key = (found[0].pk, area.pk)
    if (first := faults.first(key, row.line)) != row.line:
        raise ValueError(_("与第%(first)d行是同一个资金池") % {"first": first})
    pool = known.get(key) or Pool(round=found[0], area=area, amount_yuan=NOTHING)
    before, pool.amount_yuan = pool.amount_yuan, row.values["amount"]
    pool.round, pool.area = found[0], area
    return row, pool, before


def _check_said(row: Row, pool: Pool, before: Decimal) -> None:
    if before and pool.amount_yuan != before and not row.get("reason"):
        raise ValueError(_("总额与系统里的%(before)s不同，请写理由") % {"before": money.in_words(before)})


def _write(planned: Sequence[Planned], by: Actor, bounds: Mapping[tuple[int, str], money.Bound]) -> None:
    Pool.objects.bulk_create([pool for _row, pool, before in planned if not before], batch_size=CHUNK)
    moved = [one for one in planned if one[1].amount_yuan != one[2]]
    for _row, pool, _before in moved:
        pool.version += 1
    Pool.objects.bulk_update([pool for _row, pool, _before in moved], ["amount_yuan", "version"], batch_size=CHUNK)
    person = by if isinstance(by, Person) else None
    PoolEntry.objects.bulk_create(
        [
            PoolEntry(pool=pool, kind=EntryKind.ADJUST, delta_yuan=pool.amount_yuan - before, by=person)
            for _row, pool, before in moved
        ],
        batch_size=CHUNK,
    )
    events: list[AuditEvent] = []
    for row, pool, before in moved:
        later = book_waiting(pool) if bounds[pool.round_id, pool.area_id].promised_yuan else NOTHING
        record(
            "pool.set",
            by=by,
            on=pool,
            roles=(Role.DISTRICT_OFFICE,),
            kind=Kind.MONEY,
            channel=Channel.DESK,
            sentence=sentences.pool_set(pool.amount_yuan, later),
            before={"amount_yuan": str(before)},
            after={"amount_yuan": str(pool.amount_yuan)},
            reason=row.get("reason") or "",
            into=events,
        )
    AuditEvent.objects.bulk_create(events, batch_size=CHUNK)


def _outcome(row: Row, pool: Pool, before: Decimal) -> Outcome:
    what = ADDED if not before else CHANGED if pool.amount_yuan != before else SAME
    label = f"{pool.area.short_name} · {pool.round.name} {money.in_words(pool.amount_yuan)}"
    target = f"delivery.pool:{pool.pk}" if pool.pk else ""
    return Outcome(row.line, what, label, target, ("amount",) if what == CHANGED else ())
