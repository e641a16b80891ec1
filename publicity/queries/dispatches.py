"""What was sent in a month (发送情况): by day, way and template, how many and what became of them; one query."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from civic.models import Dispatch, Outcome, Way
from civic.moments import today

LABELS = {  # what a template is about, for whoever pays for it
    "code": _("登录验证码"),
    "family_code": _("家人代办的验证码"),
    "station": _("投票站开票的安全提醒"),
    "assisted": _("代录选票的安全提醒"),
    "vote_reminder": _("投票截止前的提醒"),
    "project_news": _("项目进展"),
    "poll_news": _("居民投票开始、改期"),
    "round_news": _("开始征集的提醒"),
    "week_news": _("每周汇总"),
    "desk_news": _("每天早上的待办汇总"),
    "mailbox": _("确认邮箱"),
    "link": _("发到邮箱的链接"),
}
HEADS = [_("日期"), _("渠道"), _("内容"), *(outcome.label for outcome in Outcome), _("计费条数")]
CHARGED = (Way.SMS, Way.VOICE)  # what counts against the day's budget


class Line(NamedTuple):
    """One day, way and template: how many of each outcome, and as how many text messages they are charged."""

    day: date
    way: Way
    template: str
    counts: tuple[int, ...]
    parts: int

    @property
    def cells(self) -> list[tuple[Any, int]]:
        """Each outcome with its number."""
        return _named(self.counts)


@dataclass(frozen=True)
class Month:
    """A month of what was sent, newest day first."""

    first: date
    lines: list[Line]

    @property
    def by_way(self) -> list[tuple[Way, list[tuple[Any, int]]]]:
        """Each way with its sums by outcome; those nothing was sent by are left out."""
        found = {way: [line.counts for line in self.lines if line.way == way] for way in Way}
        return [(way, _named([sum(each) for each in zip(*rows, strict=True)])) for way, rows in found.items() if rows]

    @property
    def parts(self) -> int:
        """What is charged for the month (计费条数): text messages by their length."""
        return sum(line.parts for line in self.lines)

    @property
    def cost_yuan(self) -> Decimal | None:
        """What that costs, where the settings know the price of one."""
        return self.parts * settings.SMS_PRICE_YUAN if settings.SMS_PRICE_YUAN else None

    @property
    def today_sent(self) -> int:
        """What went out today of what the day's budget allows: text messages and calls."""
        return sum(line.counts[0] for line in self.lines if line.day == today() and line.way in CHARGED)


def month(first: date) -> Month:
    """What was sent in the month that begins on this day."""
    following = (first + timedelta(days=31)).replace(day=1)
    counted: dict[str, Any] = {outcome: Count("pk", filter=Q(outcome=outcome)) for outcome in Outcome.values}
    charged = Sum("parts", filter=Q(way=Way.SMS, outcome=Outcome.SENT), default=0)
    found = Dispatch.objects.filter(day__gte=first, day__lt=following).values("day", "way", "template")
    rows: Iterable[Any] = found.annotate(**counted, charged=charged).order_by("-day", "way", "template")
    return Month(first, [_line(row) for row in rows])


def table(of: Month) -> Iterator[list[Any]]:
    """The same as rows of a file, under HEADS."""
    for line in of.lines:
        yield [line.day.isoformat(), str(line.way.label), line.template, *line.counts, line.parts]


def _line(row: dict[str, Any]) -> Line:
    counts = tuple(row[outcome] for outcome in Outcome.values)
    return Line(row["day"], Way(row["way"]), str(LABELS.get(row["template"], row["template"])), counts, row["charged"])


def _named(counts: Any) -> list[tuple[Any, int]]:
    return [(outcome.label, count) for outcome, count in zip(Outcome, counts, strict=True)]
