"""Rules of money (钱): a pool is never overdrawn, a difference has a reason, two people decide, nothing is overpaid."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from civic.fields import CENT
from civic.rules import RuleBroken
from delivery.models import Approval, ApprovalState, Payment, PaymentState, Source, Work
from proposals.models import Project

NOTHING = Decimal(0)


def in_words(amount: Decimal) -> str:
    """An amount inside a sentence: 52,800元; the cents only where there are any."""
    text = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return _("%(amount)s元") % {"amount": text}


def requested_of(project: Project) -> Decimal:
    """What a project asks for: the departments' figure, else the estimate. RuleBroken where there is neither."""
    requested = project.reviewed_yuan or project.estimate_yuan
    if requested is None:
        raise RuleBroken(_("项目还没有估算或核定金额，不能提交审批"), code="no_amount")
    return requested


def check_fits(amount: Decimal, left: Decimal) -> None:
    """An amount against what the pool has left. RuleBroken names how much it is over (超出多少)."""
    if amount > left:
        raise RuleBroken(
            _("超出%(over)s，不能提交（资金池可用%(left)s）")
            % {"over": in_words(amount - left), "left": in_words(max(left, NOTHING))},
            code="over_pool",
            field="amount_yuan",
        )


def check_next_year(later: Decimal, left: Decimal) -> None:
    """The next year's part against what that year's pool has left (跨年安排)."""
    if later > left:
        raise RuleBroken(
            _("下年的部分超出%(over)s，不能安排（下年资金池可用%(left)s）")
            % {"over": in_words(later - left), "left": in_words(max(left, NOTHING))},
            code="over_next_pool",
            field=Source.NEXT_YEAR,
        )


def check_request(
    requested: Decimal, amount: Decimal, reason: str, others: Mapping[str, Decimal] | None = None
) -> Decimal:
    """A request is complete (提交审批); returns the pool's part: the amount less the other sources.

    RuleBroken where a difference has no reason, or other sources exceed the amount.
    """
    if amount <= 0:
        raise RuleBroken(_("批准金额要大于0"), code="amount_not_positive", field="amount_yuan")
    if amount != requested and not reason.strip():
        raise RuleBroken(
            _("批准金额与申请的%(requested)s不同，请写明原因") % {"requested": in_words(requested)},
            code="amount_reason_required",
            field="reason",
        )
    given = dict(others or {})
    if Source.POOL in given or any(part <= 0 for part in given.values()):
        raise RuleBroken(_("其他资金来源填错了"), code="bad_source")
    part = amount - sum(given.values(), NOTHING)
    if part < 0:
        raise RuleBroken(
            _("其他资金来源合计比批准金额多%(over)s，合计要等于批准金额") % {"over": in_words(-part)},
            code="sources_over",
            field="amount_yuan",
        )
    return part


def check_sources(amount: Decimal, parts: Mapping[str, Decimal]) -> None:
    """The sources of a budget add up to it (资金来源合计等于预算)."""
    total = sum(parts.values(), NOTHING)
    if total != amount:
        raise RuleBroken(
            _("资金来源合计%(total)s，与批准金额%(amount)s不符")
            % {"total": in_words(total), "amount": in_words(amount)},
            code="sources_differ",
        )


def check_waiting(approval: Approval) -> None:
    """Only a submitted request can be decided. RuleBroken says what it is instead."""
    if approval.state != ApprovalState.SUBMITTED:
        raise RuleBroken(
            _("这份审批%(state)s，不能再办") % {"state": approval.get_state_display()}, code="approval_not_waiting"
        )


def check_two_people(first_id: int | None, second_id: int) -> None:
    """Two acts that two people must do (双人办理)."""
    if first_id == second_id:
        raise RuleBroken(_("同一个人不能又提交又审批，请另一位同事办"), code="two_people")


def check_can_recall(needed: Decimal | None, left: Decimal) -> None:
    """A reserve project is taken up again when there is money for it (候补递补)."""
    if needed is not None and needed > left:
        raise RuleBroken(
            _("资金池可用%(left)s，还差%(short)s，暂时不能递补")
            % {"left": in_words(max(left, NOTHING)), "short": in_words(needed - left)},
            code="still_no_money",
        )


