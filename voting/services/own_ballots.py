"""A voter's own ballot (本人投票): a ticket from the roll, straight into the urn. No event is left that she voted."""

from civic.models import Person
from voting import pace
from voting.ballot_rules import Choices
from voting.models.urn import BallotChannel
from voting.receipts import Receipt
from voting.services import tickets, urn


def vote(poll: int, choices: Choices, *, by: Person, replaces: int | None = None) -> Receipt:
    """Cast the voter's ballot over the web, or change the version she names (投票、更改投票), as ``take`` does."""
    return take(poll, choices, by=by, replaces=replaces).receipt


def take(poll: int, choices: Choices, *, by: Person, replaces: int | None = None, call: str = "") -> urn.Taken:
    """Take the voter's ballot, whichever door it comes through; ``call`` is the key of a repeatable call.

    RuleBroken and AlreadyCast as tickets.issue and urn.take have them; TooOften after ten new ballots in a minute.
    """
    pace.BALLOTS.check(by.pk)
    ticket = tickets.issue(poll, by.pk, channel=BallotChannel.ONLINE)
    taken = urn.take(ticket, choices, replaces=replaces, call=call)
    if taken.is_new:
        pace.BALLOTS.count(by.pk, poll, taken.receipt.version)
    return taken
