"""今天: a worker's first page of the desk, from the same lines as the queue: whom to call, what is due, which meetings
are held today and tomorrow, what came since yesterday, and what one began to write.

At most six statements more than the queue itself, whatever waits.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from civic.models import Person, Role
from civic.moments import midnight, today
from civic.permissions import has_role, scopes
from delivery.todo import CALL as CALL_BACK
from proposals.models import Draft
from proposals.permissions import INTAKE
from proposals.queries import drafts_of
from publicity.queries.desk import Item, Queue
from publicity.todo import PHONE
from voting.models import Meeting
from voting.queries import within
from voting.todo import ATTEND, HOLD, TO_HOLD

MOST = 5
CALLS = (PHONE, CALL_BACK)
MEETINGS = (HOLD, ATTEND)


@dataclass(frozen=True)
class Part:
    """The first few of something, and how many there are; None where only that there are more is known."""

    items: list[Item] = field(default_factory=list)
    many: int | None = 0

    def __bool__(self) -> bool:
        return bool(self.items)


@dataclass(frozen=True)
class Today:
    """What a worker reads first."""

    day: date
    calls: Part
    due: Part
    fresh: Part
    meetings: list[Meeting]
    drafts: list[Draft]

    def __bool__(self) -> bool:
        return any((self.calls, self.due, self.fresh, self.meetings, self.drafts))


def of(user: Person, queue: Queue) -> Today | None:
    """The worker's day; None for a desk of another kind. ``queue``: all of what waits for this person, unfiltered."""
    if not has_role(user, INTAKE):
        return None
    day = today()
    others = [kind for kind in queue.kinds() if kind not in (*CALLS, *MEETINGS)]
    late = day - timedelta(days=1)
    due, soon = Q(line_due_on__lte=day), Q(line_due_on__lte=day + timedelta(days=1))
    held = Q(line_kind__in=[kind.key for kind in MEETINGS])  # today's and tomorrow's have a part of their own
    not_due = Q(line_due_on=None) | Q(line_due_on__gt=day)
    new = Q(line_since__gte=midnight(late)) & not_due & ~(held & soon)
    return Today(
        day=day,
        calls=Part(queue.first(MOST, Q(), CALLS), sum(queue.kinds().get(kind, 0) for kind in CALLS)),
        due=Part(
            queue.first(MOST, Q(line_due_on__lte=late) | due & ~held, (*others, *MEETINGS)),
            queue.due(day, others) + queue.due(late, MEETINGS),
        ),
        fresh=_more(queue.first(MOST + 1, new, (*others, *MEETINGS))),
        meetings=list(meetings(user, day)[:MOST]),
        drafts=list(drafts_of(user)[:MOST]),
    )


def meetings(user: Person, day: date) -> QuerySet[Meeting]:
    """Meetings of one's places today and tomorrow, that are not over (今明两天的会)."""
    here = within("assembly__area__code", scopes(user, (*INTAKE, Role.ASSEMBLY_MEMBER)))
    soon = Q(starts_at__gte=midnight(day), starts_at__lt=midnight(day + timedelta(days=2)))
    found = Meeting.objects.filter(here | Q(chair=user) | Q(recorder=user), soon, state__in=TO_HOLD)
    return found.select_related("assembly__area").order_by("starts_at", "pk")


def _more(items: list[Item]) -> Part:
    return Part(items[:MOST], None if len(items) > MOST else len(items))
