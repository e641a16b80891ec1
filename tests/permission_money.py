"""What the routes of the budget desk name in the permission table: a batch, its notice pack, what-if copies."""

from typing import Any

from delivery.queries import table
from delivery.services import whatifs


def tell(rows: Any) -> None:
    """The request that waits for the second person, a project whose notice runs, two copies of the handler's."""
    asked = rows.projects["asked"].approvals.get()
    rows.sent["delivery:approve_each"] = {"request": asked.pk}
    rows.query["delivery:approve_each"] = f"?request={asked.pk}"
    rows.query["publicity:notice_pack"] = f"?code={rows.projects['on_notice'].code}"
    pool = asked.pool
    one, two = (whatifs.make(pool, table(pool).asks, by=rows.cast.handler, name=name) for name in ("甲", "乙"))
    rows.pk("delivery:whatif, delivery:whatif_spread, delivery:whatif_compare, delivery:whatif_submit", one)
    rows.query["delivery:whatif_compare"] = f"?with={two.pk}"
    rows.query["delivery:whatif_new"] = f"?pool={pool.pk}"
