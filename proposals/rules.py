"""Whether (规则): pure answers about projects, seconding, intake and pre-review. No query, no request, no clock."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from civic.rules import RuleBroken, check_reason
from proposals.models import MOVES, Merge, MergeState, PreReview, Project, ProjectState, ReviewFinding, ReviewState, Step
from proposals.models.projects import BACK, NEXT, STEP_OF_CHOICE, STEP_STATE
from proposals.round_rules import RoundRules

TITLE_LEAST = 5


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


def target_state(project: Project, action: str, to_step: str = "") -> str:
    """Where an action leads from where the project is. Raises WrongState, or ValueError for a step not on the route."""
    sources, target = MOVES[action]
    if project.state not in sources:
        raise WrongState(action, project.state)
    if target == NEXT:
        return next_state(project.round.route, project.state)
    if target == BACK:
        return project.resume_state
    if target == STEP_OF_CHOICE:
        if to_step not in project.round.route:
            raise ValueError(f"{to_step!r} is not on the route")
        return STEP_STATE[Step(to_step)]
    return target


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


def check_within_cap(terms: RoundRules, work_type: str, amount: Decimal | None) -> None:
    """One project's amount against the round's cap for its type (单项限额). RuleBroken when the cap blocks."""
    cap = terms.caps_yuan.get(work_type)
    if amount is None or cap is None or amount <= cap or terms.cap_action == "warn":
        return
    raise RuleBroken(
        _("超过单项限额%(over)s元（限额%(cap)s元）") % {"over": f"{amount - cap:,.2f}", "cap": f"{cap:,.2f}"},
        code="over_cap",
        field="estimate_yuan",
    )


def check_against(reason: str, rule: str) -> None:
    """A refusal names its reason and its rule (理由和依据). RuleBroken on either missing."""
    check_reason(reason)
    if not rule.strip():
        raise RuleBroken(_("请写明依据哪一条"), code="rule_required", field="rule")


def check_items(items: Sequence[str]) -> None:
    """A return says exactly what to mend (退回要列明补充什么)."""
    if not any(item.strip() for item in items):
        raise RuleBroken(_("请列明要补充什么"), code="items_required", field="items")


def check_can_merge(source: Project, target: Project) -> None:
    """A proposal merges into a live one of the same round, not into itself, a merged or an ended one."""
    if source.pk == target.pk:
        raise RuleBroken(_("不能并入自己"), code="merge_into_itself", field="target")
    if source.round_id != target.round_id:
        raise RuleBroken(_("只能并入同一轮次的项目"), code="merge_other_round", field="target")
    if target.state not in {ProjectState.FILED, ProjectState.IN_REVIEW, ProjectState.FOR_ASSEMBLY}:
        raise RuleBroken(_("那个项目已经走到后面或已结束，不能再并入"), code="merge_target_moved", field="target")


def check_can_undo(merge: Merge, now) -> None:
    """A merge can be undone while it stands and until its day (合并撤销期)."""
    if merge.state != MergeState.DONE:
        raise RuleBroken(_("这次合并已经撤销或没有生效"), code="merge_not_done")
    if merge.undo_until is None or now > merge.undo_until:
        raise RuleBroken(_("已过撤销期限，不能撤销"), code="merge_undo_over")


def check_review_open(review: PreReview) -> None:
    """A department answers a task that waits for it."""
    if review.state != ReviewState.OPEN:
        raise RuleBroken(
            _("这件预审现在是“%(state)s”，不能提交意见") % {"state": ReviewState(review.state).label}, code="review_not_open"
        )


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
    if finding == ReviewFinding.NOT_FEASIBLE:
        check_against(reason, rule)
    if finding == ReviewFinding.WITH_CHANGES and not conditions.strip():
        raise RuleBroken(_("请写明要怎样修改"), code="conditions_required", field="conditions")
    if amount is not None and amount != estimate and not amount_reason.strip():
        raise RuleBroken(_("核定金额与估算不同，请写明原因"), code="amount_reason_required", field="amount_reason")
