"""The public log of a box (投票日志): commitments enter in batches sorted by hash, every batch under a signed head."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from civic.clock import every_minute
from civic.moments import now
from voting import merkle, notes, receipts
from voting.models.urn import URN, BallotBox, BoxState, Checkpoint, LogLeaf, PendingLeaf
from voting.services.urn import locks

BATCH_LEAST = 20  # fewer together would say who
BATCH_EVERY = timedelta(hours=1)


@every_minute
def write_due_batches() -> None:
    """Take what has waited for an hour into the log (入日志), where at least twenty wait."""
    due = BallotBox.objects.filter(state=BoxState.OPEN, batched_at__lte=now() - BATCH_EVERY)
    for poll in due.values_list("poll", flat=True):
        _write_batch(poll)


@transaction.atomic(using=URN)
def _write_batch(poll: int) -> None:
    box = locks.row(poll)
    another_was_first = box.state != BoxState.OPEN or box.batched_at > now() - BATCH_EVERY
    if another_was_first or box.pending.count() < BATCH_LEAST:
        return
    append(box, *take_pending(box))
    box.batched_at = now()
    box.save(update_fields=["batched_at"])


def take_pending(box: BallotBox) -> list[dict[str, Any]]:
    """The waiting commitments as entries in the order of their hashes, which says nothing about their coming."""
    waiting = list(PendingLeaf.objects.filter(box=box))
    PendingLeaf.objects.filter(pk__in=[leaf.pk for leaf in waiting]).delete()
    return [{"type": "CAST", "commitment": commitment} for commitment in sorted(leaf.commitment for leaf in waiting)]


def append(box: BallotBox, *entries: dict[str, Any]) -> None:
    """Add entries to the log and sign its new head; the caller holds the box's row."""
    size = box.leaves.count()
    fresh = (LogLeaf(box=box, position=size + n, data=canonical_text(entry)) for n, entry in enumerate(entries))
    LogLeaf.objects.bulk_create(fresh, batch_size=1000)
    hashes = leaf_hashes(box)
    head = notes.Head(origin(box.poll), len(hashes), merkle.root(hashes))
    Checkpoint.objects.create(box=box, size=head.size, note=notes.write(head))


def canonical_text(entry: dict[str, Any]) -> str:
    """An entry as it is kept and hashed."""
    return receipts.canonical(entry).decode()


def leaf_hashes(box: BallotBox) -> list[bytes]:
    return [merkle.leaf_hash(data.encode()) for data in box.leaves.values_list("data", flat=True)]


def origin(poll: int) -> str:
    """What the log of a poll is called in its checkpoints."""
    return f"weishishi/{settings.HOME_AREA}/poll/{poll}"
