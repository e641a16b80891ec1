"""Matters for the board's tests, told through the real services; the fact a test turns on stands in the test."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from civic.models import Attachment, Person, Role
from civic.moments import today
from tests import make
from tests.village import kept, photo
from wishes.models import Demand, Horizon
from wishes.services import handling, reporting
from wishes.services.reporting import Matter

WHAT, PLACE = "村口桥头的路灯不亮", "桥头电线杆旁"


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def office(name: str = "黄测试", role: Role = Role.VILLAGE_OFFICE, at: str = make.VILLAGE) -> Person:
    return make.officer(role, at, name=name)


def picture(by: Person) -> Attachment:
    return kept(photo(), by)


def matter(**more: Any) -> Matter:
    return Matter(**({"what": WHAT, "place_text": PLACE, "area": make.area()} | more))


def reported(by: Person | None = None, **more: Any) -> Demand:
    return reporting.report(matter(**more), by=by or make.person("王测试"), key=uuid4())


def doing(by: Person | None = None, *, horizon: str = Horizon.NOW, days: int = 5, officer: Person) -> Demand:
    return handling.take_in(reported(by), by=officer, horizon=horizon, due_on=in_days(days))


def done(by: Person | None = None, *, officer: Person) -> Demand:
    demand = doing(by, officer=officer)
    return handling.finish(demand, by=officer, words="换了新灯泡", photos=[picture(officer)])
