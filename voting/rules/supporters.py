"""Who stands behind which project (支持者), as arrays of whole numbers: what every rule looks up."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

import numpy as np

from voting.rules.ballots import score_vector
from voting.rules.model import Election, Packed, Unusable, packed

MOST_POINTS = 10**9  # so that ten million ballots still sum up within 64 bits
Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Supporters:
    """By project: the merged ballots that give it points, and the points; ``counts`` voters stand for each ballot.

    ``scores`` is the sum of points (得分), ``votes`` the number of voters who give any (票数). ``named`` lists the
    places ballot after ballot; those of ballot b are ``named[starts[b] : starts[b + 1]]``.
    """

    counts: Whole
    ballots: tuple[Whole, ...]
    points: tuple[Whole, ...]
    scores: tuple[int, ...]
    votes: tuple[int, ...]
    voters: int
    named: Whole
    starts: Whole

    @property
    def most_points(self) -> int:
        return max((int(points.max()) for points in self.points if points.size), default=1)

    def joined_by(self, more: "Supporters") -> "Supporters":
        """These and more ballots behind them, on the same projects: as if all had been turned into columns at once."""
        behind = [rows + len(self.counts) for rows in more.ballots]
        return Supporters(
            np.concatenate((self.counts, more.counts)),
            tuple(map(_joined, self.ballots, behind)),
            tuple(map(_joined, self.points, more.points)),
            tuple(map(add, self.scores, more.scores)),
            tuple(map(add, self.votes, more.votes)),
            self.voters + more.voters,
            np.concatenate((self.named, more.named)),
            np.concatenate((self.starts, more.starts[1:] + self.starts[-1])),
        )


def _joined(column: Whole, more: Whole) -> Whole:
    return np.concatenate((column, more)) if more.size else column


def supporters(election: Election, vector: Sequence[int] = ()) -> Supporters:
    """Turn ballots into columns, one a project; a project given no points has no supporter there."""
    held = packed(election.ballots)
    number, lengths, named = len(held), _whole(held.lengths), _whole(held.choices)
    counts = _whole(held.voters)
    points = _points(election, vector, held)
    row = np.repeat(np.arange(number), lengths)
    if not points.all():
        named, points, row = named[points > 0], points[points > 0], row[points > 0]
    order = np.argsort(named.astype(np.int16 if len(election.projects) < 2**15 else np.int64), kind="stable")
    cuts = np.cumsum(np.bincount(named, minlength=len(election.projects)))[:-1]
    by_ballot, by_points = np.split(row[order], cuts), np.split(points[order], cuts)
    weight = [counts[rows] for rows in by_ballot]
    return Supporters(
        counts,
        tuple(by_ballot),
        tuple(by_points),
        tuple(int((w * p).sum()) for w, p in zip(weight, by_points, strict=True)),
        tuple(int(w.sum()) for w in weight),
        int(counts.sum()),
        named,
        np.concatenate(([0], np.cumsum(np.bincount(row, minlength=number)))),
    )


def _points(election: Election, vector: Sequence[int], held: Packed) -> Whole:
    """What each choice of each ballot is worth, one ballot after the other."""
    if election.vote_type in {"approval", "choose-1"}:
        return np.ones(len(held.choices), np.int64)
    if election.vote_type == "ordinal":
        points = _by_rank(score_vector(election, vector), _whole(held.lengths))
    else:
        points = _whole(held.points)
    if election.vote_type == "scoring":
        points = points - election.limits.default_score
        if points.min(initial=0) < 0:
            raise Unusable("points below default_score cannot be counted")
    if points.max(initial=0) > MOST_POINTS:
        raise Unusable(f"more than {MOST_POINTS} points for one project cannot be counted")
    return points


def _by_rank(vector: Sequence[int], lengths: Whole) -> Whole:
    """Points for the first, the second … of every ballot; ranks beyond the vector earn nothing."""
    worth = np.array([*(min(points, MOST_POINTS + 1) for points in vector), 0])
    rank = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return worth[np.minimum(rank, len(vector))]


def _whole(column: "array[int]") -> Whole:
    return np.asarray(column).astype(np.int64)
