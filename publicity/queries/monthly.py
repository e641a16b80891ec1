"""A village's month (月报), read off the record: nothing is typed for it, and nobody is named or ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from civic.models import Area, Level
from civic.moments import midnight
from civic.permissions import User, scopes
from delivery.models import CallBack, CallOutcome
from proposals.models import Project, ProjectState
from publicity.models import CallTask, Notice
from publicity.permissions import CALLERS
from voting.models import Meeting
from wishes.models import Demand, DemandState, Visit

MONTHS_BACK = 24


@dataclass(frozen=True)
class Table:
    """One table of the report: what it lists, its headings, its rows."""

    title: str
    heads: Sequence[str]
    rows: list[tuple[Any, ...]]

    @property
    def lines(self) -> list[list[tuple[str, Any]]]:
        """Each row with its headings beside its cells, as a phone shows it."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Report:
    """What happened in a place in a month: the figures first, then what they count, line by line."""

    area: Area
    first: date
    last: date
    figures: list[tuple[str, int]]
    tables: list[Table]


def villages(user: User) -> list[Area]:
    """The villages whose papers this person makes."""
    near = Q(pk__in=[])
    for prefix in scopes(user, CALLERS):
        near |= Q(code__startswith=prefix)
    return list(Area.objects.filter(near, level=Level.VILLAGE, is_zone=False, valid_to=None).order_by("code"))


def months(today: date) -> list[date]:
    """The months a report can be had of, this one first."""
    found, first = [], today.replace(day=1)
    for _n in range(MONTHS_BACK):
        found.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def report(area: Area, first: date) -> Report:
    """The report of a month, in a number of queries that depends on nothing."""
    after = (first + timedelta(days=31)).replace(day=1)
    span = (midnight(first), midnight(after))
    visits = Visit.objects.filter(area__code__startswith=area.prefix, visited_on__gte=first, visited_on__lt=after)
    turned = visits.aggregate(all=Count("pk"), demands=Count("demand"), projects=Count("project"))
    projects, board = _projects(area, span), _board(area, span)
    meetings, notices, calls = _meetings(area, span), _notices(area, span), _calls(area, span)
    asked = _asked(area, span)
    solved = _in(Demand.objects.filter(state=DemandState.SOLVED), area, "state_since", span).count()
    return Report(
        area=area,
        first=first,
        last=after - timedelta(days=1),
        figures=[
            (_("走访（次）"), turned["all"]),
            (_("走访后报上黑板（件）"), turned["demands"]),
            (_("走访后转为提议（件）"), turned["projects"]),
            (_("收到提议（件）"), len(projects)),
            (_("其中替居民代录（件）"), sum(bool(row.entered_by_id and row.proposer_id) for row in projects)),
            (_("民声黑板登记（件）"), len(board)),
            (_("民声黑板当月解决、至今没有重开（件）"), solved),
            (_("开会（次）"), len(meetings)),
            (_("开始公示（项）"), len(notices)),
            (_("打电话或当面告知（人次）"), calls),
            (_("电话回访（人）"), asked["all"]),
            (_("其中评了满意度（人）"), asked["rated"]),
        ],
        tables=[
            Table(
                _("收到的提议"),
                [_("编号"), _("什么事"), _("类别"), _("提交日期"), _("现在到哪一步")],
                [(p.code, p.title, p.category, _day(p.filed_at), p.get_state_display()) for p in projects],
            ),
            Table(
                _("民声黑板"),
                [_("编号"), _("什么事"), _("在哪里"), _("登记日期"), _("状态")],
                [(d.number, d.what, d.place_text, _day(d.filed_at), d.get_state_display()) for d in board],
            ),
            Table(
                _("开的会"),
                [_("哪天"), _("谁开的会"), _("地点"), _("议题（项）"), _("状态")],
                [(_day(m.starts_at), m.assembly.name, m.place, m.item_count, m.get_state_display()) for m in meetings],
            ),
            Table(
                _("开始的公示"),
                [_("编号"), _("什么事"), _("公示什么"), _("从哪天"), _("到哪天")],
                [
                    (n.project.code, n.project.title, n.get_kind_display(), _day(n.starts_at), _day(n.ends_at))
                    for n in notices
                ],
            ),
        ],
    )


def _projects(area: Area, span: tuple[datetime, datetime]) -> list[Project]:
    found = _in(Project.objects.exclude(state=ProjectState.DRAFT), area, "filed_at", span)
    return list(found.order_by("filed_at", "pk"))


def _board(area: Area, span: tuple[datetime, datetime]) -> list[Demand]:
    return list(_in(Demand.objects.all(), area, "filed_at", span).order_by("filed_at", "pk"))


def _meetings(area: Area, span: tuple[datetime, datetime]) -> list[Any]:
    """Those that were due in the month, whatever became of them."""
    found = Meeting.objects.filter(assembly__area__code__startswith=area.prefix, starts_at__range=_until(span))
    return list(found.select_related("assembly").annotate(item_count=Count("items")).order_by("starts_at", "pk"))


def _notices(area: Area, span: tuple[datetime, datetime]) -> list[Notice]:
    found = Notice.objects.filter(project__area__code__startswith=area.prefix, starts_at__range=_until(span))
    return list(found.select_related("project").order_by("starts_at", "pk"))


def _calls(area: Area, span: tuple[datetime, datetime]) -> int:
    return _in(CallTask.objects.all(), area, "done_at", span).count()


def _asked(area: Area, span: tuple[datetime, datetime]) -> dict[str, int]:
    """Residents asked by phone how a finished work is, whatever they said, and those who rated it then (电话回访)."""
    ended = CallBack.objects.exclude(outcome="").filter(
        project__area__code__startswith=area.prefix, done_at__range=_until(span)
    )
    return ended.aggregate(all=Count("pk"), rated=Count("pk", filter=Q(outcome=CallOutcome.RATED)))


def _in(found: QuerySet[Any], area: Area, moment: str, span: tuple[datetime, datetime]) -> QuerySet[Any]:
    return found.filter(area__code__startswith=area.prefix, **{f"{moment}__range": _until(span)})


def _until(span: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """The last instant of the month is within, the first of the next is not."""
    return span[0], span[1] - timedelta(microseconds=1)


def _day(at: datetime | None) -> str:
    return f"{localtime(at):%Y-%m-%d}" if at else ""
