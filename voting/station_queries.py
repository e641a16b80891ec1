"""What is read of stations and of votes entered for others (投票站、代为录入). Nothing here tells what was chosen."""

from typing import Any

from django.db.models import Q, QuerySet, Sum

from civic.models import Person
from civic.permissions import User, scopes
from voting.models import AssistedEntry, AssistedState, Poll, PollState, RollEntry
from voting.permissions import OFFICE, POLL_OFFICE, may_run_station
from voting.queries import within

MOST_FOUND = 20


def receivable(poll: Poll, user: User) -> QuerySet[RollEntry]:
    """The people of the roll whom this worker may receive (本村名册上的人)."""
    mine = within("area__code", scopes(user, OFFICE))
    entries = RollEntry.objects.filter(mine, poll=poll, person__erased_at=None)
    return entries.exclude(person=user.pk).select_related("person", "area", "poll__area", "poll__round")


def found(poll: Poll, user: User, *, name: str, household: str = "", tail: str = "") -> list[RollEntry]:
    """Those of the roll by name, narrowed by household and by the last figures of the phone."""
    wanted = Q(person__name__icontains=name)
    if household:
        wanted &= Q(household__iexact=household)
    if tail:
        wanted &= Q(person__phone__endswith=tail)
    return list(receivable(poll, user).filter(wanted).order_by("person__name", "household", "pk")[:MOST_FOUND])


def station_days(poll: Poll) -> list[Any]:
    """How many screens were opened by village, day and worker (投票站开了几次)."""
    days = poll.station_days.order_by("day", "area", "by").values("day", "area__name", "by__name")
    return list(days.annotate(count=Sum("opened")))


def assisted(poll: Poll, user: User) -> QuerySet[AssistedEntry]:
    """Votes entered for others as far as this person may read of them: the office all, a worker her villages."""
    mine = within("entry__area__code", scopes(user, (*POLL_OFFICE, *OFFICE)))
    return entered().filter(mine, entry__poll=poll)


def entered() -> QuerySet[AssistedEntry]:
    rows = AssistedEntry.objects.filter(state=AssistedState.ENTERED)
    return rows.select_related("entry__poll__area", "entry__poll__round", "entry__person", "entry__area", "by")


def assisted_of(poll: Poll, person: Person) -> AssistedEntry | None:
    """The vote that was entered for this person, if one was."""
    return entered().filter(entry__poll=poll, entry__person=person).first()


def open_disputes() -> QuerySet[AssistedEntry]:
    """Disputes that wait for an answer (待答复的异议)."""
    return AssistedEntry.objects.exclude(dispute="").filter(outcome="")


def disputes_to_answer(user: User) -> QuerySet[AssistedEntry]:
    """Disputes this person may answer: of the polls her office prepares, and not about what she entered."""
    mine = within("entry__poll__area__code", scopes(user, POLL_OFFICE))
    return open_disputes().filter(mine).exclude(by=user.pk).exclude(entry__person=user.pk)


def running_stations(user: User) -> list[Poll]:
    """Open polls in which this office may receive voters, the first to close first."""
    polls = Poll.objects.filter(state=PollState.OPEN).select_related("area").order_by("closes_at")
    return [poll for poll in polls if may_run_station(user, poll)]
