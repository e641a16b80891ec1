"""What a pool's total must hold (总额不能少于多少): read for one pool and for a table of them in the same few statements."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Q, Sum

from delivery.holding import held
from delivery.models import Approval, ApprovalState, FundingSource, Pool, Source
from delivery.queries.money import carried_in_yuan, levels_above, proposed_yuan, submitted
from delivery.rules import carrying
from delivery.rules.money import NOTHING, Bound
from proposals.models import Project, ProjectState

Key = tuple[int, str]  # round and area of a pool, which a pool not yet kept has too


def bound_of(pool: Pool) -> Bound:
    """What stands on one pool."""
    return bounds_of([pool])[pool.round_id, pool.area_id]


def bounds_of(pools: Sequence[Pool]) -> dict[Key, Bound]:
    """What stands on each pool: approved, asked for, put on it by the year before, kept back; six statements."""
    proposed = dict(
        submitted().filter(pool__in=[p.pk for p in pools if p.pk]).values_list("pool").annotate(Sum("pool_yuan"))
    )
    promised, kept = _promised(pools), _held_back(pools)
    return {
        (pool.round_id, pool.area_id): Bound(
            pool.committed_yuan,
            proposed.get(pool.pk, NOTHING),
            promised.get((pool.area_id, pool.round.year, pool.round.programme), NOTHING),
            kept.get((pool.round_id, pool.area_id), NOTHING),
        )
        for pool in pools
    }


def promised_yuan(pool: Pool) -> Decimal:
    """What last year asks of this year's money of the same place and programme and is not booked yet (上年跨年安排)."""
    return _promised([pool]).get((pool.area_id, pool.round.year, pool.round.programme), NOTHING)


def available_in(pool: Pool) -> Decimal:
    """What a pool has for new requests (可用)."""
    return pool.left_yuan - proposed_yuan(pool) - promised_yuan(pool)


def most_to_carry(pool: Pool) -> Decimal:
    """How much of a pool may be carried over now (最多结转多少)."""
    return carrying.most_to_carry(pool, available_in(pool), carried_in_yuan(pool))


def _promised(pools: Iterable[Pool]) -> dict[tuple[str, int, str], Decimal]:
    """By place, year and programme: the parts asked for, and those approved whose pool is not set."""
    state, round = "approval__state", "approval__pool__round"
    found = FundingSource.objects.filter(
        Q(**{state: ApprovalState.SUBMITTED}) | Q(**{state: ApprovalState.APPROVED}, unbooked_yuan__gt=0),
        kind=Source.NEXT_YEAR,
        approval__pool__area__in={pool.area_id for pool in pools},
    )
    rows = found.values_list("approval__pool__area", f"{round}__year", f"{round}__programme").annotate(
        asked=Sum("amount_yuan", filter=Q(**{state: ApprovalState.SUBMITTED})),
        waiting=Sum("unbooked_yuan", filter=Q(**{state: ApprovalState.APPROVED})),
    )
    return {
        (area, year + 1, programme): (asked or NOTHING) + (waiting or NOTHING)
        for area, year, programme, asked, waiting in rows
    }


def _held_back(pools: Sequence[Pool]) -> dict[Key, Decimal]:
    """What a recheck keeps back (锁定): the amounts of projects that wait for money and are not submitted, by their pool."""
    rounds = {pool.round_id for pool in pools}
    waiting = Project.objects.filter(round__in=rounds, state__in=[ProjectState.FOR_APPROVAL, ProjectState.RESERVE])
    waiting = waiting.exclude(approvals__in=Approval.objects.filter(state=ApprovalState.SUBMITTED))
    holds = held(list(waiting.values_list("pk", flat=True)))
    if not holds:
        return {}
    known = set(Pool.objects.filter(round__in=rounds).values_list("round", "area"))
    known |= {(pool.round_id, pool.area_id) for pool in pools}
    found: dict[Key, Decimal] = {}
    for project in Project.objects.filter(pk__in=holds):
        own = next(
            ((project.round_id, a) for a in levels_above(project.area_id) if (project.round_id, a) in known), None
        )
        if own is not None:
            found[own] = found.get(own, NOTHING) + (project.best_yuan or NOTHING)
    return found
