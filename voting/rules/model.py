"""An election as plain immutable values (选举): projects, money, limits and merged ballots. Whole numbers throughout.

Money is counted in the smallest unit the file uses (``scale`` of them make one currency unit), so 2572946.76 is
257294676 at scale 100. A project is known by its place in ``projects``; its ``id`` is for people.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Literal, NamedTuple, get_args

VoteType = Literal["approval", "choose-1", "cumulative", "scoring", "ordinal"]
VOTE_TYPES: tuple[str, ...] = get_args(VoteType)
AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,6})?")
GroupBy = Literal["category", "village", "target"]


class Unusable(ValueError):
    """What was given is no election that can be counted; the text says what and where."""


@dataclass(frozen=True, slots=True)
class Project:
    """What may be chosen (项目): cost in smallest units, and the groups it belongs to (类别、村居、受益人群)."""

    id: str
    cost: int
    name: str = ""
    categories: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()

    def groups(self, by: GroupBy) -> tuple[str, ...]:
        return {"category": self.categories, "village": self.villages, "target": self.targets}[by]


class Ballot(NamedTuple):
    """Ballots that say the same (相同的选票), merged: places of the projects, and how many ``voters`` cast them.

    Ordinal: places from first to last. Cumulative and scoring: ``points`` beside the places. Approval: no points.
    """

    choices: tuple[int, ...]
    points: tuple[int, ...] = ()
    voters: int = 1


@dataclass(frozen=True, slots=True)
class Packed:
    """Many ballots as columns of whole numbers (成列的选票), one after the other: no object for each until one is asked for.

    ``lengths`` says how many of ``choices`` are each ballot's. ``points`` stand beside them, or there are none at all.
    """

    lengths: "array[int]"
    choices: "array[int]"
    points: "array[int]"
    voters: "array[int]"

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[Ballot]:
        start = 0
        for length, voters in zip(self.lengths, self.voters, strict=True):
            here = slice(start, start + length)
            yield Ballot(tuple(self.choices[here]), tuple(self.points[here]), voters)
            start += length


@dataclass(frozen=True, slots=True)
class Limits:
    """What a valid ballot keeps to (选票限制); None is no limit. Lengths count projects, sums of cost are money."""

    min_length: int | None = None
    max_length: int | None = None
    min_sum_cost: int | None = None
    max_sum_cost: int | None = None
    min_points: int | None = None
    max_points: int | None = None
    min_sum_points: int | None = None
    max_sum_points: int | None = None
    default_score: int = 0


@dataclass(frozen=True, slots=True)
class Election:
    """All that a count reads. Every voter counts in ``voters``, also one whose ballot is empty (空白票)."""

    projects: tuple[Project, ...]
    budget: int
    ballots: tuple[Ballot, ...] | Packed
    vote_type: VoteType = "approval"
    limits: Limits = field(default_factory=Limits)
    scale: int = 1
    currency: str = ""

    def __post_init__(self) -> None:
        if self.vote_type not in VOTE_TYPES:
            raise Unusable(f"unknown vote_type {self.vote_type}")
        if self.budget < 1 or self.scale < 1:
            raise Unusable("the budget must be above zero")
        ids = [project.id for project in self.projects]
        if not ids or len(set(ids)) != len(ids):
            raise Unusable("projects must be there, each id once")
        for project in self.projects:
            if project.cost < 1:
                raise Unusable(f"project {project.id} must cost more than zero")

    @property
    def voters(self) -> int:
        if isinstance(self.ballots, Packed):
            return sum(self.ballots.voters)
        return sum(ballot.voters for ballot in self.ballots)

    def money(self, amount: int | Fraction) -> str:
        """An amount of smallest units as an exact decimal: 257294676 → "2572946.76"; "num/den" if there is none."""
        exact = Fraction(amount) / self.scale
        digits = len(str(self.scale)) - 1
        if (exact * self.scale).denominator != 1:
            return f"{exact.numerator}/{exact.denominator}"
        whole, rest = divmod(abs(exact.numerator * self.scale // exact.denominator), self.scale)
        sign = "-" if exact < 0 else ""
        return f"{sign}{whole}.{rest:0{digits}}" if rest else f"{sign}{whole}"


def is_amount(text: str) -> bool:
    """Plain digits with at most six decimals: no sign, no exponent, no thousands mark (金额写法)."""
    return AMOUNT.fullmatch(text) is not None


def smallest_units(text: str, scale: int) -> int:
    """An amount as whole smallest units: "2572946.76" at scale 100 → 257294676. Unusable if it does not fit."""
    exact = Fraction(text) * scale if is_amount(text) else Fraction(1, 2)
    if exact.denominator != 1:
        raise Unusable(f"{text!r} is no amount in steps of 1/{scale}")
    return exact.numerator


def merged(ballots: Iterable[Ballot]) -> tuple[Ballot, ...]:
    """The same ballots once, in order of first appearance, with their voters added (合并相同的选票)."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    for choices, points, voters in ballots:
        key = choices, points
        found[key] = found.get(key, 0) + voters
    return tuple(Ballot(choices, points, voters) for (choices, points), voters in found.items())


def packed(ballots: tuple[Ballot, ...] | Packed) -> Packed:
    """The ballots as columns; none is made where they are already."""
    if isinstance(ballots, Packed):
        return ballots
    return Packed(
        array("q", [len(ballot.choices) for ballot in ballots]),
        array("q", chain.from_iterable(ballot.choices for ballot in ballots)),
        array("q", chain.from_iterable(ballot.points for ballot in ballots)),
        array("q", [ballot.voters for ballot in ballots]),
    )


def approvals(chosen: Iterable[Iterable[int]]) -> tuple[Ballot, ...]:
    """Approval ballots from places, each voter's once, in any order (限选)."""
    return merged(Ballot(tuple(sorted(set(places)))) for places in chosen)
