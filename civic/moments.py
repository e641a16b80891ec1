"""What time it is (此刻), asked in one place, so that the demo can tell a past year's story through the real services."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from typing import Any

from django.db.models import DateTimeField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told_moment", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _told.get() or timezone.now()


def today() -> date:
    """The present day in Asia/Shanghai."""
    return timezone.localdate(now())


def midnight(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai, aware."""
    return timezone.make_aware(datetime.combine(day, time()))


class ClockTimestamp(Now):
    """The server's clock as the row is handled; ``Now`` stands still from the statement's start."""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CLOCK_TIMESTAMP()", **context)


CLOCK = ClockTimestamp()


def by_database() -> Combinable:
    """The present moment for use inside a statement, by the database's own clock: no web server's clock decides."""
    told = _told.get()
    return Value(told, output_field=DateTimeField()) if told else CLOCK


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is ``moment``; for the demo's history and for tests. ValueError if naive."""
    if timezone.is_naive(moment):
        raise ValueError("moment must be aware")
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
