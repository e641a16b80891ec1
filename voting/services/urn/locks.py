"""Who waits for whom at a box: ballots do not wait for each other, the close waits for every ballot on its way."""

from django.db import connections
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, Func, OuterRef, Q, QuerySet, TextField
from django.utils.translation import gettext as _

from civic.moments import by_database
from civic.rules import RuleBroken
from voting.models.urn import URN, BallotBox, BoxState


def found(poll: int) -> BallotBox:
    """The poll's box. RuleBroken while there is none."""
    box = BallotBox.objects.filter(poll=poll).first()
    if box is None:
        raise RuleBroken(_("这次投票还没有开始"), code="vote_not_open")
    return box


def found_by_its_clock(poll: int) -> tuple[BallotBox, bool]:
    """The poll's box and whether its close is past, in one look. RuleBroken while there is none."""
    is_past = ExpressionWrapper(Q(closes_at__lte=by_database()), BooleanField())
    box = BallotBox.objects.annotate(is_past=is_past).filter(poll=poll).first()
    if box is None:
        raise RuleBroken(_("这次投票还没有开始"), code="vote_not_open")
    return box, bool(box.is_past)


def share(poll: int) -> None:
    """Hold the box together with other ballots; the close waits until this transaction ends."""
    _advisory(poll, "pg_advisory_xact_lock_shared")


def alone(poll: int) -> BallotBox:
    """Hold the box alone: no ballot is on its way, and none gets in until this transaction ends."""
    _advisory(poll, "pg_advisory_xact_lock")
    found(poll)
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


def _advisory(poll: int, function: str) -> None:
    """SQLite has one writer at a time: its transaction is the lock."""
    if connections[URN].vendor == "postgresql":
        held = Func(F("id"), function=function, output_field=TextField())
        list(BallotBox.objects.filter(poll=poll).values_list(held))
