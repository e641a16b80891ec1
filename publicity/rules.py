"""Whether (规则): pure answers about notices 公示, objections 异议 and villages' accounts 村务公开. No query, no request, no clock."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from civic.calendar import add_workdays
from civic.rules import RuleBroken, check_reason
from proposals.models import ProjectState, Step
from publicity.models import Notice, NoticeState, Objection, ObjectionOutcome, ObjectionState, VillageAccount
from publicity.offices import AGAINST, closing_moment

OBJECTABLE = frozenset({ProjectState.ON_NOTICE, ProjectState.OBJECTED}) | AGAINST
# A merge is undone where it was made; what was terminated has given its money back and is proposed anew.
REDOABLE = OBJECTABLE - {ProjectState.MERGED, ProjectState.TERMINATED}
REDO_STEPS = (Step.SCREENING, Step.REVIEW, Step.ASSEMBLY, Step.POLL, Step.APPROVAL)


SPOKEN_WHAT = "语音异议，工作人员听后写下"  # until somebody has; kept in the place's own language like every title
SPOKEN_WORDS = "说了一段录音，工作人员听后写下。"


def check_can_end(notice: Notice, *, at: datetime, open_objections: int) -> None:
    """A notice ends at its hour and not before, and only when every objection is answered."""
    if notice.state != NoticeState.RUNNING:
        raise RuleBroken(_("这次公示已经结束或撤下"), code="notice_not_running")
    if at < notice.ends_at:
        raise RuleBroken(_("公示还没到期，不能提前结束"), code="notice_not_over")
    if open_objections:
        raise RuleBroken(
            _("还有%(count)d条异议没有答复，答复后才能进入下一步") % {"count": open_objections}, code="objections_open"
        )


def check_can_extend(notice: Notice, *, to: date, today: date, reason: str) -> None:
    """A running notice may be made longer, with a public reason; never shorter (公示只能延长)."""
    check_reason(reason)
    if notice.state != NoticeState.RUNNING:
        raise RuleBroken(_("这次公示已经结束或撤下"), code="notice_not_running")
    if closing_moment(to) <= notice.ends_at or to <= today:
        raise RuleBroken(_("只能延长，请选原定日期之后的一天"), code="notice_not_longer", field="to")
    if (to - today).days > 60:
        raise RuleBroken(_("一次最多延长到60天后"), code="notice_too_long", field="to")


def check_can_object(*, state: str, until: datetime | None, at: datetime) -> None:
    """Objections are taken while the notice runs, and for some days after a refusal (异议期)."""
    if state not in OBJECTABLE:
        raise RuleBroken(
            _("项目现在是“%(state)s”，不在异议期。可以打电话或到村公服站反映") % {"state": ProjectState(state).label},
            code="not_objectable",
        )
    if until is None or at > until:
        raise RuleBroken(_("异议期已过。可以打电话或到村公服站反映"), code="objection_window_over")


def check_answer(objection: Objection, *, outcome: str, reply: str) -> None:
    """An answer waits for one objection, is one of three, and says why (答复要写明理由)."""
    if objection.state != ObjectionState.OPEN:
        raise RuleBroken(
            _("这条异议现在是“%(state)s”，不能再答复") % {"state": objection.get_state_display()},
            code="objection_not_open",
        )
    check_heard(objection)
    check_outcome(outcome, reply)


def check_heard(objection: Objection) -> None:
    """What was only said is written down before it is answered (先听录音)."""
    if objection.is_unheard:
        raise RuleBroken(_("先听录音，写下来，再答复"), code="not_written_down")


def check_awaits_words(objection: Objection) -> None:
    if not objection.is_unheard:
        raise RuleBroken(_("这段录音已经写下来了"), code="written_down")


def check_outcome(outcome: str, reply: str) -> None:
    if outcome not in ObjectionOutcome.values:
        raise RuleBroken(_("请选采纳、部分采纳或不采纳"), code="outcome_required", field="outcome")
    if not reply.strip():
        raise RuleBroken(_("请写明理由，会公开给大家看"), code="reason_required", field="reply")


def check_redo_step(*, state: str, route: list[str], outcome: str, to_step: str) -> None:
    """An upheld objection says from which step of the route the project is done again (退回哪一步)."""
    if outcome != ObjectionOutcome.UPHELD or state not in REDOABLE:
        return
    if to_step not in redo_steps(route):
        raise RuleBroken(_("采纳后要退回重办，请选退回到哪一步"), code="step_required", field="to_step")


def redo_steps(route: list[str]) -> list[Step]:
    """The steps of a route an upheld objection may lead back to: all but the notice itself."""
    return [Step(step) for step in route if step in REDO_STEPS]


def check_can_ask_recheck(objection: Objection, *, reason: str, until: date | None, today: date) -> None:
    """One recheck (复核) may be asked for, some days after an answer that did not uphold all; written, or said."""
    check_reason(reason)
    if objection.state != ObjectionState.ANSWERED:
        raise RuleBroken(_("答复之后才能申请复核，只能申请一次"), code="recheck_not_now")
    if objection.outcome == ObjectionOutcome.UPHELD:
        raise RuleBroken(_("您的异议已经采纳，不用复核"), code="recheck_needless")
    if until is None or today > until:
        raise RuleBroken(_("申请复核的期限已过"), code="recheck_late")


def check_recheck(objection: Objection, *, outcome: str, reply: str, by_pk: int) -> None:
    """A recheck is answered by another person than the first answer (复核换人)."""
    if objection.state != ObjectionState.RECHECKING:
        raise RuleBroken(_("这条异议没有在复核"), code="not_rechecking")
    if by_pk == objection.replied_by_id:
        raise RuleBroken(_("复核要由另一个人来做"), code="recheck_by_same_person")
    check_heard(objection)
    check_outcome(outcome, reply)


def check_can_start(open_objections: int) -> None:
    """The works do not begin while an objection waits for its answer."""
    if open_objections:
        raise RuleBroken(
            _("还有%(count)d条异议没有答复，答复后才能开工") % {"count": open_objections}, code="objections_open"
        )


def check_notice_over(still_running: bool) -> None:
    """No project leaves its notice while that runs, whoever moves it (公示不能提前结束)."""
    if still_running:
        raise RuleBroken(_("公示还没到期，不能提前结束"), code="notice_not_over")


def check_figures(right: set[Decimal], recorded: set[Decimal], known: set[Decimal], *, is_of_money: bool) -> None:
    """A correction (更正) mends words, not the books: a sum of the ladder is first changed where sums are changed."""
    if right - known and (is_of_money or recorded & known):
        raise RuleBroken(
            _("账上没有这个数。更正只改记录上的话，不改账：请先按“变更”把金额办好，再来更正。"),
            code="not_in_the_books",
            field="right",
        )


def check_can_post(account: VillageAccount, *, on: date, today: date) -> None:
    """An account is posted once, on a day after its quarter and not to come (已上墙)."""
    if account.posted_on is not None:
        raise RuleBroken(_("这一期已经登记上墙了"), code="already_posted")
    if not account.ends_on < on <= today:
        raise RuleBroken(_("上墙的日子在季度结束以后，不能晚于今天"), code="posted_on_another_day", field="posted_on")


def account_due(ends_on: date, workdays: int, today: date) -> date:
    """By when a quarter's account hangs on its board; if that day is over before anybody asked, as long from today."""
    due_on = add_workdays(ends_on, workdays)
    return due_on if due_on >= today else add_workdays(today, workdays)
