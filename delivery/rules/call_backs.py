"""Rules of call-backs (电话回访)."""

from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from delivery.models import CallBack

MOST_TRIES = 3


def check_waiting(call: CallBack, *, has_rated: bool) -> None:
    """A call is made once, and never to somebody who has rated meanwhile (一人一评)."""
    if has_rated:
        raise RuleBroken(_("本人已经评过了，不用再打"), code="already_rated")
    if call.outcome:
        raise RuleBroken(_("这个电话已经打过了"), code="call_done")
