"""Which period of a project is to be told of now (按期公开): of a gift by 慈善法 (2023) Art. 79, of a sponsored project each quarter."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from delivery.rules.acceptance import add_months


class Period(NamedTuple):
    """From one day to another, and how many months after the works began it ends."""

    starts_on: date
    ends_on: date


def period_over(began_on: date, *, every: int, after: int = 0, on: date, ended_on: date | None = None) -> Period | None:
    """The last period of ``every`` months since the works began that is over, if any is; None where none is asked for.

    None before the works have lasted ``after`` months, and none that had not ended when the works did: what came then
    is told with the whole. Of several that nobody told of only the last is owed, for it tells of the others too.
    """
    if not every:
        return None
    until, number = min(on, ended_on or on), 0
    while add_months(began_on, (number + 1) * every) <= until:
        number += 1
    if not number or number * every < after:
        return None
    return Period(add_months(began_on, (number - 1) * every), add_months(began_on, number * every))


def final_due(ended_on: date, *, months: int, on: date) -> date | None:
    """By when all of a gift's use is told once the works ended; None where it is not asked for, or was over before."""
    due_on = add_months(ended_on, months)
    return due_on if months and on <= due_on else None


def check_can_publish(*, is_published: bool) -> None:
    """What was published stands (已公开的不改)."""
    if is_published:
        raise RuleBroken(_("这一期已经公开了"), code="already_published")
