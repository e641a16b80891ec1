"""What the last day of a poll adds to the record (截止前24小时), so that everyone on its roll hears of it once."""

from datetime import timedelta

from django.db import transaction

from civic.audit import record
from civic.models import AuditEvent
from civic.models.record import Kind
from civic.moments import by_database
from voting.models import Poll, PollState

ACTION = "poll.last_day"
BEFORE = timedelta(hours=24)


@transaction.atomic
def note_last_days(*, by: str) -> None:
    """Note each open poll that closes within a day; once, and once more where it was extended since (只记一次).

    It says nothing of who voted: the same words go to everyone on the roll.
    """
    closing = Poll.objects.filter(state=PollState.OPEN, closes_at__lte=by_database() + BEFORE)
    for poll in closing.select_for_update(of=("self",)).select_related("area", "round"):
        after = {"closes_at": f"{poll.closes_at:%Y-%m-%dT%H:%M:%S%z}"}
        told = AuditEvent.objects.filter(subject=poll.audit_subject, action=ACTION, after=after)
        if not told.exists():
            record(ACTION, by=by, on=poll, kind=Kind.DAILY, sentence="离投票截止不到24小时", after=after)
