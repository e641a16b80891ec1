"""What the routes that leave the site name in the permission table: feeds of a place, a section of the site map."""

from typing import Any


def tell(rows: Any) -> None:
    """Give them their rows; those of a project have its code already."""
    place = {"code": rows.cast.area.parent_id}
    rows.given |= {f"publicity:{name}": place for name in ("area_feed", "area_feed_atom")}
    rows.given["publicity:sitemap"] = {"section": "pages"}
