"""Greedy (按得分依次入选): take projects in order of score, or of score per cost, while the money lasts."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from voting.rules.contest import Contest, Run, Won
from voting.rules.records import Order


def greedy(contest: Contest, order: Order = "score", *, skip: bool = True) -> Run:
    """Go down the ranking; what does not fit is passed over (``skip``) or ends the count.

    Source: VOTING names greedy_by_score, greedy_by_score_per_cost; Pabulib rules greedy and greedy-no-skip.
    """
    run, left = Run(), contest.budget
    for equals in _ranked(contest, order):
        if _may_decide([contest.costs[place] for place in equals], left):
            run.ties.append(contest.breaker.broken(len(run.won) + 1, equals))
        for place in equals:
            if contest.costs[place] <= left:
                left -= contest.costs[place]
                run.won.append(Won(place))
                continue
            run.passes(place, contest.costs[place] - left)
            if not skip:
                return run
    return run


def _ranked(contest: Contest, order: Order) -> Iterator[list[int]]:
    """The places from the best down, equals together in the order of the tie rule."""
    per_cost = order == "score_per_cost"
    worth = {p: Fraction(contest.scores[p], contest.costs[p] if per_cost else 1) for p in contest.places}
    best_first = sorted(contest.breaker.ordered(contest.places), key=lambda place: -worth[place])
    for _worth, equals in groupby(best_first, key=lambda place: worth[place]):
        yield list(equals)


def _may_decide(costs: list[int], left: int) -> bool:
    """Whether the order among equals matters: some fit, but not all together."""
    return len(costs) > 1 and min(costs) <= left < sum(costs)
