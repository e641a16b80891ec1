"""Whether (规则): pure answers about projects, seconding, intake and pre-review. No query, no request, no clock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from civic.models import Organisation
from civic.rules import RuleBroken, check_reason
from proposals.models import (
    MOVES,
    Merge,
    MergeState,
    PreReview,
    Project,
    ProjectState,
    ReviewFinding,
    ReviewState,
    Spoken,
    Step,
)
from proposals.models.projects import (
    AT_INTAKE,
    BACK,
    CLOCKED,
    MERGE_TARGETS,
    NEXT,
    OPEN_TO_SECONDS,
    STEP_OF_CHOICE,
    STEP_STATE,
)
from proposals.round_rules import RoundRules

TITLE_LEAST, TITLE_MOST = 5, 40
SPOKEN_TITLE = "语音提议，社工听后写下"  # until intake has; kept in the place's own language like every title
OTHER = "其他"
MAY_BE_LATE = (*CLOCKED, ProjectState.IN_REVIEW, ProjectState.OBJECTED, ProjectState.RECTIFYING)
ENTRIES_A_DAY = 40  # by one worker for residents or for the unit; for oneself see civic.limits
PAPERS_A_DAY = 300  # of signed paper forms, which come in stacks
SERIAL_MOST = 20


class WrongState(RuleBroken):
    """The act does not fit where the project is now (当前状态不能办)."""

    def __init__(self, action: str, state: str) -> None:
        label = ProjectState(state).label
        super().__init__(_("项目现在是“%(state)s”，不能办这一步") % {"state": label}, code="wrong_state")
        self.action, self.state = action, state


class Stale(RuleBroken):
    """Somebody else changed the thing between the page and the act (内容已被更新)."""

    def __init__(self) -> None:
        super().__init__(_("内容已被其他人更新，您的文字已保留，请核对后再提交"), code="stale")


def check_version(now: int, seen: int | None) -> None:
    """The thing is still as the form showed it (版本核对); None when the door shows no version. Raises Stale."""
    if seen is not None and seen != now:
        raise Stale


def check_state(project: Project, state: ProjectState, action: str) -> None:
    """The act belongs to one state. Raises WrongState."""
    if project.state != state:
        raise WrongState(action, project.state)


def target_state(project: Project, action: str, to_step: str = "") -> str:
    """Where an action leads from where the project is. Raises WrongState, or ValueError for a step not on the route."""
    sources, target = MOVES[action]
    if project.state not in sources:
        raise WrongState(action, project.state)
    if target == NEXT:
        target = next_state(project.round.route, project.state)
    elif target == BACK:
        target = project.resume_state
    elif target == STEP_OF_CHOICE:
        if to_step not in project.round.route:
            raise ValueError(f"{to_step!r} is not on the route")
        target = STEP_STATE[Step(to_step)]
    if project.spoken == Spoken.WAITS and target not in AT_INTAKE:
        raise RuleBroken(_("先听录音，写下是什么事，再办这一步"), code="not_written_down")
    return target


def check_said(title: str, spoken: bool, route: Sequence[str]) -> None:
    """What it is about in words, or a recording that intake will write down; a round without intake needs words."""
    if not title and not (spoken and may_speak(route)):
        raise RuleBroken(_("写下是什么事（至少5个字）"), code="title_required", field="title")


def may_speak(route: Sequence[str]) -> bool:
    """Whether somebody writes down what was only said: the round begins with intake (受理)."""
    return bool(route) and route[0] == Step.SCREENING


def check_awaits_words(project: Project) -> None:
    if project.spoken != Spoken.WAITS:
        raise RuleBroken(_("这件提议已经写下来了"), code="written_down")


def next_state(route: Sequence[str], state: str) -> str:
    """The state after this one on a round's route (路线); after the last step the works await their start."""
    states = [STEP_STATE[Step(step)] for step in route]
    if state == ProjectState.DRAFT:
        return states[0]
    if state not in states:
        raise WrongState("advance", state)
    at = states.index(ProjectState(state))
    return states[at + 1] if at + 1 < len(states) else ProjectState.AWAITING_START


