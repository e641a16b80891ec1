"""Work that waits (待办队列): a change writes a row in its own transaction; a relay runs it at least once.

Requests never call a broker. Handlers are idempotent and named by topic; the embedded default runs the
relay as a thread of `serve`, production as a Celery task.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections, connection, transaction

from civic.models import Outbox
from civic.moments import now

log = logging.getLogger("weishishi.outbox")
Handler = Callable[[dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}
GIVEN_UP: dict[str, Handler] = {}
LONG: set[str] = set()
MOST_ATTEMPTS = 5
LEASE = timedelta(minutes=5)


def handler(topic: str, *, is_long: bool = False, given_up: Handler | None = None) -> Callable[[Handler], Handler]:
    """Register the function that does the work of a topic; ``given_up`` is called once the last attempt has failed.

    What ``is_long`` runs outside the relay's transaction, so that others can write meanwhile and see how far it is; it
    makes its own. A worker killed over it leaves it to the next one after ``LEASE``.
    """

    def register(function: Handler) -> Handler:
        HANDLERS[topic] = function
        if is_long:
            LONG.add(topic)
        if given_up is not None:
            GIVEN_UP[topic] = given_up
        return function

    return register


def later(topic: str, key: str, payload: dict[str, Any] | None = None, *, due_at: datetime | None = None) -> None:
    """Write down something to do after commit, not before ``due_at``; the same key a second time is the same thing."""
    many(topic, {key: payload or {}}, due_at=due_at)


def many(
    topic: str,
    payloads: Mapping[str, dict[str, Any]],
    *,
    due_at: datetime | None = None,
    apart: timedelta = timedelta(0),
) -> None:
    """Write down many things of one topic, by key, in one statement; ``apart`` leaves room between them for others."""
    first = due_at or now()
    rows = [
        Outbox(topic=topic, key=f"{topic}:{key}", payload=given, due_at=first + number * apart)
        for number, (key, given) in enumerate(payloads.items())
    ]
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)


def run_due(limit: int = 100) -> int:
    """Run what waits, oldest first; returns how many were tried. Two relays at once share the rows."""
    tried = 0
    while tried < limit and _run_one():
        tried += 1
    return tried


def _run_one() -> bool:
    with transaction.atomic():
        row = _next()
        if row is None:
            return False
        row.attempts += 1
        if row.topic not in LONG:
            _run(row, transaction.atomic())
            return True
        row.due_at, row.dead = now() + LEASE, row.attempts > MOST_ATTEMPTS
        row.save(update_fields=["attempts", "due_at", "dead"])
    if not row.dead:
        _run(row, nullcontext())
    return True


def _next() -> Outbox | None:
    waiting = Outbox.objects.filter(done_at=None, dead=False, due_at__lte=now()).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    return waiting.first()


def _run(row: Outbox, unit: AbstractContextManager[Any]) -> None:
    """Do the work of a row inside ``unit`` and keep with it what came of that."""
    try:
        with unit:
            HANDLERS[row.topic](row.payload)
    except Exception as error:  # any failure of a handler is kept with its row and tried again
        log.warning("outbox %s failed, attempt %s: %r", row.key, row.attempts, error)
        row.last_error, row.dead = repr(error)[:500], row.attempts >= MOST_ATTEMPTS
        row.due_at = now() + timedelta(seconds=5 * 4**row.attempts)
        row.save(update_fields=["attempts", "last_error", "dead", "due_at"])
        if row.dead and row.topic in GIVEN_UP:
            GIVEN_UP[row.topic](row.payload)
    else:
        row.done_at, row.last_error, row.payload = now(), "", {}
        row.save(update_fields=["attempts", "done_at", "last_error", "payload"])


def relay_forever(stop: threading.Event, pause_seconds: float = 1.0) -> None:
    """Run the relay until told to stop; the embedded default's thread."""
    while not stop.is_set():
        try:
            busy = run_due()
        except Exception:  # the database is away for a moment; the rows wait
            log.exception("relay")
            busy = 0
        close_old_connections()
        if not busy:
            stop.wait(pause_seconds)
