"""A poll as one reader meets it (选票页): which polls are shown, in what order the projects stand, who came to vote.

Nothing here tells how a vote stands. Turnout is told once the poll has closed.
"""

import secrets
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from civic.models import Area, Attachment, Person
from proposals.models import Project
from proposals.queries import line_of
from voting import keys, poll_queries
from voting.models import ActKind, ActState, Poll, PollAct, PollProject, PollState
from voting.models.urn import Ballot

OVER = frozenset({PollState.CLOSED, PollState.COUNTED, PollState.PUBLISHED})


def shown() -> QuerySet[Poll]:
    """Polls the public may look at: a draft only once its opening is confirmed (已定下开始时间)."""
    confirmed = PollAct.objects.filter(poll=OuterRef("pk"), kind=ActKind.OPEN, state=ActState.CONFIRMED)
    return Poll.objects.filter(~Q(state=PollState.DRAFT) | Exists(confirmed)).select_related("round", "area")


def running(place: Area, at: datetime) -> list[Poll]:
    """Polls that take ballots in a place, in what lies in it and in what it lies in; the first to close first."""
    here = Q(area__code__startswith=place.prefix) | Q(area_id__in=line_of(place.code))
    return list(shown().filter(here, state=PollState.OPEN, closes_at__gt=at).order_by("closes_at"))


def on_roll_of(person: Person) -> QuerySet[Poll]:
    """The polls a person is on the roll of (我的投票); whether they voted is not asked here."""
    return shown().filter(roll__person=person).order_by("-opens_at", "-pk")


def running_with(project: Project, at: datetime) -> Poll | None:
    """The poll that takes ballots on a project now."""
    return Poll.objects.filter(entries__project=project, state=PollState.OPEN, closes_at__gt=at).first()


def phase(poll: Poll, at: datetime) -> str:
    """Where a poll is for who looks at it: soon, open, closed, published or cancelled."""
    if poll.state == PollState.DRAFT:
        return "soon"
    if poll.state == PollState.OPEN:
        return "open" if poll.closes_at is not None and at < poll.closes_at else "closed"
    return "closed" if poll.state == PollState.COUNTED else str(poll.state)


def in_order_for(poll: Poll, person: Person | None) -> list[PollProject]:
    """The projects in the reader's own order with their pictures; by chance anew for who is no voter (选项顺序)."""
    try:
        voter = keys.pseudonym(poll.pk, person.pk) if person is not None else secrets.token_hex(8)
    except keys.KeyGone:
        voter = secrets.token_hex(8)
    found = poll_queries.poll_projects_for(poll, voter)
    public = Attachment.objects.filter(is_public=True, kind="photo")
    prefetch_related_objects(found, Prefetch("project__photos", public))
    return found


def turnout(poll: Poll) -> dict[str, int]:
    """How many ballots came by each channel, once the poll has closed (投票人数); nothing before."""
    if poll.state not in OVER:
        return {}
    ballots = Ballot.objects.filter(box__poll=poll.pk).order_by("channel")
    return dict(ballots.values_list("channel").annotate(count=Count("pk")))
