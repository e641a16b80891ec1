"""Rules of acceptance and after (验收、整改、评价、归档)."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from civic.models import Attachment
from civic.rules import RuleBroken
from delivery.models import (
    Acceptance,
    AcceptanceItem,
    Afterword,
    Conclusion,
    FollowUp,
    ItemResult,
    Rating,
    Rectification,
    Score,
    Signature,
    SignRole,
    Work,
)
from delivery.rules.money import in_words
from proposals.models import Project, ProjectState

REASONS = ("质量", "及时", "好用", "维护", "沟通")
LOW = frozenset({Score.VERY_POOR, Score.POOR})


class Measured(NamedTuple):
    """One acceptance item as it is typed."""

    name: str
    unit: str
    contract_quantity: Decimal
    result: str
    measured: Decimal | None = None
    note: str = ""
    photo: Attachment | None = None


def check_open(acceptance: Acceptance) -> None:
    """Nothing is added to an acceptance that has its conclusion."""
    if acceptance.conclusion:
        raise RuleBroken(_("这次验收已经有结论了"), code="acceptance_concluded")


def check_held_on(held_on: date, done_on: date | None, today: date) -> None:
    """Acceptance is held after the works were reported done and not in the future (完工后才能验收)."""
    if held_on > today:
        raise RuleBroken(_("验收日期不能晚于今天"), code="held_in_future", field="held_on")
    if done_on and held_on < done_on:
        raise RuleBroken(_("验收日期不能早于报完工的日期"), code="held_before_done", field="held_on")


def check_items(items: Sequence[Measured]) -> None:
    """Every item is measured and has its photo, unless it does not apply; some item does (逐项验收)."""
    if not any(item.result != ItemResult.NOT_APPLICABLE for item in items):
        raise RuleBroken(_("至少要有一项验收内容"), code="no_items")
    for item in items:
        if item.result == ItemResult.NOT_APPLICABLE:
            continue
        if item.measured is None:
            raise RuleBroken(_("“%(name)s”还没有实测数量") % {"name": item.name}, code="not_measured", field="measured")
        if item.photo is None:
            raise RuleBroken(_("“%(name)s”还没有照片") % {"name": item.name}, code="photo_required", field="photo")


def check_filled(items: Collection[object]) -> None:
    """Signatures are given on a filled list, never on a blank one (先填后签)."""
    if not items:
        raise RuleBroken(_("验收项还没有填。逐项填完才能签字"), code="no_items")


def check_unsigned(signatures: int) -> None:
    """Under signatures a list no longer changes: it is set aside with them, and signed anew (签字后不改)."""
    if signatures:
        raise RuleBroken(
            _("已经有%(count)d人签字，验收项不能再改。写错了的，先把这次作废") % {"count": signatures},
            code="signed_list",
        )


def check_signed(signatures: int) -> None:
    """What nobody signed is simply written anew, not set aside."""
    if not signatures:
        raise RuleBroken(_("还没有人签字，直接改验收项就行"), code="unsigned_list")


def check_signature(*, agrees: bool, dissent: str, own: bool, name: str) -> None:
    """A refusal says why; a signature is one's own or names whom the worker saw sign (签字)."""
    if not agrees and not dissent.strip():
        raise RuleBroken(_("不同意的，请写明意见"), code="dissent_required", field="dissent")
    if not own and not name.strip():
        raise RuleBroken(_("请写签字人的姓名"), code="name_required", field="name")


def missing_signatures(required: Iterable[str], signed: Collection[str]) -> list[str]:
    """The capacities in which somebody must still sign."""
    return [str(SignRole(role).label) for role in required if role not in signed]


def conclude(
    items: Sequence[AcceptanceItem],
    signatures: Sequence[Signature],
    required: Iterable[str],
    open_fixes: int,
) -> Conclusion:
    """What an acceptance comes to: any item failed is a fail; a pass needs items, signatures and no open fix.

    Dissent does not stop it, it stands beside it.
    """
    if not items:
        raise RuleBroken(_("缺：验收项。逐项填完才能下结论"), code="no_items")
    missing = missing_signatures(required, {s.role for s in signatures})
    if missing:
        raise RuleBroken(_("缺签字：%(roles)s") % {"roles": "、".join(missing)}, code="signatures_missing")
    if any(item.result == ItemResult.FAIL for item in items):
        return Conclusion.FAIL
    if open_fixes:
        raise RuleBroken(_("还有%(count)d项整改没有完成，不能通过验收") % {"count": open_fixes}, code="fix_open")
    return Conclusion.PASS


