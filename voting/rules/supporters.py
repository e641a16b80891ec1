"""Who stands behind which project (支持者), as arrays of whole numbers: what every rule looks up."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from voting.rules.ballots import points_of, score_vector
from voting.rules.model import Election, Unusable

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


def supporters(election: Election, vector: Sequence[int] = ()) -> Supporters:
    """Turn ballots into columns, one a project; a project given no points has no supporter there."""
    number = len(election.ballots)
    choices = [ballot.choices for ballot in election.ballots]
    counts = np.fromiter((ballot.voters for ballot in election.ballots), np.int64, number)
    lengths = np.fromiter(map(len, choices), np.int64, number)
    named = np.fromiter(chain.from_iterable(choices), np.int64, int(lengths.sum()))
    points = _points(election, vector, len(named))
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


def _points(election: Election, vector: Sequence[int], entries: int) -> Whole:
    if election.vote_type in {"approval", "choose-1"}:
        return np.ones(entries, np.int64)
    worth, default = score_vector(election, vector), election.limits.default_score
    rows = [points_of(ballot, election.vote_type, default, worth) for ballot in election.ballots]
    if max((max(row, default=0) for row in rows), default=0) > MOST_POINTS:
        raise Unusable(f"more than {MOST_POINTS} points for one project cannot be counted")
    return np.fromiter(chain.from_iterable(rows), np.int64, entries)
