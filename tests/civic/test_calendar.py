"""Working days follow the statutory calendar, with make-up days, and a place's own exceptions win."""

from datetime import date

import pytest
from django.core.cache import cache

from civic.calendar import add_workdays, is_workday, workdays_between
from civic.models import CalendarDay

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-02", 5, "2026-03-09"),  # a plain week: Monday to next Monday
        ("2026-09-30", 1, "2026-10-08"),  # National Day of 2026 runs to the 7th
        ("2026-02-13", 2, "2026-02-24"),  # Saturday 14 February is worked, Spring Festival follows
        ("2021-06-11", 1, "2021-06-15"),  # Dragon Boat Festival of 2021 on Monday the 14th
        ("2026-03-02", 0, "2026-03-02"),
        ("2031-01-03", 1, "2031-01-06"),  # a year nobody has announced: the plain week
    ],
)
def test_a_deadline_counts_from_the_next_working_day(start, days, due):
    assert add_workdays(date.fromisoformat(start), days) == date.fromisoformat(due)


def test_days_between_undo_days_added():
    start = date(2026, 9, 1)

    assert all(workdays_between(start, add_workdays(start, n)) == n for n in range(40))
    assert workdays_between(date(2026, 3, 9), date(2026, 3, 2)) == -5


def test_a_place_may_name_its_own_day_off():
    CalendarDay.objects.create(day=date(2026, 3, 3), is_workday=False, name="台风停工")
    cache.clear()

    assert not is_workday(date(2026, 3, 3))
    assert add_workdays(date(2026, 3, 2), 1) == date(2026, 3, 4)


def test_days_run_forwards_only():
    with pytest.raises(ValueError, match="negative"):
        add_workdays(date(2026, 3, 2), -1)
