"""What a meeting settles that somebody shall do (议定事项): noted while the minutes are open, settled with a public word."""

from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from civic.audit import record
from civic.calendar import workdays_between
from civic.models import Person
from civic.models.record import Kind
from civic.moments import now, today
from proposals import rules as proposals_rules
from proposals.services import telling
from voting import meeting_rules as rules
from voting import queries, sentences
from voting.models import AgendaItem, Meeting, Undertaking, UndertakingState
from voting.permissions import CHAIRS
from voting.services.meetings import locked


@transaction.atomic
def undertake(
    meeting: Meeting, *, by: Person, text: str, owner: Person, due_on: date, item: AgendaItem | None = None
) -> Undertaking:
    """Note that somebody shall do something by a day (议定事项), until the minutes are confirmed."""
    meeting = locked(meeting)
    rules.check_can_note(meeting)
    rules.check_promised_day(due_on, on=today())
    made = Undertaking.objects.create(meeting=meeting, item=item, text=text, owner=owner, due_on=due_on, made_at=now())
    record(
        "meeting.undertaken",
        by=by,
        on=meeting,
        roles=CHAIRS,
        after={"due_on": due_on, "undertaking": made.pk},
        sentence=sentences.undertaken(text, due_on),
    )
    return made


@transaction.atomic
def settle(undertaking: Undertaking, *, by: Person, state: str, outcome: str) -> Undertaking:
    """Say what became of it (办得怎样): done, or not to be done and why. It is said once."""
    found = (
        Undertaking.objects.select_for_update(of=("self",)).select_related("meeting__assembly").get(pk=undertaking.pk)
    )
    rules.check_can_settle(found.state, state, outcome)
    before, found.state = found.state, state
    found.outcome, found.settled_at, found.settled_by = outcome, now(), by
    found.save(update_fields=["state", "outcome", "settled_at", "settled_by"])
    record(
        "meeting.undertaking_settled",
        by=by,
        on=found.meeting,
        kind=Kind.DAILY,
        before={"state": before},
        after={"state": state, "undertaking": found.pk},
        sentence=sentences.settled(found.text, state, outcome),
    )
    return found


def due_to_tell() -> telling.News:
    """What was promised at meetings and is late or near its day, as far as there is something new to tell."""
    late: list[int] = []
    near: list[int] = []
    for found in queries.undertakings_running().select_related("meeting__round"):
        if found.due_on >= today():
            near.extend([found.pk] if _is_near(found) else [])
        elif telling.is_new(found.meeting.round.terms, found.due_on, found.limit_workdays, found.overdue_level):
            late.append(found.pk)
    return telling.News(late, near)


@transaction.atomic
def tell_late(pk: int, *, by: str) -> bool:
    """Say that what was promised passed its day (议定事项超期): to who promised it, and to whom the round's rules say."""
    found = _held(pk)
    if found is None or found.due_on >= today():
        return False
    unit, what = found.meeting.assembly.area.short_name, sentences.promise(found.text)
    about = telling.About("undertaking", unit, what, kind=Kind.DAILY)
    more = {"undertaking": found.pk, "due_on": found.due_on}
    return telling.late_by(found, found.meeting.round.terms, about, on=found.meeting, by=by, more=more)


@transaction.atomic
def tell_near(pk: int, *, by: str) -> bool:
    """Remind who promised it, and whom the round's rules want reminded, that its day is near (快到期); once, in no public line."""
    found = _held(pk)
    if found is None or found.due_on < today() or found.near_told_on == found.due_on:
        return False
    if not _is_near(found):
        return False
    terms, left = found.meeting.round.terms, workdays_between(today(), found.due_on)
    found.near_told_on = found.due_on
    found.save(update_fields=["near_told_on"])
    record(
        "undertaking.near_due",
        by=by,
        on=found.meeting,
        kind=Kind.DAILY,
        after={"undertaking": found.pk, "due_on": found.due_on, **(telling.heard_in(terms.near_due_to) or {})},
        sentence=sentences.promise_near(found.text, left),
        is_public=False,
    )
    return True


def _held(pk: int) -> Undertaking | None:
    """The undertaking as it is now, if it is still to be done."""
    held = Undertaking.objects.select_for_update(of=("self",)).select_related(
        "meeting__assembly__area", "meeting__round"
    )
    return held.filter(pk=pk, state=UndertakingState.OPEN).first()


def _is_near(found: Undertaking) -> bool:
    """Near by the rules of the round, though nobody else is to be reminded: who promised it always is."""
    left, near = workdays_between(today(), found.due_on), proposals_rules.near(found.meeting.round.terms)
    is_new = localdate(found.made_at) < today()  # told that it is theirs a moment ago
    return is_new and proposals_rules.deadline_chip(left, found.limit_workdays, near=near).kind == "soon"
