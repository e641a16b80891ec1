"""What a rewritten box holds, added up for the count (票箱汇总): each different ballot once, with how many cast it.

Made from the rows when the box is written anew, in the order of what the ballots say: nothing of order, time or person.
The count takes the columns up as they are; a recount reads the rows. ADR 0010.
"""

import hashlib
import json
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db import connections
from django.db.models import Count, QuerySet, TextField
from django.db.models.functions import Cast, Collate
from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from voting.ballot_rules import Choices, Style
from voting.models.urn import URN, BallotBox, BoxContents
from voting.rules.model import Ballot, Packed

NUMBER = "I"  # four bytes, little-endian in the database
BLOCK = 500_000  # choices, from which on a new block begins: what is held in memory at once
Columns = dict[str, bytes]
COLUMNS = ("lengths", "choices", "points", "voters")


class Counted(NamedTuple):
    """What is counted (计票用的选票): the style, its ballots, and the voters of each channel for the turnout alone.

    A choice is the place of its project in the style; ranked ones stand from first to last. ``points`` are there for
    points and for yes (1) and no (0).
    """

    style: Style
    ballots: Packed
    channels: dict[str, int]


def pack(box: BallotBox) -> None:
    """Lay the contents down beside the rows. The caller holds the box, which is packed once, and saves it."""
    box.contents_hash = _digest(_laid_down(box))
    box.channels = _channels(box)


def packed(box: BallotBox) -> Counted:
    """What was laid down. RuleBroken where it is not what was hashed then."""
    blocks = list(_blocks(box))
    if _digest(blocks) != box.contents_hash:
        raise RuleBroken(_("票箱汇总和当时的指纹对不上，不能计票"), code="contents_changed")
    found = _empty()
    for block in blocks:
        for name in COLUMNS:
            getattr(found, name).extend(_numbers(block[name]))
    return Counted(box.style, found, box.channels or {})


def from_rows(box: BallotBox) -> Counted:
    """The same read from every ballot anew."""
    found = _empty()
    for block in _from_rows(box):
        for name in COLUMNS:
            getattr(found, name).extend(getattr(block, name))
    return Counted(box.style, found, _channels(box))


def is_whole(box: BallotBox) -> bool:
    """Whether what was laid down is what the ballots say by now (汇总和选票一致)."""
    hashes = {_digest(map(_bytes, _from_rows(box))), _digest(_blocks(box).iterator(chunk_size=1)), box.contents_hash}
    return len(hashes) == 1 and box.channels == _channels(box)


def _laid_down(box: BallotBox) -> Iterator[Columns]:
    for number, block in enumerate(_from_rows(box)):
        columns = _bytes(block)
        BoxContents.objects.create(box=box, number=number, **columns)
        yield columns


def _blocks(box: BallotBox) -> "QuerySet[BoxContents, Columns]":
    return box.contents.order_by("number").values(*COLUMNS)


def _digest(blocks: Iterable[Columns]) -> str:
    """Over each column as a whole, wherever its blocks begin."""
    found = [hashlib.sha256() for _name in COLUMNS]
    for block in blocks:
        for column, name in zip(found, COLUMNS, strict=True):
            column.update(block[name])
    return hashlib.sha256(b"".join(column.digest() for column in found)).hexdigest()


def _from_rows(box: BallotBox) -> Iterator[Packed]:
    """The different ballots in blocks, grouped and sorted by the database, read from it bit by bit."""
    said = Collate(Cast("choices", TextField()), "C" if connections[URN].vendor == "postgresql" else "BINARY")
    rows = box.ballots.order_by().annotate(said=said).values_list("said").annotate(many=Count("pk")).order_by("said")
    place = {project["id"]: place for place, project in enumerate(box.style["projects"])}
    read, block = READINGS[box.style["method"]], _empty()
    for text, voters in rows.iterator(chunk_size=10_000):
        ballot = read(json.loads(text), place)
        block.lengths.append(len(ballot.choices))
        block.choices.extend(ballot.choices)
        block.points.extend(ballot.points)
        block.voters.append(voters)
        if len(block.choices) >= BLOCK:
            yield block
            block = _empty()
    if block.lengths:
        yield block


def _empty() -> Packed:
    return Packed(*(array(NUMBER) for _name in COLUMNS))


def _bytes(block: Packed) -> Columns:
    return {name: _swapped(getattr(block, name)).tobytes() for name in COLUMNS}


def _numbers(column: bytes) -> "array[int]":
    return _swapped(array(NUMBER, column))


def _swapped(column: "array[int]") -> "array[int]":
    """Between the machine's order of bytes and that of the database."""
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column


def _channels(box: BallotBox) -> dict[str, int]:
    return dict(box.ballots.order_by("channel").values_list("channel").annotate(Count("pk")))


def _approved(choices: Choices, place: Mapping[str, int]) -> Ballot:
    return Ballot(tuple(sorted(place[id] for id in choices)))


def _ranked(choices: Choices, place: Mapping[str, int]) -> Ballot:
    return Ballot(tuple(place[id] for id in sorted(choices, key=choices.__getitem__)))


def _marked(choices: Choices, place: Mapping[str, int]) -> Ballot:
    given = sorted((place[id], mark) for id, mark in choices.items())
    return Ballot(tuple(place for place, _mark in given), tuple(mark for _place, mark in given))


READINGS: dict[str, Callable[[Choices, Mapping[str, int]], Ballot]] = {
    "choose": _approved,
    "budget": _approved,
    "points": _marked,
    "rank": _ranked,
    "yes_no": _marked,
}
