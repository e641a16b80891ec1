"""What is published of a box (公开的投票日志): the log at any time, and after the close what each commitment held."""

import json
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from voting import keys, merkle, receipts
from voting.ballot_rules import Choices
from voting.models.urn import BallotBox, BoxState, Checkpoint, Openings
from voting.services.urn import contents, locks
from voting.services.urn.contents import Counted
from voting.services.urn.log import canonical_text, leaf_hashes


@dataclass(frozen=True)
class Opening:
    """One voter's chain in the log under a random tag (拆封): commitments in order, the last one counts.

    Sealed boxes keep ``choices`` and ``nonce`` back: the chain shows that a ballot counts, not what it says.
    A paper ballot's commitment is in the log within PAPER-BATCH, not by itself.
    """

    tag: str
    commitments: list[str]
    choices: Choices | None
    nonce: str | None
    is_paper: bool = False


def openings(poll: int) -> list[Opening]:
    """Every ballot that counts, in the order of random tags made for this publication. RuleBroken before rewriting."""
    box = locks.found(poll)
    if box.state != BoxState.REWRITTEN:
        raise RuleBroken(_("票箱还没有打乱重写，不能公开选票"), code="box_not_rewritten")
    is_open = box.openings == Openings.OPEN
    cast = _cast_by_themselves(box)
    found = [
        Opening(
            tag=secrets.token_hex(16),
            commitments=[*ballot.trail, ballot.commitment],
            choices=ballot.choices if is_open else None,
            nonce=ballot.nonce if is_open else None,
            is_paper=ballot.commitment not in cast,
        )
        for ballot in box.ballots.all()
    ]
    return sorted(found, key=lambda opening: opening.tag)


def _cast_by_themselves(box: BallotBox) -> set[str]:
    """The commitments that have an entry of their own."""
    entries = map(json.loads, box.leaves.filter(data__contains='"type":"CAST"').values_list("data", flat=True))
    return {entry["commitment"] for entry in entries}


def counted_ballots(poll: int, *, from_rows: bool = False) -> Counted:
    """What is counted (计票用的选票), sealed or open, as it was added up at the rewriting; RuleBroken before.

    ``from_rows`` reads every ballot anew, as who counts again must.
    """
    box = locks.found(poll)
    if box.state != BoxState.REWRITTEN:
        raise RuleBroken(_("票箱还没有打乱重写，不能计票"), code="box_not_rewritten")
    if from_rows or not box.contents_hash:  # rewritten before there were contents
        return contents.from_rows(box)
    return contents.packed(box)


def contents_are_whole(poll: int) -> bool:
    """Whether what was added up at the rewriting is what the ballots say (汇总和选票一致); True where nothing was."""
    box = locks.found(poll)
    return not box.contents_hash or contents.is_whole(box)


def voters_by(poll: int, groups: Iterable[tuple[int, str]]) -> Counter[str]:
    """How many of each group voted: (person, group) in, numbers alone out. Asked once, while the key is still there."""
    voted, named = set(locks.found(poll).ballots.values_list("pseudonym", flat=True)), keys.pseudonyms(poll)
    return Counter(group for person, group in groups if named(person) in voted)


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


def checkpoint(poll: int, size: int | None = None) -> str | None:
    """A signed head of the log as it is published (日志签名): the last, or the one over so many entries."""
    heads = Checkpoint.objects.filter(box__poll=poll)
    found = heads.order_by("-size") if size is None else heads.filter(size=size)
    return found.values_list("note", flat=True).first()


def public_log(poll: int, *, is_opened: bool = True) -> dict[str, Any]:
    """The log as anyone may have it: entries, signed heads and, once the box is rewritten, the openings.

    Before the result is published nobody but who counts has the openings: ``is_opened`` leaves them out.
    """
    box = locks.found(poll)
    published: dict[str, Any] = {
        "poll": poll,
        "leaves": list(box.leaves.values_list("data", flat=True)),
        "checkpoints": list(box.checkpoints.values_list("note", flat=True)),
    }
    if is_opened and box.state == BoxState.REWRITTEN:
        published["openings"] = [asdict(opening) for opening in openings(poll)]
    return published
