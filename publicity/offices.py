"""Offices (办公): which roles take, answer and recheck objections, and when a public day ends."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from civic.models import Role
from proposals.models import ProjectState

TAKERS = (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE, Role.TOWN_HANDLER)
ANSWERERS = (Role.TOWN_HANDLER, Role.DISTRICT_OFFICE)
WRITER = Role.SOCIAL_WORKER  # of what was said in the village (听后写下)
RECHECKERS = (Role.DISTRICT_OFFICE, Role.TOWN_APPROVER, Role.TOWN_HANDLER)
AGAINST = frozenset(  # decided against it, or against it for now
    {
        ProjectState.DECLINED,
        ProjectState.RESERVE,
        ProjectState.TRANSFERRED,
        ProjectState.MERGED,
        ProjectState.TERMINATED,
    }
)
CLOSING_TIME = time(17, 0)


def closing_moment(day: date) -> datetime:
    """When a notice or an objection's time closes on its last day (截止): 17:00, as offices do."""
    return datetime.combine(day, CLOSING_TIME, tzinfo=ZoneInfo(settings.TIME_ZONE))


def end_of_day(day: date) -> datetime:
    """The last moment of a day, for what is promised by its date alone (6月20日前)."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(settings.TIME_ZONE))
