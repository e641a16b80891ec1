"""How the machine does (运行状态): the head of the sealed record and what waits in the queue."""

from dataclasses import dataclass

from django.db.models import Max

from civic.models import AuditEvent, AuditSeal, Outbox, SealedEvent


@dataclass(frozen=True)
class Status:
    """The published head of the chain, how far it reaches, and the length of the queue."""

    head: AuditSeal | None
    sealed: int
    unsealed: int
    waiting: int
    failed: int


def status() -> Status:
    """Five small queries."""
    sealed = SealedEvent.objects.aggregate(last=Max("seq"))["last"]
    count = SealedEvent.objects.count() if sealed is not None else 0
    return Status(
        head=AuditSeal.objects.order_by("-pk").first(),
        sealed=count,
        unsealed=AuditEvent.objects.count() - count,
        waiting=Outbox.objects.filter(done_at=None, dead=False).count(),
        failed=Outbox.objects.filter(dead=True).count(),
    )
