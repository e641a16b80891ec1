"""Projects counted (项目数): the headline figures, the six steps, what was answered and solved. One query for all."""

from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from proposals.models import ProjectState
from publicity.queries.figures import COUNTED
from publicity.queries.search import BEST_YUAN, Wanted, condition
from publicity.queries.stats.board import Matters
from publicity.queries.stats.scope import Scope
from publicity.steps import STOPPED, PublicStep
from publicity.tables import Column, Line, Table, percent

STEPS = [str(number) for number in range(1, len(PublicStep) + 1)]
ENDINGS = [state for state in ProjectState if state in STOPPED]
Counts = dict[str, Any]


def asked(scope: Scope) -> dict[str, dict[str, Any]]:
    """Every number that is counted here, and what the list asks for to be as long."""
    headline = {name: more for name, more in COUNTED.items() if _fits(scope, more)}
    return {
        **{name: {key: str(value) for key, value in more.items()} for name, more in headline.items()},
        **{f"step_{number}": {"step": number} for number in STEPS},
        **{f"ended_{state}": {"status": str(state)} for state in ENDINGS},
        "unanswered": {"status": str(ProjectState.FILED)},
        "completed": {"status": str(ProjectState.COMPLETED)},
    }


def _fits(scope: Scope, more: dict[str, Any]) -> bool:
    """A figure of one programme says nothing where another is asked for."""
    return more.get("programme", scope.programme) == scope.programme or not scope.programme


def counted(scope: Scope) -> Counts:
    """All of them, and the money planned, in one query."""
    wanted: dict[str, Any] = {
        name: Count("pk", filter=condition(Wanted(**more), scope.known)) for name, more in asked(scope).items()
    }
    return scope.projects.aggregate(**wanted, planned=Sum(BEST_YUAN))


def figures(scope: Scope, counts: Counts) -> Table:
    """The figures of the home page (总数)."""
    labels = {
        "projects": _("一共"),
        "micro_projects": _("民生微实事"),
        "self_chosen": _("部门自选动作"),
        "micro_done": _("民生微实事，已办成"),
        "micro_in_progress": _("民生微实事，正在实施（开工到验收）"),
        "leader_sponsored_inside": _("领导领办"),
        "overdue": _("现在超过时限"),
    }
    lists = asked(scope)
    rows = [
        Line(label, (counts[name],), scope.list_url(**lists[name])) for name, label in labels.items() if name in lists
    ]
    return Table(
        key="figures",
        title=_("总数"),
        headline=_("一共%(count)s项。") % {"count": f"{counts['projects']:,}"},
        columns=(Column("figure", _("数"), "text"), Column("projects", _("项"))),
        rows=tuple(rows),
        has_total=False,
        definition=_("这几个数互相包含，不能相加。点一个数，看是哪些项目。"),
    )


def funnel(scope: Scope, counts: Counts) -> Table:
    """How far the projects have come (六步), each step with the list of those that stand there now."""
    at = [counts[f"step_{number}"] for number in STEPS]
    rows = [
        Line(
            _("%(number)s %(name)s") % {"number": "①②③④⑤⑥"[n], "name": step.label},
            (at[n], sum(at[n:])),
            scope.list_url(step=STEPS[n]),
        )
        for n, step in enumerate(PublicStep)
    ]
    ended = [state for state in ENDINGS if counts[f"ended_{state}"]]
    rows += [
        Line(str(state.label), (counts[f"ended_{state}"], None), scope.list_url(status=str(state))) for state in ended
    ]
    left = sum(counts[f"ended_{state}"] for state in ended)
    words = _("%(all)s项里，%(working)s项走到了实施或验收，其中%(done)s项已完成；%(ended)s项没有办下去。")
    said = words % {
        "all": f"{counts['projects']:,}",
        "done": f"{counts['completed']:,}",
        "working": f"{sum(at[4:]):,}",
        "ended": f"{left:,}",
    }
    return Table(
        key="funnel",
        title=_("走到了哪一步"),
        headline=said,
        columns=(
            Column("step", _("步骤"), "text"),
            Column("projects", _("现在在这一步")),
            Column("reached", _("走到这一步或更后"), "reach"),
        ),
        rows=tuple(rows),
        definition=_(
            "现在在这一步=停在这一步的项目，暂停的、待补充的算在它停下的那一步；走到这一步或更后=这一步和后面各步的项目，"
            "不含没有办下去的（未采纳、已转办、已合并、已撤回、已终止），所以这一列不能相加。"
        ),
    )


def answers(counts: Counts, matters: Matters, ratings: tuple[int, int], rated_from: int) -> Table:
    """响应率、解决率、满意率 of projects and of the board, each with what it is a share of. ``ratings``: the satisfied, and all."""
    proposed = counts["projects"] - counts[f"ended_{ProjectState.WITHDRAWN}"]
    due = proposed + matters.received
    answered = proposed - counts["unanswered"] + matters.answered
    finished, solved = counts["step_6"] + matters.reported_done, counts["completed"] + matters.solved
    satisfied, rated = ratings
    shown = rated >= rated_from
    rows = (
        Line(_("响应率"), (answered, due, percent(answered, due))),
        Line(_("解决率"), (solved, finished, percent(solved, finished))),
        Line(_("满意率"), (satisfied, rated, percent(satisfied, rated)) if shown else (None, rated, None)),
    )
    said = (
        _("%(rated)s份评价里，%(share)s满意或基本满意。")
        % {"rated": f"{rated:,}", "share": f"{percent(satisfied, rated):.1f}%"}
        if shown
        else _("评价%(rated)s份，满%(least)s份才计算满意率。") % {"rated": rated, "least": rated_from}
    )
    return Table(
        key="answers",
        title=_("有没有回音、办没办成、满不满意"),
        headline=said,
        columns=(
            Column("rate", _("指标"), "text"),
            Column("part", _("其中做到的")),
            Column("of", _("一共（n）")),
            Column("share", _("比例"), "percent"),
        ),
        rows=rows,
        has_total=False,
        definition=_(
            "响应率=已经受理、退回补充、合并、转办或说明不采纳的提议，加上民声黑板上已经受理、说明或转出的事，"
            "÷全部提议（不含提议人自己撤回的）和黑板上全部的事；"
            "解决率=居民参加验收、验收合格的项目，加上报的人或现场查看说解决了的事，÷报过完工的项目和报过办理的事；"
            "满意率=基本满意以上的评价÷全部评价，黑板上的事不打分。n是分母。"
        ),
    )
