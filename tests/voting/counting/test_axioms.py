"""What must hold of every election, however small: fairness the rules promise, and freedom from accidents of storage."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.voting.counting.build import ANY_BALLOT, NINE, PRESETS, elections, oracle, winners
from voting.rules.count import count
from voting.rules.model import Ballot, Election, Project, merged
from voting.rules.records import RECORDS
from voting.rules.ties import TIES

ALL = [*NINE, *PRESETS]
approval = elections(vote_type="approval")


def fitting(rule):
    return approval if rule == "sequential_phragmen" else elections()


def with_rule(rules):
    """A rule by name, and an election it can count."""
    return st.sampled_from(rules).flatmap(lambda rule: st.tuples(st.just(rule), fitting(rule)))


@given(with_rule(ALL))
@settings(max_examples=400)
def test_the_plain_recount_elects_the_same_in_the_same_order(drawn):
    rule, election = drawn

    assert winners(election, rule) == oracle(election).winners(rule)


@given(with_rule(ALL))
def test_the_winners_never_cost_more_than_the_budget(drawn):
    rule, election = drawn
    counted = count(election, RECORDS[rule])

    assert counted.cost == sum(step.cost for step in counted.steps) <= election.budget
    assert len(set(counted.selected)) == len(counted.selected) == len(counted.steps)
    assert all(counted.scores[id] > 0 for id in counted.selected)


@given(with_rule(["greedy_by_score", "greedy_by_score_per_cost", "mes_cost_utility_add1u", "es-authors"]))
def test_money_is_not_left_while_a_supported_project_fits(drawn):
    rule, election = drawn
    counted = count(election, RECORDS[rule])
    left = election.budget - counted.cost

    losers = [p for p in election.projects if p.id not in counted.selected and counted.scores[p.id]]
    assert all(project.cost > left for project in losers)


@given(with_rule(ALL), st.randoms(use_true_random=False))
def test_who_votes_first_and_how_ballots_are_stored_change_nothing(drawn, chance):
    """Anonymity (选民平等)."""
    rule, election = drawn
    single = [b._replace(voters=1) for b in election.ballots for _voter in range(b.voters)]
    chance.shuffle(single)

    assert winners(replace(election, ballots=tuple(single)), rule) == winners(election, rule)
    assert winners(replace(election, ballots=merged(single)), rule) == winners(election, rule)


@pytest.mark.parametrize("tie", ["lot", "draw", "name"])
@given(drawn=with_rule(ALL), chance=st.randoms(use_true_random=False))
def test_the_order_in_which_projects_were_filed_changes_nothing(tie, drawn, chance):
    """Never insertion order (不按录入顺序): unless the tie rule itself is the place in the file."""
    rule, election = drawn
    record = replace(RECORDS[rule], tie=TIES[tie])
    order = list(range(len(election.projects)))
    chance.shuffle(order)

    shuffled = filed_as(election, order)

    assert count(shuffled, record, "seed").selected == count(election, record, "seed").selected


def filed_as(election, order):
    """The same election with its projects in another order."""
    places = {old: new for new, old in enumerate(order)}
    ballots = []
    for choices, points, voters in election.ballots:
        moved = [places[choice] for choice in choices]
        if election.vote_type != "ordinal":
            by_place = sorted(range(len(moved)), key=lambda n, moved=moved: moved[n])
            moved, points = [moved[n] for n in by_place], tuple(points[n] for n in by_place) if points else ()
        ballots.append(Ballot(tuple(moved), points, voters))
    return replace(election, projects=tuple(election.projects[n] for n in order), ballots=tuple(ballots))


@given(with_rule([*NINE[:4], "sequential_phragmen"]), st.integers(2, 7))
def test_a_town_many_times_as_large_with_the_same_opinions_elects_the_same(drawn, times):
    """Homogeneity (规模无关)."""
    rule, election = drawn
    grown = tuple(ballot._replace(voters=ballot.voters * times) for ballot in election.ballots)

    assert winners(replace(election, ballots=grown), rule) == winners(election, rule)


@given(with_rule([rule for rule in NINE if "add1" not in rule]), st.integers(2, 1000))
def test_the_currency_does_not_matter(drawn, rate):
    rule, election = drawn
    projects = tuple(replace(project, cost=project.cost * rate) for project in election.projects)

    assert winners(replace(election, projects=projects, budget=election.budget * rate), rule) == winners(election, rule)


@given(with_rule(ALL), st.sampled_from([10, 100]))
def test_the_smallest_unit_does_not_matter(drawn, scale):
    """12 yuan counted in fen are 12 yuan, for the steps of Add1 as well."""
    rule, election = drawn
    projects = tuple(replace(project, cost=project.cost * scale) for project in election.projects)
    finer = replace(election, projects=projects, budget=election.budget * scale, scale=scale)

    assert winners(finer, rule) == winners(election, rule)


@given(elections(vote_type="cumulative"), st.integers(2, 5), st.sampled_from(ANY_BALLOT))
def test_points_count_in_proportion(election, times, rule):
    more = tuple(ballot._replace(points=tuple(n * times for n in ballot.points)) for ballot in election.ballots)

    assert winners(replace(election, ballots=more), rule) == winners(election, rule)


@given(approval, st.sampled_from(["greedy_by_score", "greedy_by_score_per_cost"]), st.data())
def test_more_votes_never_hurt_a_winner_of_greedy(election, rule, data):
    """Monotonicity of support (多得票不吃亏); nobody claims it of equal shares."""
    assume(winners(election, rule))
    winner = data.draw(st.sampled_from(winners(election, rule)))
    place = [project.id for project in election.projects].index(winner)

    more = replace(election, ballots=merged([*election.ballots, Ballot((place,), (), 1)]))

    assert winner in winners(more, rule)


@given(approval)
def test_a_cheaper_winner_of_greedy_stays_in(election):
    """Discount monotonicity (降价不吃亏)."""
    for winner in winners(election, "greedy_by_score"):
        cheaper = tuple(replace(p, cost=p.cost - 1) if p.id == winner and p.cost > 1 else p for p in election.projects)
        assert winner in winners(replace(election, projects=cheaper), "greedy_by_score")


@given(elections(), st.sampled_from(["mes_cost_utility", "mes_score_utility"]))
def test_equal_shares_can_be_paid_by_supporters_from_equal_purses(election, rule):
    """Priceability (可由支持者等额出资): exact prices pay every winner, nobody more than her share; no one else could."""
    counted = count(election, RECORDS[rule], certify=True)
    vote = oracle(election)
    purses = [vote.budget / vote.voters] * len(vote.ballots)

    for step in counted.steps:
        paid = [
            min(purse, step.price.low * ballot.get(step.project, 0))
            for purse, (ballot, _many) in zip(purses, vote.ballots, strict=True)
        ]
        assert sum(p * many for p, (_b, many) in zip(paid, vote.ballots, strict=True)) == step.cost
        purses = [purse - p for purse, p in zip(purses, paid, strict=True)]

    assert min(purses) >= 0
    for project in election.projects:
        if project.id not in counted.selected:
            held = sum(p * many for p, (b, many) in zip(purses, vote.ballots, strict=True) if project.id in b)
            assert held < project.cost


@given(elections(vote_type="approval", most_projects=4, most_voters=6))
@settings(max_examples=150)
def test_equal_shares_leaves_no_group_with_a_claim_behind(election):
    """Extended justified representation up to one project (EJR-1, 群体公平), by trying every group and claim.

    A group whose share of the budget pays for projects they all want has a member who, with one project of those
    added, would have more of her projects' cost than the claim. Source: Peters, Pierczyński, Skowron 2021, Thm. 2.
    """
    won = set(winners(election, "mes_cost_utility"))
    vote = oracle(election)
    voters = [set(ballot) for ballot, many in vote.ballots for _voter in range(many)]
    for claim in some(vote.costs):
        group = [ballot for ballot in voters if set(claim) <= ballot]
        if not group or Fraction(len(group), len(voters)) * vote.budget < vote.cost(claim):
            continue
        best = max(
            vote.cost(ballot & won) + max((vote.costs[id] for id in claim if id not in won), default=0)
            for ballot in group
        )
        assert set(claim) <= won or best > vote.cost(claim)


def some(items):
    return chain.from_iterable(combinations(items, size) for size in range(1, len(items) + 1))


@given(with_rule(ALL))
def test_the_same_count_twice_is_the_same_to_the_last_figure(drawn):
    rule, election = drawn

    assert count(election, RECORDS[rule]) == count(election, RECORDS[rule])


@given(with_rule(ALL))
def test_the_certificate_tells_the_same_ties_and_losers(drawn):
    rule, election = drawn
    quick, certified = count(election, RECORDS[rule]), count(election, RECORDS[rule], certify=True)

    assert certified.selected == quick.selected
    assert certified.ties == quick.ties
    assert {(p.project, p.stage) for p in certified.passed} == {(p.project, p.stage) for p in quick.passed}


@pytest.mark.parametrize("rule", [rule for rule in NINE if "add1" not in rule])
def test_numbers_too_large_for_64_bits_are_counted_in_fractions(rule):
    chance = random.Random(5)
    projects = tuple(Project(f"p{n}", chance.randrange(10**20, 10**22)) for n in range(5))
    ballots = merged(Ballot(tuple(sorted(chance.sample(range(5), 2)))) for _voter in range(3000))
    election = Election(projects, 2 * 10**22, ballots)

    assert winners(election, rule) == oracle(election).winners(rule)
    assert count(election, replace(RECORDS[rule], comparison="cost")).cost <= 2 * 10**22


def test_a_thousand_million_steps_of_add1_are_no_long_wait():
    """One voter of a hundred must buy her project alone: step by step this would take days."""
    projects = (Project("a", 10**9), Project("b", 10**9))
    ballots = (Ballot((0,), (), 1), Ballot((1,), (), 2), Ballot((), (), 97))
    election = Election(projects, 2 * 10**9, ballots)

    counted = count(election, RECORDS["mes_cost_utility_add1"])

    assert counted.selected == ("b", "a")
    assert counted.add1.voter_money == 10**9
