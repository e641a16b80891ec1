"""What the routes of the budget desk name in the permission table: a batch, its notice pack, what-if copies."""

from decimal import Decimal
from typing import Any

from civic.models import Appointment, Person, Role
from civic.moments import now, today
from delivery.models import CarryOver, Pool
from delivery.queries import table
from delivery.services import whatifs
from proposals.models import Round


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
    rows.pk("delivery:carry", pool)
    later = Round.objects.create(
        area=pool.round.area, year=pool.round.year + 1, name="下一年（演示）", route=pool.round.route, opens_at=now()
    )
    target = Pool.objects.create(area=pool.area, round=later, amount_yuan=1000)
    colleague = Person.objects.create_person("+8613900007777", "演示专班同事")
    Appointment.objects.create(person=colleague, role=Role.DISTRICT_OFFICE, area=pool.area, starts_on=today())
    asked_for = CarryOver.objects.create(  # an objection of the pool is rechecked, so nobody could ask by the service
        source=pool, target=target, amount_yuan=Decimal(1), asked_by=colleague, reason="跨年"
    )
    rows.pk("delivery:carry_confirm, delivery:carry_refuse", asked_for)
