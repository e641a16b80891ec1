"""Messages (消息): an event of the record becomes one row in the inbox of each who should hear of it.

It is the outbox that writes them, never a request; twice is once. What goes out of the house is services.sending's.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from civic.models import AuditEvent, Outbox, Person
from civic.moments import now, today
from civic.outbox import later
from civic.rules import RuleBroken
from publicity import message_rules as rules
from publicity.models import CallTask, Follow, Mailbox, Message, MessageSetting, OpeningWish, Topic
from publicity.queries import audiences
from publicity.queries.audiences import BATCH, in_batches
from publicity.services import polls, sending

NEWS = timedelta(days=2)
SWEPT = 200
DROPPED_AT_ONCE = 1000
ERASED = "civic.person.erased"


class Left(NamedTuple):
    """One thing to leave to the outbox: topic, key, payload."""

    topic: str
    key: str
    payload: dict[str, int]


def told_later(event: AuditEvent) -> None:
    """Leave an event to the outbox, if anybody is to hear of it; the same one a second time is the same thing."""
    if left := _left(event):
        later(*left)


def tell_missed() -> None:
    """Leave there what a process that died before it could did not (补发通知); mostly there is nothing."""
    newest = filter(None, map(_left, AuditEvent.objects.order_by("-pk")[:SWEPT]))
    wanted = {f"{left.topic}:{left.key}": left for left in newest}
    known = set(Outbox.objects.filter(key__in=wanted).values_list("key", flat=True))
    for key, left in wanted.items():
        if key not in known:
            later(*left)


def _left(event: AuditEvent) -> Left | None:
    """What an event leaves to the outbox. What was written long ago (a history told anew) is nobody's news."""
    if event.recorded_at < timezone.now() - NEWS:
        return None
    if event.action == ERASED:
        return Left("message.forget", str(event.actor_id), {"person": event.actor_id or 0})
    if rules.heard_of(event) is not None:
        return Left("message.tell", str(event.pk), {"event": event.pk})
    return None


@transaction.atomic
def tell(event: AuditEvent) -> int:
    """Tell all who should hear of an event (通知): in the inbox, by voice and outside; returns how many rows were tried."""
    said = rules.heard_of(event)
    if said is None:
        return 0
    tried = write(event, said)
    sending.leave(event, said)
    if event.action == polls.OPENED:
        polls.remind_of_close(event)
    return tried


@transaction.atomic
def write(event: AuditEvent, said: rules.Said) -> int:
    """Write an event into the inboxes (写消息) and on the call list of those whom no message reaches.

    One row for each person and event, whatever the number of parts they have in it; nobody hears of what they did
    themselves. A wish to be reminded is gone once it is met.
    """
    it, at, tried = audiences.about(event), now(), 0
    for why in rules.heard_by(said):
        for keys in in_batches(audiences.of(why, it, but=event.actor_id)):
            topic = rules.topic_of(said, why)
            rows = [Message(person_id=key, event=event, topic=topic, why=why, created_at=at) for key in keys]
            tried += len(Message.objects.bulk_create(rows, ignore_conflicts=True))
    if said.reminds:
        audiences.wishes_met(it).delete()
    _call(event, said.topic, it)
    return tried


def _call(event: AuditEvent, topic: Topic, it: audiences.About) -> None:
    """A line on the call list for whoever no message reaches (电话任务)."""
    called = rules.TOPICS[topic].called
    about = it.project or it.demand
    if not called.why or about is None:
        return
    people = Person.objects.filter(messages__event=event, messages__why__in=called.why)
    found = audiences.by_voice(people, elders=called.elders).values_list("pk", flat=True).distinct()
    rows = [CallTask(person_id=key, event=event, area=about.area, created_at=now()) for key in found]
    CallTask.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def read(messages: QuerySet[Message], at: datetime | None = None) -> int:
    """Mark as read what is not yet (标为已读); returns how many. Twice is once."""
    return messages.filter(read_at=None).update(read_at=at or now())


def sweep() -> int:
    """Drop what was read, or told by voice, long enough ago (到期清理), so many a minute; unread ones stay."""
    before = now() - timedelta(days=rules.KEPT_DAYS)
    old = (Message.objects.filter(read_at__lt=before), CallTask.objects.filter(done_at__lt=before))
    return sum(_dropped(found) for found in old)


def _dropped(found: QuerySet[Any]) -> int:
    keys = list(found.order_by("pk").values_list("pk", flat=True)[:DROPPED_AT_ONCE])
    return found.filter(pk__in=keys).delete()[0] if keys else 0


@transaction.atomic
def forget(person: Person) -> None:
    """Somebody goes (注销): what they followed, were told and had set goes with them, and their mailbox."""
    for model in (Follow, OpeningWish, Message, MessageSetting, CallTask, Mailbox):
        model.objects.filter(person=person).delete()


@transaction.atomic
def call_done(task: CallTask, *, by: Person) -> CallTask:
    """A worker told them (已告知); the first one who says so stands."""
    task = CallTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.done_at is None:
        task.done_at, task.done_by = now(), by
        task.save(update_fields=["done_at", "done_by"])
    return task


@transaction.atomic
def call_undone(task: CallTask, *, by: Person) -> CallTask:
    """Take back what one said by mistake today (按错了): the call waits again. RuleBroken for another's or an older one."""
    task = CallTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.done_by_id != by.pk or task.done_at is None or timezone.localdate(task.done_at) != today():
        raise RuleBroken(_("只能撤销自己今天记下的"), code="not_ones_own_call")
    task.done_at = task.done_by = None
    task.save(update_fields=["done_at", "done_by"])
    return task
