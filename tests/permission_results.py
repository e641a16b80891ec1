"""What the routes of counting again name in the permission table: a poll that was published, another that is counted."""

from typing import Any

from tests import permission_polls


def tell(rows: Any) -> None:
    """Give every route around a recount its row."""
    published, counted = permission_polls.counted(rows), permission_polls.counted(rows)
    published.agree("publish")
    rows.pk("voting:recount, voting:checkpoint", published.poll)
    rows.given["voting:checkpoint_of"] = {"pk": published.poll.pk, "size": 1}
    rows.pk("voting:poll_recount", counted.poll)
