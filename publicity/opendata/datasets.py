"""What is given away (数据集): each set's columns with what they mean, and its rows as they are read.

No set has a personal field: who proposed, seconded, rated or objected is in none, and words of the record that name a
resident say 居民.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from civic.models import Area, AuditEvent
from civic.models.record import Kind
from proposals.models import ProjectState
from proposals.models.projects import Origin, WorkType
from proposals.models.rounds import Programme
from publicity.models import Notice, NoticeKind, NoticeState
from publicity.queries import people, record
from publicity.queries.search import BEST_YUAN
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import Scope
from publicity.queries.wall import nameless
from publicity.steps import STEP_OF, PublicStep, standing
from publicity.tables import Table, plain
from voting.models import Openings, Result
from voting.result_queries import published

AT_ONCE = 2000  # rows fetched at a time
Words = str | Promise


class Field(NamedTuple):
    """A column: its name for programs, for people, what kind of value it holds, and what that means."""

    key: str
    label: Words
    kind: str
    means: Words = ""


@dataclass(frozen=True)
class Dataset:
    """One set: its name in the address, its title, what a row is, its columns, what it is made of and how that is told.

    What ``is_long`` is a queryset in the order of its key, so that it can be read in parts (publicity.opendata.taken).
    """

    name: str
    title: Words
    about: Words
    fields: tuple[Field, ...]
    found: Callable[[Scope], Any]
    lines: Callable[[Any], Iterator[tuple[Any, ...]]]
    is_long: bool = False

    def rows(self, scope: Scope) -> Iterator[tuple[Any, ...]]:
        """All its rows, as they are read."""
        return self.lines(self.found(scope))

    @property
    def keys(self) -> list[str]:
        return [one.key for one in self.fields]

    @property
    def heads(self) -> list[str]:
        return [str(one.label) for one in self.fields]


def _words(choices: Any) -> dict[str, str]:
    """The labels of a choice, put into words once for a whole file."""
    return {str(value): str(label) for value, label in choices.choices}


def _projects(scope: Scope) -> QuerySet[Any, Any]:
    names = ("code", "title", "round__programme", "round__year", "area_id", "area__name", "category", "work_type")
    more = ("origin", "state", "resume_state", "filed_at", "due_on", "best", "archived_on", "mark")
    return scope.projects.annotate(best=BEST_YUAN).order_by("pk").values_list(*names, *more)


def _project_lines(found: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    states, steps, types = _words(ProjectState), _words(PublicStep), _words(WorkType)
    origins, programmes = _words(Origin), _words(Programme)
    page = reverse("publicity:project", args=["CODE"])
    for row in found.iterator(AT_ONCE):
        (
            code,
            title,
            programme,
            year,
            area,
            place,
            category,
            kind,
            origin,
            state,
            stood,
            filed,
            due,
            best,
            kept,
            mark,
        ) = row
        step = STEP_OF.get(standing(state, stood), "")  # type: ignore[call-overload]
        yield (
            *(code, title, programmes[programme], year, area, place, category, types[kind], origins[origin]),
            *(state, states[state], steps.get(step, ""), localdate(filed), due, best, kept, mark),
            page.replace("CODE", code),
        )


def _money(scope: Scope) -> QuerySet[Any, Any]:
    names = ("code", "round__year", "area_id", "area__name", "category", "best", "estimate_yuan", "reviewed_yuan")
    works = ("contract_yuan", "changes_delta_yuan", "paid_yuan", "settled_yuan")
    found = scope.projects.annotate(best=BEST_YUAN).order_by("pk")
    return found.values_list(*names, "approved_yuan", *(f"work__{name}" for name in works))


def _as_read(found: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows as the database tells them."""
    return found.iterator(AT_ONCE)


def _events(scope: Scope) -> QuerySet[AuditEvent]:
    return record.public_events().filter(subject__in=scope.projects.values("code")).order_by("pk")


def _event_lines(found: QuerySet[AuditEvent]) -> Iterator[tuple[Any, ...]]:
    kinds = _words(Kind)
    for event in found.iterator(AT_ONCE):
        yield (
            *(event.subject, event.happened_at, int(event.date_only), event.recorded_at, event.action),
            *(kinds[event.kind], event.unit, event.post, nameless(people.text(event))),
            *(nameless(event.reason), event.rule, event.money_delta_yuan, event.used_workdays, event.limit_workdays),
            event.mark,
        )