def limit_workdays(terms: RoundRules, state: str) -> int | None:
    """How many working days a state may last by the round's rules; None where there is no limit (没有规定时限)."""
    limits = {
        ProjectState.FILED: terms.screening_workdays,
        ProjectState.RETURNED: terms.completion_workdays,
        ProjectState.IN_REVIEW: terms.review_workdays,
        ProjectState.FOR_ASSEMBLY: terms.assembly_workdays,
        ProjectState.FOR_APPROVAL: terms.approval_workdays,
        ProjectState.ON_NOTICE: terms.notice_workdays,
        ProjectState.OBJECTED: terms.objection_reply_workdays,
        ProjectState.AWAITING_START: terms.contract_workdays,
        ProjectState.IN_PROGRESS: terms.works_workdays,
        ProjectState.FOR_ACCEPTANCE: terms.acceptance_workdays,
        ProjectState.RECTIFYING: terms.rectify_workdays,
        ProjectState.TRANSFERRED: terms.transfer_reply_workdays,
    }
    return limits.get(ProjectState(state))


def check_round_takes_proposals(opens_at: datetime, closes_at: datetime | None, at: datetime) -> None:
    """Proposals are taken from the opening to the closing moment (征集期)."""
    if at < opens_at:
        raise RuleBroken(_("征集还没有开始，写好的内容会留着"), code="round_not_open")
    if closes_at is not None and at >= closes_at:
        raise RuleBroken(_("征集已经结束，写好的内容会留着"), code="round_closed")


def check_who_may_propose(terms: RoundRules, acting_as: Collection[str]) -> None:
    """One of the capacities in which a person proposes is on the round's list (谁可以提议)."""
    if not set(acting_as) & set(terms.who_may_propose):
        raise RuleBroken(_("按这一轮的办法，您不在可以提议的人当中"), code="may_not_propose")


def check_place(round_covers: bool, is_village: bool, for_unit: bool) -> None:
    """A proposal is about a village of the round; a unit may also name a whole town (哪个村居)."""
    if not round_covers:
        raise RuleBroken(_("这一轮征集不包括这个地方，请另选村居"), code="area_not_in_round", field="area")
    if not is_village and not for_unit:
        raise RuleBroken(_("请选到村居"), code="area_not_village", field="area")


def category_unsaid(terms: RoundRules) -> str:
    """What nothing ticked means: 其他, or the last on the round's list; the social worker sorts it."""
    return OTHER if OTHER in terms.categories else terms.categories[-1]


def check_category(terms: RoundRules, category: str) -> None:
    """The category is one of the round's (类别)."""
    if category not in terms.categories:
        raise RuleBroken(_("这一轮没有这个类别，请重选"), code="category_unknown", field="category")


def check_can_second(state: str) -> None:
    """A wish is shared until people vote or money is decided (附议); what stands stays on the record."""
    if state in OPEN_TO_SECONDS:
        return
    if state == ProjectState.IN_POLL:
        raise RuleBroken(_("正在投票，这段时间不收附议"), code="second_in_poll")
    if state == ProjectState.MERGED:
        raise RuleBroken(_("这个提议已并入另一个，请到那里附议"), code="second_merged")
    raise RuleBroken(_("项目现在是“%(state)s”，不再收附议") % {"state": ProjectState(state).label}, code="second_ended")


def check_can_unsecond(state: str) -> None:
    """It is taken back while others may still give theirs (取消附议)."""
    if state not in OPEN_TO_SECONDS:
        raise RuleBroken(
            _("项目现在是“%(state)s”，附议已经记下，不能取消") % {"state": ProjectState(state).label},
            code="unsecond_closed",
        )


def check_within_cap(
    terms: RoundRules, work_type: str, amount: Decimal | None, *, field: str = "estimate_yuan"
) -> None:
    """One project's amount against the round's cap for its type (单项限额). RuleBroken when the cap blocks."""
    said = over_cap(terms, work_type, amount)
    if said and terms.cap_action == "block":
        raise RuleBroken(said, code="over_cap", field=field)


def over_cap(terms: RoundRules, work_type: str, amount: Decimal | None) -> str:
    """By how much an amount is over the round's cap for its type, in words; empty when it is not."""
    caps: Mapping[str, Decimal] = {str(key): cap for key, cap in terms.caps_yuan.items()}
    cap = caps.get(work_type)
    if amount is None or cap is None or amount <= cap:
        return ""
    return _("超过单项限额%(over)s元（限额%(cap)s元）") % {"over": f"{amount - cap:,.2f}", "cap": f"{cap:,.2f}"}


def check_against(reason: str, rule: str) -> None:
    """A refusal names its reason and its rule (理由和依据). RuleBroken on either missing."""
    check_reason(reason)
    if not rule.strip():
        raise RuleBroken(_("请写明依据哪一条"), code="rule_required", field="rule")


def check_items(items: Sequence[str]) -> None:
    """A return says exactly what to mend (退回要列明补充什么)."""
    if not any(item.strip() for item in items):
        raise RuleBroken(_("请列明要补充什么"), code="items_required", field="items")


