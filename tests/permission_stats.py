"""What the routes of statistics, open data and the big screen name in the permission table: everybody may see them."""

from typing import Any

DISTRICT = "440403000000"


def tell(rows: Any) -> None:
    """Give each route the place, the set or the table it shows."""
    rows.given["publicity:screen"] = {"code": DISTRICT}
    rows.given["publicity:dataset"] = {"name": "areas", "kind": "csv"}
    rows.given["publicity:stats_file"] = {"key": "funnel", "kind": "csv"}
