"""What the routes of a village's follow and reminder name in the permission table."""

from typing import Any

from publicity.services import follows


def tell(rows: Any) -> None:
    """The neighbour follows the village."""
    village = rows.cast.area
    follows.follow_place(village, by=rows.neighbour)
    for name in ("publicity:follow_area", "publicity:remind_area", "followed-areas-detail", "followed-areas-stop"):
        rows.given[name] = {"code": village.code}
    rows.sent["followed-areas-list"] = {"area": village.code}