def _notices(scope: Scope) -> QuerySet[Any, Any]:
    names = ("project__code", "kind", "state", "starts_at", "ends_at", "first_ends_at", "workdays", "extended_reason")
    return Notice.objects.filter(project__in=scope.projects).order_by("pk").values_list(*names)


def _notice_lines(found: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    kinds, states = _words(NoticeKind), _words(NoticeState)
    for code, kind, state, *rest in found.iterator(AT_ONCE):
        yield (code, kinds[kind], states[state], *rest)


def _statistics(scope: Scope) -> Iterable[Table]:
    return statistics(scope).tables.values()


def _statistic_lines(tables: Iterable[Table]) -> Iterator[tuple[Any, ...]]:
    for table in tables:
        for row in table.rows:
            for cell, column in zip(row.cells, table.columns[1:], strict=True):
                yield (table.key, table.title, row.label, column.key, column.label, plain(cell, column.kind))


def _areas(scope: Scope) -> QuerySet[Any, Any]:
    inside = Area.objects.filter(code__startswith=scope.area.prefix).order_by("code")
    names = ("code", "name", "level", "parent_id", "is_zone", "valid_from", "valid_to")
    return inside.values_list(*names)


def _polls(scope: Scope) -> QuerySet[Result]:
    return published(scope.area.prefix, [one.pk for one in scope.rounds])


def _poll_lines(found: QuerySet[Result]) -> Iterator[tuple[Any, ...]]:
    for result in found.iterator(AT_ONCE):
        poll = result.poll
        has_ballots = poll.openings == Openings.OPEN and bool(result.ballots_hash)
        yield (
            *(poll.pk, poll.area_id, poll.area.name, poll.round.name, poll.round.year, poll.get_method_display()),
            *(poll.closed_at, result.voters, result.cost_yuan, result.ballots_hash),
            reverse("voting:results", args=[poll.pk]),
            reverse("voting:ballots_file", args=[poll.pk]) if has_ballots else "",
            reverse("voting:rule_file", args=[poll.pk]),
        )


CODE = Field("code", _("编号"), "text", _("项目编号，终身不变；多数数据集用它连起来"))
YEAR = Field("year", _("年度"), "integer", _("轮次的年度"))
AREA = Field("area_code", _("区划代码"), "text", _("12位统计用区划代码；前几位就是上级"))
PLACE = Field("area", _("地方"), "text")
CATEGORY = Field("category", _("类别"), "text")
PLANNED = Field("planned_yuan", _("计划投入（元）"), "decimal", _("批准金额，没有的按部门核定，再没有的按提议估算"))

DATASETS: dict[str, Dataset] = {
    one.name: one
    for one in (
        Dataset(
            "projects",
            _("项目"),
            _("每行一个项目，草稿不在内。"),
            (
                CODE,
                Field("title", _("什么事"), "text"),
                Field("programme", _("哪一类项目"), "text"),
                YEAR,
                AREA,
                PLACE,
                CATEGORY,
                Field("type", _("工程、货物还是服务"), "text"),
                Field("origin", _("来源"), "text", _("居民提议、村居申报、部门自选等")),
                Field("state", _("状态代码"), "text", _("和接口里的一样")),
                Field("state_label", _("状态"), "text"),
                Field("step", _("走到哪一步"), "text", _("六步之一；暂停、没有办下去的按停下的那一步")),
                Field("filed_on", _("提交日期"), "date"),
                Field("due_on", _("本步期限"), "date"),
                PLANNED,
                Field("archived_on", _("归档日期"), "date"),
                Field("mark", _("标注"), "text", _("演示数据、演示填充、据公开报道；真实数据为空")),
                Field("url", _("项目页"), "text", _("网站内的地址")),
            ),
            _projects,
            _project_lines,
            is_long=True,
        ),
        Dataset(
            "events",
            _("全程记录"),
            _("每行一条公开记录：谁（单位、岗位）、什么时候、做了什么决定、依据什么。"),
            (
                CODE,
                Field("happened_at", _("发生时间"), "datetime"),
                Field("date_only", _("只知道日期"), "integer", _("1=时间不详，只有日期可信")),
                Field("recorded_at", _("记录时间"), "datetime"),
                Field("action", _("动作代码"), "text"),
                Field("kind", _("类别"), "text"),
                Field("unit", _("单位"), "text"),
                Field("post", _("岗位"), "text"),
                Field("text", _("公开的话"), "text", _("居民的名字一律写作“居民”")),
                Field("reason", _("理由"), "text"),
                Field("rule", _("依据"), "text"),
                Field("money_delta_yuan", _("金额变化（元）"), "decimal"),
                Field("used_workdays", _("用时（工作日）"), "integer"),
                Field("limit_workdays", _("限时（工作日）"), "integer"),
                Field("mark", _("标注"), "text"),
            ),
            _events,
            _event_lines,
            is_long=True,
        ),
        Dataset(
            "notices",
            _("公示"),
            _("每行一次公示。"),
            (
                CODE,
                Field("kind", _("类别"), "text"),
                Field("state", _("状态"), "text"),
                Field("starts_at", _("开始"), "datetime"),
                Field("ends_at", _("结束"), "datetime"),
                Field("first_ends_at", _("原定结束"), "datetime"),
                Field("workdays", _("工作日"), "integer"),
                Field("extended_reason", _("延长理由"), "text"),
            ),
            _notices,
            _notice_lines,
            is_long=True,
        ),
        Dataset(
            "money",
            _("钱"),
            _("每行一个项目的金额，从提议估算到结算；各列相加，等于“钱花在哪里”的合计。"),
            (
                CODE,
                YEAR,
                AREA,
                PLACE,
                CATEGORY,
                PLANNED,
                Field("estimate_yuan", _("提议估算（元）"), "decimal"),
                Field("reviewed_yuan", _("部门核定（元）"), "decimal"),
                Field("approved_yuan", _("批准金额（元）"), "decimal"),
                Field("contract_yuan", _("合同价（元）"), "decimal"),
                Field("changes_yuan", _("变更增减（元）"), "decimal"),
                Field("paid_yuan", _("已付款（元）"), "decimal"),
                Field("settled_yuan", _("结算金额（元）"), "decimal"),
            ),
            _money,
            _as_read,
            is_long=True,
        ),
        Dataset(
            "statistics",
            _("统计"),
            _("统计页的每一个数，一行一个；不公布的数写“少于几”或“不公布”。"),
            (
                Field("table", _("表代码"), "text"),
                Field("table_title", _("表"), "text"),
                Field("row", _("行"), "text"),
                Field("column", _("列代码"), "text"),
                Field("column_label", _("列"), "text"),
                Field("value", _("数"), "number"),
            ),
            _statistics,
            _statistic_lines,
        ),
        Dataset(
            "areas",
            _("地方"),
            _("每行一个镇街或村居，停用的也在。"),
            (
                AREA,
                Field("name", _("名称"), "text"),
                Field("level", _("级别"), "text", "province, prefecture, county, town, village"),
                Field("parent_code", _("上级代码"), "text"),
                Field("is_zone", _("工业园区"), "boolean", _("1或true=不计入村居")),
                Field("valid_from", _("启用日期"), "date"),
                Field("valid_to", _("停用日期"), "date"),
            ),
            _areas,
            _as_read,
        ),
        Dataset(
            "polls",
            _("投票结果"),
            _("每行一次已经公布结果的投票；公开拆封的附选票文件（.pb），谁都可以重新计票。"),
            (
                Field("poll", _("投票"), "integer"),
                AREA,
                PLACE,
                Field("round", _("轮次"), "text"),
                YEAR,
                Field("method", _("投票方式"), "text"),
                Field("closed_at", _("截止"), "datetime"),
                Field("voters", _("投票人数"), "integer"),
                Field("cost_yuan", _("入选项目一共（元）"), "decimal"),
                Field("ballots_sha256", _("选票文件指纹"), "text"),
                Field("url", _("结果页"), "text"),
                Field("ballots_url", _("选票文件"), "text"),
                Field("rule_url", _("计票规则"), "text"),
            ),
            _polls,
            _poll_lines,
        ),
    )
}
