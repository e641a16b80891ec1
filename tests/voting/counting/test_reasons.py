from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.counting.build import NINE, election, elections, winners
from voting.rules.count import count
from voting.rules.count import winners as winners_alone
from voting.rules.model import Limits
from voting.rules.reasons import price_that_wins, votes_that_win, why
from voting.rules.records import RECORDS, Eligibility, Guarantee
from voting.rules.supporters import supporters

GREEDY = RECORDS["greedy_by_score"]


def hall():
    return election({"a": 6, "b": 5, "c": 3, "d": 1, "e": 2}, ["abd", "ab", "ac", "a", "b", "c"], budget=10)


def test_each_project_has_a_rank_and_an_outcome():
    reasons = why(count(hall(), GREEDY))

    assert {id: (reason.rank, reason.outcome) for id, reason in reasons.items()} == {
        "a": (1, "won"),
        "b": (2, "too_dear"),
        "c": (3, "won"),
        "d": (4, "won"),
        "e": (5, "barred"),
    }
    assert reasons["b"].passed[0].lacking.low == 1
    assert reasons["e"].barred.condition == "no_votes"


def test_what_ended_the_count_is_told_apart_from_what_it_never_reached():
    reasons = why(count(hall(), replace(GREEDY, skip=False)))

    assert [reasons[id].outcome for id in "abc"] == ["won", "too_dear", "not_reached"]


def test_in_equal_shares_a_loser_learns_that_its_supporters_had_spent_their_share():
    reasons = why(count(hall(), RECORDS["mes_cost_utility_add1u"]))

    losers = [reason for reason in reasons.values() if reason.step is None and reason.barred is None]
    assert {reason.outcome for reason in losers} == {"supporters_spent"}


def test_stages_and_lost_ties_are_told():
    made = election({"a": 5, "b": 5, "c": 5}, ["abc", "ab", "ac"], budget=10)
    reasons = why(count(made, replace(GREEDY, guarantees=(Guarantee("village"),))))

    assert reasons["c"].lost_a_tie
    assert not reasons["b"].lost_a_tie
    assert reasons["b"].ties[0].tied == ("b", "c")


@pytest.mark.parametrize(("project", "price", "votes"), [("b", 4, 1), ("e", None, 2)])
def test_what_would_have_changed_it(project, price, votes):
    assert price_that_wins(hall(), GREEDY, project) == price
    assert votes_that_win(hall(), GREEDY, project) == votes


@given(elections(), st.sampled_from([rule for rule in NINE if rule != "sequential_phragmen"]))
@settings(max_examples=60)
def test_a_change_that_is_named_does_make_it_win(made, rule):
    record = RECORDS[rule]
    for project in made.projects:
        price = None if project.id in winners(made, rule) else price_that_wins(made, record, project.id)
        if price is not None:
            cheaper = tuple(replace(p, cost=price) if p.id == project.id else p for p in made.projects)
            assert price < project.cost
            assert project.id in winners(replace(made, projects=cheaper), rule)


@given(elections())
def test_in_greedy_by_score_one_yuan_more_or_one_vote_less_would_not_do(made):
    for place, project in enumerate(made.projects):
        if project.id in winners(made, "greedy_by_score"):
            continue
        price = price_that_wins(made, GREEDY, project.id)
        if price is not None and price + 1 < project.cost:
            dearer = replace(made.projects[place], cost=price + 1)
            projects = (*made.projects[:place], dearer, *made.projects[place + 1 :])
            assert project.id not in winners(replace(made, projects=projects), "greedy_by_score")


def test_a_threshold_says_how_many_votes_are_missing():
    record = replace(GREEDY, eligibility=Eligibility(min_votes=4))
    reasons = why(count(hall(), record))

    assert (reasons["c"].barred.needed, reasons["c"].barred.found) == (4, 2)
    assert votes_that_win(hall(), record, "c") == 2


def test_further_votes_give_all_that_a_ballot_may():
    made = election({"a": 5, "b": 5}, [{"a": 3}, {"a": 3}], 5, "cumulative", limits=Limits(max_points=3))

    assert votes_that_win(made, GREEDY, "b") == 3


def told(held):
    """Every column as a list."""
    by_project = [[column.tolist() for column in columns] for columns in (held.ballots, held.points)]
    alone = [column.tolist() for column in (held.counts, held.named, held.starts)]
    return [by_project, alone, held.scores, held.votes, held.voters]


@given(elections(), st.integers(0, 8), st.sampled_from([(), (3, 0)]))
def test_ballots_that_join_later_stand_as_if_all_had_come_at_once(made, first, vector):
    one, other = (replace(made, ballots=part) for part in (made.ballots[:first], made.ballots[first:]))

    joined, at_once = supporters(one, vector).joined_by(supporters(other, vector)), supporters(made, vector)

    assert told(joined) == told(at_once)


@given(elections(), st.sampled_from([rule for rule in NINE if rule != "sequential_phragmen"]))
def test_the_winners_alone_are_those_of_the_whole_count(made, rule):
    held = supporters(made, RECORDS[rule].score_vector)

    assert list(winners_alone(made, RECORDS[rule], held)) == winners(made, rule)
