"""Rules of call-backs (电话回访)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from delivery.models import CallBack, CallOutcome, Rating

MOST_TRIES = 3
MEND_DAYS = 7  # how long a call that was written down wrongly may be put back


def check_waiting(call: CallBack, *, has_rated: bool) -> None:
    """A call is made once, and never to somebody who has rated meanwhile (一人一评)."""
    if has_rated:
        raise RuleBroken(_("本人已经评过了，不用再打"), code="already_rated")
    if call.outcome:
        raise RuleBroken(_("这个电话已经打过了"), code="call_done")


def check_can_reopen(call: CallBack, *, at: datetime, has_rated: bool) -> None:
    """A press that was wrong is taken back for some days: not wanted, or not reached (按错了). Who rated is not called."""
    if has_rated:
        raise RuleBroken(_("本人已经评过了，不用再打"), code="already_rated")
    if call.outcome not in {CallOutcome.DECLINED, CallOutcome.UNREACHED} or call.done_at is None:
        raise RuleBroken(_("这个电话没有结束，不用放回去"), code="call_waits")
    _check_fresh(call, at)


def is_as_entered(call: CallBack, rating: Rating | None) -> bool:
    """Whether what was said on the phone still stands as the caller wrote it down."""
    return call.outcome == CallOutcome.RATED and rating is not None and rating.entered_by_id is not None


def check_can_amend(call: CallBack, rating: Rating | None, *, at: datetime) -> None:
    """What was written down wrongly is mended by who calls, until the resident says something else (记错了)."""
    if call.outcome != CallOutcome.RATED or rating is None:
        raise RuleBroken(_("这个电话里没有评价可改"), code="call_not_rated")
    if rating.entered_by_id is None:
        raise RuleBroken(_("本人后来自己改过评价，以本人的为准"), code="resident_changed_it")
    _check_fresh(call, at)


def _check_fresh(call: CallBack, at: datetime) -> None:
    if call.done_at is None or at > call.done_at + timedelta(days=MEND_DAYS):
        raise RuleBroken(_("打完%(days)d天以内才能改") % {"days": MEND_DAYS}, code="call_too_old")
