"""What is published of a box (公开的投票日志): the log at any time, and after the close what each commitment held."""

import json
import secrets
from dataclasses import asdict, dataclass
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from voting import merkle, receipts
from voting.ballot_rules import Choices, Style
from voting.models.urn import BoxState, Openings
from voting.services.urn import locks
from voting.services.urn.log import canonical_text, leaf_hashes


@dataclass(frozen=True)
class Opening:
    """One voter's chain in the log under a random tag (拆封): commitments in order, the last one counts.

    Sealed boxes keep ``choices`` and ``nonce`` back: the chain shows that a ballot counts, not what it says.
    """

    tag: str
    commitments: list[str]
    choices: Choices | None
    nonce: str | None


def openings(poll: int) -> list[Opening]:
    """Every ballot that counts, in the order of random tags made for this publication. RuleBroken before rewriting."""
    box = locks.found(poll)
    if box.state != BoxState.REWRITTEN:
        raise RuleBroken(_("票箱还没有打乱重写，不能公开选票"), code="box_not_rewritten")
    is_open = box.openings == Openings.OPEN
    found = [
        Opening(
            tag=secrets.token_hex(16),
            commitments=[*ballot.trail, ballot.commitment],
            choices=ballot.choices if is_open else None,
            nonce=ballot.nonce if is_open else None,
        )
        for ballot in box.ballots.all()
    ]
    return sorted(found, key=lambda opening: opening.tag)


class Counted(NamedTuple):
    """One ballot as the count reads it; its channel goes into the turnout alone."""

    choices: Choices
    channel: str


def counted_ballots(poll: int) -> tuple[Style, list[Counted]]:
    """What is counted (计票用的选票), sealed or open, in the order of what it says. RuleBroken before rewriting."""
    box = locks.found(poll)
    if box.state != BoxState.REWRITTEN:
        raise RuleBroken(_("票箱还没有打乱重写，不能计票"), code="box_not_rewritten")
    found = (Counted(*row) for row in box.ballots.values_list("choices", "channel"))
    return box.style, sorted(found, key=lambda ballot: (sorted(ballot.choices.items()), ballot.channel))


@dataclass(frozen=True)
class Entry:
    """Where a receipt's commitment is: in the log or waiting for its batch (入日志、等入日志)."""

    commitment: str
    is_in_log: bool


def entry_of(poll: int, receipt: str) -> Entry | None:
    """What became of a receipt, given as its short form or its whole commitment; None where there is none.

    RuleBroken when the short form fits more than one: then the whole commitment tells.
    """
    box, beginnings = locks.found(poll), receipts.beginnings(receipt)
    if not beginnings:
        return None
    cast = canonical_text({"commitment": "", "type": "CAST"})
    opening, ending = cast[: cast.index('""') + 1], cast[cast.index('""') + 1 :]
    waiting = box.pending.filter(_begins("commitment", beginnings)).values_list("commitment", flat=True)
    found = {commitment: Entry(commitment, is_in_log=False) for commitment in waiting}
    logged = box.leaves.filter(_begins("data", [opening + one for one in beginnings]), data__endswith=ending)
    for data in logged.values_list("data", flat=True):  # asked second: what a batch takes meanwhile is not missed
        commitment = json.loads(data)["commitment"]
        found[commitment] = Entry(commitment, is_in_log=True)
    if len(found) > 1:
        raise RuleBroken(_("这个短码对得上不止一张回执，请用完整的承诺值查"), code="code_ambiguous")
    return next(iter(found.values()), None)


def counts(poll: int, commitment: str) -> bool:
    """Whether it is the last of its voter's chain (算数的一张); another one stands in its place otherwise."""
    return locks.found(poll).ballots.filter(commitment=commitment).exists()


def _begins(field: str, beginnings: list[str]) -> Q:
    return reduce(or_, (Q(**{f"{field}__startswith": one}) for one in beginnings))


@dataclass(frozen=True)
class Proof:
    """What shows, against a checkpoint of ``size`` entries, that a commitment stands in the log (包含证明)."""

    position: int
    size: int
    path: list[str]


def inclusion(poll: int, commitment: str) -> Proof | None:
    """Where a receipt's commitment stands in the log, with its path to the last signed head; None while it waits."""
    box = locks.found(poll)
    entry = canonical_text({"type": "CAST", "commitment": commitment})
    position = box.leaves.filter(data=entry).values_list("position", flat=True).first()
    if position is None:
        return None
    hashes = leaf_hashes(box)
    return Proof(position, len(hashes), [step.hex() for step in merkle.inclusion(hashes, position)])


def growth(poll: int, earlier: int) -> list[str]:
    """What shows that the log of ``earlier`` entries grew into the present one (只增证明). RuleBroken if it is longer."""
    hashes = leaf_hashes(locks.found(poll))
    if not 0 < earlier <= len(hashes):
        raise RuleBroken(_("投票日志没有这么多条"), code="log_shorter")
    return [step.hex() for step in merkle.consistency(hashes, earlier)]


def public_log(poll: int) -> dict[str, Any]:
    """The log as anyone may have it: entries, signed heads and, once the box is rewritten, the openings."""
    box = locks.found(poll)
    published: dict[str, Any] = {
        "poll": poll,
        "leaves": list(box.leaves.values_list("data", flat=True)),
        "checkpoints": list(box.checkpoints.values_list("note", flat=True)),
    }
    if box.state == BoxState.REWRITTEN:
        published["openings"] = [asdict(opening) for opening in openings(poll)]
    return published
