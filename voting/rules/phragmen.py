"""Sequential Phragmén (弗拉格门依次负担法): each winner's cost is a load its supporters carry; the least load wins next.

Supporters of a winner all carry the same load afterwards, so a voter's load is that of the last winner she supports:
a sum over supporters is a sum over winners, kept as counts of voters. Loads are fixed-point whole numbers rounded
down, so every comparison is between two bounds; what is too close is computed as fractions.
"""

from fractions import Fraction

import numpy as np

from voting.rules.contest import Contest, Run, Won
from voting.rules.model import Unusable
from voting.rules.results import Price
from voting.rules.supporters import Whole

HEADROOM = 61  # bits of a sum that stay free of overflow


def phragmen(contest: Contest) -> Run:
    """Take the project that leaves its supporters with the least load, until one that should be next does not fit.

    Approval ballots only. If several are next and one of them does not fit, the count ends as well (as pabutools).
    Source: Brill, Freeman, Janson, Lackner 2017; VOTING sequential_phragmen.
    """
    if any(points.size and points.max() > 1 for points in contest.supporters.points):
        raise Unusable("sequential_phragmen counts approval ballots only")
    run, left = Run(), contest.budget
    open_places = [p for p in contest.places if contest.costs[p] <= contest.budget and contest.scores[p]]
    loads = _Loads(contest)
    while open_places:
        load, tied = loads.least(open_places)
        misfits = [place for place in tied if contest.costs[place] > left]
        for place in misfits:
            run.passes(place, contest.costs[place] - left)
        if misfits:
            break
        if len(tied) > 1:
            run.ties.append(contest.breaker.broken(len(run.won) + 1, tied))
        winner = contest.breaker.ordered(tied)[0]
        loads.bear(winner, load)
        open_places.remove(winner)
        left -= contest.costs[winner]
        run.won.append(Won(winner, Price(load, load), contest.supporters.votes[winner]))
    return run


class _Loads:
    """Who carries what: ``held[p, j]`` supporters of project p carry the load of winner j (0: none yet)."""

    def __init__(self, contest: Contest) -> None:
        self.supporters, self.costs = contest.supporters, contest.costs
        most = sum(sorted(contest.costs)) * max(1, contest.supporters.voters)
        self.bits = HEADROOM - most.bit_length()  # below zero: numbers too large, all in fractions
        self.exact = [Fraction(0)]
        self.held: Whole = np.zeros((len(contest.costs), len(contest.costs) + 1), np.int64)
        self.held[:, 0] = self.supporters.votes
        self.fixed: Whole = np.zeros(len(contest.costs) + 1, np.int64)
        self.last: Whole = np.zeros(len(self.supporters.counts), np.int64)

    def least(self, places: list[int]) -> tuple[Fraction, list[int]]:
        """The least load a next winner would bring, and all the places that bring it."""
        near = {place: self.load(place) for place in self._nearest(places)}
        least = min(near.values())
        return least, [place for place, load in near.items() if load == least]

    def _nearest(self, places: list[int]) -> list[int]:
        """The places whose bounds reach down to the lowest upper bound: one of them is the least."""
        if self.bits < 0:
            return places
        known = len(self.exact)
        sums = (self.held[places, :known] @ self.fixed[:known]).tolist()
        votes = self.supporters.votes
        low, high = {}, {}
        for place, carried in zip(places, sums, strict=True):
            amount = (self.costs[place] << self.bits) + carried
            low[place] = amount // votes[place]
            high[place] = (amount + votes[place]) // votes[place] + 1  # each carries less than one unit more
        bound = min(high.values())
        return [place for place in places if low[place] <= bound]

    def load(self, place: int) -> Fraction:
        """What each supporter would carry if this place won, exactly."""
        held = self.held[place, : len(self.exact)].tolist()
        carried = sum((count * load for count, load in zip(held, self.exact, strict=True) if count), Fraction(0))
        return (self.costs[place] + carried) / self.supporters.votes[place]

    def bear(self, winner: int, load: Fraction) -> None:
        """All supporters of the winner now carry its load; count them out of what they carried."""
        here = len(self.exact)
        self.exact.append(load)
        if self.bits >= 0:
            self.fixed[here] = (load.numerator << self.bits) // load.denominator
        rows = self.supporters.ballots[winner]
        places, owner = self._named_by(rows)
        moved, line = self.supporters.counts[owner], places * self.held.shape[1]
        flat = self.held.reshape(-1)
        np.add.at(flat, line + self.last[owner], -moved)
        np.add.at(flat, line + here, moved)
        self.last[rows] = here

    def _named_by(self, rows: Whole) -> tuple[Whole, Whole]:
        """All places these ballots name, and beside each the ballot."""
        starts = self.supporters.starts
        lengths = starts[rows + 1] - starts[rows]
        ends = np.cumsum(lengths)
        shift = np.repeat(starts[rows] - (ends - lengths), lengths)
        return self.supporters.named[shift + np.arange(len(shift))], np.repeat(rows, lengths)
