"""What the routes of the sheets for the wall name in the permission table: a notice, a vote, and a village's account."""

from typing import Any

from publicity.models import VillageAccount
from publicity.queries import notices
from voting.models import Poll, PollState


def tell(rows: Any) -> None:
    """Give them a running notice, an open vote, an account that hangs and one that the desk is to hang up."""
    rows.given["publicity:notice_sheet"] = {"pk": notices.listed(running_only=True)[0].pk}
    rows.given["publicity:poll_sheet"] = {"pk": Poll.objects.filter(state=PollState.OPEN).latest("pk").pk}
    posted = VillageAccount.objects.exclude(posted_on=None).order_by("pk")[0]
    quarter = {"code": posted.area_id, "year": posted.quarter.year, "number": posted.quarter.number}
    rows.given["publicity:account"], rows.given["publicity:account_file"] = quarter, quarter | {"kind": "xlsx"}
    owed = VillageAccount.objects.get(area=rows.cast.area, posted_on=None)
    rows.given["publicity:account_desk"] = {"pk": owed.pk}
    rows.given["publicity:account_desk_file"] = {"pk": owed.pk, "kind": "xlsx"}
