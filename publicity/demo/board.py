"""The demo's board (民声黑板): twelve matters of several villages, one at least in every state, all 演示数据.

Told through the same services people use, at the time they would have happened, by people who are nobody.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import uuid4

from django.utils import timezone

from civic import moments
from civic.models import Person
from proposals.models import AssistedHow
from proposals.services.proposing import Resident
from publicity.demo import DEMO, papers
from publicity.demo.cast import Cast, cast_of
from publicity.demo.places import account
from wishes.models import Demand, Horizon
from wishes.services import answering, handling, reporting
from wishes.services.reporting import Matter


class Tale(NamedTuple):
    """What was reported where, how many days ago, as what it was taken in, and how it went on."""

    what: str
    place_text: str
    village: str
    days_ago: int
    horizon: str = ""
    days: int = 0
    then: tuple[str, ...] = ()


TALES = (
    Tale("村口桥头的路灯不亮", "村口桥头电线杆旁", "小濠冲村", 1),
    Tale("文化室门口的水龙头关不紧", "文化室门口", "小濠冲村", 3, Horizon.NOW, 5),
    Tale("卫生站门口的排水沟堵了", "卫生站门口", "小濠冲村", 5, Horizon.NOW, 3, ("finish",)),
    Tale("榕树下的长凳断了一条腿", "村口榕树下", "小濠冲村", 9, Horizon.NOW, 4, ("finish", "confirm")),
    Tale("村道转弯处看不见来车", "村委会东面路口", "小濠冲村", 20, Horizon.DATED, 30, ("join",)),
    Tale("后山排洪渠年年淤", "后山脚下", "小濠冲村", 40, Horizon.LONG, 60, ("word",)),
    Tale("傍晚广场音响太响", "文化广场", "小濠冲村", 12, Horizon.NOW, 5, ("finish", "reopen")),
    Tale("电线垂下来碰到树枝", "三巷口", "南澳村", 6, "", 0, ("explain",)),
    Tale("公交站没有候车的地方", "村口公交站", "小濠冲村", 15, "", 0, ("hand_on",)),
    Tale("老人活动室没有扶手", "老人活动室", "小濠冲村", 18, "", 0, ("to_project",)),
    Tale("桥栏杆松了一截", "新桥中段", "南澳村", 14, Horizon.NOW, 5),
    Tale("垃圾屋的门关不上", "二巷垃圾屋", "小濠冲村", 25, Horizon.DATED, 14, ("finish", "visit")),
)


def tell() -> None:
    """Put the matters on the board; where there are some already, nothing."""
    if Demand.objects.exists():
        return
    for number, tale in enumerate(sorted(TALES, key=lambda tale: -tale.days_ago)):
        _Teller(tale, cast_of(tale.village), number).tell()


class _Teller:
    """One matter from its report on; the acts stand as days after it."""

    def __init__(self, tale: Tale, cast: Cast, number: int) -> None:
        self.tale, self.cast, self.number = tale, cast, number
        self.begun = timezone.localdate() - timedelta(days=tale.days_ago)
        self.demand: Demand

    def tell(self) -> None:
        with self._at(0):
            self.demand = self._reported()
        if self.tale.horizon:
            due_on = self.begun + timedelta(days=self.tale.days)
            with self._at(0, 11):
                self.demand = handling.take_in(
                    self.demand, by=self.cast.office, horizon=self.tale.horizon, due_on=due_on
                )
        for day, act in enumerate(self.tale.then, start=1):
            with self._at(day):
                getattr(self, f"_{act}")()

    def _at(self, day: int, hour: int = 9):
        return moments.at(timezone.make_aware(datetime.combine(self.begun + timedelta(days=day), time(hour))))

    def _reported(self) -> Demand:
        """Every third came by phone, entered by the social worker; the others their reporters typed."""
        photos = (papers.photo("before", self.tale.what),)
        matter = Matter(what=self.tale.what, place_text=self.tale.place_text, area=self.cast.area, photos=photos)
        if self.number % 3 == 2:
            resident = Resident(name=f"演示居民{self.number}", how=AssistedHow.PHONE, note="演示：来电话说的")
            return reporting.report(matter, by=self.cast.worker, key=uuid4(), resident=resident, mark=DEMO)
        return reporting.report(matter, by=self._neighbours()[self.number % 2], key=uuid4(), mark=DEMO)

    @staticmethod
    def _neighbours() -> Sequence[Person]:
        return account("居民（陈阿姨）"), account("居民（阿强）")

    def _finish(self) -> None:
        photos = [papers.photo("after", "办完以后")]
        self.demand = handling.finish(self.demand, by=self.cast.office, words="当天上午修好，已试过", photos=photos)

    def _confirm(self) -> None:
        self.demand = answering.confirm(self.demand, by=self.demand.reporter)

    def _reopen(self) -> None:
        self.demand = answering.reopen(self.demand, by=self.demand.reporter, words="晚上又响了")

    def _visit(self) -> None:
        self.demand = answering.visit(
            self.demand,
            by=self.cast.supervisor,
            visited_on=moments.today(),
            is_solved=True,
            words="门能关严，已试过",
        )

    def _join(self) -> None:
        for person in (*self._neighbours(), *self.cast.members[:3]):
            if person != self.demand.reporter:
                reporting.join(self.demand, by=person)

    def _word(self) -> None:
        handling.say(
            self.demand,
            by=self.cast.office,
            words="已请区水务部门来看，正在量图",
            due_on=moments.today() + timedelta(days=75),
        )

    def _explain(self) -> None:
        handling.explain(self.demand, by=self.cast.office, words="属电网检修，供电所已排进本月计划")

    def _hand_on(self) -> None:
        handling.hand_on(self.demand, by=self.cast.office, reason="候车亭归公交公司管")

    def _to_project(self) -> None:
        handling.to_project(
            self.demand,
            by=self.cast.worker,
            title="老人活动室加装扶手",
            need="老人活动室门口和厕所没有扶手，起身不方便。",
            category="关爱特殊群体",
            how=AssistedHow.PHONE,
            note="演示：电话问过，同意",
        )
