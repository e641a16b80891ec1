"""The demo's visits (走访) and one survey (问需): what the workers wrote down, through the same services, all 演示数据."""

from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from uuid import uuid4

from django.utils import timezone

from civic import moments
from proposals.models import Round
from publicity.demo.cast import cast_of
from wishes.models import Visit
from wishes.models.surveys import Group
from wishes.services import surveys, visits

VILLAGE, ASKED = "小濠冲村", "南澳村"
TALKS = (  # who, what, where, how many days ago
    ("演示居民甲", "想在榕树下加一张长椅，等车有地方坐（演示）", "村口榕树下", 2),
    ("演示居民乙", "夜里广场太吵，希望九点半以后小声一点（演示）", "文化广场旁", 6),
    ("演示居民丙", "腿脚不好，去卫生站想有人陪（演示）", "三巷尾", 13),
)
NEEDS = ("修路灯", "加长椅", "疏通排水沟", "老人活动室", "儿童滑梯")
SHEETS = ((Group.ELDER, (1, 4), 14), (Group.ADULT, (1, 3), 18), (Group.ADULT, (2, 5), 12), (Group.UNSAID, (3,), 11))
DAYS_AGO = 20


def tell(round: Round) -> None:
    """Write the visits down and hold the survey; where there are visits already, nothing."""
    if Visit.objects.exists():
        return
    cast = cast_of(VILLAGE)
    for who, said, place_text, days_ago in TALKS:
        with _days_ago(days_ago):
            note = visits.Note(who=who, said=said, place_text=place_text, area=cast.area, visited_on=moments.today())
            visits.keep(note, by=cast.worker, key=uuid4())
    with _days_ago(DAYS_AGO):
        _survey(round)


def _survey(round: Round) -> None:
    """Fifty-five papers of one village, entered from paper and made public."""
    cast = cast_of(ASKED)
    survey = surveys.begin(cast.area, round, by=cast.worker, needs=NEEDS)
    number = 0
    for group, ticked, many in SHEETS:
        for _n in range(many):
            number += 1
            surveys.enter(survey, by=cast.worker, serial=f"演示{number:03}", group=group, numbers=ticked)
    surveys.publish(survey, by=cast.worker)


def _days_ago(days: int) -> AbstractContextManager[None]:
    on = timezone.localdate() - timedelta(days=days)
    return moments.at(timezone.make_aware(datetime.combine(on, time(15))))
