"""A voter's own ballot (本人投票): a ticket from the roll, straight into the urn. No event is left that she voted.

It wants the voter's own phone: where a worker's word opened the session (社工帮我登录), neither is a ballot taken nor one
shown, or a worker could vote for others and read what they chose.
"""

from django.utils.translation import gettext as _

from civic.models import Person
from civic.rules import PhoneNotProved
from voting import pace
from voting.ballot_rules import Choices
from voting.models.urn import BallotChannel
from voting.receipts import Receipt
from voting.services import tickets, urn


def vote(poll: int, choices: Choices, *, by: Person, replaces: int | None = None) -> Receipt:
    """Cast the voter's ballot over the web, or change the version she names (投票、更改投票), as ``take`` does."""
    return take(poll, choices, by=by, replaces=replaces).receipt


def take(poll: int, choices: Choices, *, by: Person, replaces: int | None = None, key: str = "") -> urn.Taken:
    """Take the voter's ballot, whichever door it comes through; ``key`` is that of a repeatable call.

    RuleBroken and AlreadyCast as tickets.issue and urn.take have them; TooOften after ten new ballots in a minute;
    PhoneNotProved as ``check_own`` has it.
    """
    check_own(by)
    pace.BALLOTS.check(by.pk)
    ticket = tickets.issue(poll, by.pk, channel=BallotChannel.ONLINE)
    taken = urn.take(ticket, choices, replaces=replaces, key=key)
    if taken.is_new:
        pace.BALLOTS.count(by.pk, poll, taken.receipt.version)
    return taken


def shown(poll: int, *, by: Person) -> Choices | None:
    """What the voter's own standing ballot says (我的选择); None without one. PhoneNotProved as ``check_own`` has it."""
    check_own(by)
    return urn.own_ballot(poll, by.pk)


def check_own(by: Person) -> None:
    """PhoneNotProved where a worker let the voter in: the reason, and the ways that stay open."""
    if by.is_vouched:
        raise PhoneNotProved(
            _(
                "您是社工帮忙登录的，没有核对手机号，不能在网上投票或看选票。"
                "可以到投票点投，领纸质票投，或退出后用手机号登录再投。"
            )
        )
