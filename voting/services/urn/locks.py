"""Who waits for whom at a box: ballots do not wait for each other, the close waits for every ballot on its way."""

from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from civic.composed import repeated
from civic.moments import by_database
from civic.rules import RuleBroken
from voting.models.urn import URN, BallotBox, BoxState


def found(poll: int) -> BallotBox:
    """The poll's box. RuleBroken while there is none."""
    box = BallotBox.objects.filter(poll=poll).first()
    if box is None:
        raise not_open_yet()
    return box


def not_open_yet() -> RuleBroken:
    return RuleBroken(_("这次投票还没有开始"), code="vote_not_open")


def share(poll: int) -> bool:
    """Hold the box together with other ballots; the close waits until this transaction ends.

    False past its close: who comes too late does not wait at a box that is being closed. Every ballot passes here, so
    the statement is written out: to compose it costs more than to run it.
    """
    clock, moment = clock_sql()
    return _held("pg_advisory_xact_lock_shared", f"poll = %s AND closes_at > {clock}", [poll, *moment])


def alone(poll: int) -> BallotBox:
    """Hold the box alone: no ballot is on its way, and none gets in until this transaction ends."""
    if not _held("pg_advisory_xact_lock", "poll = %s", [poll]):
        raise not_open_yet()
    return row(poll)


def row(poll: int) -> BallotBox:
    """The box's row, locked against the log and the close; ballots go on."""
    return BallotBox.objects.select_for_update(no_key=True).get(poll=poll)


def taking_ballots() -> QuerySet[BallotBox]:
    """Boxes that take a ballot at this very moment of the statement, by the urn's own clock."""
    return BallotBox.objects.filter(state=BoxState.OPEN, opens_at__lte=by_database(), closes_at__gt=by_database())


def takes_ballots() -> Exists:
    """For a statement on ballots: it changes nothing once the box has closed."""
    return Exists(taking_ballots().filter(pk=OuterRef("box_id")))


def past_its_close(box: BallotBox) -> bool:
    return BallotBox.objects.filter(pk=box.pk, closes_at__lte=by_database()).exists()


def clock_sql() -> tuple[str, tuple[Any, ...]]:
    """The urn's own clock for a statement that is written out, with its parameters."""
    return _composed(by_database())


@lru_cache(maxsize=1)
def _composed(clock: Combinable) -> tuple[str, tuple[Any, ...]]:
    sql, parameters = BallotBox.objects.none().query.get_compiler(using=URN).compile(clock)
    return sql, tuple(parameters)


def _held(function: str, which: str, parameters: list[Any]) -> bool:
    """Whether there is such a box; its lock is held from here on."""
    with repeated(connections[URN]) as cursor:
        cursor.execute(f"SELECT {_advisory(function)} FROM voting_ballotbox WHERE {which}", parameters)  # noqa: S608
        return cursor.fetchone() is not None


def _advisory(function: str) -> str:
    """Taken as the box's row is read. SQLite has one writer at a time: its transaction is the lock."""
    return f"{function}(id)" if connections[URN].vendor == "postgresql" else "id"
