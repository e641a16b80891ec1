"""Rules of the works (实施): contracts, plans, milestones, changes and reminders."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from civic.rules import RuleBroken, check_reason
from delivery.models import ChangeOrder, ChangeState, Milestone, Slot, Work
from delivery.rules.money import NOTHING, in_words
from proposals.models import Project, ProjectState
from proposals.rules import WrongState

URGE_EVERY_DAYS = 2
MOST_MILESTONES = 12


class Stage(NamedTuple):
    """One line of a plan as it is typed."""

    name: str
    planned_on: date
    share_percent: int
    photo_slot: str = ""


def check_state(project: Project, action: str, *states: ProjectState) -> None:
    """The project stands where this can be done; else WrongState (409)."""
    if project.state not in states:
        raise WrongState(action, project.state)


def check_contract(
    *,
    total: Decimal,
    amounts: Sequence[Decimal],
    granted: Sequence[Decimal],
    signed_on: date,
    finish_on: date,
    today: date,
) -> None:
    """A contract's parts add up, none exceeds what was approved, and its dates are in order (合同)."""
    if not amounts:
        raise RuleBroken(_("请至少选一个项目"), code="no_items", field="total_yuan")
    if signed_on > today:
        raise RuleBroken(_("签订日期不能晚于今天"), code="signed_in_future", field="signed_on")
    if finish_on < signed_on:
        raise RuleBroken(_("约定完工不能早于签订日期"), code="finish_before_signing", field="finish_on")
    if sum(amounts, NOTHING) != total:
        raise RuleBroken(
            _("各项目金额合计%(sum)s，与合同总价%(total)s不符")
            % {"sum": in_words(sum(amounts, NOTHING)), "total": in_words(total)},
            code="items_differ",
            field="total_yuan",
        )
    for amount, most in zip(amounts, granted, strict=True):
        if amount <= 0 or amount > most:
            raise RuleBroken(
                _("合同金额%(amount)s超过批准金额%(most)s") % {"amount": in_words(amount), "most": in_words(most)},
                code="over_approved",
                field="total_yuan",
            )


def check_not_split(total: Decimal, before: Decimal, threshold: Decimal, reason: str) -> None:
    """Contracts with one contractor that together pass the purchasing limit say why they are not one (不得拆分)."""
    if total < threshold <= total + before and not reason.strip():
        raise RuleBroken(
            _("同一承接单位一年内同类合同合计%(sum)s，超过采购限额%(limit)s，请写明为什么不是拆分采购")
            % {"sum": in_words(total + before), "limit": in_words(threshold)},
            code="looks_split",
            field="split_reason",
        )


def first_plan(signed_on: date, finish_on: date, *, service: bool) -> list[Stage]:
    """The plan a contract starts with, to be refined before the start: begun, half way, finished."""
    middle = signed_on + (finish_on - signed_on) / 2
    early = signed_on + (finish_on - signed_on) / 10
    if service:
        return [
            Stage(_("开始服务"), early, 10),
            Stage(_("服务过半"), middle, 50),
            Stage(_("全部服务完成"), finish_on, 40),
        ]
    return [
        Stage(_("进场准备"), early, 10, Slot.BEFORE),
        Stage(_("施工过半"), middle, 50, Slot.DURING),
        Stage(_("全部完工"), finish_on, 40, Slot.AFTER),
    ]


def check_plan(stages: Sequence[Stage]) -> None:
    """A plan's dates go forward and its shares make the whole (里程碑合计100%)."""
    if not 1 <= len(stages) <= MOST_MILESTONES:
        raise RuleBroken(_("里程碑要有1到%(most)d个") % {"most": MOST_MILESTONES}, code="plan_size", field="name_1")
    total = sum(stage.share_percent for stage in stages)
    if total != 100:
        raise RuleBroken(
            _("各里程碑所占工作量合计要等于100%%，现在是%(total)d%%") % {"total": total},
            code="plan_sum",
            field="share_1",
        )
    if any(later.planned_on < earlier.planned_on for earlier, later in pairwise(stages)):
        raise RuleBroken(_("里程碑的日期要从早到晚"), code="plan_order", field="planned_on_1")


def check_can_start(project: Project, work: Work | None, milestones: int) -> None:
    """The notice is over and its record is there: a contract and a plan (缺合同不能开工)."""
    check_state(project, "start", ProjectState.AWAITING_START)
    if work is None or not work.contract_yuan:
        raise RuleBroken(_("缺：合同扫描件。先登记合同才能开工"), code="no_contract")
    if not milestones:
        raise RuleBroken(_("缺：里程碑。先排工期才能开工"), code="no_plan")


def check_milestone(milestone: Milestone, *, on: date, has_photo: bool, late_reason: str) -> None:
    """A milestone is finished once, with its photo, and says why when it is late (晚了要说明)."""
    if milestone.actual_on:
        raise RuleBroken(_("这个里程碑已经完成了"), code="milestone_done")
    if milestone.photo_slot and not has_photo:
        raise RuleBroken(photo_needed(milestone), code="photo_required", field="photo")
    if on > milestone.planned_on and not late_reason.strip():
        raise RuleBroken(
            _("比计划晚了%(days)d天，请写明原因，会公开") % {"days": (on - milestone.planned_on).days},
            code="late_reason_required",
            field="late_reason",
        )


