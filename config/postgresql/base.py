"""PostgreSQL as Django talks to it, with fewer questions: whether a connection still stands, how a statement runs."""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is listened to before it is used again; Django asks ``SELECT 1`` over each, in every request."""

    _repeats = False

    def is_usable(self) -> bool:
        """Nobody speaks on an idle connection but a server that ends it, so what is silent needs no question."""
        if self.errors_occurred or self._is_spoken_on():
            return bool(super().is_usable())
        return self.connection is not None

    def repeated_cursor(self) -> Any:
        """A cursor for statements that every process runs over and over: each connection plans them once."""
        self._repeats = True
        try:
            return self.cursor()
        finally:
            self._repeats = False

    def create_cursor(self, name: str | None = None) -> Any:
        """psycopg prepares what a cursor of this kind runs often, and nothing of Django's own kind."""
        return base.ServerBindingCursor(self.connection) if self._repeats else super().create_cursor(name)

    def _is_spoken_on(self) -> bool:
        """Whether the server said something since the last answer, or hung up."""
        if self.connection is None or self.connection.closed:
            return True
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return bool(line.poll(0))
