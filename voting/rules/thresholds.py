"""Quorum and majority by whole numbers (法定人数、过半数): the one code for meetings and for yes/no items of a poll."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

MajorityBase = Literal["yes_no", "cast", "roll"]


def quorum(members_due: int, share: Fraction = Fraction(2, 3)) -> int:
    """Members who must be present before anything is decided (法定人数).

    Whole persons, rounded up; the round's rules set ``share``. ValueError if nobody is due.
    Source: 村民委员会组织法 (2018) Art. 26.
    """
    if members_due < 1:
        raise ValueError("members_due must be at least 1")
    return ceil(members_due * share)


def votes_needed(base: int, share: Fraction = Fraction(1, 2)) -> int:
    """The least votes for that are strictly more than ``share`` of the base (超过, not 达到). ValueError below 1."""
    if base < 1:
        raise ValueError("base must be at least 1")
    return floor(base * share) + 1


def passes(votes_for: int, base: int, share: Fraction = Fraction(1, 2)) -> bool:
    """Whether the votes for are strictly more than ``share`` of the base (过半数). Exact, never by percentages."""
    return votes_for >= votes_needed(base, share)


def reaches(votes_for: int, base: int, share: Fraction) -> bool:
    """Whether the votes for are at least ``share`` of the base (达到, e.g. 三分之二以上)."""
    return votes_for * share.denominator >= share.numerator * base


@dataclass(frozen=True, slots=True)
class YesNoTerms:
    """How a yes/no item is decided (逐项表决规则): which base for the quorum, which for the majority, how much of it.

    ``quorum_share`` of the roll 名册 must take part (None: no quorum), and
    ``abstain_counts`` whether an abstention 弃权 makes somebody present. ``majority_base``: "yes_no" 赞成加反对,
    "cast" 投票数 with abstentions, "roll" 名册人数. ``strict``: 超过; else 达到. Source: VOTING §5.1; 村民委员会组织法
    Art. 22, 26; 居民委员会组织法 Art. 9.
    """

    quorum_share: Fraction | None = Fraction(1, 2)
    abstain_counts: bool = True
    majority_base: MajorityBase = "cast"
    majority_share: Fraction = Fraction(1, 2)
    strict: bool = True


@dataclass(frozen=True, slots=True)
class YesNoCount:
    """The four numbers of an item, and what they come to (赞成、反对、弃权、名册)."""

    yes: int
    no: int
    abstain: int
    roll: int
    present: int
    quorum: int
    base: int
    needed: int
    passed: bool

    @property
    def has_quorum(self) -> bool:
        return self.present >= self.quorum


def decide(*, yes: int, no: int, abstain: int, roll: int, terms: YesNoTerms | None = None) -> YesNoCount:
    """Count one yes/no item (逐项表决). ValueError for counts that cannot be: below zero, or more than the roll."""
    terms = terms or YesNoTerms()
    if min(yes, no, abstain, roll) < 0 or yes + no + abstain > roll:
        raise ValueError("yes, no and abstain must be counts of people on the roll")
    present = yes + no + (abstain if terms.abstain_counts else 0)
    due = quorum(roll, terms.quorum_share) if terms.quorum_share is not None and roll else 0
    base = {"yes_no": yes + no, "cast": yes + no + abstain, "roll": roll}[terms.majority_base]
    needed = _needed(base, terms)
    return YesNoCount(
        yes, no, abstain, roll, present, due, base, needed, passed=base > 0 and present >= due and yes >= needed
    )


def _needed(base: int, terms: YesNoTerms) -> int:
    """The least yes votes; nobody wins on an empty base, nor by no vote at all."""
    if base == 0:
        return 1
    return votes_needed(base, terms.majority_share) if terms.strict else max(1, ceil(base * terms.majority_share))
