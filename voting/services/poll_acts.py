"""What takes two people in a poll (双人办理): one asks with a public reason, another confirms; either may send it back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from civic.models import Person
from civic.models.record import Kind
from civic.moments import now
from civic.rules import RuleBroken, check_reason
from voting import poll_queries as queries
from voting import poll_rules as rules
from voting import poll_sentences as sentences
from voting.models import ActKind, ActState, Poll, PollAct
from voting.services import polls, recounts, results, roll


@transaction.atomic
def ask(poll: Poll, kind: ActKind, *, by: Person, reason: str, closes_at: datetime | None = None) -> PollAct:
    """Ask that a poll be opened, extended, closed early, cancelled or its result published or counted again (提请). RuleBroken if it cannot be now.

    An opening wants everything ready; it takes place at ``opens_at``, not at the confirmation.
    """
    if kind == ActKind.ENROL:
        raise ValueError("enrolment is asked for by services.roll.enrol")
    check_reason(reason)
    poll = polls.locked(poll)
    _check(poll, kind, closes_at)
    if kind == ActKind.OPEN and queries.standing_opening(poll) is not None:
        raise RuleBroken(_("已经提请或确认开放"), code="opening_stands")
    if queries.pending_acts(poll).exclude(kind=ActKind.ENROL).exists():
        raise RuleBroken(_("还有一件事等另一人确认，先办完那一件"), code="act_pending")
    act = PollAct(poll=poll, kind=kind, reason=reason, closes_at=closes_at, asked_by=by)
    act.full_clean()
    act.save(force_insert=True)
    polls.note(poll, "poll.act_asked", by=by, sentence=sentences.asked(kind), reason=reason, after=_said(act))
    return act


@transaction.atomic
def confirm(act: PollAct, *, by: Person) -> PollAct:
    """Confirm what another asked for, and carry it out (确认). All is checked anew: time has passed since."""
    poll, act = _held(act)
    rules.check_waits(act)
    rules.check_second_person(act, by.pk)
    _check(poll, act.kind, act.closes_at)
    act.state, act.confirmed_by, act.settled_at = ActState.CONFIRMED, by, now()
    act.save(update_fields=["state", "confirmed_by", "settled_at"])
    _carry_out(poll, act, by=by, reason=act.reason, after=_said(act))
    return act


@transaction.atomic
def refuse(act: PollAct, *, by: Person, reason: str) -> PollAct:
    """Send back what was asked for, or an opening that is confirmed and has not come yet (退回); anyone of the office."""
    check_reason(reason)
    poll, act = _held(act)
    rules.check_can_refuse(act, poll)
    act.state, act.refused_by, act.settled_at = ActState.REFUSED, by, now()
    act.save(update_fields=["state", "refused_by", "settled_at"])
    polls.note(poll, "poll.act_refused", by=by, sentence=sentences.refused(act.kind), reason=reason, after=_said(act))
    return act


def _check(poll: Poll, kind: str, closes_at: datetime | None) -> None:
    rules.check_act(poll, kind, at=polls.clock_says(poll), closes_at=closes_at)
    if kind == ActKind.OPEN:
        rules.check_ready(polls.readiness(poll))


def _carry_out(poll: Poll, act: PollAct, *, by: Person, **event: Any) -> None:
    if act.kind == ActKind.OPEN:
        event |= {"sentence": sentences.to_open(poll, poll.roll.count()), "rule": sentences.rule(poll)}
        polls.note(poll, "poll.opening_confirmed", by=by, kind=Kind.DECISION, **event)
    elif act.kind == ActKind.EXTEND and act.closes_at is not None:
        polls.extend(poll, act.closes_at, by=by, **event)
    elif act.kind == ActKind.CLOSE:
        polls.close_early(poll, by=by, **event)
    elif act.kind == ActKind.CANCEL:
        polls.cancel(poll, by=by, **event)
    elif act.kind == ActKind.PUBLISH:
        results.publish(poll, by=by, **event)
    elif act.kind == ActKind.RECOUNT:
        recounts.carry_out(poll, act, by=by, **event)
    elif act.kind == ActKind.ENROL:
        roll.enrol_late(poll, act, by=by, **event)


def _held(act: PollAct) -> tuple[Poll, PollAct]:
    """The poll first, then the act, both held until the transaction ends."""
    poll = polls.locked(Poll(pk=act.poll_id))
    return poll, PollAct.objects.select_for_update(of=("self",)).select_related("poll").get(pk=act.pk)


def _said(act: PollAct) -> dict[str, Any]:
    """What the record keeps of an act: who asked and who confirmed, never whom it concerns."""
    return {"act": act.pk, "kind": act.kind, "asked_by": act.asked_by_id, "confirmed_by": act.confirmed_by_id}
