"""What every rule is given and what it gives back (计票过程): projects by place, supporters, money, ties."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from voting.rules.results import Price
from voting.rules.supporters import Supporters
from voting.rules.ties import Breaker, Tie


@dataclass(frozen=True, slots=True)
class Contest:
    """The eligible ``places`` with their costs and supporters; ``budget`` is what is left for this stage."""

    places: tuple[int, ...]
    costs: tuple[int, ...]
    supporters: Supporters
    budget: int
    breaker: Breaker

    @property
    def scores(self) -> Sequence[int]:
        return self.supporters.scores

    def cost_of(self, places: Iterable[int]) -> int:
        return sum(self.costs[place] for place in places)

    def is_exhaustive(self, won: Sequence[int]) -> bool:
        """Nothing more fits beside these winners (用尽)."""
        left, taken = self.budget - self.cost_of(won), set(won)
        return all(self.costs[place] > left for place in self.places if place not in taken)


@dataclass(frozen=True, slots=True)
class Won:
    """A winner, and the figure it won by."""

    place: int
    price: Price | None = None
    payers: int | None = None
    exhausted: int | None = None


@dataclass(slots=True)
class Run:
    """One run of a rule, written as it goes: winners, what could not be taken in which round, ties."""

    won: list[Won] = field(default_factory=list)
    passed: list[tuple[int, int, Price]] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)

    @property
    def places(self) -> list[int]:
        return [winner.place for winner in self.won]

    def passes(self, place: int, lacking: Fraction | int, at_most: Fraction | int | None = None) -> None:
        high = lacking if at_most is None else at_most
        self.passed.append((len(self.won) + 1, place, Price(Fraction(lacking), Fraction(high))))
