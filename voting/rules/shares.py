"""The method of equal shares (等额分摊法), one run: every voter gets the same money; supporters buy projects together.

Each round takes the project whose supporters pay the least for what it is worth to them: per point and unit of cost
(cost utility), or per point (score utility). All pay the same per point, and those who cannot give their last. The
run ends when no supporters can pay for another project. Source: Peters, Pierczyński, Skowron 2021; equalshares.net.

Prices never fall, so an old one is a lower bound: projects are looked at in that order until the next bound is above
the best price found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

from voting.rules import shares_exact
from voting.rules.contest import Contest, Run, Won
from voting.rules.purses import Column, Offer, Purses, TooClose
from voting.rules.records import Utility
from voting.rules.results import Price

FINE = 40  # bits after the point of a price per unit of cost


def equal_shares(contest: Contest, columns: Mapping[int, Column], utility: Utility, money: Fraction) -> Run:
    """One run with this much money a voter; in fractions if the intervals are too close to tell."""
    try:
        return between(contest, columns, utility, money, money)
    except TooClose:
        return shares_exact.equal_shares(contest, utility, money)


def between(contest: Contest, columns: Mapping[int, Column], utility: Utility, least: Fraction, most: Fraction) -> Run:
    """The run that comes out the same for every money between the two; TooClose if that cannot be shown."""
    purses = Purses(contest, least, most)
    market = _Market(contest, columns, purses, utility)
    while (winner := market.next()) is not None:
        purses.pay(winner)
    return market.run


@dataclass(slots=True)
class _Market:
    """The offers of a run, cheapest known bound first."""

    contest: Contest
    purses: Purses
    utility: Utility
    run: Run
    queue: list[tuple[int, int]]
    offers: dict[int, Offer]

    def __init__(self, contest: Contest, columns: Mapping[int, Column], purses: Purses, utility: Utility) -> None:
        self.contest, self.purses, self.utility, self.run = contest, purses, utility, Run()
        costs, unit = contest.costs, purses.unit
        self.offers = {place: Offer(place, costs[place] * unit, column) for place, column in columns.items()}
        for offer in self.offers.values():
            offer.low = offer.cost // offer.column.total
        self.queue = [(self._key(offer, offer.low), place) for place, offer in self.offers.items()]
        heapify(self.queue)

    def next(self) -> Offer | None:
        """The winner of the round, or None when nobody can pay for anything."""
        seen, best = self._look()
        if best is None:
            if seen:
                raise TooClose  # it may be payable, and nothing else is
            return None
        rivals = [offer for offer in seen if self._key(offer, offer.low) <= best]
        winner = rivals[0] if len(rivals) == 1 else self._untied(rivals)
        for offer in seen:
            if offer is not winner:
                heappush(self.queue, (self._key(offer, offer.low), offer.place))
        self.run.won.append(Won(winner.place, self._price(winner)))
        return winner

    def _look(self) -> tuple[list[Offer], int | None]:
        """Appraise offers until the next bound is above the best price; drop what can no longer be paid."""
        seen: list[Offer] = []
        best: int | None = None
        while self.queue and (best is None or self.queue[0][0] <= best):
            offer = self.offers[heappop(self.queue)[1]]
            if not self.purses.appraise(offer):
                self.run.passes(offer.place, *self.purses.lacking(offer))
                continue
            seen.append(offer)
            if offer.high is not None:
                high = self._key(offer, offer.high, up=1)
                best = high if best is None else min(best, high)
        return seen, best

    def _untied(self, rivals: list[Offer]) -> Offer:
        """Of offers whose bounds overlap, the best by exact prices; by the tie rule if they are equal."""
        prices = {offer.place: self._exact(offer) for offer in rivals}
        least = min(prices.values())
        tied = [place for place, price in prices.items() if price == least]
        if len(tied) > 1:
            self.run.ties.append(self.contest.breaker.broken(len(self.run.won) + 1, tied))
        return self.offers[self.contest.breaker.ordered(tied)[0]]

    def _exact(self, offer: Offer) -> Fraction:
        if offer.exact is None:
            raise TooClose
        return offer.exact / self.contest.costs[offer.place] if self.utility == "cost" else offer.exact

    def _key(self, offer: Offer, price: int, *, up: int = 0) -> int:
        """A bound of what the offer is ranked by, rounded outwards."""
        per = self.contest.costs[offer.place] if self.utility == "cost" else 1
        return (price << FINE) // per + up

    def _price(self, offer: Offer) -> Price:
        unit = self.purses.unit
        if offer.exact is not None:
            return Price(offer.exact / unit, offer.exact / unit)
        return Price(Fraction(offer.low, unit), Fraction(offer.high or offer.low, unit))
