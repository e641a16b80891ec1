"""Add1 (逐步加一): equal shares with a little more money a voter each step, until the budget is used as far as it goes.

A step's outcome is one run. Many steps are settled at once where bounds show that one run holds for all of them
(shares.between); each success doubles the stretch tried next, each failure shortens it and waits a little. So the
answer is that of going step by step, and 20,000 steps of a small election take as long as some dozens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from voting.rules.contest import Contest, Run
from voting.rules.purses import Column, TooClose
from voting.rules.records import Stop, Utility
from voting.rules.results import Add1
from voting.rules.shares import between, equal_shares


@dataclass(slots=True)
class _Stretch:
    """How many steps to try at once; after a failure of the shortest, ``rest`` single steps first, ever more."""

    length: int = 1
    rest: int = 0
    patience: int = 1

    def settled(self) -> None:
        if self.rest > 1:
            self.rest -= 1
            return
        if not self.rest:
            self.patience = 1
        self.length, self.rest = self.length * 2, 0

    def failed(self) -> None:
        self.length //= 2
        if self.length == 1:
            self.rest, self.patience = self.patience, min(64, self.patience * 2)


def add1(
    contest: Contest,
    columns: Mapping[int, Column],
    utility: Utility,
    *,
    start: Fraction,
    increment: Fraction,
    stop: Stop,
) -> Add1:
    """The step whose outcome counts (VOTING: mes_*_add1).

    It is the first to which nothing that fits can be added (``stop`` "exhaustive"), else the last before the first
    that costs more than the budget; the first run never does, as there is no more money than that. If everything with
    support is elected, more changes nothing and the search ends.
    """
    step, stretch = 0, _Stretch()
    while True:
        settled = _settle(contest, columns, utility, start + step * increment, increment, stretch)
        if settled is None:
            continue
        run, steps = settled
        won = run.places
        if contest.cost_of(won) > contest.budget:
            return Add1(step - 1, start + (step - 1) * increment, "overspend")
        if stop == "exhaustive" and contest.is_exhaustive(won):
            return Add1(step, start + step * increment, "exhaustive")
        if len(won) == len(columns):
            return Add1(step, start + step * increment, "all_won")
        step += steps


def _settle(
    contest: Contest,
    columns: Mapping[int, Column],
    utility: Utility,
    money: Fraction,
    increment: Fraction,
    stretch: _Stretch,
) -> tuple[Run, int] | None:
    """The run from this money on, and for how many steps it holds; None if the stretch was too long to tell."""
    steps = 1 if stretch.rest else stretch.length
    if steps == 1:
        run = equal_shares(contest, columns, utility, money)
    else:
        try:
            run = between(contest, columns, utility, money, money + (steps - 1) * increment)
        except TooClose:
            stretch.failed()
            return None
    stretch.settled()
    return run, steps
