"""Celery's application of a drill: the product's own, and a kind of work whose effect can be counted.

With ``DRILL_CARELESS`` a thing of the outbox is marked done before it is: the control.
"""

import os
import time

import django

django.setup()

from civic import outbox  # noqa: E402  models need the set-up
from civic.models import DemoMessage, Outbox  # noqa: E402
from civic.moments import now  # noqa: E402
from config.celery import app  # noqa: E402, F401  what `celery --app` looks for

TOPIC = "drill"
SECONDS = 0.05


@outbox.handler(TOPIC)
def act(payload: dict[str, str]) -> None:
    """One row more for each time it is done; nothing in the database forbids a second one."""
    DemoMessage.objects.create(phone=payload["key"], text=TOPIC)
    time.sleep(SECONDS)


def marked_first() -> bool:
    row = Outbox.objects.filter(done_at=None, topic=TOPIC).order_by("pk").first()
    if row is None or not Outbox.objects.filter(pk=row.pk, done_at=None).update(done_at=now()):
        return row is not None
    with outbox.transaction.atomic():
        time.sleep(SECONDS)
        act(row.payload)
    return True


if os.environ.get("DRILL_CARELESS"):
    outbox._run_one = marked_first
