"""Working days (工作日): the statutory calendar with holidays and make-up days as data.

`CalendarDay` rows win; then the yearly notices packed in chinesecalendar; a year neither knows is a
plain Monday-to-Friday week.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from django.core.cache import cache

from civic.models import CalendarDay

OVERRIDES_KEY = "civic.calendar.overrides"
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def statutory_workday(day: date) -> bool:
    """Whether people work on this day by the State Council's notice for its year, or by the plain week."""
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5


def overrides() -> Mapping[date, bool]:
    """The rows of `CalendarDay`, kept for a minute: every chip on a list asks."""
    return cache.get_or_set(OVERRIDES_KEY, lambda: dict(CalendarDay.objects.values_list("day", "is_workday")), 60)


def is_workday(day: date) -> bool:
    """Whether ``day`` is a working day (工作日)."""
    return overrides().get(day, statutory_workday(day))


def add_workdays(start: date, days: int) -> date:
    """The day on which ``days`` working days after ``start`` are over (从次日起算). ValueError if negative."""
    if days < 0:
        raise ValueError("days must not be negative")
    known = overrides()
    while days:
        start += ONE_DAY
        days -= known.get(start, statutory_workday(start))
    return start


def workdays_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and with ``end``; negative when ``end`` comes first."""
    if end < start:
        return -workdays_between(end, start)
    known = overrides()
    days = (start + ONE_DAY * n for n in range(1, (end - start).days + 1))
    return sum(known.get(day, statutory_workday(day)) for day in days)
