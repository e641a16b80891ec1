"""Closing the record into a hash chain (封存) and finding any edit, gap or cut tail (核验).

Events are appended freely; one sealer closes what is new into a batch. The head of the chain is published,
so that even a chain rewritten as a whole is found against it (docs/adr/0005).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.forms.models import model_to_dict

from civic.clock import every_minute
from civic.models import AuditEvent, AuditSeal, SealedEvent, UnsealedEvent

GENESIS = "0" * 64
BATCH = 1000


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the record: in which seal, at which event, and what."""

    seal: int
    event: int | None
    what: str


def canonical(event: AuditEvent) -> bytes:
    """The one byte string an event is hashed as: every field, sorted, without the engine's accidents."""
    fields = model_to_dict(event) | {"id": event.pk}
    for name in ("happened_at", "recorded_at"):
        fields[name] = getattr(event, name).astimezone(UTC).isoformat()
    return json.dumps(fields, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def chain_hash(prev_hash: str, events: list[AuditEvent]) -> str:
    """SHA-256 over the seal before and the batch's events in order."""
    digest = hashlib.sha256(prev_hash.encode())
    for event in events:
        digest.update(hashlib.sha256(canonical(event)).digest())
    return digest.hexdigest()


@every_minute
def seal_new_events() -> None:
    """Close all events that stand in no seal yet, batch after batch; two sealers at once cannot fork the chain.

    Only the list of what waits is read, never the log: an event that commits late stands there from that moment on.
    """
    while UnsealedEvent.objects.exists() and _seal_batch():
        pass


def _seal_batch() -> bool:
    try:
        with transaction.atomic():
            last = AuditSeal.objects.select_for_update().last()
            waiting = list(UnsealedEvent.objects.order_by("pk").values_list("pk", flat=True)[:BATCH])
            events = list(AuditEvent.objects.filter(pk__in=waiting, sealed=None).order_by("pk"))
            UnsealedEvent.objects.filter(pk__in=waiting).delete()
            if events:
                _seal(events, last.hash if last else GENESIS)
    except IntegrityError:  # another sealer closed the same events first
        return False
    return len(waiting) == BATCH


def _seal(events: list[AuditEvent], prev_hash: str) -> None:
    seal = AuditSeal.objects.create(prev_hash=prev_hash, hash=chain_hash(prev_hash, events), events=len(events))
    seq = SealedEvent.objects.aggregate(last=Max("seq"))["last"] or 0
    SealedEvent.objects.bulk_create(
        SealedEvent(event=event, seal=seal, seq=seq + n) for n, event in enumerate(events, 1)
    )
    transaction.on_commit(lambda: publish_head(seal))


def publish_head(seal: AuditSeal) -> None:
    """Append the chain's head to the published file, outside the database, one JSON line per seal."""
    line = json.dumps({"seal": seal.pk, "hash": seal.hash, "at": seal.sealed_at.isoformat()})
    with settings.PUBLISHED_HEAD_FILE.open("a") as published:
        published.write(line + "\n")


def published_heads() -> dict[int, str]:
    """Every head ever published, by seal."""
    if not settings.PUBLISHED_HEAD_FILE.exists():
        return {}
    lines = settings.PUBLISHED_HEAD_FILE.read_text().splitlines()
    return {entry["seal"]: entry["hash"] for entry in map(json.loads, lines)}


def findings(heads: dict[int, str] | None = None) -> Iterator[Finding]:
    """Everything wrong with the sealed record: edits, gaps, a cut tail, a chain rewritten after publication."""
    heads = published_heads() if heads is None else heads
    prev_hash, seq, seen = GENESIS, 0, set()
    for seal in AuditSeal.objects.order_by("pk").iterator():
        members = list(seal.members.select_related("event").order_by("seq"))
        seen.add(seal.pk)
        if seal.prev_hash != prev_hash:
            yield Finding(seal.pk, None, "does not follow the seal before it")
        if [m.seq for m in members] != list(range(seq + 1, seq + 1 + seal.events)):
            yield Finding(seal.pk, None, f"{seal.events} events were sealed, {len(members)} are there")
        if chain_hash(seal.prev_hash, [m.event for m in members]) != seal.hash:
            first, last = (members[0].event_id, members[-1].event_id) if members else (None, None)
            yield Finding(seal.pk, first, f"an event was changed or removed, one of {first} to {last}")
        if seal.pk in heads and heads[seal.pk] != seal.hash:
            yield Finding(seal.pk, None, "is not the seal that was published")
        prev_hash, seq = seal.hash, seq + seal.events
    for missing in sorted(set(heads) - seen):
        yield Finding(missing, None, "was published and is gone")
