"""What the routes of the budget desk name in the permission table: a request to approve with others, its notice pack."""

from typing import Any


def tell(rows: Any) -> None:
    """The request that waits for the second person, and a project whose notice runs."""
    asked = rows.projects["asked"].approvals.get()
    rows.sent["delivery:approve_each"] = {"request": asked.pk}
    rows.query["delivery:approve_each"] = f"?request={asked.pk}"
    rows.query["publicity:notice_pack"] = f"?code={rows.projects['on_notice'].code}"
