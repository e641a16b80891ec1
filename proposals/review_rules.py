"""Whether, around a pre-review (预审的规则): what it costs item by item, who looks at a case, reminding, asking
another unit or for more time, walking over the site. No query, no request, no clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from civic.models import Person
from civic.rules import RuleBroken
from proposals.models import Consultation, ConsultationState, Extension, ExtensionState, PreReview, ReviewState
from proposals.rules import Answer

COST_ROWS = 5  # items of a cost, as many as the form shows in one table
LOOKED = timedelta(minutes=30)
REMIND_AGAIN = timedelta(days=2)


def is_looked_at(review: PreReview, by: Person, at: datetime) -> bool:
    """Whether a colleague opened the case within the last half hour (别人正在审); a hint, never a lock."""
    return (
        review.looked_by_id not in (None, by.pk)
        and review.looked_at is not None
        and at - review.looked_at < LOOKED
        and review.state == ReviewState.OPEN
    )


def check_may_remind(review: PreReview, at: datetime) -> None:
    """A department that has the task is reminded at most once in two days (催办不重复)."""
    if review.department_id is None:
        raise RuleBroken(_("这件预审还没有部门，请先指定部门"), code="review_unassigned")
    if review.reminded_at is not None and at - review.reminded_at < REMIND_AGAIN:
        raise RuleBroken(_("两天内已经催过"), code="reminded_already")


def check_colleague(is_one: bool, is_given: bool) -> None:
    """A task is given to a reviewer of its own department (交给同事), and not again to who has it."""
    if not is_one:
        raise RuleBroken(_("请选本部门能审这一件的同事"), code="no_colleague", field="colleague")
    if is_given:
        raise RuleBroken(_("已经交给这位同事了"), code="given_already", field="colleague")


def check_not_asked(is_asked: bool) -> None:
    """A unit is asked once about one task (征求意见不重复)."""
    if is_asked:
        raise RuleBroken(_("已经向这个单位征求过意见"), code="consulted_already", field="unit")


def check_awaits_answer(asked: Consultation) -> None:
    """A question is answered once, while it waits (答复一次)."""
    if asked.state != ConsultationState.OPEN:
        raise RuleBroken(
            _("这次征求意见现在是“%(state)s”，不能再答复") % {"state": ConsultationState(asked.state).label},
            code="consultation_not_open",
        )


def check_may_extend(workdays: int, most: int) -> None:
    """No more days than the round's rules allow (延期上限); none where they allow none."""
    if most == 0:
        raise RuleBroken(_("本轮规则不允许预审延期"), code="no_extension", field="workdays")
    if not 1 <= workdays <= most:
        raise RuleBroken(_("最多延%(most)s个工作日") % {"most": most}, code="extension_too_long", field="workdays")


def check_first_extension(has_asked: bool) -> None:
    """A task is extended at most once (只延一次)."""
    if has_asked:
        raise RuleBroken(_("这件预审已经请求过延期，只能延一次"), code="extension_once")


def check_awaits_decision(asked: Extension, by: Person) -> None:
    """An extension that waits is decided once, by another than who asked (两人), while the department still has the task."""
    if asked.state != ExtensionState.ASKED:
        raise RuleBroken(
            _("这次延期请求现在是“%(state)s”，不能再答复") % {"state": ExtensionState(asked.state).label},
            code="extension_not_open",
        )
    if asked.asked_by_id == by.pk:
        raise RuleBroken(_("请求延期和同意延期要由两个人办"), code="two_people")
    if asked.review.state != ReviewState.OPEN or asked.review.due_on is None:
        raise RuleBroken(_("这件预审已经不在审，不用再延"), code="review_not_open")


def check_survey(on: date, units: Sequence[str], filed_on: date, today: date) -> None:
    """A site is walked over after the proposal came in and not tomorrow, by two units at least (联合踏勘)."""
    if on > today:
        raise RuleBroken(_("踏勘的日期不能在今天以后"), code="survey_in_future", field="surveyed_on")
    if on < filed_on:
        raise RuleBroken(_("踏勘的日期不能在提议提交以前"), code="survey_before_filing", field="surveyed_on")
    if len(set(units)) < 2:
        raise RuleBroken(_("联合踏勘至少有两个单位参加"), code="survey_by_one_unit", field="units")


def costed(answer: Answer, before: Decimal | None) -> Answer:
    """The answer with the amount and the reason its items come to (分项核价); as it is where it has none.

    Every item that changed has its reason; what was asked for adds up to what stood before, so that nothing is lost
    between the ladder's rungs.
    """
    if not answer.costs:
        return answer
    for number, line in enumerate(answer.costs, start=1):
        if line.amount_yuan != line.asked_yuan and not line.reason.strip():
            said = _("第%(number)s项的金额改了，请写明原因") % {"number": number}
            raise RuleBroken(said, code="cost_reason_required", field=f"cost_{number}_reason")
    asked, total = sum(line.asked_yuan for line in answer.costs), sum(line.amount_yuan for line in answer.costs)
    if before is not None and asked != before:
        said = _("各项原价合计%(sum)s元，要等于此前的%(before)s元") % {"sum": f"{asked:,}", "before": f"{before:,}"}
        raise RuleBroken(said, code="costs_do_not_add_up", field="cost_1_asked")
    if answer.amount_yuan not in (None, total):
        said = _("各项核定合计%(sum)s元，与核定金额不同") % {"sum": f"{total:,}"}
        raise RuleBroken(said, code="costs_differ", field="amount_yuan")
    if total <= 0:
        raise RuleBroken(_("核定金额要大于0"), code="amount_above_zero", field="cost_1_amount")
    why = "；".join(f"{line.item}：{line.reason}" for line in answer.costs if line.amount_yuan != line.asked_yuan)
    return replace(answer, amount_yuan=Decimal(total), amount_reason=answer.amount_reason or why[:300])
