"""Handling (办理): what the village office, the social worker or the town does with a matter, each with its reason."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from civic import files
from civic.audit import acting_as
from civic.models import Appointment, Attachment, Person
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import RuleBroken, check_reason
from proposals import queries as projects
from proposals.models import AssistedHow, Project, Spoken
from proposals.services import proposing
from wishes import queries, rules, sentences
from wishes.models import Demand, Horizon
from wishes.permissions import HANDLERS
from wishes.services import moves


@transaction.atomic
def take_in(demand: Demand, *, by: Person, horizon: str, due_on: date, handler: Appointment | None = None) -> Demand:
    """受理: class, promised day and who sees to it. RuleBroken for a day outside the class or an office elsewhere."""
    demand = moves.locked(demand)
    rules.target_state(demand.state, "take_in")
    rules.check_promise(horizon, due_on, today())
    held = handler or _office(demand, by)
    if not queries.handlers_of(demand.area_id).filter(pk=held.pk).exists():
        raise RuleBroken(_("请选这个村居现在在任的人"), code="handler_elsewhere", field="handler")
    demand.handler, demand.horizon = held, horizon
    moves.promise(demand, due_on)
    return moves.move(demand, "take_in", by=by, roles=HANDLERS, sentence=sentences.taken_in(demand, held))


@transaction.atomic
def write_down(demand: Demand, *, by: Person, what: str) -> Demand:
    """听后写下: what a matter is about that was only said; until then nothing else is done with it."""
    demand = moves.locked(demand)
    rules.check_awaits_words(demand)
    before, demand.what, demand.spoken = demand.what, what, Spoken.WRITTEN
    return moves.note(
        demand,
        "write_down",
        by=by,
        roles=HANDLERS,
        sentence=sentences.written_down(what),
        before={"what": before},
        after={"what": what},
    )


@transaction.atomic
def finish(demand: Demand, *, by: Person, words: str, photos: Iterable[Attachment]) -> Demand:
    """办理: done, with its proof in words and photos. It is not solved: that its reporter says, or a visit."""
    demand, photos = moves.locked(demand), list(photos)
    rules.target_state(demand.state, "finish")
    rules.check_proof(words, len(photos))
    proof = files.use(photos, public=True, caption=_("办完以后"))
    return moves.move(
        demand,
        "finish",
        by=by,
        roles=HANDLERS,
        kind=Kind.PHOTO,
        sentence=sentences.finished(words),
        documents=proof,
    )


@transaction.atomic
def say(
    demand: Demand, *, by: Person, words: str, due_on: date | None = None, photos: Iterable[Attachment] = ()
) -> Demand:
    """说进展: news of a matter under way; that of a long one names the day of the next."""
    demand = moves.locked(demand)
    rules.check_word(demand, words, due_on, today())
    long = demand.horizon == Horizon.LONG
    if long and due_on is not None:
        moves.promise(demand, due_on)
    return moves.note(
        demand,
        "word",
        by=by,
        roles=HANDLERS,
        kind=Kind.DAILY,
        sentence=sentences.word(words, due_on if long else None),
        documents=files.use(photos, public=True),
    )


@transaction.atomic
def extend(demand: Demand, *, by: Person, due_on: date, reason: str) -> Demand:
    """改期: a later day with a public reason; what takes longer than a week becomes 限期办."""
    demand = moves.locked(demand)
    rules.check_later(demand, due_on, today(), reason)
    before, demand.horizon = demand.due_on, rules.horizon_after(demand, due_on)
    demand.due_on = due_on
    sentence = sentences.moved(before, due_on, demand.horizon)
    dates = {"before": {"due_on": before}, "after": {"due_on": due_on}}
    return moves.note(demand, "extend", by=by, roles=HANDLERS, sentence=sentence, reason=reason, **dates)


@transaction.atomic
def explain(demand: Demand, *, by: Person, words: str) -> Demand:
    """说明: why it is as it is, or who else comes when; its reporter may open it anew within 15 days."""
    demand = moves.locked(demand)
    rules.target_state(demand.state, "explain")
    rules.check_words(words)
    return _close(demand, "explain", by=by, sentence=sentences.explained(words))


@transaction.atomic
def hand_on(demand: Demand, *, by: Person, reason: str) -> Demand:
    """转12345: to the city's hotline, with the reason."""
    demand = moves.locked(demand)
    rules.target_state(demand.state, "hand_on")
    check_reason(reason)
    return _close(demand, "hand_on", by=by, sentence="转12345热线办理", reason=reason)


@transaction.atomic
def to_project(
    demand: Demand, *, by: Person, title: str, need: str, category: str, how: AssistedHow, note: str
) -> Demand:
    """转为项目: what is too large for the board is proposed for its reporter, in the round that takes it now.

    RuleBroken where no round takes it; the pages of both name each other for good.
    """
    demand = moves.locked(demand)
    rules.target_state(demand.state, "to_project")
    round = queries.round_for(demand, now())
    if round is None:
        raise RuleBroken(closed_words(demand.area_id), code="no_round")
    photos = list(demand.photos.all())
    project: Project = proposing.propose(
        proposing.Proposal(
            round=round,
            area=demand.area,
            title=title,
            category=category,
            need=need,
            place_text=demand.place_text,
            photos=tuple(photos),
        ),
        by=by,
        key=uuid4(),
        resident=proposing.Resident(name="", how=how, note=note, known=demand.reporter),
    )
    demand.project = project
    return _close(demand, "to_project", by=by, sentence=sentences.to_project(project.code))


def closed_words(area_code: str) -> str:
    """Why nothing there can become a project now, and when it could (现在不在征集期)."""
    coming = projects.latest_round(area_code)
    if coming is not None and coming.opens_at > now():
        on = sentences.day(coming.opens_at.date())
        return _("现在不在征集期，转不了项目。下一轮%(day)s开始征集") % {"day": on}
    return _("现在不在征集期，转不了项目。可以先定为长期办，写明下次哪天再说")


def _close(demand: Demand, action: str, *, by: Person, **event: Any) -> Demand:
    """A matter that ends here; who ended it stands as its handler where nobody had it yet."""
    if demand.handler is None:
        demand.handler = _office(demand, by)
    return moves.move(demand, action, by=by, roles=HANDLERS, **event)


def _office(demand: Demand, by: Person) -> Appointment:
    held = acting_as(by, HANDLERS, demand.area_id)
    if held is None:
        raise RuleBroken(_("您在这个村居没有任职"), code="no_office")
    return held
