"""From a project's state to what the public reads (六步、谁在办、下一步): the one mapping, pure data and functions.

The six public steps are always shown; their order follows the round's route, which is data, and a step
the route leaves out is shown as left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from proposals.models import ProjectState as S
from proposals.models import Step
from proposals.models.projects import STEP_STATE
from proposals.round_rules import RoundRules
from proposals.rules import deadline_chip, limit_workdays


class PublicStep(models.TextChoices):
    PROPOSE = "propose", _("提议")
    REVIEW = "review", _("预审")
    DECIDE = "decide", _("议事投票")
    APPROVE = "approve", _("审批公示")
    WORKS = "works", _("实施")
    ACCEPT = "accept", _("验收评价")


STATES = {  # the states of the main path in each public step
    PublicStep.PROPOSE: (S.FILED,),
    PublicStep.REVIEW: (S.IN_REVIEW,),
    PublicStep.DECIDE: (S.FOR_ASSEMBLY, S.IN_POLL),
    PublicStep.APPROVE: (S.FOR_APPROVAL, S.ON_NOTICE),
    PublicStep.WORKS: (S.AWAITING_START, S.IN_PROGRESS),
    PublicStep.ACCEPT: (S.FOR_ACCEPTANCE, S.COMPLETED),
}
STEP_OF = {state: step for step, states in STATES.items() for state in states}
BESIDE = {S.RESERVE: S.FOR_APPROVAL, S.OBJECTED: S.ON_NOTICE, S.RECTIFYING: S.FOR_ACCEPTANCE, S.DRAFT: S.FILED}
RESUMING = frozenset({S.RETURNED, S.PAUSED, S.MERGED})  # they remember where they stood
STOPPED = frozenset({S.DECLINED, S.TRANSFERRED, S.MERGED, S.WITHDRAWN, S.TERMINATED})
HALTED = STOPPED | {S.PAUSED, S.RETURNED, S.OBJECTED, S.RECTIFYING}
AFTER_NOTICE = (S.AWAITING_START, S.IN_PROGRESS, S.FOR_ACCEPTANCE, S.COMPLETED)

NOW = {
    S.FILED: _("提议已经收到，等社工受理。"),
    S.RETURNED: _("要补充材料，补齐后接着办，这段时间不计时。"),
    S.IN_REVIEW: _("有关部门正在看：能不能办、要花多少钱。"),
    S.FOR_ASSEMBLY: _("等居民议事会开会表决。"),
    S.IN_POLL: _("居民正在投票。"),
    S.FOR_APPROVAL: _("等镇街审批金额。"),
    S.RESERVE: _("列入候补：这一轮的钱暂时不够，有结余再批。"),
    S.ON_NOTICE: _("批准结果正在公示，听大家的意见。"),
    S.OBJECTED: _("有人提出异议，答复以前不会开工。"),
    S.AWAITING_START: _("公示已经结束，正在签合同、准备开工。"),
    S.IN_PROGRESS: _("正在实施。"),
    S.FOR_ACCEPTANCE: _("已经完工，等居民和单位一起验收。"),
    S.RECTIFYING: _("验收发现问题，正在整改。"),
    S.COMPLETED: _("已经完成，验收合格。"),
    S.PAUSED: _("暂停。"),
    S.DECLINED: _("没有采纳。"),
    S.TRANSFERRED: _("不在本办法范围，已转给有关单位，答复会写在这里。"),
    S.MERGED: _("已并入另一个项目。"),
    S.WITHDRAWN: _("提议人撤回了提议。"),
    S.TERMINATED: _("项目终止，没用的钱退回资金池。"),
}

COMING = {
    S.IN_REVIEW: _("部门预审"),
    S.FOR_ASSEMBLY: _("居民议事会表决"),
    S.IN_POLL: _("居民投票"),
    S.FOR_APPROVAL: _("镇街审批金额"),
    S.ON_NOTICE: _("公示，听大家意见"),
    S.AWAITING_START: _("签合同、准备开工"),
    S.IN_PROGRESS: _("开工"),
    S.FOR_ACCEPTANCE: _("居民代表验收"),
    S.COMPLETED: _("验收合格，请大家评价"),
}
NEXT_OF_SIDE = {
    S.RETURNED: _("补齐材料后接着办"),
    S.RESERVE: _("有结余时按次序递补"),
    S.OBJECTED: _("异议答复后，公示期满再开工"),
    S.RECTIFYING: _("整改好再验收一次"),
    S.COMPLETED: _("请用过的人评一评好不好用"),
    S.PAUSED: _("暂停的原因解决后接着办"),
    S.DECLINED: _("不同意可以提异议"),
    S.TRANSFERRED: _("等接办单位答复，答复写在这一页"),
    S.MERGED: _("到并入的项目看进展"),
}


@dataclass(frozen=True)
class Segment:
    """One of the six segments: its name and done, now, halted, skipped or later."""

    name: str
    mark: str


@dataclass(frozen=True)
class Bar:
    """The six-step bar: where the project stands and, said for readers, 第5步，共6步：实施."""

    segments: tuple[Segment, ...]
    number: int
    name: str
    is_done: bool
    skipped: tuple[str, ...]


def bar(route: Sequence[str], state: str, *, stood: str = "") -> Bar:
    """The bar of a project; ``stood`` is where it stood before it was returned, paused or ended."""
    order, here = public_order(route), STEP_OF[S(standing(state, stood))]
    path = main_path(route)
    at = path.index(standing(state, stood)) if standing(state, stood) in path else 0
    segments = tuple(Segment(str(step.label), _mark(step, path, at, here, state)) for step in order)
    skipped = tuple(s.name for s in segments if s.mark == "skipped")
    return Bar(segments, order.index(here) + 1, str(here.label), state == S.COMPLETED, skipped)


def standing(state: str, stood: str = "") -> str:
    """The state of the main path that a state counts as: a paused one as what it was, a rectified one as acceptance."""
    if state in STEP_OF:
        return state
    if state in BESIDE:
        return BESIDE[S(state)]
    return standing(stood) if stood and stood != state else S.FILED


def public_order(route: Sequence[str]) -> list[PublicStep]:
    """The six public steps in the order this route takes them (先议事后预审也可以)."""
    order = list(PublicStep)
    decided = [route.index(step) for step in (Step.ASSEMBLY, Step.POLL) if step in route]
    if Step.REVIEW in route and decided and max(decided) < route.index(Step.REVIEW):
        order[1], order[2] = order[2], order[1]
    return order


def main_path(route: Sequence[str]) -> list[str]:
    """All states a project of this route passes when nothing goes wrong."""
    stated = [STEP_STATE[Step(step)] for step in route]
    return [S.FILED, *(s for s in stated if s != S.FILED), *AFTER_NOTICE]


def _mark(step: PublicStep, path: list[str], at: int, here: PublicStep, state: str) -> str:
    places = [path.index(s) for s in STATES[step] if s in path]
    if state == S.COMPLETED and places:
        return "done"
    if step == here:
        return "halted" if state in HALTED else "now"
    if not places:
        return "skipped"
    return "done" if max(places) < at else "later"


def still_to_come(route: Sequence[str], state: str, *, stood: str = "") -> list[str]:
    """The states ahead on the main path, nearest first; none after an end."""
    if state in STOPPED or state == S.COMPLETED:
        return []
    path, here = main_path(route), standing(state, stood)
    return path[path.index(here) + 1 :] if here in path else []


def expected_days(
    ahead: Sequence[str],
    *,
    terms: RoundRules,
    due_on: date | None,
    today: date,
    add_workdays: Callable[[date, int], date],
) -> list[date | None]:
    """When each state ahead should begin: the present step's day, then the limits of the round one after another.

    Unknown (None) from a step without a limit on, and when the present one has no day of its own.
    """
    days: list[date | None] = []
    begins = None if due_on is None else max(due_on, today)
    for state in ahead:
        days.append(begins)
        limit = limit_workdays(terms, state)
        begins = None if begins is None or limit is None else add_workdays(begins, limit)
    return days


def next_words(route: Sequence[str], state: str, *, stood: str = "") -> str:
    """What comes next, in words, without a date."""
    if state in NEXT_OF_SIDE:
        return str(NEXT_OF_SIDE[S(state)])
    ahead = still_to_come(route, state, stood=stood)
    return str(COMING[S(ahead[0])]) if ahead else ""


@dataclass(frozen=True)
class Chip:
    """The deadline chip (时限): its kind, the days it says, the limit. ``till``: days of the calendar to a given hour."""

    kind: str
    days: int = 0
    limit: int | None = None


def chip(state: str, *, left: int | None, limit: int | None, passed: bool = False) -> Chip | None:
    """The chip of a state whose step has ``left`` of ``limit`` working days; none where the project has ended.

    ``passed``: the day itself is over; the words are the desks' own (proposals.rules.deadline_chip).
    """
    if state == S.PAUSED:
        return Chip("paused")
    if (state in {*STOPPED, S.IN_POLL} and left is None) or state == S.COMPLETED:
        return None  # a poll has an hour of its own
    if left is None or limit is None:
        return Chip("none")
    clock = deadline_chip(left, limit, passed=passed)
    return Chip(clock.kind, clock.days, limit)