def check_fix_open(fix: Rectification) -> None:
    if fix.done_on:
        raise RuleBroken(_("这项整改已经报改好了"), code="fix_done")


def check_reply(reply: str) -> None:
    """What was put right is said to everyone (公开答复)."""
    if not reply.strip():
        raise RuleBroken(_("请写明怎样改的，会公开"), code="reply_required", field="reply")


def check_can_rate(project: Project) -> None:
    """Ratings open with acceptance (验收后就能评)."""
    if project.state != ProjectState.COMPLETED:
        raise RuleBroken(_("还没有验收，验收后就能评"), code="not_accepted_yet")


def check_score(score: int | None, reasons: Sequence[str]) -> None:
    """One of the five labels, and only the offered reasons."""
    if score not in Score.values:
        raise RuleBroken(_("请选一个"), code="score_required", field="score")
    if any(reason not in REASONS for reason in reasons):
        raise RuleBroken(_("没有这个原因"), code="unknown_reason", field="reasons")


def check_can_rate_again(rating: Rating | None, look: FollowUp, today: date) -> None:
    """Whoever rated may say more at a look back (追评): from its day on, or once somebody went to look."""
    if rating is None:
        raise RuleBroken(_("您还没有评价过，请先评价"), code="not_rated_yet")
    if look.done_on is None and look.due_on > today:
        raise RuleBroken(_("还没有到回头看的日子"), code="look_not_due")


def check_can_change(rating: Rating | Afterword, at: datetime) -> None:
    """A rating may be changed for some days, then it stays (可改期)."""
    if at > rating.edit_until:
        until = rating.edit_until.astimezone(timezone.get_current_timezone())
        raise RuleBroken(
            _("评价可修改到%(month)d月%(day)d日，现在不能改了") % {"month": until.month, "day": until.day},
            code="rating_closed",
        )


def check_can_answer(fix: Rectification) -> None:
    """The resident is asked again once the fix was answered (现在解决了吗)."""
    if not fix.done_on or fix.rating_id is None:
        raise RuleBroken(_("还没有整改答复"), code="fix_not_answered")
    if fix.solved is not None:
        raise RuleBroken(_("您已经答过了"), code="fix_answered")


def add_months(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it has none (31 January → 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_follow_up(visit: FollowUp, today: date) -> None:
    """A look back is made once, and not before the works had time to show how they last (回头看)."""
    if visit.done_on:
        raise RuleBroken(_("这次回头看已经做过了"), code="follow_up_done")
    if visit.due_on > today + FollowUp.AHEAD:
        due = {"year": visit.due_on.year, "month": visit.due_on.month, "day": visit.due_on.day}
        raise RuleBroken(
            _("还没有到回头看的日子：应于%(year)d年%(month)d月%(day)d日，最早提前两周") % due, code="follow_up_early"
        )


def check_can_archive(project: Project, work: Work | None, open_fixes: int, unpaid: Decimal) -> None:
    """A file is closed when nothing is owed or open: accepted, settled, paid, put right (归档)."""
    if project.state != ProjectState.COMPLETED:
        raise RuleBroken(_("验收合格后才能归档"), code="not_completed")
    if project.archived_on:
        raise RuleBroken(_("已经归档了"), code="already_archived")
    if work is None or work.settled_yuan is None:
        raise RuleBroken(_("缺：结算。先结算才能归档"), code="not_settled")
    if unpaid:
        raise RuleBroken(_("还有%(unpaid)s没有付清，不能归档") % {"unpaid": in_words(unpaid)}, code="not_paid")
    if open_fixes:
        raise RuleBroken(_("还有%(count)d项整改没有完成，不能归档") % {"count": open_fixes}, code="fix_open")
