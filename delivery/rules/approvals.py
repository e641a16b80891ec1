"""Rules of an approval beside its money (审批): the cap, who may approve how much, ranks, rechecks under way."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from delivery.models.money import APPROVERS
from delivery.rules.money import in_words
from proposals.round_rules import RoundRules
from proposals.rules import over_cap

WARNED = 3  # projects that a refusal names; the rest is counted


def check_cap(terms: RoundRules, work_type: str, amount: Decimal, reason: str) -> None:
    """The whole amount against the round's cap for its type (单项限额): refused, or allowed with a public reason.

    Source: the caps of Zhuhai and Shenzhen, docs/domain.md; which of the two is the round's ``cap_action``.
    """
    said = over_cap(terms, work_type, amount)
    if not said:
        return
    if terms.cap_action == "block":
        raise RuleBroken(_("%(said)s，不能提交") % {"said": said}, code="over_cap", field="amount_yuan")
    if not reason.strip():
        raise RuleBroken(_("%(said)s，请写明原因") % {"said": said}, code="cap_reason_required", field="reason")


def approver_role(terms: RoundRules, amount: Decimal) -> str:
    """Who approves an amount (审批权限): the lowest whose limit holds it; who has none in the rules has no limit.

    RuleBroken where it is over every limit.
    """
    ladder: Mapping[str, Decimal] = {str(role): limit for role, limit in (terms.approval_ladder_yuan or {}).items()}
    for role, _label in APPROVERS:
        if role not in ladder or amount <= ladder[role]:
            return role
    raise RuleBroken(
        _("超过这个轮次的审批权限（最多%(most)s）") % {"most": in_words(max(ladder.values()))},
        code="over_ladder",
        field="amount_yuan",
    )


def council_places(votes: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """The place of each project by an assembly's votes (议事会名次), from votes for and what they are measured against.

    The larger share comes first, so that sittings of different size compare; equal shares have the same place.
    """
    shares = {pk: Fraction(in_favour, base) if base else Fraction(0) for pk, (in_favour, base) in votes.items()}
    return {pk: 1 + sum(other > share for other in shares.values()) for pk, share in shares.items()}


def check_skip(skipped: Sequence[str], reason: str) -> None:
    """Asking for a project before those that came out ahead of it needs a reason, public on their pages (越过名次)."""
    if skipped and not reason.strip():
        raise RuleBroken(
            _("名次在前的还没有提交：%(projects)s。先提交它们，或者写明为什么先批这一个")
            % {"projects": _named(skipped)},
            code="skip_reason_required",
            field="skip_reason",
        )


def check_not_held(why: str) -> None:
    """While an objection to the project is rechecked nothing is decided about its money (复核期间锁定)."""
    if why:
        raise RuleBroken(_("%(why)s，复核答复之前不能提交、批准或递补") % {"why": why}, code="held_for_recheck")


def _named(projects: Sequence[str]) -> str:
    first = "、".join(projects[:WARNED])
    if len(projects) <= WARNED:
        return first
    return _("%(first)s等%(count)s个") % {"first": first, "count": len(projects)}
