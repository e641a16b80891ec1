"""What a meeting settles that somebody shall do (议定事项): noted while the minutes are open, settled with a public word."""

from datetime import date

from django.db import transaction

from civic.audit import record
from civic.models import Person
from civic.models.record import Kind
from civic.moments import now, today
from voting import meeting_rules as rules
from voting import sentences
from voting.models import AgendaItem, Meeting, Undertaking
from voting.permissions import OFFICE
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
        roles=OFFICE,
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
