"""What the last day of a poll adds to the record (截止前24小时), so that everyone on its roll hears of it once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from civic.audit import record
from civic.models import AuditEvent
from civic.models.record import Kind
from civic.moments import by_database
from voting.models import Poll, PollState

ACTION = "poll.last_day"
BEFORE = timedelta(hours=24)


def note_last_days(*, by: str) -> None:
    """Note each open poll that closes within a day; once, and once more where it was extended since (只记一次).

    It says nothing of who voted: the same words go to everyone on the roll.
    """
    for poll in _closing():
        if not _is_told(poll):
            _note(poll, by=by)


@transaction.atomic
def _note(poll: Poll, *, by: str) -> None:
    held = _closing().select_for_update(of=("self",)).filter(pk=poll.pk).first()
    if held is not None and not _is_told(held):
        sentence = "离投票截止不到24小时"
        record(ACTION, by=by, on=held, kind=Kind.DAILY, sentence=sentence, after=_until(held), mark=held.mark)


def _closing() -> QuerySet[Poll]:
    within = Poll.objects.filter(state=PollState.OPEN, closes_at__lte=by_database() + BEFORE)
    return within.select_related("area", "round")


def _is_told(poll: Poll) -> bool:
    return AuditEvent.objects.filter(subject=poll.audit_subject, action=ACTION, after=_until(poll)).exists()


def _until(poll: Poll) -> dict[str, str]:
    return {"closes_at": poll.closes_at.isoformat() if poll.closes_at else ""}