def photo_needed(milestone: Milestone) -> str:
    """Which photo a stage cannot be finished without, in words; empty for a stage that needs none (要照片)."""
    if not milestone.photo_slot:
        return ""
    return _("要传一张“%(slot)s”照片才能报完成") % {"slot": milestone.get_photo_slot_display()}


def check_day(on: date, since: date | None, today: date) -> None:
    """Something is reported for today or a past day since the start."""
    if on > today:
        raise RuleBroken(_("日期不能晚于今天"), code="in_future", field="on")
    if since and on < since:
        raise RuleBroken(_("日期不能早于开工"), code="before_start", field="on")


def check_visit(work: Work, visited_on: date, served: int, today: date) -> None:
    """Visits belong to services, have happened, and served somebody (上门服务)."""
    if not work.is_service:
        raise RuleBroken(_("这不是服务类项目，请用照片报进度"), code="not_a_service")
    if visited_on > today:
        raise RuleBroken(_("日期不能晚于今天"), code="in_future", field="visited_on")
    if work.started_on and visited_on < work.started_on:
        raise RuleBroken(_("日期不能早于开始服务"), code="before_start", field="visited_on")
    if served < 1:
        raise RuleBroken(_("至少服务1人"), code="nobody_served", field="served")


def check_reschedule(milestone: Milestone, planned_on: date, reason: str) -> None:
    """A new date for an open milestone says why; the first date stays on the page (改期)."""
    if milestone.actual_on:
        raise RuleBroken(_("这个里程碑已经完成，不用改期"), code="milestone_done")
    if planned_on == milestone.planned_on:
        raise RuleBroken(_("日期没有变"), code="same_date", field="planned_on")
    check_reason(reason)


def check_progress(percent: int | None, before: int) -> None:
    """Reported progress does not go backwards (进度不倒退)."""
    if percent is not None and not before <= percent <= 100:
        raise RuleBroken(
            _("进度要在%(least)d%%到100%%之间（上次已报%(least)d%%）") % {"least": before},
            code="progress_backwards",
            field="percent",
        )


def check_all_done(milestones: Iterable[Milestone]) -> None:
    """Every milestone is finished before the whole is (报完工)."""
    left = [m.name for m in milestones if not m.actual_on]
    if left:
        raise RuleBroken(
            _("还有%(count)d个里程碑没有完成：%(names)s") % {"count": len(left), "names": "、".join(left)},
            code="milestones_open",
        )


def is_over_threshold(contract: Decimal, deltas: Iterable[Decimal], delta: Decimal, share: Fraction) -> bool:
    """Whether changes together, ups and downs alike, pass the share of the contract one office may agree to."""
    moved = sum((abs(d) for d in deltas), abs(delta))
    return Fraction(moved) > Fraction(contract) * share


def check_change(work: Work, delta: Decimal, days: int, reason: str) -> None:
    """A change says what and why, changes something, and leaves no less than what is paid already (变更)."""
    check_reason(reason)
    if not delta and not days:
        raise RuleBroken(_("金额和工期都没有变，不用报变更"), code="no_change", field="delta_yuan")
    if work.settled_yuan is not None:
        raise RuleBroken(_("已经结算，不能再变更"), code="already_settled")
    if work.agreed_yuan + delta < work.paid_yuan:
        raise RuleBroken(
            _("已经付了%(paid)s，变更后不能比它少") % {"paid": in_words(work.paid_yuan)},
            code="below_paid",
            field="delta_yuan",
        )


def check_within(over: bool) -> None:
    """One office agrees only to what stays within the threshold and the money granted (变更权限)."""
    if over:
        raise RuleBroken(_("超过变更限额或批准金额，要由镇街两人审批"), code="over_threshold")


def check_change_state(change: ChangeOrder, *wanted: ChangeState) -> None:
    if change.state not in wanted:
        raise RuleBroken(
            _("这份变更%(state)s，不能办这一步") % {"state": change.get_state_display()}, code="change_not_here"
        )


def check_urge(last_at: datetime | None, at: datetime) -> None:
    """A project is urged at most once in two days (催办不重复)."""
    if last_at is not None and at < last_at + timedelta(days=URGE_EVERY_DAYS):
        again = (last_at + timedelta(days=URGE_EVERY_DAYS)).astimezone(timezone.get_current_timezone())
        raise RuleBroken(
            _("两天内已经催过了，%(month)d月%(day)d日%(time)s后可以再催")
            % {"month": again.month, "day": again.day, "time": f"{again:%H:%M}"},
            code="urged_already",
        )


def check_filing(*, is_filed: bool, signed_on: date, filed_on: date, today: date) -> None:
    """A contract is filed once, on a day between its signing and today (合同备案)."""
    if is_filed:
        raise RuleBroken(_("这份合同已经登记过备案"), code="filed_already")
    if filed_on < signed_on:
        raise RuleBroken(_("备案日期不能早于合同签订"), code="filed_before_signing", field="filed_on")
    if filed_on > today:
        raise RuleBroken(_("备案日期不能晚于今天"), code="filed_ahead", field="filed_on")
