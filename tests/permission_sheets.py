"""What the routes of the sheets for the wall name in the permission table: a notice and a vote, for everybody."""

from typing import Any

from publicity.queries import notices
from voting.models import Poll, PollState


def tell(rows: Any) -> None:
    """Give them a running notice and an open vote."""
    rows.given["publicity:notice_sheet"] = {"pk": notices.listed(running_only=True)[0].pk}
    rows.given["publicity:poll_sheet"] = {"pk": Poll.objects.filter(state=PollState.OPEN).latest("pk").pk}
