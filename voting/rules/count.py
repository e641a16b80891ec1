"""Counting (计票): an election and a rule record in, a Count out. The same in, the same out, on any machine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor

import numpy as np

from voting.rules import shares_exact
from voting.rules.add1 import add1
from voting.rules.contest import Contest, Run
from voting.rules.eligibility import barred, guaranteed
from voting.rules.greedy import greedy
from voting.rules.model import Election, smallest_units
from voting.rules.phragmen import phragmen
from voting.rules.purses import columns
from voting.rules.records import RuleRecord
from voting.rules.results import Add1, Barred, Comparison, Count, Passed, Stage, Step
from voting.rules.shares import equal_shares
from voting.rules.supporters import Supporters, Whole, supporters
from voting.rules.ties import Breaker, Tie


def count(election: Election, record: RuleRecord, seed: str = "", *, certify: bool = False) -> Count:
    """Count an election by a record (按规则计票).

    ``seed`` is needed when the tie rule draws lots, and must be the one committed to. ``certify`` makes the final run
    of equal shares again in fractions and takes prices, payers and exhausted purses from there; the winners must be
    the same, or the count is refused. Unusable says what is wrong with the input.
    """
    held = supporters(election, record.score_vector)
    return _Counting(election, record, seed, certify, held).counted()


def winners(election: Election, record: RuleRecord, held: Supporters, seed: str = "") -> tuple[str, ...]:
    """Only who is elected, in order, with these ``held`` behind the projects in place of the election's ballots.

    For who counts the same over and over with a vote or a price changed.
    """
    return _Counting(election, record, seed, False, held).winners()


@dataclass(slots=True)
class _Counting:
    """One count as it goes on: what was taken at which stage, and what is left of the budget."""

    election: Election
    record: RuleRecord
    seed: str
    certify: bool
    held: Supporters
    taken: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    barred: list[Barred] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    add1: Add1 | None = None
    comparison: Comparison | None = None

    def counted(self) -> Count:
        return self._told(self._carried_out())

    def winners(self) -> tuple[str, ...]:
        contest = self._carried_out()
        return tuple(contest.breaker.ids[place] for place in self.taken)

    def _carried_out(self) -> Contest:
        self.election = self._with_budget()
        contest = self._contest()
        self._guarantees(contest)
        self._rule(self._rest(contest))
        self._completion(self._rest(contest))
        return contest

    def _contest(self) -> Contest:
        """The projects that may win, and who stands behind them."""
        election, held = self.election, self.held
        breaker = Breaker(self.record.tie, election, held.scores, self.seed)
        self.barred = barred(election, self.record.eligibility, held)
        out = {miss.project for miss in self.barred}
        places = tuple(place for place, project in enumerate(election.projects) if project.id not in out)
        return Contest(places, tuple(project.cost for project in election.projects), held, election.budget, breaker)

    def _told(self, contest: Contest) -> Count:
        ids, held = contest.breaker.ids, contest.supporters
        return Count(
            record=self.record,
            selected=tuple(ids[place] for place in self.taken),
            cost=contest.cost_of(self.taken),
            budget=contest.budget,
            voters=held.voters,
            scores=dict(zip(ids, held.scores, strict=True)),
            votes=dict(zip(ids, held.votes, strict=True)),
            steps=tuple(self.steps),
            voters_by_winners=_voters_by_winners(held, self.taken),
            passed=tuple(self.passed),
            barred=tuple(self.barred),
            ties=tuple(self.ties),
            reserve=tuple(ids[place] for place in self._reserve(contest)),
            add1=self.add1,
            comparison=self.comparison,
            seed=self.seed,
        )

    def _with_budget(self) -> Election:
        if self.record.budget is None:
            return self.election
        return replace(self.election, budget=smallest_units(self.record.budget, self.election.scale))

    def _rest(self, contest: Contest) -> Contest:
        """The contest for what is not taken yet, and the money that is left."""
        taken = set(self.taken)
        places = tuple(place for place in contest.places if place not in taken)
        return replace(contest, places=places, budget=contest.budget - contest.cost_of(self.taken))

    def _guarantees(self, contest: Contest) -> None:
        run, groups = guaranteed(contest, self.election, self.record.guarantees)
        self._book(run, contest, "guarantee", groups)

    def _rule(self, contest: Contest) -> None:
        if not contest.places or contest.budget <= 0 or not contest.supporters.voters:
            return
        match self.record.method:
            case "greedy":
                run = greedy(contest, self.record.order, skip=self.record.skip)
            case "phragmen":
                run = phragmen(contest)
            case "equal_shares":
                run = self._preferred(contest, self._equal_shares(contest))
        self._book(run, contest, "rule")

    def _equal_shares(self, contest: Contest) -> Run:
        record, held = self.record, columns(contest)
        money = Fraction(contest.budget, contest.supporters.voters)
        if record.start == "floor":
            money = Fraction(floor(money / self.election.scale) * self.election.scale)
        if record.increment is not None:
            increment = Fraction(record.increment) * self.election.scale
            self.add1 = add1(contest, held, record.utility, start=money, increment=increment, stop=record.stop)
            money = self.add1.voter_money
        run = equal_shares(contest, held, record.utility, money, told=True)
        return self._certified(contest, run, money) if self.certify else run

    def _certified(self, contest: Contest, run: Run, money: Fraction) -> Run:
        """The same run in fractions (精确复算)."""
        exact = shares_exact.equal_shares(contest, self.record.utility, money)
        if exact.places != run.places:
            raise AssertionError("the certificate differs from the count")  # a fault of ours, never of the input
        return exact

    def _preferred(self, contest: Contest, run: Run) -> Run:
        """Hand over to greedy if strictly more voters prefer its winners (比较步骤)."""
        if self.record.comparison == "none":
            return run
        other = greedy(contest, "score")
        worth = contest.costs if self.record.comparison == "cost" else [1] * len(contest.costs)
        ours, theirs = (_worth(contest.supporters, winners.places, worth) for winners in (run, other))
        counts = contest.supporters.counts
        self.comparison = Comparison(int(counts[ours > theirs].sum()), int(counts[theirs > ours].sum()))
        return other if self.comparison.for_greedy > self.comparison.for_rule else run

    def _completion(self, contest: Contest) -> None:
        if self.record.completion != "none":
            self._book(greedy(contest, self.record.completion), contest, "completion")

    def _book(self, run: Run, contest: Contest, stage: Stage, groups: dict[int, str] | None = None) -> None:
        """Write a run into the count: its steps, what it passed over, its ties."""
        before, left = len(self.taken), contest.budget
        for number, winner in enumerate(run.won, start=before + 1):
            project = self.election.projects[winner.place]
            left -= project.cost
            self.steps.append(
                Step(
                    round=number,
                    stage=stage,
                    project=project.id,
                    score=contest.scores[winner.place],
                    cost=project.cost,
                    budget_left=left,
                    price=winner.price,
                    payers=winner.payers,
                    exhausted=winner.exhausted,
                    group=(groups or {}).get(winner.place, ""),
                )
            )
        ids = contest.breaker.ids
        self.passed += [Passed(before + number, stage, ids[place], lacking) for number, place, lacking in run.passed]
        self.ties += [replace(tie, round=before + tie.round) for tie in run.ties]
        self.taken += run.places

    def _reserve(self, contest: Contest) -> Sequence[int]:
        """The runners-up by score (备选): those to call up if a winner cannot be built."""
        taken = set(self.taken)
        ranked = sorted(contest.breaker.ordered(contest.places), key=lambda place: -contest.scores[place])
        return [place for place in ranked if place not in taken][: self.record.reserve]


def _voters_by_winners(held: Supporters, winners: Sequence[int]) -> tuple[int, ...]:
    """How many voters support none, one, two … of the winners."""
    had = _worth(held, winners, [1] * len(held.ballots))
    return tuple(int(held.counts[had == number].sum()) for number in range(int(had.max(initial=0)) + 1))


def _worth(held: Supporters, winners: Iterable[int], worth: Sequence[int]) -> Whole:
    """What each ballot has of these winners; large costs are added up as Python's own numbers."""
    kind = np.int64 if sum(worth) < 2**62 else object
    total = np.zeros(len(held.counts), kind)
    for place in winners:
        total[held.ballots[place]] += worth[place]
    return total
