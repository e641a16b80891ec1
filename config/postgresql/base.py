"""PostgreSQL as Django talks to it, but for one question: whether a connection kept from earlier still stands."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is listened to before it is used again; Django asks ``SELECT 1`` over each, in every request."""

    def is_usable(self) -> bool:
        """Nobody speaks on an idle connection but a server that ends it, so what is silent needs no question."""
        if self.errors_occurred or self._is_spoken_on():
            return bool(super().is_usable())
        return self.connection is not None

    def _is_spoken_on(self) -> bool:
        """Whether the server said something since the last answer, or hung up."""
        if self.connection is None or self.connection.closed:
            return True
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return bool(line.poll(0))
