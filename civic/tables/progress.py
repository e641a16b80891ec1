"""How far a long reading is (进度): whoever goes through rows says so, and whoever waits for them listens, or nobody does."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

EVERY = 100  # rows between two words
READING, CHECKING = "reading", "checking"  # civic.models.ImportStage has their words
Listener = Callable[[str, int], None]
T = TypeVar("T")
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Tell ``listener(stage, rows)`` of every hundred rows gone through inside; what it raises ends the reading."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def each(rows: Iterable[T], stage: str) -> Iterator[T]:
    """The rows as they are, told of to whoever listens."""
    listener = _listener.get()
    for number, row in enumerate(rows):
        if listener and number % EVERY == 0:
            listener(stage, number)
        yield row
