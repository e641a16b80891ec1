"""A voter's own ballot (本人投票): a ticket from the roll, straight into the urn. No event is left that she voted."""

from civic.models import Person
from voting.ballot_rules import Choices
from voting.models.urn import BallotChannel
from voting.receipts import Receipt
from voting.services import tickets, urn


def vote(poll: int, choices: Choices, *, by: Person, replaces: int | None = None) -> Receipt:
    """Cast the voter's ballot over the web, or change the version she names (投票、更改投票).

    RuleBroken and AlreadyCast as tickets.issue and urn.cast have them.
    """
    ticket = tickets.issue(poll, by.pk, channel=BallotChannel.ONLINE)
    return urn.cast(ticket, choices, replaces=replaces)
