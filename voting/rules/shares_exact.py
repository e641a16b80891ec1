"""The method of equal shares in fractions alone (等额分摊法的精确复算): the certificate, and the judge of close calls.

Python's whole numbers only, no arrays. All purses share one denominator, which grows by each winner's; a purse is a whole number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd

from voting.rules.contest import Contest, Run, Won
from voting.rules.records import Utility
from voting.rules.results import Price


@dataclass(frozen=True, slots=True)
class _Group:
    """Supporters of one project who give it the same points: their ballots, and how many voters each stands for."""

    points: int
    rows: list[int]


def equal_shares(contest: Contest, utility: Utility, money: Fraction) -> Run:
    """One run with this much money a voter (see shares.py), every price an exact fraction."""
    shares = _Shares(contest, utility, money)
    shares.note_spent()
    while (winner := shares.next()) is not None:
        shares.pay(*winner)
        shares.note_spent()
    return shares.run


class _Shares:
    """The purses of a run: ``purses[row] / denominator`` smallest units each."""

    def __init__(self, contest: Contest, utility: Utility, money: Fraction) -> None:
        self.contest, self.utility, self.run = contest, utility, Run()
        self.counts: list[int] = contest.supporters.counts.tolist()
        self.denominator = money.denominator
        self.purses = [money.numerator] * len(self.counts)
        self.groups = {place: _groups(contest, place) for place in contest.places if contest.scores[place]}
        self.named: list[int] = contest.supporters.named.tolist()
        self.starts: list[int] = contest.supporters.starts.tolist()
        self.held = [votes * money.numerator for votes in contest.supporters.votes]  # by place, all supporters' money
        self.queue = [(self._rank(p, Fraction(contest.costs[p], contest.scores[p])), p) for p in self.groups]
        heapify(self.queue)

    def note_spent(self) -> None:
        """Drop the projects that their supporters together can no longer pay (余额不足), and write down what lacks."""
        for place in sorted(self.groups):
            lacking = self.contest.costs[place] * self.denominator - self.held[place]
            if lacking > 0:
                del self.groups[place]
                self.run.passes(place, Fraction(lacking, self.denominator))

    def next(self) -> tuple[int, Fraction] | None:
        """The winner of the round and its price per point; None when nobody can pay for anything."""
        seen: list[tuple[Fraction, int, Fraction]] = []
        best: Fraction | None = None
        while self.queue and (best is None or self.queue[0][0] <= best):
            bound, place = heappop(self.queue)
            if place not in self.groups:
                continue
            price = self._price(place, bound)
            rank = self._rank(place, price)
            seen.append((rank, place, price))
            best = rank if best is None else min(best, rank)
        if best is None:
            return None
        tied = [place for rank, place, _price in seen if rank == best]
        if len(tied) > 1:
            self.run.ties.append(self.contest.breaker.broken(len(self.run.won) + 1, tied))
        winner = self.contest.breaker.ordered(tied)[0]
        for rank, place, _price in seen:
            if place != winner:
                heappush(self.queue, (rank, place))
        return winner, next(price for _rank, place, price in seen if place == winner)

    def pay(self, winner: int, price: Fraction) -> None:
        """Every supporter pays the price per point, or the last she has."""
        grown = price.denominator // gcd(price.denominator, self.denominator)
        if grown > 1:
            self.denominator *= grown
            self.purses = [purse * grown for purse in self.purses]
            self.held = [money * grown for money in self.held]
        payers = exhausted = 0
        for group in self.groups.pop(winner):
            due = (price * group.points * self.denominator).numerator
            for row in group.rows:
                purse = self.purses[row]
                if purse > 0:
                    payers += self.counts[row]
                    exhausted += self.counts[row] if purse <= due else 0
                    self._take(row, min(purse, due))
        self.run.won.append(Won(winner, Price(price, price), payers, exhausted))

    def _take(self, row: int, paid: int) -> None:
        self.purses[row] -= paid
        paid *= self.counts[row]
        for place in self.named[self.starts[row] : self.starts[row + 1]]:
            self.held[place] -= paid

    def _price(self, place: int, bound: Fraction) -> Fraction:
        """The price per point at which the supporters, who have enough together, can just pay."""
        cost = self.contest.costs[place] * self.denominator
        price = bound * self.contest.costs[place] if self.utility == "cost" else bound
        while True:
            given = rich = 0
            for group in self.groups[place]:
                more, many = self._short(group.rows, price * group.points * self.denominator)
                given, rich = given + more, rich + many * group.points
            step = Fraction(cost - given, rich * self.denominator)
            if step <= price:
                return price
            price = step

    def _short(self, rows: Iterable[int], due: Fraction) -> tuple[int, int]:
        """What the short ones among these have together, and how many voters are not short."""
        purses, counts = self.purses, self.counts
        least = -(-due.numerator // due.denominator)
        given = rich = 0
        for row in rows:
            if purses[row] < least:
                given += purses[row] * counts[row]
            else:
                rich += counts[row]
        return given, rich

    def _rank(self, place: int, price: Fraction) -> Fraction:
        return price / self.contest.costs[place] if self.utility == "cost" else price


def _groups(contest: Contest, place: int) -> list[_Group]:
    rows: list[int] = contest.supporters.ballots[place].tolist()
    by_points: dict[int, list[int]] = {}
    for row, points in zip(rows, contest.supporters.points[place].tolist(), strict=True):
        by_points.setdefault(points, []).append(row)
    return [_Group(points, found) for points, found in by_points.items()]
