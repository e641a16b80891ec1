"""Call-backs (电话回访): listed at acceptance, ended by what the resident says, or by nobody answering."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from civic.audit import record
from civic.models import Person, Role
from civic.models.record import Channel, Kind
from civic.moments import now
from delivery.models import CallBack, CallOutcome, Rating
from delivery.rules import call_backs as rules
from delivery.services import ratings
from proposals.models import Project
from proposals.services import moves

CALLERS = (Role.SOCIAL_WORKER,)


def list_for(project: Project, *, accepted_on: date) -> None:
    """Who is to be called: the proposer first, then those who seconded, the earliest first, up to the round's number.

    Only people whose phone is known; within the caller's transaction.
    """
    terms = project.round.terms
    seconding = (
        project.secondings.filter(withdrawn_at=None).order_by("seconded_at", "pk").values_list("person", flat=True)
    )
    wanted = dict.fromkeys([*([project.proposer_id] if project.proposer_id else []), *seconding])
    known = set(Person.objects.filter(pk__in=wanted, erased_at=None).exclude(phone=None).values_list("pk", flat=True))
    CallBack.objects.bulk_create(
        (
            CallBack(project=project, person_id=pk, due_on=accepted_on + timedelta(days=terms.call_back_days))
            for pk in [pk for pk in wanted if pk in known][: terms.call_back_most]
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def rated(call: CallBack, *, by: Person, score: int, reasons: Sequence[str] = (), words: str = "") -> Rating:
    """The resident said how it is (打通了，评了): their own rating, written down by who asked; a low one starts a fix."""
    call = _held(call)
    rating = ratings.rate(call.project, by=call.person, score=score, reasons=reasons, words=words, entered_by=by)
    _end(call, CallOutcome.RATED, by)
    return rating


@transaction.atomic
def declined(call: CallBack, *, by: Person) -> CallBack:
    """The resident would rather not say (不想评); nobody calls again."""
    call = _held(call)
    return _end(call, CallOutcome.DECLINED, by)


@transaction.atomic
def unanswered(call: CallBack, *, by: Person) -> CallBack:
    """Nobody answered (没人接); after the third time the call is given up."""
    call = _held(call)
    CallBack.objects.filter(pk=call.pk).update(tries=F("tries") + 1, tried_at=now())
    call.refresh_from_db(fields=["tries", "tried_at"])
    if call.tries >= rules.MOST_TRIES:
        return _end(call, CallOutcome.UNREACHED, by)
    _note(call, "call_back.try", by, {"tries": call.tries})
    return call


@transaction.atomic
def reopened(call: CallBack, *, by: Person) -> CallBack:
    """Put a call back among those to be made (按错了，放回去再打); one that was given up gets one more try."""
    project = moves.locked(call.project)
    call = CallBack.objects.select_related("person").get(pk=call.pk)
    call.project, before = project, call.outcome
    rules.check_can_reopen(call, at=now(), has_rated=project.ratings.filter(person=call.person).exists())
    call.outcome, call.done_at, call.by = "", None, None
    call.tries = min(call.tries, rules.MOST_TRIES - 1)
    call.save(update_fields=["outcome", "done_at", "by", "tries"])
    _note(call, "call_back.reopen", by, {"outcome": ""}, before={"outcome": before})
    return call


@transaction.atomic
def amended(call: CallBack, *, by: Person, score: int, reasons: Sequence[str] = (), words: str = "") -> Rating:
    """Write down rightly what the resident said (记错了，改评价), while their rating may be changed and is as it was entered."""
    project = moves.locked(call.project)
    call = CallBack.objects.select_related("person").get(pk=call.pk)
    rules.check_can_amend(call, project.ratings.filter(person=call.person).first(), at=now())
    return ratings.rate(project, by=call.person, score=score, reasons=reasons, words=words, entered_by=by)


def _held(call: CallBack) -> CallBack:
    """The call with its project locked, still to be made."""
    project = moves.locked(call.project)
    call = CallBack.objects.select_related("person").get(pk=call.pk)
    call.project = project
    rules.check_waiting(call, has_rated=project.ratings.filter(person=call.person).exists())
    return call


def _end(call: CallBack, outcome: CallOutcome, by: Person) -> CallBack:
    call.outcome, call.done_at, call.by = outcome, now(), by
    call.save(update_fields=["outcome", "done_at", "by"])
    _note(call, "call_back.end", by, {"outcome": outcome.value})
    return call


def _note(
    call: CallBack, action: str, by: Person, after: dict[str, object], before: dict[str, object] | None = None
) -> None:
    """The offices' own record: who was called and how it went is nobody else's business."""
    record(
        action, by=by, on=call, roles=CALLERS, kind=Kind.DAILY, channel=Channel.PHONE, after=after,
        before=before, on_behalf_of=call.person, is_public=False,
    )  # fmt: skip
