"""What is published of a box (公开的投票日志): the log at any time, and after the close what each commitment held."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from voting.ballot_rules import Choices
from voting.models.urn import BoxState, Openings
from voting.services.urn import locks


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
