"""Two at a time (同时几个): what is heavy and done in the background waits its turn in a column the database keeps unique.

Whoever has no turn stands in the line; the one whose work is over gives its turn on in the same transaction, and the
clock gives on what nobody did.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

TURNS = (1, 2)  # RELIABILITY §E: two exports and two imports at once on the whole site


def give(line: QuerySet[Any], begin: Callable[[Any], object], turns: Iterable[int] = TURNS) -> None:
    """Give turns to the oldest of a line and begin each; whose turn is over gives on that one alone, lest two wait for
    each other."""
    for turn in turns:
        with transaction.atomic():
            row = _first(line.filter(turn=None).order_by("pk"))
            if row is None:
                return
            if _take(row, turn):
                begin(row)


def _first(line: QuerySet[Any]) -> Any:
    if connection.features.has_select_for_update_skip_locked:
        line = line.select_for_update(skip_locked=True, of=("self",))
    return line.first()


def _take(row: Any, turn: int) -> bool:
    """False where another has that turn, or this row got one meanwhile."""
    try:
        with transaction.atomic():
            return bool(type(row).objects.filter(pk=row.pk, turn=None, state="waiting").update(turn=turn))
    except IntegrityError:
        return False