def check_answers(
    items: Sequence[Mapping[str, str]],
    answers: Sequence[str],
    photos: Sequence[Sequence[object]],
    *,
    spoken: bool = False,
) -> None:
    """Each thing asked for is answered in words or by a picture (逐项补充), or all of them aloud (``spoken``).

    RuleBroken on the first that is not.
    """
    if len(answers) != len(items) or len(photos) != len(items):
        raise Stale
    for number, item in enumerate(items):
        if not spoken and not answers[number].strip() and not photos[number]:
            raise RuleBroken(
                _("还没有补充：%(what)s") % {"what": item["what"]}, code="item_open", field=f"answer_{number}"
            )


def check_unit(unit: str) -> None:
    """A hand-over names the unit (转给哪个单位)."""
    if not unit.strip():
        raise RuleBroken(_("请写明转给哪个单位"), code="unit_required", field="transfer_to")


def check_reply_awaited(project: Project, replied: bool) -> None:
    """A unit's answer is noted once, on a project that was handed to it (转办答复)."""
    check_state(project, ProjectState.TRANSFERRED, "reply")
    if replied:
        raise RuleBroken(_("答复已经登记过了"), code="reply_there")


def check_may_go_back(last: date, today: date) -> None:
    """A unit may say only up to some day that a matter is not its own (转错退回); later it has to answer."""
    if today > last:
        raise RuleBroken(_("退回只到%(day)s，现在请登记答复") % {"day": last}, code="late_to_refuse")


def check_next_word(next_on: date, today: date) -> None:
    """A pause names the day of the next word (下次说明的日子), and it lies ahead."""
    if next_on <= today:
        raise RuleBroken(_("下次说明的日期要在今天以后"), code="next_word_past", field="next_on")


def check_can_merge(source: Project, target: Project) -> None:
    """A proposal merges into a live one of the same round, not into itself, a merged or an ended one."""
    if source.pk == target.pk:
        raise RuleBroken(_("不能并入自己"), code="merge_into_itself", field="target")
    if source.round_id != target.round_id:
        raise RuleBroken(_("只能并入同一轮次的项目"), code="merge_other_round", field="target")
    if target.state not in MERGE_TARGETS:
        raise RuleBroken(_("那个项目已经走到后面或已结束，不能再并入"), code="merge_target_moved", field="target")


def check_no_merge_waits(waits: bool) -> None:
    """One merge of a project at a time (合并一次办一件)."""
    if waits:
        raise RuleBroken(_("已有一次合并在等另一人确认"), code="merge_waits")


def check_can_undo(merge: Merge, now: datetime) -> None:
    """A merge can be undone while it stands and until its day (合并撤销期)."""
    if merge.state != MergeState.DONE:
        raise RuleBroken(_("这次合并已经撤销或没有生效"), code="merge_not_done")
    if merge.undo_until is None or now > merge.undo_until:
        raise RuleBroken(_("已过撤销期限，不能撤销"), code="merge_undo_over")


def check_review_open(review: PreReview) -> None:
    """A department answers a task that waits for it."""
    if review.state != ReviewState.OPEN:
        raise RuleBroken(
            _("这件预审现在是“%(state)s”，不能提交意见") % {"state": ReviewState(review.state).label},
            code="review_not_open",
        )


def check_unassigned(review: PreReview) -> None:
    """A department is named where none was found (指定部门)."""
    check_review_open(review)
    if review.department_id is not None:
        raise RuleBroken(_("这件预审已经有部门在办"), code="review_assigned")


def check_not_reviewing(has_task: bool) -> None:
    """One task per department and field (一个部门一件)."""
    if has_task:
        raise RuleBroken(_("这个部门已经在审这个项目"), code="department_reviews", field="department")


def check_reviews_in(missing: Sequence[str]) -> None:
    """Pre-review is left when every answer is in (预审意见齐全)."""
    if missing:
        raise RuleBroken(_("还缺预审意见：%(units)s") % {"units": "、".join(missing)}, code="reviews_missing")


class CostLine(NamedTuple):
    """One item of the cost (分项): what was asked for it, what the department makes of it, and why."""

    item: str
    asked_yuan: Decimal
    amount_yuan: Decimal
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """What a department found (预审意见): a finding, each point of the checklist, the cost and its reasons."""

    finding: str
    checklist: Mapping[str, str]
    amount_yuan: Decimal | None = None
    amount_reason: str = ""
    conditions: str = ""
    reason: str = ""
    rule: str = ""
    costs: tuple[CostLine, ...] = ()


