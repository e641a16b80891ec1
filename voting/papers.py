"""A poll as one reader meets it (选票页): which polls are shown, in what order the projects stand, who came to vote.

Nothing here tells how a vote stands. Turnout is told once the poll has closed.
"""

import secrets
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
    prefetch_related_objects,
)

from civic.models import Area, Attachment, Person, Residency
from proposals.models import Project
from proposals.queries import line_of
from voting import keys, poll_queries
from voting.models import (
    ActKind,
    ActState,
    Poll,
    PollAct,
    PollProject,
    PollState,
    ReminderWish,
    Result,
    RollEntry,
)
from voting.models.urn import Ballot

NEWS_FOR = timedelta(days=7)  # how long a result is told of on the page of its place
OVER = frozenset({PollState.CLOSED, PollState.COUNTED, PollState.PUBLISHED})


def shown() -> QuerySet[Poll]:
    """Polls the public may look at: a draft only once its opening is confirmed (已定下开始时间)."""
    confirmed = PollAct.objects.filter(poll=OuterRef("pk"), kind=ActKind.OPEN, state=ActState.CONFIRMED)
    return Poll.objects.filter(~Q(state=PollState.DRAFT) | Exists(confirmed)).select_related("round", "area")


def of_place(place: Area, at: datetime) -> list[Poll]:
    """Polls to tell of in a place, in what lies in it and in what it lies in: those that take ballots, the first to
    close first, then those whose result was published these days."""
    here = Q(area__code__startswith=place.prefix) | Q(area_id__in=line_of(place.code))
    published = PollAct.objects.filter(poll=OuterRef("pk"), kind=ActKind.PUBLISH, state=ActState.CONFIRMED)
    is_news = Q(state=PollState.PUBLISHED) & Exists(published.filter(settled_at__gt=at - NEWS_FOR))
    return list(
        shown().filter(here, Q(state=PollState.OPEN, closes_at__gt=at) | is_news).order_by("state", "closes_at")
    )


def listed(at: datetime) -> QuerySet[Poll]:
    """Every poll the public may look at: those that take ballots first, the first to close on top; then the newest."""
    takes_ballots = Q(state=PollState.OPEN, closes_at__gt=at)
    order = Case(When(takes_ballots, then=Value(0)), When(state=PollState.DRAFT, then=Value(1)), default=Value(2))
    return shown().order_by(order, Case(When(takes_ballots, then="closes_at")), "-opens_at", "-pk")


def on_roll_of(person: Person) -> QuerySet[Poll]:
    """The polls a person is on the roll of (我的投票); whether they voted is not asked here."""
    return shown().filter(roll__person=person).order_by("-opens_at", "-pk")


def of_project(project: Project) -> Poll | None:
    """The newest poll a project was put to (项目的居民投票), called-off ones left out."""
    held = shown().filter(entries__project=project).exclude(state=PollState.CANCELLED)
    return held.order_by("-pk").first()


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


def entry_of(poll: Poll, person: Person | None) -> RollEntry | None:
    """The reader's place on the roll with the paper given to her, if one was; ``wishes_reminder``."""
    if person is None:
        return None
    wished = ReminderWish.objects.filter(poll=OuterRef("poll"), person=OuterRef("person"))
    found = RollEntry.objects.filter(poll=poll, person=person).annotate(wishes_reminder=Exists(wished))
    return found.select_related("person", "paper__batch").first()


def absence(poll: Poll, person: Person) -> tuple[str, str]:
    """Why somebody is not on a poll's roll, as far as her residencies tell, and where these are (不在名册的原因)."""
    found = list(Residency.objects.filter(person=person, ended_on=None).select_related("area").order_by("pk"))
    if not found:
        return "unverified", ""
    if any(poll.area.covers(each.area_id) for each in found):
        return "later", ""
    return "elsewhere", "、".join(each.area.short_name for each in found)


def file_name(result: Result, ending: str) -> str:
    """What a published file of a count is called: poll-3.pb, of the second count poll-3-2.pb."""
    again = "" if result.number == 1 else f"-{result.number}"
    return f"poll-{result.poll_id}{again}{ending}"


def turnout(poll: Poll) -> dict[str, int]:
    """How many ballots came by each channel, once the poll has closed (投票人数); nothing before."""
    if poll.state not in OVER:
        return {}
    ballots = Ballot.objects.filter(box__poll=poll.pk).order_by("channel")
    return dict(ballots.values_list("channel").annotate(count=Count("pk")))
