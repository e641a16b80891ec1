"""The life of a box (票箱): opened with its style fixed, closed by its own clock, rewritten, and its key destroyed."""

import base64
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext as _

from civic.moments import by_database, now
from civic.rules import RuleBroken
from voting import keys, receipts
from voting.ballot_rules import Style, check_style
from voting.models.urn import BOX_MOVES, URN, Ballot, BallotBox, BoxState, LogLeaf, PaperHold, PaperSheet, PendingLeaf
from voting.services.urn import contents, locks
from voting.services.urn.log import append, canonical_text, take_pending

LEFT_EMPTIER = {  # whose files may hold what was taken out of them, with a column that says nothing of time
    PendingLeaf._meta.db_table: "commitment",
    PaperHold._meta.db_table: "pseudonym",
    PaperSheet._meta.db_table: "id",
}


@transaction.atomic(using=URN)
def open_box(
    *,
    poll: int,
    style: Style,
    opens_at: datetime,
    closes_at: datetime,
    roll_size: int,
    openings: str,
    facts: dict[str, Any],
) -> BallotBox:
    """Open the poll's box (开箱) and begin its log; once open, the same again is harmless.

    ``facts`` go into the first entry as they are: hash of the counting rule, commitment to the lot's seed.
    RuleBroken for a box that is open with another style.
    """
    check_style(style)
    style_hash = receipts.digest(style)
    box, is_new = BallotBox.objects.get_or_create(
        poll=poll,
        defaults={
            "style": style,
            "style_hash": style_hash,
            "opens_at": opens_at,
            "closes_at": closes_at,
            "roll_size": roll_size,
            "openings": openings,
            "key_hash": keys.make(poll),
            "batched_at": now(),
        },
    )
    if box.style_hash != style_hash:
        raise RuleBroken(_("票箱已经开了，选票不能再改"), code="box_open")
    if is_new:
        append(box, _config(box, facts))
    return box


@transaction.atomic(using=URN)
def move_close(*, poll: int, closes_at: datetime | None) -> BallotBox:
    """Put the close off, or forward; None is at once, by the urn's own clock. The log keeps both times."""
    box = locks.alone(poll)
    _check_not_past(box)
    box.closes_at = closes_at or by_database()
    box.save(update_fields=["closes_at"])
    box.refresh_from_db()
    if closes_at and locks.past_its_close(box):
        raise RuleBroken(_("新的截止时间要在现在以后"), code="close_in_the_past", field="closes_at")
    append(box, {"type": "HOURS", "closes_at": _moment(box.closes_at)})
    return box


@transaction.atomic(using=URN)
def enlarge_roll(*, poll: int, roll_size: int) -> None:
    """Follow a roll that grew after the opening (补进名册); the log keeps both sizes, it never shrinks."""
    box = locks.alone(poll)
    _check_not_past(box)
    if roll_size > box.roll_size:
        box.roll_size = roll_size
        box.save(update_fields=["roll_size"])
        append(box, {"type": "ROLL", "roll_size": roll_size})


@transaction.atomic(using=URN)
def close_box(*, poll: int) -> BallotBox:
    """Close the box after its time (封箱): what still waits enters the log, then the count of ballots. Twice is once."""
    box = locks.alone(poll)
    if box.state != BoxState.OPEN:
        return box
    if not locks.past_its_close(box):
        raise RuleBroken(_("还没到截止时间，不能封箱"), code="vote_open")
    last = take_pending(box)
    closing = {"type": "CLOSE", "ballots": box.ballots.count(), "closes_at": _moment(box.closes_at)}
    append(box, *last, closing)
    return _move(box, "close")


def rewrite(*, poll: int) -> BallotBox:
    """Write the closed box anew in the order of hashes (打乱重写): no row, and on PostgreSQL no file, keeps the order
    or the time in which the ballots came. Then add up what it holds. Repeated until the whole of it was done."""
    box = locks.found(poll)
    if box.state == BoxState.REWRITTEN:
        return box
    _forget_the_order(poll)
    with transaction.atomic(using=URN):
        box = locks.alone(poll)
        _target(box, "rewrite")
        contents.pack(box)
        box.save(update_fields=["contents_hash", "channels"])
        return _move(box, "rewrite")