def check_finding(
    *,
    finding: str,
    reason: str,
    rule: str,
    conditions: str,
    amount: Decimal | None,
    estimate: Decimal | None,
    amount_reason: str,
    answers: Mapping[str, str],
    checklist: Sequence[str],
) -> None:
    """A finding is complete (预审意见): every point answered, a refusal reasoned, a changed cost explained."""
    if finding not in ReviewFinding.values:
        raise RuleBroken(_("请选一个意见"), code="finding_required", field="finding")
    if any(answers.get(point) not in {"yes", "no", "n/a"} for point in checklist):
        raise RuleBroken(_("每一条要点都要核对"), code="checklist_open", field="checklist")
    if finding == ReviewFinding.FEASIBLE and "no" in answers.values():
        raise RuleBroken(_("有要点不符合，请选“需修改”或“不通过”"), code="checklist_says_no", field="finding")
    if finding == ReviewFinding.NOT_FEASIBLE:
        check_against(reason, rule)
    if finding == ReviewFinding.WITH_CHANGES and not conditions.strip():
        raise RuleBroken(_("请写明要怎样修改"), code="conditions_required", field="conditions")
    if amount is not None and amount != estimate and not amount_reason.strip():
        raise RuleBroken(_("核定金额与估算不同，请写明原因"), code="amount_reason_required", field="amount_reason")


def settled_amount(answers: Sequence[PreReview], before: Decimal | None) -> Decimal | None:
    """What pre-review makes of the cost (核定金额): the amount of the department that named one last, by when it
    answered; where none names one, what stood before (the estimate, or an earlier pre-review) stands."""
    named = [(review.answered_at, review.amount_yuan) for review in answers if review.amount_yuan is not None]
    return max((at, amount) for at, amount in named if at is not None)[1] if named else before


def check_amount_known(amount: Decimal | None) -> None:
    """Pre-review does not end without an amount (核定金额)."""
    if amount is None:
        raise RuleBroken(_("提议里没有估算，请填核定金额"), code="amount_required", field="amount_yuan")


def check_other_department(review: PreReview, department: Organisation) -> None:
    """A task goes to another unit that reviews (转给其他部门)."""
    if department.pk == review.department_id or not department.duty:
        raise RuleBroken(_("请选另一个负责审核的部门"), code="same_department", field="department")


def overdue_level(limit: int, overdue: int, share: Fraction, after: int = 1) -> int:
    """How far up a task past its day is told (超期上报): 0 not late, 1 told, 2 late by ``share`` of the limit too.

    ``after``: how many working days late it is before anybody is told. The second step comes a day after the first at
    the soonest, so that of a limit of one day the nearest office hears first.
    """
    first = max(after, 1)
    if overdue < first:
        return 0
    return 2 if overdue > first and overdue >= limit * share else 1


def is_late(state: str, due_on: date | None, today: date) -> bool:
    """Whether a step of an office is past its day (超期)."""
    return state in MAY_BE_LATE and due_on is not None and due_on < today


def check_late(state: str, due_on: date | None, today: date) -> None:
    """Only what is late is explained (说明超期原因)."""
    if not is_late(state, due_on, today):
        raise RuleBroken(_("这一步没有超期，不用说明"), code="not_late")


class Clock(NamedTuple):
    """What the deadline chip says: left, soon, over, paused or none, and how many working days."""

    kind: str
    days: int = 0


class Near(NamedTuple):
    """From when on a day is near (快到期): so many working days left, or such a share of the limit."""

    workdays: int
    share: Fraction


NEAR = Near(RoundRules.model_fields["near_due_workdays"].default, RoundRules.model_fields["near_due_share"].default)


def near(terms: RoundRules) -> Near:
    """From when on a round counts a day as near, on the desks and in the morning's word (快到期)."""
    return Near(terms.near_due_workdays, terms.near_due_share)


def deadline_chip(
    left: int | None, limit: int | None = None, *, paused: bool = False, passed: bool = False, near: Near = NEAR
) -> Clock:
    """The deadline chip's kind and days (还剩几天) from working days left: amber when near by the round's rules.

    ``passed``: the day itself is over, though no working day has gone by since (Friday's, on Sunday).
    """
    if paused:
        return Clock("paused")
    if left is None:
        return Clock("none")
    if left < 0 or passed:
        return Clock("over", -left)
    is_near = left <= near.workdays or (limit and left <= limit * near.share)
    return Clock("soon" if is_near else "left", left)
