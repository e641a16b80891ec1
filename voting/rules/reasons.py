"""Why a project is in or out, and what would have changed it (入选理由), as data; the sentences are made from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from voting.rules.count import winners
from voting.rules.model import Ballot, Election
from voting.rules.records import RuleRecord
from voting.rules.results import Barred, Count, Passed, Step
from voting.rules.supporters import Supporters, supporters
from voting.rules.ties import Tie

Outcome = Literal["won", "guaranteed", "completed", "barred", "too_dear", "supporters_spent", "not_reached"]


@dataclass(frozen=True, slots=True)
class Reason:
    """What became of one project.

    ``won`` by the rule, ``guaranteed`` for its group, ``completed`` with what was left · ``barred`` by a condition ·
    ``too_dear``: when it came up, the budget left was short by ``passed[0].lacking`` · ``supporters_spent``: its
    supporters' money had gone to winners they also chose · ``not_reached``: the count had ended before it.
    ``rank`` is by score, equals sharing one; ``ties`` are those it stood in.
    """

    project: str
    outcome: Outcome
    rank: int
    score: int
    votes: int
    step: Step | None = None
    barred: Barred | None = None
    passed: tuple[Passed, ...] = ()
    ties: tuple[Tie, ...] = ()

    @property
    def lost_a_tie(self) -> bool:
        return self.step is None and any(tie.tied[0] != self.project for tie in self.ties)


def why(counted: Count) -> dict[str, Reason]:
    """The reason of every project, by id."""
    steps = {step.project: step for step in counted.steps}
    barred = {miss.project: miss for miss in counted.barred}
    return {
        id: Reason(
            project=id,
            outcome=_outcome(id, counted, steps.get(id), id in barred),
            rank=1 + sum(other > score for other in counted.scores.values()),
            score=score,
            votes=counted.votes[id],
            step=steps.get(id),
            barred=barred.get(id),
            passed=tuple(passed for passed in counted.passed if passed.project == id),
            ties=tuple(tie for tie in counted.ties if id in tie.tied),
        )
        for id, score in counted.scores.items()
    }


def _outcome(id: str, counted: Count, step: Step | None, barred: bool) -> Outcome:
    if step is not None:
        words: dict[str, Outcome] = {"guarantee": "guaranteed", "rule": "won", "completion": "completed"}
        return words[step.stage]
    if barred:
        return "barred"
    stages = {passed.stage for passed in counted.passed if passed.project == id}
    if "rule" in stages and counted.record.method == "equal_shares":
        return "supporters_spent"
    return "too_dear" if stages else "not_reached"


def price_that_wins(
    election: Election, record: RuleRecord, project: str, seed: str = "", held: Supporters | None = None
) -> int | None:
    """The highest cost, in smallest units, at which this loser would have won (还要便宜到多少); None if at none.

    Found by halving and counting again, so it is right where dearer is never better, as in greedy by score. ``held``
    saves turning the ballots into columns once more.
    """
    place, behind = _place(election, project), held or supporters(election, record.score_vector)
    now = election.projects[place].cost

    def wins(cost: int) -> bool:
        changed = replace(election.projects[place], cost=cost)
        projects = (*election.projects[:place], changed, *election.projects[place + 1 :])
        return project in winners(replace(election, projects=projects), record, behind, seed)

    cut = _least(lambda cut: wins(now - cut), now - 1)
    return None if cut is None else now - cut


def votes_that_win(
    election: Election, record: RuleRecord, project: str, seed: str = "", held: Supporters | None = None
) -> int | None:
    """How many more voters for this project alone would have made it win (还差多少票); None beyond twice the voters.

    Each gives it all that one ballot may: one approval, the first rank, or the most points allowed.
    """
    place, behind = _place(election, project), held or supporters(election, record.score_vector)
    limits = election.limits
    given = [most for most in (limits.max_points, limits.max_sum_points) if most is not None]
    points = (min(given, default=1),) if election.vote_type in {"cumulative", "scoring"} else ()

    def wins(more: int) -> bool:
        added = replace(election, ballots=(Ballot((place,), points, more),))
        return project in winners(election, record, behind.joined_by(supporters(added, record.score_vector)), seed)

    return _least(wins, 2 * election.voters)


def _least(wins: Callable[[int], bool], most: int) -> int | None:
    """The least number from 1 to ``most`` that wins: doubled until one does, then halved."""
    low, high = 0, 1
    while high < most and not wins(high):
        low, high = high, high * 2
    high = min(high, most)
    if high < 1 or not wins(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if wins(middle) else (middle, high)
    return high


def _place(election: Election, project: str) -> int:
    return [each.id for each in election.projects].index(project)
