"""What a count leaves behind (计票结果): the winners, and every step, so that anyone can follow why.

Amounts are in the election's smallest units; ids are the projects' own. Nothing here is rounded.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from voting.rules.records import RuleRecord
from voting.rules.ties import Tie

Stage = Literal["guarantee", "rule", "completion"]


@dataclass(frozen=True, slots=True)
class Price:
    """A figure a rule decides by (单价、负担), between two exact bounds; they are equal when it is known exactly."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Step:
    """One project taken (当选一步).

    ``price``: equal shares, what a supporter pays per point (per vote where each gives one); Phragmén, the load its
    supporters then bear. ``payers`` pay all of it, ``exhausted`` give the last they have (余额用尽); ``budget_left``
    is what the pool holds after it. ``group``: whose guarantee it fills.
    """

    round: int
    stage: Stage
    project: str
    score: int
    cost: int
    budget_left: int
    price: Price | None = None
    payers: int | None = None
    exhausted: int | None = None
    group: str = ""

    @property
    def effective_votes(self) -> Price | None:
        """How many full payers its points were worth (有效得分): cost over price, its score if nobody ran short."""
        if self.price is None or not self.price.low:
            return None
        return Price(self.cost / self.price.high, self.cost / self.price.low)


@dataclass(frozen=True, slots=True)
class Passed:
    """A project that was looked at and could not be taken (未能当选): ``lacking`` is what was missing then.

    Greedy and completion: of the budget. Equal shares: of its supporters' own money (支持者余额不足), as a fraction
    of the smallest unit between two bounds, in the first round they had too little. Phragmén: of the budget, when it
    came up and ended the count.
    """

    round: int
    stage: Stage
    project: str
    lacking: Price


@dataclass(frozen=True, slots=True)
class Barred:
    """A project that could not win (未入围): which condition, what it asked, what was reached."""

    project: str
    condition: Literal["min_score", "min_votes", "min_share", "quota", "within_budget", "withdrawn", "no_votes"]
    needed: Fraction
    found: Fraction


@dataclass(frozen=True, slots=True)
class Add1:
    """The search for the voters' money (逐步加一): the last step that counts, and why it went no further."""

    steps: int
    voter_money: Fraction
    ended: Literal["exhaustive", "overspend", "all_won"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many voters would rather have which outcome (比较步骤)."""

    for_rule: int
    for_greedy: int


@dataclass(frozen=True, slots=True)
class Count:
    """The whole of a count. ``selected`` is in order of election; ``reserve`` in the order to be called up (递补).

    ``voters_by_winners[k]`` voters support k of the winners; the first are those whom nothing chosen went to (无所得).
    """

    record: RuleRecord
    selected: tuple[str, ...]
    cost: int
    budget: int
    voters: int
    scores: dict[str, int]
    votes: dict[str, int]
    steps: tuple[Step, ...]
    voters_by_winners: tuple[int, ...]
    passed: tuple[Passed, ...] = ()
    barred: tuple[Barred, ...] = ()
    ties: tuple[Tie, ...] = ()
    reserve: tuple[str, ...] = ()
    add1: Add1 | None = None
    comparison: Comparison | None = None
    seed: str = field(default="", repr=False)
