"""What the last day of a poll adds to the record (截止前24小时), so that everyone on its roll hears of it once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from civic.audit import record
from civic.models import AuditEvent, Person
from civic.models.record import Kind
from civic.moments import by_database
from publicity.models import Message, MessageSetting, Topic, Via
from voting.models import Poll, PollState
from voting.services import reminders

OPENED, ACTION = "poll.opened", "poll.last_day"
BEFORE = timedelta(hours=24)


def note_last_days(*, by: str) -> None:
    """Note each open poll that closes within a day; once, and once more where it was extended since (只记一次).

    It says nothing of who voted: the same words go to everyone on the roll.
    """
    for poll in _closing():
        if not _is_told(poll):
            _note(poll, by=by)


def remind_of_close(event: AuditEvent) -> None:
    """Whoever has 居民投票开始和截止 switched on for text messages is reminded before the close, if they have not voted by then.

    Voting keeps the wish and looks into the urn when its time comes; here nobody learns who voted.
    """
    _model, _colon, key = event.target.partition(":")
    poll = Poll.objects.get(pk=key)
    switched = MessageSetting.objects.filter(person=OuterRef("pk"), via=Via.SMS)
    on_roll = Message.objects.filter(person=OuterRef("pk"), event=event, topic=Topic.VOTE)
    on = Exists(switched.filter(topic=Topic.VOTE, is_on=True)) & ~Exists(switched.filter(topic=""))
    reminders.wish_for(poll, Person.objects.filter(on, Exists(on_roll), is_active=True))


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