@transaction.atomic(using=URN)
def log_result(*, poll: int, facts: dict[str, Any]) -> None:
    """Enter a published result: hashes of its ballot file and its outcome (公布结果入日志); twice is once."""
    box = locks.alone(poll)
    if box.state != BoxState.REWRITTEN:
        raise RuleBroken(_("票箱还没有打乱重写，不能公布结果"), code="box_not_rewritten")
    _append_once(box, {"type": "RESULT", "facts": facts})


@transaction.atomic(using=URN)
def destroy_key(*, poll: int) -> None:
    """Destroy the poll's secret after the objection period (销毁密钥) and say so in the log; twice is once."""
    box = locks.alone(poll)
    if box.state != BoxState.REWRITTEN:
        raise RuleBroken(_("票箱还没有打乱重写，不能销毁密钥"), code="box_not_rewritten")
    keys.destroy(poll)
    _append_once(box, {"type": "KEY_DESTROYED", "key_hash": box.key_hash})


def _append_once(box: BallotBox, entry: dict[str, Any]) -> None:
    if not LogLeaf.objects.filter(box=box, data=canonical_text(entry)).exists():
        append(box, entry)


def _config(box: BallotBox, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "CONFIG",
        "poll": box.poll,
        "style": box.style,
        "style_hash": box.style_hash,
        "opens_at": _moment(box.opens_at),
        "closes_at": _moment(box.closes_at),
        "roll_size": box.roll_size,
        "openings": box.openings,
        "key_hash": box.key_hash,
        "log_key": base64.b64encode(keys.public_key(keys.LOG)).decode(),
        "facts": facts,
    }


def _forget_the_order(poll: int) -> None:
    with transaction.atomic(using=URN, durable=True):
        box = locks.alone(poll)
        _target(box, "rewrite")
        if box.sheets.exists():
            raise RuleBroken(_("录入的纸质票还没有入票箱，不能打乱重写"), code="paper_waits")
        box.holds.all().delete()
        if connections[URN].vendor == "postgresql":
            _write_anew(Ballot._meta.db_table, "commitment")
        else:  # SQLite overwrites what it deletes (secure_delete)
            _insert_anew(box)
    if connections[URN].vendor == "postgresql":
        for table, order in LEFT_EMPTIER.items():
            with transaction.atomic(using=URN, durable=True):
                _write_anew(table, order)


def _write_anew(table: str, order: str) -> None:
    """Every row of a table of the urn into a file of its own, in one transaction, sorted; the file of before goes.

    Not CLUSTER or VACUUM FULL: both carry erased rows over while anybody on the server may still see them.
    """
    connections[URN].check_constraints()  # no check may wait when the table is emptied
    with connections[URN].cursor() as cursor:
        for step in (
            "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
            "CREATE TEMPORARY TABLE kept ON COMMIT DROP AS TABLE {table}",
            "TRUNCATE {table}",
            "INSERT INTO {table} SELECT * FROM kept ORDER BY {order}",
            "DROP TABLE kept",
        ):
            cursor.execute(step.format(table=table, order=order))


def _insert_anew(box: BallotBox) -> None:
    ballots = list(box.ballots.order_by("commitment"))
    box.ballots.all().delete()
    Ballot.objects.bulk_create(ballots, batch_size=1000)


def _check_not_past(box: BallotBox) -> None:
    if box.state != BoxState.OPEN or locks.past_its_close(box):
        raise RuleBroken(_("投票已经截止，时间不能再改"), code="vote_closed")


def _target(box: BallotBox, action: str) -> str:
    sources, target = BOX_MOVES[action]
    if box.state not in sources:
        raise RuleBroken(_("票箱现在不能这样办"), code="wrong_state")
    return target


def _move(box: BallotBox, action: str) -> BallotBox:
    """The one place that assigns a box's state; the caller holds the row."""
    box.state = _target(box, action)
    box.save(update_fields=["state"])
    return box


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
