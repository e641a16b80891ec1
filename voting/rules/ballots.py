"""What makes one ballot valid (选票有效性), and what it gives each project. VOTING §5.1."""

from collections.abc import Sequence
from typing import NamedTuple

from voting.rules.model import Ballot, Election, Limits


class Fault(NamedTuple):
    """Why a ballot does not count (无效原因): a code for the page's sentence, with the limit and what was met."""

    code: str
    limit: int
    found: int


def faults(ballot: Ballot, election: Election) -> list[Fault]:
    """Every limit a ballot breaks; an empty list is a valid ballot. An empty ballot is valid where no least is set."""
    limits, length = election.limits, len(ballot.choices)
    named = set(ballot.choices)
    found = [Fault("named_twice", 0, length - len(named))] if length > len(named) else []
    most = 1 if election.vote_type == "choose-1" else limits.max_length
    found += _between("length", length, limits.min_length, most)
    if limits.min_sum_cost is not None or limits.max_sum_cost is not None:
        cost = sum(election.projects[place].cost for place in named)
        found += _between("sum_cost", cost, limits.min_sum_cost, limits.max_sum_cost)
    if election.vote_type in {"cumulative", "scoring"}:
        found += _points(ballot, limits)
    return found


def _points(ballot: Ballot, limits: Limits) -> list[Fault]:
    found = _between("sum_points", sum(ballot.points), limits.min_sum_points, limits.max_sum_points)
    for points in ballot.points:
        found += _between("points", points, limits.min_points, limits.max_points)
    return found


def _between(what: str, found: int, least: int | None, most: int | None) -> list[Fault]:
    if least is not None and found < least:
        return [Fault(f"{what}_below", least, found)]
    if most is not None and found > most:
        return [Fault(f"{what}_above", most, found)]
    return []


def score_vector(election: Election, published: Sequence[int] = ()) -> tuple[int, ...]:
    """What a rank is worth (名次分), from the first: the rule's own vector, else K, K−1 … 1 with K = max_length.

    Without a longest length K is the number of projects (Borda).
    """
    if published:
        return tuple(published)
    longest = election.limits.max_length or len(election.projects)
    return tuple(range(longest, 0, -1))
