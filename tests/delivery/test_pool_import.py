"""Pools come as a table: totals in 万元, a reason where one changes, and never less than what is approved."""

from decimal import Decimal

import pytest

from civic.imports import services as imports
from civic.imports.kinds import KINDS
from civic.models import AuditEvent, Role
from delivery.models import Pool
from tests import make

pytestmark = pytest.mark.django_db
ROWS = "斗门镇,,测试年度,50,\n斗门镇,测试甲村,测试年度,12.5,"


def table(rows: str) -> bytes:
    return f"资金安排表（单位：万元）\n镇街,村居,轮次,资金总额,说明\n{rows}\n合计,,,62.5,\n".encode()


def brought(rows: str, by) -> tuple[int, int, int]:
    run = imports.import_file(KINDS["pools"], "资金.csv", table(rows), by=by)
    return run.added, run.changed, run.same


def test_totals_are_set_once_and_changed_with_a_reason():
    make.areas()
    make.round_(name="测试年度")
    district = make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)
    first, again = brought(ROWS, district), brought(ROWS, district)
    Pool.objects.filter(area=make.VILLAGE).update(committed_yuan=Decimal(100_000))
    silent = imports.take(KINDS["pools"], "资金.csv", table(ROWS.replace("12.5", "13")), by=district).trial["problems"]
    below = imports.take(KINDS["pools"], "资金.csv", table(ROWS.replace("12.5", "9")), by=district).trial["problems"]
    mended = brought(ROWS.replace("12.5,", "13,年中追加"), district)

    assert (first, again, mended) == ((2, 0, 0), (0, 0, 2), (0, 1, 1))
    assert silent == ["第4行：总额与系统里的125,000元不同，请写理由"]
    assert below == ["第4行：已经批出100,000元，总额不能比它少"]
    pool = Pool.objects.get(area=make.VILLAGE)
    assert (pool.amount_yuan, sum(entry.delta_yuan for entry in pool.entries.all())) == (Decimal(130_000),) * 2
    event = AuditEvent.objects.filter(action="pool.set").latest("pk")
    assert (event.sentence, event.reason, event.actor) == ("资金池总额定为130,000元", "年中追加", district)
