"""What the polls' API names in the permission table: an open poll with 居民 on its roll, and one that is published."""

from typing import Any

from publicity.demo.places import account
from tests import permission_polls
from voting.services import own_ballots


def tell(rows: Any) -> None:
    """Give every route of a poll's API its row."""
    votes, shown = permission_polls.opened(rows), permission_polls.counted(rows)
    code = votes.projects[0].code
    receipt = own_ballots.vote(votes.poll.pk, {code: 1}, by=account("居民（阿强）"))
    rows.pk("polls-detail, polls-ballot, polls-show", votes.poll)
    rows.given["polls-receipt"] = {"pk": votes.poll.pk, "code": receipt.code}
    rows.sent["polls-ballot"] = {"choices": {code: 1}}
    shown.agree("publish")
    rows.pk("polls-results, polls-log", shown.poll)
