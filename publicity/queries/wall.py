"""What the big screen shows beside the statistics (大屏): the most overdue with who has them, and what happened last.

No resident is named, not even masked: the screen hangs where everybody passes.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from civic.calendar import workdays_between
from civic.moments import today
from proposals.handling import handlers
from proposals.models import ProjectState
from publicity.queries import record, search
from publicity.queries.stats.scope import Scope

MOST_OVERDUE, MOST_EVENTS = 5, 6
TITLE, SENTENCE, UNIT = 14, 24, 18  # characters that fit a line of the wall
RESIDENT = re.compile(r"[^\W\d_]\*\*")


class Late(NamedTuple):
    """A project past its time: how many working days, and who has it."""

    title: str
    place: str
    days: int
    unit: str


class News(NamedTuple):
    at: datetime
    date_only: bool
    title: str
    text: str


def overdue(scope: Scope) -> list[Late]:
    """The longest overdue first; the same condition as the figure's list. At most five queries."""
    asked = search.found(replace(scope.wanted, due="over", sort="due"))
    found = list(asked.select_related("area__parent", "round", "proposer", "proposing_unit")[:MOST_OVERDUE])
    units, day = handlers(found) if found else {}, today()
    return [
        Late(
            Truncator(project.title).chars(TITLE),
            project.area.short_name,
            workdays_between(project.due_on, day) if project.due_on else 0,
            _("提议人")
            if project.state == ProjectState.RETURNED
            else Truncator(nameless(units[project.pk])).chars(UNIT),
        )
        for project in found
    ]


def latest(scope: Scope) -> list[News]:
    """What happened last in the place; three queries."""
    return [
        News(
            event.happened_at,
            event.date_only,
            Truncator(project.title).chars(TITLE),
            Truncator(nameless(event.text)).chars(SENTENCE),
        )
        for project, event in record.latest_in(scope.area, MOST_EVENTS)
    ]


def nameless(text: str) -> str:
    """Words of the record without even the masked name of a resident."""
    return RESIDENT.sub(_("居民"), text)
