"""A ballot account in plain words (选票账的话), for the desk and for everybody. Pure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.models import PaperBatch
from voting.paper_rules import Account
from voting.poll_count import turnout

REASONS = {
    "unreadable": gettext_lazy("看不清"),
    "over_limit": gettext_lazy("选多了"),
    "late": gettext_lazy("截止以后才交"),
    "not_on_roll": gettext_lazy("不在名册"),
    "voted_already": gettext_lazy("已在网上投过"),
    "void": gettext_lazy("收回的比发出的多，整批作废"),
}


def lines(account: Account) -> list[tuple[str, int]]:
    """The totals, in the order in which they add up."""
    return [
        (_("印了"), account.printed),
        (_("发给人"), account.given),
        (_("写坏换掉"), account.spoiled),
        (_("没发出"), account.left),
        (_("收回"), account.returned),
        (_("没交回"), account.not_returned),
        (_("计入"), account.counted),
        (_("无效"), account.invalid),
    ]


def of(batches: Iterable[PaperBatch], account: Account) -> list[tuple[str, int]]:
    """The account of these batches as it stands: before all came back, only what is known by then (发放中)."""
    if all(batch.returned is not None for batch in batches):
        return lines(account)
    out = [(_("印了"), account.printed), (_("发给人"), account.given), (_("写坏换掉"), account.spoiled)]
    return [*out, (_("没发出、没清点"), account.missing)]


def reasons(account: Account, below: int = 0) -> list[tuple[str, int]]:
    """Why papers did not count; small groups joined as in the turnout (小数合并), so that they tell of nobody."""
    groups = turnout(account.reasons, below)
    return [("、".join(str(REASONS[name]) for name in names), many) for names, many in groups]
