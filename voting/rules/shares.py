"""The method of equal shares (等额分摊法), one run: every voter gets the same money; supporters buy projects together.

Each round takes the project whose supporters pay the least for what it is worth to them: per point and unit of cost
(cost utility), or per point (score utility). All pay the same per point, and those who cannot give their last. The
run ends when no supporters can pay for another project. Source: Peters, Pierczyński, Skowron 2021; equalshares.net.

Prices never fall, so an old one is a lower bound: projects are looked at in that order until the next bound is above
the best price found.
"""

from collections.abc import Mapping
from fractions import Fraction
from heapq import heapify, heappop, heappush

from voting.rules import shares_exact
from voting.rules.contest import Contest, Run, Won
from voting.rules.purses import Column, Offer, Purses, TooClose
from voting.rules.records import Utility
from voting.rules.results import Price

FINE = 40  # bits after the point of a price per unit of cost


def equal_shares(
    contest: Contest, columns: Mapping[int, Column], utility: Utility, money: Fraction, *, told: bool = False
) -> Run:
    """One run with this much money a voter; in fractions if the intervals are too close to tell.

    ``told``: note also when each loser's supporters could no longer pay for it, which takes some time.
    """
    try:
        return between(contest, columns, utility, money, money, told=told)
    except TooClose:
        return shares_exact.equal_shares(contest, utility, money)


def between(
    contest: Contest,
    columns: Mapping[int, Column],
    utility: Utility,
    least: Fraction,
    most: Fraction,
    *,
    told: bool = False,
) -> Run:
    """The run that comes out the same for every money between the two; TooClose if that cannot be shown."""
    purses = Purses(contest, least, most)
    market = _Market(contest, columns, purses, utility)
    if told:
        market.note_spent()
    while (winner := market.next()) is not None:
        purses.pay(winner)
        if told:
            market.note_spent()
    return market.run


class _Market:
    """The offers of a run, cheapest known bound first."""

    def __init__(self, contest: Contest, columns: Mapping[int, Column], purses: Purses, utility: Utility) -> None:
        self.contest, self.purses, self.utility, self.run = contest, purses, utility, Run()
        costs, unit = contest.costs, purses.unit
        self.offers = {place: Offer(place, costs[place] * unit, column) for place, column in columns.items()}
        for offer in self.offers.values():
            offer.low = offer.cost // offer.column.total
        self.queue = [(self._key(offer, offer.low), place) for place, offer in self.offers.items()]
        heapify(self.queue)
        self.payable = sorted(self.offers)

    def note_spent(self) -> None:
        """Write down the offers that their supporters together can no longer pay (余额不足)."""
        for place in list(self.payable):
            least, most = self.purses.lacking(self.offers[place])
            if least <= 0 < most:
                raise TooClose
            if least > 0:
                self.payable.remove(place)
                self.run.passes(place, least, most)

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
        self.payable.remove(winner.place)
        return winner

    def _look(self) -> tuple[list[Offer], int | None]:
        """Appraise offers until the next bound is above the best price; drop what can no longer be paid."""
        seen: list[Offer] = []
        best: int | None = None
        while self.queue and (best is None or self.queue[0][0] <= best):
            offer = self.offers[heappop(self.queue)[1]]
            if self.purses.appraise(offer):
                seen.append(offer)
                if offer.high is not None:
                    high = self._key(offer, offer.high)
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

    def _key(self, offer: Offer, price: int) -> int:
        """A bound of what the offer is ranked by; rounding all bounds down keeps every overlap."""
        per = self.contest.costs[offer.place] if self.utility == "cost" else 1
        return (price << FINE) // per

    def _price(self, offer: Offer) -> Price:
        unit = self.purses.unit
        if offer.exact is not None:
            return Price(offer.exact / unit, offer.exact / unit)
        return Price(Fraction(offer.low, unit), Fraction(offer.high or offer.low, unit))
