"""Voters' money in equal shares, as intervals of whole numbers (选民份额): fast, and never wrong.

Money is fixed-point: ``unit`` whole numbers make one smallest unit, and unit is a multiple of the number of voters,
so that budget/n starts exactly. Each purse is kept as a lower and an upper bound, each rounded outwards. The price q
per point at which supporters can just pay, Σ min(purse, q · points) = cost, is bounded by these two facts:

* for any set S of supporters said to be short, q ≥ (cost − Σ purses in S) / Σ points outside S; so a Newton step on
  the concave sum never passes the price, and with upper bounds of the purses it is a lower bound;
* when a step does not pass the q it started from, that q pays the cost even from the lower bounds: an upper bound.

Comparisons are between intervals. Where two overlap and are not both known as fractions, TooClose is raised and the
run is made again in fractions (shares_exact.py).
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from voting.rules.contest import Contest
from voting.rules.supporters import Whole

HEADROOM = 61


class TooClose(Exception):
    """The bounds do not tell two projects apart; fractions must."""


@dataclass(frozen=True, slots=True)
class Column:
    """A project's supporters, the same for every run: rows of ballots, points, points times voters, their sum."""

    rows: Whole
    points: Whole | None  # None: one each
    weight: Whole
    total: int


def columns(contest: Contest) -> dict[int, Column]:
    """The columns of all places that have a supporter."""
    found = {}
    for place in contest.places:
        rows, points = contest.supporters.ballots[place], contest.supporters.points[place]
        if rows.size:
            plain = bool((points == 1).all())
            weight = contest.supporters.counts[rows] * points
            found[place] = Column(rows, None if plain else points, weight, int(weight.sum()))
    return found


@dataclass(slots=True)
class Offer:
    """What is known of a project's price this far; ``low`` holds for all later rounds, as purses only shrink."""

    place: int
    cost: int
    column: Column
    low: int = 1
    high: int | None = None
    exact: Fraction | None = None


class Purses:
    """The purses of one run, each between ``low`` and ``high``."""

    def __init__(self, contest: Contest, least: Fraction, most: Fraction) -> None:
        supporters = contest.supporters
        biggest = max([int(most * supporters.voters) + 1, *(contest.costs[p] for p in contest.places)])
        spare = HEADROOM - (biggest * supporters.most_points * supporters.voters).bit_length()
        if spare < 0:
            raise TooClose
        self.unit = supporters.voters << spare
        self.counts = supporters.counts
        size = len(self.counts)
        self.low: Whole = np.full(size, (least * self.unit).__floor__(), np.int64)
        self.high: Whole = np.full(size, (most * self.unit).__ceil__(), np.int64)
        self.all_low, self.all_high = self.low * self.counts, self.high * self.counts

    def appraise(self, offer: Offer) -> bool:
        """Bound the price of an offer anew; False if its supporters can certainly not pay for it any more."""
        column = offer.column
        purse, held = self.low[column.rows], self.all_low[column.rows]
        price = offer.low
        while True:
            short = purse < (price if column.points is None else price * column.points)
            given = int(held[short].sum())
            rich = column.total - int(column.weight[short].sum())
            if rich == 0:
                return self._none_rich(offer, price, given)
            step = -((given - offer.cost) // rich)  # rounded up
            if step <= price:
                break
            price = step
        most_given = int(self.all_high[column.rows[short]].sum())
        offer.high = price
        offer.low = max(offer.low, (offer.cost - most_given) // rich)
        offer.exact = Fraction(offer.cost, rich) if most_given == 0 else None
        return True

    def _none_rich(self, offer: Offer, price: int, given: int) -> bool:
        """All give their last at this price: enough, or enough only if purses are at their upper bounds."""
        offer.high = price if given >= offer.cost else None
        offer.exact = None
        return given >= offer.cost or int(self.all_high[offer.column.rows].sum()) >= offer.cost

    def lacking(self, offer: Offer) -> tuple[Fraction, Fraction]:
        """What the supporters' purses lack of the cost, in smallest units, between two bounds."""
        rows = offer.column.rows
        least = offer.cost - int(self.all_high[rows].sum())
        most = offer.cost - int(self.all_low[rows].sum())
        return Fraction(least, self.unit), Fraction(most, self.unit)

    def pay(self, offer: Offer) -> None:
        """Every supporter pays the price per point, or the last she has."""
        column = offer.column
        rows, points = column.rows, 1 if column.points is None else column.points
        cheap, dear = offer.low, offer.high or 0
        if offer.exact is not None:
            cheap, dear = offer.exact.__floor__(), offer.exact.__ceil__()
        self.low[rows] = np.maximum(self.low[rows] - dear * points, 0)
        self.high[rows] = np.maximum(self.high[rows] - cheap * points, 0)
        self.all_low[rows] = self.low[rows] * self.counts[rows]
        self.all_high[rows] = self.high[rows] * self.counts[rows]
