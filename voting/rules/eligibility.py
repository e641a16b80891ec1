"""Who may win at all (入围), and what groups are promised (保底)."""

from collections.abc import Iterator
from fractions import Fraction

from voting.rules.contest import Contest, Run, Won
from voting.rules.model import Election
from voting.rules.records import Eligibility, Guarantee
from voting.rules.results import Barred
from voting.rules.supporters import Supporters


def barred(election: Election, terms: Eligibility, supporters: Supporters) -> list[Barred]:
    """Every project that cannot win, with the first condition it misses. One without any support never wins."""
    found = (_first_missed(election, terms, supporters, place) for place in range(len(election.projects)))
    return [miss for miss in found if miss is not None]


def _first_missed(election: Election, terms: Eligibility, supporters: Supporters, place: int) -> Barred | None:
    for miss in _misses(election, terms, supporters, place):
        if miss.found < miss.needed:
            return miss
    return None


def _misses(election: Election, terms: Eligibility, supporters: Supporters, place: int) -> Iterator[Barred]:
    """The conditions as what is needed and what was found; all are of the form "at least"."""
    project, voters = election.projects[place], max(1, supporters.voters)
    score, votes = supporters.scores[place], supporters.votes[place]
    share = Fraction(votes, voters)
    yield Barred(project.id, "withdrawn", Fraction(project.id in terms.withdrawn), Fraction(0))
    yield Barred(project.id, "no_votes", Fraction(1), Fraction(score))
    yield Barred(project.id, "min_score", Fraction(terms.min_score), Fraction(score))
    yield Barred(project.id, "min_votes", Fraction(terms.min_votes), Fraction(votes))
    yield Barred(project.id, "min_share", terms.min_share, share)
    if terms.quota_k is not None:
        yield Barred(project.id, "quota", Fraction(project.cost, terms.quota_k * election.budget), share)
    if terms.within_budget:  # asked as "at least" of what is left of the budget beside it
        yield Barred(project.id, "within_budget", Fraction(0), Fraction(election.budget - project.cost))


def guaranteed(contest: Contest, election: Election, guarantees: tuple[Guarantee, ...]) -> tuple[Run, dict[int, str]]:
    """Take what groups are promised, before the rule spends the rest: their best projects by score that fit.

    Guarantees are served in the order of the record; of one guarantee, the group with the strongest project first. A
    project taken for one group counts for every group it belongs to.
    """
    run, left, groups = Run(), contest.budget, dict[int, str]()
    for promise in guarantees:
        for value, places in _by_group(contest, election, promise):
            lacking = promise.at_least - len(set(places) & set(groups))
            for place in places:
                if lacking > 0 and place not in groups:
                    if contest.costs[place] <= left:
                        left, lacking = left - contest.costs[place], lacking - 1
                        groups[place] = value
                        run.won.append(Won(place))
                    else:
                        run.passes(place, contest.costs[place] - left)
    return run, groups


def _by_group(contest: Contest, election: Election, promise: Guarantee) -> list[tuple[str, list[int]]]:
    """The groups of a guarantee, strongest project first, each with its places from the best down."""
    ranked = sorted(contest.breaker.ordered(contest.places), key=lambda place: -contest.scores[place])
    found: dict[str, list[int]] = {}
    for place in ranked:
        for value in election.projects[place].groups(promise.by):
            if not promise.values or value in promise.values:
                found.setdefault(value, []).append(place)
    return list(found.items())
