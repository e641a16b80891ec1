"""Who stands behind which project (支持者), as arrays of whole numbers: what every rule looks up."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from voting.rules.ballots import points_of, score_vector
from voting.rules.model import Election

Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Supporters:
    """By project: the merged ballots that give it points, and the points; ``counts`` voters stand for each ballot.

    ``scores`` is the sum of points (得分), ``votes`` the number of voters who give any (票数).
    """

    counts: Whole
    ballots: tuple[Whole, ...]
    points: tuple[Whole, ...]
    scores: tuple[int, ...]
    votes: tuple[int, ...]
    voters: int

    @property
    def most_points(self) -> int:
        return max((int(points.max()) for points in self.points if points.size), default=1)


def supporters(election: Election, vector: Sequence[int] = ()) -> Supporters:
    """Turn ballots into columns, one a project; a project given no points has no supporter there."""
    counts = np.fromiter((ballot.voters for ballot in election.ballots), np.int64, len(election.ballots))
    lengths = np.fromiter((len(ballot.choices) for ballot in election.ballots), np.int64, len(election.ballots))
    entries = int(lengths.sum())
    place = np.fromiter(chain.from_iterable(ballot.choices for ballot in election.ballots), np.int64, entries)
    points = _points(election, vector, entries)
    row = np.repeat(np.arange(len(election.ballots)), lengths)
    given = points > 0
    place, points, row = place[given], points[given], row[given]
    order = np.argsort(place, kind="stable")
    cuts = np.searchsorted(place[order], np.arange(1, len(election.projects)))
    by_ballot, by_points = np.split(row[order], cuts), np.split(points[order], cuts)
    weight = [counts[rows] for rows in by_ballot]
    return Supporters(
        counts,
        tuple(by_ballot),
        tuple(by_points),
        tuple(int((w * p).sum()) for w, p in zip(weight, by_points, strict=True)),
        tuple(int(w.sum()) for w in weight),
        int(counts.sum()),
    )


def _points(election: Election, vector: Sequence[int], entries: int) -> Whole:
    if election.vote_type in {"approval", "choose-1"}:
        return np.ones(entries, np.int64)
    worth, default = score_vector(election, vector), election.limits.default_score
    rows = (points_of(ballot, election.vote_type, default, worth) for ballot in election.ballots)
    return np.fromiter(chain.from_iterable(rows), np.int64, entries)
