"""What is due on which day (日历): rounds that open and close, polls, notices that end, meetings. Read from their own rows."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Area
from proposals.models import Programme, Round
from publicity.models import Notice, NoticeState
from publicity.queries.areas import path_codes
from voting import papers
from voting.models import Meeting, MeetingState, PollState

MOST = 500  # of each sort


class Entry(NamedTuple):
    """One line of the calendar."""

    at: datetime
    sort: str
    title: str
    detail: str
    url: str
    key: str
    """The same for the same thing, whatever it is called meanwhile."""


def entries(area: Area | None, since: datetime, until: datetime) -> list[Entry]:
    """Everything from ``since`` until before ``until`` that concerns a place, the first first; four queries."""
    found = [*_rounds(area, since, until), *_polls(area, since, until)]
    found += [*_notices(area, since, until), *_meetings(area, since, until)]
    return sorted(found, key=lambda entry: (entry.at, entry.key))


def _near(area: Area | None, path: str) -> Q:
    """In a place, in what lies in it and in what it lies in."""
    if area is None:
        return Q()
    return Q(**{f"{path}__code__startswith": area.prefix}) | Q(**{f"{path}__in": path_codes(area.code)})


def _rounds(area: Area | None, since: datetime, until: datetime) -> Iterator[Entry]:
    due = Q(opens_at__gte=since, opens_at__lt=until) | Q(closes_at__gte=since, closes_at__lt=until)
    rounds = (
        Round.objects.filter(due, _near(area, "area")).exclude(programme=Programme.PRECEDENT).select_related("area")
    )
    for round in rounds.order_by("pk")[:MOST]:
        url = reverse("proposals:cycle", args=[round.pk])
        moments = ((round.opens_at, _("开始征集"), "opens"), (round.closes_at, _("截止征集"), "closes"))
        for at, word, end in moments:
            if at and since <= at < until:
                yield Entry(at, word, round.name, round.area.short_name, url, f"round-{round.pk}-{end}")


def _polls(area: Area | None, since: datetime, until: datetime) -> Iterator[Entry]:
    due = Q(opens_at__gte=since, opens_at__lt=until) | Q(closes_at__gte=since, closes_at__lt=until)
    polls = papers.shown().filter(due, _near(area, "area")).exclude(state=PollState.CANCELLED)
    for poll in polls.order_by("pk")[:MOST]:
        title = _("%(place)s居民投票") % {"place": poll.area.short_name}
        url = reverse("voting:ballot", args=[poll.pk])
        moments = ((poll.opens_at, _("开始投票"), "opens"), (poll.closes_at, _("截止投票"), "closes"))
        for at, word, end in moments:
            if at and since <= at < until:
                yield Entry(at, word, title, poll.round.name, url, f"poll-{poll.pk}-{end}")


def _notices(area: Area | None, since: datetime, until: datetime) -> Iterator[Entry]:
    due = Notice.objects.exclude(state=NoticeState.WITHDRAWN).filter(ends_at__gte=since, ends_at__lt=until)
    notices = due.filter(_near(area, "project__area")).select_related("project__area")
    for notice in notices.order_by("ends_at", "pk")[:MOST]:
        project = notice.project
        yield Entry(
            notice.ends_at,
            _("公示结束"),
            project.title,
            project.area.short_name,
            project.get_absolute_url(),
            f"notice-{notice.pk}",
        )


def _meetings(area: Area | None, since: datetime, until: datetime) -> Iterator[Entry]:
    called = Meeting.objects.exclude(state=MeetingState.CANCELLED).filter(starts_at__gte=since, starts_at__lt=until)
    meetings = called.filter(_near(area, "assembly__area")).select_related("assembly__area")
    for meeting in meetings.order_by("starts_at", "pk")[:MOST]:
        title = _("%(place)s议事会") % {"place": meeting.assembly.area.short_name}
        yield Entry(
            meeting.starts_at,
            _("议事会开会"),
            title,
            meeting.place,
            meeting.get_absolute_url(),
            f"meeting-{meeting.pk}",
        )
