"""The record every app writes: `record` appends one event to the change's own transaction.

`happened` announces each event after commit; an upper app that must act on a lower one listens to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone

from civic.composed import Composed
from civic.models import Appointment, Attachment, AuditEvent, Person, Role
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.words import label

_mark: ContextVar[str] = ContextVar("mark", default="")
_newest = Composed(lambda: AuditEvent.objects.order_by("-pk").values_list("pk")[:1])
happened = Signal()
"""Sent once per event after its transaction commits, with ``event``."""


@contextmanager
def marked(mark: str) -> Iterator[None]:
    """Within the block every event carries the mark (标注), such as 演示数据 for what no report says."""
    token = _mark.set(mark)
    try:
        yield
    finally:
        _mark.reset(token)


def record(
    action: str,
    *,
    by: Person | str,
    on: models.Model,
    sentence: str = "",
    kind: Kind = Kind.DECISION,
    roles: Iterable[Role] = (),
    unit: str = "",
    on_behalf_of: Person | None = None,
    channel: Channel = Channel.WEB,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    rule: str = "",
    money_delta_yuan: Decimal | None = None,
    documents: Iterable[Attachment | Mapping[str, str]] = (),
    is_public: bool = True,
    happened_at: datetime | date | None = None,
    used_workdays: int | None = None,
    limit_workdays: int | None = None,
    mark: str = "",
    into: list[AuditEvent] | None = None,
) -> AuditEvent:
    """Append one event about ``on`` to the log (记一笔), in the caller's transaction.

    ``by`` is a person or the name of a job. ``roles`` are the offices in which the act may be done: the
    first one that ``by`` holds over the place (for ``unit``, if named) is written down with its unit; without
    any the act is a resident's. ``sentence`` is what the public reads; {who} and {helper} stand for people.
    ``on`` names its life's code by ``audit_subject`` and its place by ``audit_area_id``. A ``happened_at`` that
    is a plain date is shown without a time. RuntimeError outside a transaction.

    ``into`` gathers the event instead, one of a set that the caller writes at once and that nobody is told of one by one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs in the transaction of the change it records")
    person = by if isinstance(by, Person) else None
    area_id = getattr(on, "audit_area_id", None)
    office = acting_as(person, roles, area_id, unit) if person else None
    moment, date_only = _moment(happened_at)
    event = AuditEvent(
        subject=getattr(on, "audit_subject", ""),
        happened_at=moment,
        date_only=date_only,
        action=action,
        kind=kind,
        actor=person,
        job="" if person else str(by),
        role=office.role if office else "",
        unit=office.unit_name if office else "",
        post=(office.post or label(Role(office.role))) if office else "",
        on_behalf_of=on_behalf_of,
        channel=channel if person else Channel.SYSTEM,
        area_id=area_id,
        target=f"{on._meta.label_lower}:{on.pk}",
        before=before,
        after=after,
        reason=reason,
        rule=rule,
        money_delta_yuan=money_delta_yuan,
        documents=[_document(d) for d in documents],
        sentence=sentence,
        is_public=is_public,
        used_workdays=used_workdays,
        limit_workdays=limit_workdays,
        mark=mark or _mark.get(),
    )
    if into is not None:
        into.append(event)
        return event
    event.save(force_insert=True)
    transaction.on_commit(lambda: happened.send(AuditEvent, event=event), robust=True)
    return event


def acting_as(person: Person, roles: Iterable[Role], area_id: str | None, unit: str = "") -> Appointment | None:
    """The office among ``roles`` (in their order) that the person holds over the place (for the unit), if any."""
    for role in roles:
        for office in person.live_appointments:
            is_here = area_id is None or office.area.covers(area_id)
            if office.role == role and is_here and unit in ("", office.unit_name):
                return office
    return None


def _moment(when: datetime | date | None) -> tuple[datetime, bool]:
    if when is None:
        return now(), False
    if isinstance(when, datetime):
        return when, False
    return timezone.make_aware(datetime.combine(when, time(12))), True


def _document(given: Attachment | Mapping[str, str]) -> dict[str, str]:
    """What the log keeps of a file: its public token, kind and caption; a link is kept as given."""
    if isinstance(given, Attachment):
        return {"token": str(given.token), "kind": given.kind, "title": given.caption or str(given)}
    return dict(given)


def last_event() -> int:
    """The newest event's key. While it stays, nothing public has changed but the time: what was counted still holds."""
    return next((key for (key,) in _newest()), 0)
