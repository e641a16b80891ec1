"""Rules of carrying a pool's rest over to the next year (结转)."""

from decimal import Decimal

from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from delivery.models import CarryOver, CarryState, Pool
from delivery.rules.money import NOTHING, in_words


def check_next_year(source: Pool, target: Pool) -> None:
    """Money goes to the same place and programme, one year on. Both rounds are loaded."""
    fits = (
        source.area_id == target.area_id
        and source.round.programme == target.round.programme
        and target.round.year == source.round.year + 1
    )
    if not fits:
        raise RuleBroken(_("只能结转到同一个地方、同一类的下一年资金池"), code="not_next_year", field="target")


def most_to_carry(pool: Pool, available: Decimal, carried_in: Decimal) -> Decimal:
    """How much of a pool's rest may be carried over (最多结转多少), in yuan.

    What came over from the year before and was not used either is left out: unused two years running it is surplus and
    goes back. Source: 预算法 Art. 42. A pool keeps at least what was approved from it, and is never carried away whole.
    """
    stale = max(carried_in - pool.committed_yuan, NOTHING)
    most = min(available - stale, pool.amount_yuan - max(pool.committed_yuan, Decimal("0.01")))
    return max(most, NOTHING)


def check_amount(amount: Decimal, most: Decimal) -> None:
    if amount > most:
        raise RuleBroken(
            _("最多能结转%(most)s，超出%(over)s。两年没有用完的算结余，不能再结转")
            % {"most": in_words(most), "over": in_words(amount - most)},
            code="over_rest",
            field="amount_yuan",
        )


def check_asked(carry: CarryOver) -> None:
    if carry.state != CarryState.ASKED:
        raise RuleBroken(
            _("这次结转%(state)s，不能再办") % {"state": carry.get_state_display()}, code="carry_not_asked"
        )


def check_no_recheck(rechecks: int) -> None:
    """What a recheck may still change is not given away before (复核期间锁定)."""
    if rechecks:
        raise RuleBroken(
            _("有%(count)s项的异议正在复核，复核答复之前不能结转") % {"count": rechecks}, code="held_for_recheck"
        )
