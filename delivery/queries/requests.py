"""The requests of a pool (等着批的) by rank: what residents and the council said of each, what it asks, what holds it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery

from delivery.models import Approval, ApprovalState, Pool
from delivery.queries.money import in_pool
from delivery.rules.approvals import council_places
from proposals.models import PreReview, Project, ProjectState, ReviewState, Step
from voting.models import AgendaItem, Outcome, PollState, Result, ResultLine

LAST = 10**6
WAITING = (ProjectState.FOR_APPROVAL, ProjectState.RESERVE)


class Rank(NamedTuple):
    """What a published poll, or the assembly where the round has no poll, came to for a project.

    ``position`` is its place in the poll or the assembly named in ``among``; of two at the same place neither is
    ahead. ``outcome`` is the poll's, and empty where the assembly decided.
    """

    among: tuple[int | None, int | None, int | None]
    position: int
    rank: int
    votes: int
    outcome: str = ""


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
    """The rank of each project (名次): of the newest published poll, else of the assembly; three queries."""
    wanted = list(projects)
    lines = ResultLine.objects.filter(project__in=wanted, result__in=newest_results())
    polled = {
        line.project_id: Rank((line.result.poll_id, None, None), line.position, line.rank, line.votes, line.outcome)
        for line in lines.order_by("result").select_related("result").defer("result__ballots_file")
    }
    return _council_ranks([pk for pk in wanted if pk not in polled]) | polled


def _council_ranks(projects: Sequence[int]) -> dict[int, Rank]:
    """Ranks in rounds without a poll (只议事的轮次): a project among all that its assembly passed in the round."""
    asked = (
        _passed()
        .filter(project__in=projects)
        .values_list("meeting__assembly", "meeting__round", "project__round__route")
    )
    bodies = {(assembly, round) for assembly, round, route in asked if Step.POLL not in route}
    if not bodies:
        return {}
    found = _council_places(bodies)
    return {pk: found[pk] for pk in projects if pk in found}


def _council_places(bodies: Collection[tuple[int, int]]) -> dict[int, Rank]:
    """The rank of every project that these assemblies passed in these rounds; one query."""
    items = _passed().filter(
        meeting__assembly__in={assembly for assembly, _round in bodies}, meeting__round__in={r for _body, r in bodies}
    )
    votes: dict[tuple[int, int], dict[int, tuple[int, int]]] = {}
    fields = ("meeting__assembly", "meeting__round", "project", "votes_for", "base_count")
    for assembly, round, project, in_favour, base in items.values_list(*fields):
        votes.setdefault((assembly, round), {})[project] = (in_favour, base)
    return {
        project: Rank((None, *body), place, place, votes[body][project][0])
        for body in votes
        if body in bodies
        for project, place in council_places(votes[body]).items()
    }


def _passed() -> QuerySet[AgendaItem]:
    """What assemblies passed and is in force, a later decision on the same project last."""
    return AgendaItem.objects.filter(outcome=Outcome.PASSED, applied_at__isnull=False).order_by("closed_at", "pk")


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
    """Those that came out ahead of a project in the same poll or assembly and still wait, with nothing submitted (名次在前)."""
    rank = ranks([project.pk]).get(project.pk)
    if rank is None:
        return []
    submitted = Approval.objects.filter(state=ApprovalState.SUBMITTED).values("project")
    found = Project.objects.filter(state__in=WAITING, pk__in=_ahead(rank)).exclude(pk__in=submitted)
    return list(found.order_by(F("state_since"), "pk"))


def _ahead(rank: Rank) -> list[int]:
    """The projects at an earlier place of the same poll or assembly."""
    poll, assembly, round = rank.among
    if assembly is not None and round is not None:
        places = _council_places([(assembly, round)])
        return [pk for pk, other in places.items() if other.position < rank.position]
    lines = ResultLine.objects.filter(result__in=newest_results(), result__poll=poll, position__lt=rank.position)
    return list(lines.values_list("project", flat=True))
