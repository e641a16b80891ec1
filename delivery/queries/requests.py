"""The requests of a pool (等着批的) by rank: what residents and the council said of each, what it asks, what holds it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery

from delivery.models import Approval, ApprovalState, Pool
from delivery.queries.money import in_pool
from proposals.models import PreReview, Project, ProjectState, ReviewState
from voting.models import AgendaItem, PollState, Result, ResultLine

LAST = 10**6
WAITING = (ProjectState.FOR_APPROVAL, ProjectState.RESERVE)


class Rank(NamedTuple):
    """What a published poll came to for a project: its place among those elected (position), rank and votes."""

    poll_id: int
    position: int
    rank: int
    votes: int
    outcome: str


class Ask(NamedTuple):
    """One request: how much it takes of the pool, with the running total down to it and whether that still fits."""

    pk: int
    amount_yuan: Decimal
    running_yuan: Decimal
    fits: bool
    first_over: bool
    rank: Rank | None
    is_submitted: bool


class Table(NamedTuple):
    """All requests of a pool in order, and what they add up to."""

    asks: list[Ask]
    sum_yuan: Decimal
    fitting: int


def newest_results() -> QuerySet[Result]:
    """The newest count of every poll whose result is public."""
    newest = Result.objects.filter(poll=OuterRef("poll")).order_by("-number").values("pk")[:1]
    return Result.objects.filter(poll__state=PollState.PUBLISHED, pk=Subquery(newest))


def ranks(projects: Iterable[int]) -> dict[int, Rank]:
    """What the newest published poll says of each project; one query."""
    lines = ResultLine.objects.filter(project__in=list(projects), result__in=newest_results())
    return {
        line.project_id: Rank(line.result.poll_id, line.position, line.rank, line.votes, line.outcome)
        for line in lines.order_by("result").select_related("result").defer("result__ballots_file")
    }


def council_results(projects: Iterable[int]) -> dict[int, AgendaItem]:
    """What the residents' assembly decided last about each project; one query."""
    items = AgendaItem.objects.filter(project__in=list(projects), state="closed").order_by("closed_at", "pk")
    return {item.project_id: item for item in items}


def conditions(projects: Iterable[int]) -> dict[int, list[str]]:
    """What the departments required (要求) in the newest reviews of each project; one query."""
    found: dict[int, list[str]] = {}
    reviews = PreReview.objects.filter(project__in=list(projects), state=ReviewState.ANSWERED).exclude(conditions="")
    for pk, said in reviews.order_by("pk").values_list("project_id", "conditions"):
        found.setdefault(pk, []).append(said)
    return found


def returned(projects: Iterable[int]) -> dict[int, Approval]:
    """The request sent back last for each project, with its reason; one query."""
    found = Approval.objects.filter(project__in=list(projects), state=ApprovalState.RETURNED).order_by("decided_at")
    return {approval.project_id: approval for approval in found.select_related("approved_by")}


def table(pool: Pool) -> Table:
    """Every request of the pool in the order of rank, the longest waiting first where there is none; three queries.

    The cut line stands before the first whose running total is over what the pool has left.
    """
    rows = list(
        in_pool(pool)
        .filter(state=ProjectState.FOR_APPROVAL)
        .annotate(live_yuan=_live("pool_yuan"))
        .values_list("pk", "reviewed_yuan", "estimate_yuan", "live_yuan", "due_on", "state_since")
    )
    places = ranks(row[0] for row in rows)
    rows.sort(key=lambda row: _order(row[0], places.get(row[0]), row[4], row[5]))
    amounts = [_asked(reviewed, estimate, live) for _pk, reviewed, estimate, live, *_since in rows]
    return _added(rows, amounts, places, pool.left_yuan)


def _live(field: str) -> Subquery:
    live = Approval.objects.filter(project=OuterRef("pk"), state=ApprovalState.SUBMITTED)
    return Subquery(live.values(field)[:1])


def _asked(reviewed: Decimal | None, estimate: Decimal | None, live: Decimal | None) -> Decimal:
    if live is not None:
        return live
    return reviewed or estimate or Decimal(0)


def _order(pk: int, rank: Rank | None, due_on: date | None, since: datetime) -> tuple[int, int, date, datetime, int]:
    place = (rank.position, -rank.votes) if rank else (LAST, 0)
    return (*place, due_on or date.max, since, pk)


def _added(rows: Sequence[tuple], amounts: Sequence[Decimal], places: dict[int, Rank], left: Decimal) -> Table:
    asks: list[Ask] = []
    for row, amount, running in zip(rows, amounts, accumulate(amounts), strict=True):
        fits = running <= left
        over = not fits and (not asks or asks[-1].fits)
        asks.append(Ask(row[0], amount, running, fits, over, places.get(row[0]), row[3] is not None))
    return Table(asks, sum(amounts, Decimal(0)), sum(ask.fits for ask in asks))


def skipped_by(project: Project) -> list[Project]:
    """Those that came out ahead of a project in the same poll and still wait, with nothing submitted (名次在前); two queries."""
    rank = ranks([project.pk]).get(project.pk)
    if rank is None:
        return []
    ahead = ResultLine.objects.filter(
        result__in=newest_results(), result__poll=rank.poll_id, position__lt=rank.position
    )
    submitted = Approval.objects.filter(state=ApprovalState.SUBMITTED).values("project")
    found = Project.objects.filter(state__in=WAITING, pk__in=ahead.values("project")).exclude(pk__in=submitted)
    return list(found.order_by(F("state_since"), "pk"))
