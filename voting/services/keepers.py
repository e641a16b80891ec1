"""Whoever keeps our signed heads (日志签名的保管人): every head goes to them by e-mail, so that history cannot be rewritten.

The urn knows nothing of the outbox, which lies in the other database: the clock looks what has not been sent yet.
"""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail

from civic.models import Outbox
from civic.outbox import handler, later
from voting.models.urn import Checkpoint
from voting.services import urn

TOPIC = "poll_checkpoint"
LATEST = 200  # heads looked at each minute; a poll has one an hour and a few at its ends


def send_new_heads() -> int:
    """Put every head that is not yet on its way to the keepers into the outbox (寄出日志签名); how many."""
    if not settings.POLL_LOG_KEEPERS:
        return 0
    heads = Checkpoint.objects.order_by("-pk").values_list("box__poll", "size")[:LATEST]
    keys = {f"{TOPIC}:{poll}:{size}": (poll, size) for poll, size in heads}
    sent = set(Outbox.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [found for key, found in keys.items() if key not in sent]
    for poll, size in fresh:
        later(TOPIC, f"{poll}:{size}", {"poll": poll, "size": size})
    return len(fresh)


@handler(TOPIC)
def send_head(payload: dict[str, Any]) -> None:
    """One e-mail with the note as it is signed, to all keepers; a failure is tried again by the outbox."""
    note = urn.checkpoint(payload["poll"], payload["size"])
    subject = f"投票日志签名 poll {payload['poll']} size {payload['size']}"
    send_mail(subject, note or "", settings.POLL_LOG_SENDER, settings.POLL_LOG_KEEPERS)
