"""Answering (解决了吗): closing is not solving. Its reporter says so, or a dated visit on site by somebody else."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from civic import files
from civic.models import Attachment, Person
from civic.models.record import Kind
from civic.moments import today
from wishes import queries, rules, sentences
from wishes.models import Demand, DemandState, SiteVisit, SolvedBy
from wishes.permissions import VISITORS
from wishes.services import moves


@transaction.atomic
def confirm(demand: Demand, *, by: Person) -> Demand:
    """解决了, by who reported it."""
    demand = moves.locked(demand)
    return moves.move(demand, "confirm", by=by, solved_by=SolvedBy.REPORTER, sentence=sentences.solved(None))


@transaction.atomic
def reopen(demand: Demand, *, by: Person, words: str = "", voice: Attachment | None = None) -> Demand:
    """还没有, or 重新打开 within 15 days of the end, by who reported it: under way again, the clock anew.

    A recording of what is still wrong is heard as that of the report is; it takes the place of one said before.
    """
    demand = moves.locked(demand)
    denied = demand.state == DemandState.DONE
    if not denied:
        rules.check_can_reopen(demand, today())
    if voice is not None:
        files.let_go([demand.voice_again])
        demand.voice_again = files.use([voice], public=False, at=demand.area_id)[0]
    moves.start_anew(demand)
    sentence = sentences.reopened(demand, denied=denied)
    return moves.move(demand, "deny" if denied else "reopen", by=by, sentence=sentence, reason=words)


@transaction.atomic
def visit(
    demand: Demand,
    *,
    by: Person,
    visited_on: date,
    is_solved: bool,
    words: str,
    photos: Iterable[Attachment] = (),
) -> Demand:
    """现场查看: somebody other than the handler went, saw, and says on which day whether it is solved."""
    demand = moves.locked(demand)
    action = "confirm" if is_solved else "deny"
    rules.target_state(demand.state, action)
    finished = queries.finish_of(demand)
    rules.check_visit(
        visited_on=visited_on,
        finished_on=localdate(finished.happened_at) if finished else None,
        today=today(),
        words=words,
        by=by.pk,
        finished_by=finished.actor_id if finished else None,
    )
    SiteVisit.objects.create(demand=demand, visited_on=visited_on, by=by, is_solved=is_solved, words=words)
    if not is_solved:
        moves.start_anew(demand)
    said = sentences.solved(visited_on) if is_solved else sentences.reopened(demand, denied=True, by_visit=visited_on)
    return moves.move(
        demand,
        action,
        by=by,
        solved_by=SolvedBy.VISIT if is_solved else "",
        roles=VISITORS,
        kind=Kind.PHOTO,
        sentence=said,
        reason=words,
        documents=files.use(photos, public=True, caption=demand.what),
    )