class Bound(NamedTuple):
    """What a pool's total must hold: approved, asked for, put on it by the year before, kept back while a recheck runs."""

    committed_yuan: Decimal
    proposed_yuan: Decimal
    promised_yuan: Decimal
    held_yuan: Decimal


def check_pool_amount(amount: Decimal, before: Decimal, bound: Bound) -> None:
    """A pool's total, new or changed (定资金池、调整总额), against all that already stands on it.

    A new total (``before`` is 0) holds what the year before put on it. A lowered one holds what is approved, what
    waits for the second person and what a recheck keeps back too; raising is always allowed.
    """
    if amount < bound.committed_yuan:
        raise RuleBroken(
            _("已经批出%(committed)s，总额不能比它少") % {"committed": in_words(bound.committed_yuan)},
            code="pool_below_committed",
            field="amount_yuan",
        )
    if not before and amount < bound.promised_yuan:
        raise RuleBroken(
            _("上一年已经安排到这一年的有%(promised)s，总额不能比它少") % {"promised": in_words(bound.promised_yuan)},
            code="pool_below_promised",
            field="amount_yuan",
        )
    if amount < before and amount < sum(bound, NOTHING):
        raise RuleBroken(
            _("%(sum)s已经有安排（%(parts)s），总额不能比它少")
            % {"parts": _named(bound), "sum": in_words(sum(bound, NOTHING))},
            code="pool_below_bound",
            field="amount_yuan",
        )


def _named(bound: Bound) -> str:
    """The parts of a bound that are not nothing, in words."""
    said = (_("已批%s"), _("拟批%s"), _("上年安排%s"), _("异议复核锁定%s"))
    return "、".join(words % in_words(part) for words, part in zip(said, bound, strict=True) if part)


def check_payment(work: Work, pending_yuan: Decimal, amount: Decimal) -> None:
    """A claim fits into contract and changes, less what is paid or asked for already (请款不超过合同)."""
    if amount <= 0:
        raise RuleBroken(_("请款金额要大于0"), code="amount_not_positive", field="amount_yuan")
    left = work.payable_yuan - work.paid_yuan - pending_yuan
    if amount > left:
        raise RuleBroken(
            _("超出%(over)s，最多还能请款%(left)s") % {"over": in_words(amount - left), "left": in_words(left)},
            code="over_contract",
            field="amount_yuan",
        )


def check_payment_state(payment: Payment, wanted: PaymentState) -> None:
    """A claim is reviewed once, and paid only after the review (先审后付)."""
    if payment.state != wanted:
        raise RuleBroken(
            _("这笔请款%(state)s，不能办这一步") % {"state": payment.get_state_display()}, code="payment_not_here"
        )


def check_settlement(work: Work, settled: Decimal, note: str) -> None:
    """A settlement lies between what is paid and what was agreed; less than agreed says why (结算)."""
    if work.settled_yuan is not None:
        raise RuleBroken(_("已经结算过了"), code="already_settled")
    if settled > work.agreed_yuan:
        raise RuleBroken(
            _("结算不能超过合同价加变更（%(agreed)s），超出%(over)s")
            % {"agreed": in_words(work.agreed_yuan), "over": in_words(settled - work.agreed_yuan)},
            code="over_contract",
            field="settled_yuan",
        )
    if settled < work.paid_yuan:
        raise RuleBroken(
            _("已经付了%(paid)s，结算不能比它少") % {"paid": in_words(work.paid_yuan)},
            code="below_paid",
            field="settled_yuan",
        )
    if settled < work.agreed_yuan and not note.strip():
        raise RuleBroken(_("结算比合同少，请写明核减的原因"), code="note_required", field="note")


def surplus_to_pool(surplus: Decimal, pool_part: Decimal, granted: Decimal) -> Decimal:
    """The pool's share of what is left over, in proportion to what it gave, whole fen rounded down (结余退回).

    The rest stays with the other sources of the budget.
    """
    if granted <= 0:
        return NOTHING
    share = Fraction(surplus) * Fraction(pool_part) / Fraction(granted)
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return min(exact.quantize(CENT, rounding=ROUND_DOWN), surplus)
