"""Whether, around a pre-review (预审的规则): who looks at a case, reminding. No query, no request, no clock."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from civic.models import Person
from civic.rules import RuleBroken
from proposals.models import PreReview, ReviewState

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
