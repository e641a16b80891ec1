"""Small elections worked out by hand, so that each rule can be followed with a pencil."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.voting.counting.build import election, winners
from voting.rules.ballots import Fault, faults
from voting.rules.count import count
from voting.rules.model import Ballot, Election, Limits, Project, Unusable, merged, smallest_units
from voting.rules.records import RECORDS, Eligibility, Guarantee, RuleRecord
from voting.rules.results import Add1, Comparison, Price


def village():
    """Six households, 60 yuan: four want the two cheap works of the north, two the dear one of the south."""
    costs = {"灯": 30, "渠": 30, "亭": 20}
    return election(costs, ["灯渠", "灯渠", "灯渠", "灯渠", "亭", "亭"], budget=60)


def test_greedy_gives_the_majority_everything():
    counted = count(village(), RECORDS["greedy_by_score"])

    assert counted.selected == ("灯", "渠")
    assert [step.budget_left for step in counted.steps] == [30, 0]
    assert counted.voters_by_winners == (2, 0, 4)
    assert [(passed.project, passed.lacking.low) for passed in counted.passed] == [("亭", 20)]


def test_equal_shares_lets_the_minority_buy_what_its_share_pays_for():
    """Ten yuan each: four pay 7.5 for 灯 and have 10 left, too little for 渠; the two of the south pay 10 each."""
    counted = count(village(), RECORDS["mes_cost_utility"], certify=True)

    assert counted.selected == ("灯", "亭")
    assert [step.price.low for step in counted.steps] == [Fraction(15, 2), 10]
    assert [(step.payers, step.exhausted) for step in counted.steps] == [(4, 0), (2, 2)]
    assert [step.effective_votes.low for step in counted.steps] == [4, 2]
    assert counted.voters_by_winners == (0, 6)
    assert counted.steps[-1].budget_left == 10
    assert [(passed.project, passed.lacking) for passed in counted.passed] == [
        ("渠", Price(Fraction(20), Fraction(20)))
    ]


def test_who_runs_short_gives_the_last_and_the_others_pay_the_rest():
    """Four yuan each: b costs two voters 2 each; of a's 5 the one who has 2 left gives them, the other pays 3."""
    made = election({"a": 5, "b": 4}, ["a", "ab", "b"], budget=12)

    counted = count(made, RECORDS["mes_score_utility"], certify=True)

    assert counted.selected == ("b", "a")
    assert [step.price.low for step in counted.steps] == [2, 3]
    assert [step.exhausted for step in counted.steps] == [0, 1]


def test_cost_utility_ranks_by_votes_and_score_utility_by_price():
    made = election({"dear": 9, "cheap": 2}, [["dear"], ["dear"], ["dear", "cheap"], ["cheap"]], budget=16)

    assert winners(made, "mes_cost_utility")[0] == "dear"
    assert winners(made, "mes_score_utility")[0] == "cheap"


def test_add1_goes_on_until_nothing_more_fits():
    """80 yuan are 13⅓ each; four households need 15 each for both of their works, which is reached at step 2."""
    counted = count(replace(village(), budget=80), RECORDS["mes_cost_utility_add1"])

    assert counted.selected == ("灯", "渠", "亭")
    assert counted.add1 == Add1(2, Fraction(46, 3), "exhaustive")


def test_add1_goes_back_one_step_when_it_would_cost_too_much():
    """At 15 yuan each both works of the north and the pavilion are bought, 80 yuan of 60."""
    counted = count(village(), RECORDS["es-pabulib"])

    assert counted.selected == ("灯", "亭")
    assert counted.add1 == Add1(4, Fraction(14), "overspend")


def test_add1_stops_as_soon_as_the_money_is_used():
    made = election({"a": 4, "b": 4}, ["a", "a", "b"], budget=9)

    counted = count(made, RECORDS["mes_cost_utility_add1"])

    assert counted.selected == ("a", "b")
    assert counted.add1.ended == "exhaustive"
    assert counted.add1.voter_money == 4


def test_es_pabulib_runs_on_where_the_first_exhaustive_outcome_would_stop():
    made = election({"a": 6, "b": 6, "c": 1}, ["a", "a", "b", "b", "b", "c"], budget=8)

    stopped = count(made, replace(RECORDS["es-pabulib"], stop="exhaustive"))
    ran_on = count(made, RECORDS["es-pabulib"])

    assert stopped.add1.steps <= ran_on.add1.steps
    assert ran_on.add1.ended == "overspend"


def test_if_everything_wins_the_search_for_more_money_ends():
    made = election({"a": 2, "b": 2}, ["a", "b"], budget=50)

    assert count(made, RECORDS["es-pabulib"]).add1.ended == "all_won"


def test_completion_spends_what_is_left_by_votes():
    """With 8 yuan each a and b are both bought, too dear together; so p alone is, and a from the rest."""
    made = election({"a": 8, "b": 8, "p": 2}, ["a", "b", "p"], budget=12)

    counted = count(made, RECORDS["mes_cost_utility_add1u"])

    assert [(step.project, step.stage, step.budget_left) for step in counted.steps] == [
        ("p", "rule", 10),
        ("a", "completion", 2),
    ]
    assert [(tie.tied, tie.round) for tie in counted.ties] == [(("a", "b"), 2)]


def test_phragmen_lets_the_least_loaded_go_first():
    """a: load 2/3 for its three; then b, alone with 2, before c, whose voters already carry 2/3."""
    made = election({"a": 2, "b": 2, "c": 4}, ["ac", "ac", "a", "b"], budget=8)

    counted = count(made, RECORDS["sequential_phragmen"])

    assert counted.selected == ("a", "b", "c")
    assert [step.price.low for step in counted.steps] == [Fraction(2, 3), 2, Fraction(8, 3)]


def test_phragmen_ends_when_the_next_does_not_fit():
    made = election({"a": 2, "b": 7, "c": 4}, ["ab", "ab", "b", "b", "c"], budget=8)

    counted = count(made, RECORDS["sequential_phragmen"])

    assert counted.selected == ("a",)
    assert [(passed.project, passed.lacking.low) for passed in counted.passed] == [("b", 1)]


def test_phragmen_ends_also_when_only_one_of_those_who_are_next_does_not_fit():
    """After w, 3 yuan are left; a and b would both bring a load of 2, but b costs 4."""
    made = election({"w": 2, "a": 2, "b": 4}, ["w", "w", "w", "w", "a", "b", "b"], budget=5)

    counted = count(made, RECORDS["sequential_phragmen"])

    assert counted.selected == ("w",)
    assert [(passed.project, passed.lacking.low) for passed in counted.passed] == [("b", 1)]


def test_phragmen_counts_approval_only():
    with pytest.raises(Unusable, match="approval"):
        winners(election({"a": 1}, [{"a": 2}], 5, "cumulative"), "sequential_phragmen")


def test_without_skipping_the_first_that_does_not_fit_ends_the_count():
    made = election({"a": 5, "b": 9, "c": 1}, ["abc", "ab", "a"], budget=10)

    assert count(made, RuleRecord("skip", "greedy", tie=RECORDS["greedy_by_score"].tie)).selected == ("a", "c")
    assert winners(made, "greedy_by_score_per_cost") == ["c", "a"]
    assert count(made, replace(RECORDS["greedy_by_score"], skip=False)).selected == ("a",)


@pytest.mark.parametrize(
    ("vector", "scores"), [((), {"a": 3, "b": 5}), ((5, 1), {"a": 6, "b": 11}), ((3,), {"a": 3, "b": 6})]
)
def test_ranks_earn_what_the_published_vector_says(vector, scores):
    made = election({"a": 1, "b": 1}, ["ab", "ba", "b"], 2, "ordinal", limits=Limits(max_length=2))

    assert count(made, replace(RECORDS["greedy_by_score"], score_vector=vector)).scores == scores


def test_points_above_the_default_count_in_a_scoring_vote():
    made = election({"a": 1}, [{"a": 4}, {"a": 1}], 2, "scoring", limits=Limits(default_score=1))

    assert count(made, RECORDS["greedy_by_score"]).scores == {"a": 3}
    with pytest.raises(Unusable, match="default_score"):
        winners(replace(made, limits=Limits(default_score=2)), "greedy_by_score")


@pytest.mark.parametrize(
    ("terms", "condition"),
    [
        (Eligibility(min_score=3), "min_score"),
        (Eligibility(min_votes=3), "min_votes"),
        (Eligibility(min_share=Fraction(1, 2)), "min_share"),
        (Eligibility(quota_k=1), "quota"),
        (Eligibility(withdrawn=("亭",)), "withdrawn"),
    ],
)
def test_who_misses_a_condition_cannot_win_and_is_told_which(terms, condition):
    counted = count(replace(village(), budget=50), replace(RECORDS["mes_cost_utility_add1u"], eligibility=terms))

    assert "亭" not in counted.selected
    assert [(miss.project, miss.condition) for miss in counted.barred] == [("亭", condition)]


def test_dearer_than_the_budget_and_without_a_vote_are_conditions_too():
    made = election({"a": 99, "b": 1, "c": 1}, ["a", "b"], budget=9)
    record = replace(RECORDS["greedy_by_score"], eligibility=Eligibility(within_budget=True))

    counted = count(made, record)

    assert [(m.project, m.condition, m.needed, m.found) for m in counted.barred] == [
        ("a", "within_budget", 0, -90),
        ("c", "no_votes", 1, 0),
    ]


def by_village(budget=60):
    north, south = ("北村",), ("南村",)
    projects = (
        Project("灯", 30, "", ("安全",), north),
        Project("渠", 30, "", ("生产",), north),
        Project("亭", 20, "", ("环境",), south),
        Project("场", 45, "", ("环境",), south),
    )
    ballots = merged(Ballot(places) for places in [(0, 1)] * 4 + [(3,)] * 2 + [(2,)])
    return Election(projects, budget, ballots)


def test_a_guaranteed_village_gets_its_best_that_fits_before_the_rest_is_spent():
    record = replace(RECORDS["greedy_by_score"], guarantees=(Guarantee("village"),))

    counted = count(by_village(), record)

    assert count(by_village(), RECORDS["greedy_by_score"]).selected == ("灯", "渠")
    assert [(s.project, s.stage, s.group) for s in counted.steps] == [
        ("灯", "guarantee", "北村"),
        ("亭", "guarantee", "南村"),
    ]
    assert ("场", "guarantee", 15) in [(p.project, p.stage, p.lacking.low) for p in counted.passed]


def test_a_guarantee_may_name_its_groups_and_counts_what_is_taken_already():
    record = replace(
        RECORDS["mes_cost_utility_add1u"],
        guarantees=(Guarantee("category", values=("环境",)), Guarantee("village", values=("南村",))),
    )

    counted = count(by_village(100), record)

    guaranteed = [step.project for step in counted.steps if step.stage == "guarantee"]
    assert guaranteed == ["场"]  # it counts for the category and for the village
    assert counted.cost <= 100


def test_the_reserve_lists_the_best_of_those_who_lost():
    counted = count(by_village(), replace(RECORDS["greedy_by_score"], reserve=5, eligibility=Eligibility(min_votes=2)))

    assert counted.reserve == ("场",)  # 亭 has one vote and cannot be called up
    assert count(by_village(), replace(RECORDS["greedy_by_score"], reserve=1)).reserve == ("场",)


@pytest.mark.parametrize("measure", ["count", "cost"])
def test_the_comparison_hands_over_to_greedy_if_more_prefer_it(measure):
    made = election({"a": 9, "b": 1}, ["a", "a", "a", "ab"], budget=9)
    record = replace(RECORDS["mes_score_utility"], comparison=measure)

    counted = count(made, record)

    assert count(made, RECORDS["mes_score_utility"]).selected == ("b",)
    assert counted.selected == ("a",)
    assert counted.comparison == (Comparison(0, 3) if measure == "count" else Comparison(0, 4))


def test_if_as_many_prefer_either_the_rule_stands():
    made = election({"a": 9, "b": 1}, [{"a": 2}, {"b": 1}], budget=9, vote_type="cumulative")

    counted = count(made, replace(RECORDS["mes_score_utility"], comparison="count"))

    assert counted.comparison == Comparison(1, 1)
    assert counted.selected == ("b",)


def test_the_record_may_fix_the_budget():
    assert count(village(), replace(RECORDS["greedy_by_score"], budget="30")).selected == ("灯",)
    with pytest.raises(Unusable, match="steps of 1/1"):
        count(village(), replace(RECORDS["greedy_by_score"], budget="30.5"))


@pytest.mark.parametrize(
    ("ballot", "kind", "limits", "found"),
    [
        (Ballot((0, 1)), "approval", Limits(max_length=2), []),
        (Ballot(()), "approval", Limits(), []),
        (Ballot(()), "approval", Limits(min_length=1), [Fault("length_below", 1, 0)]),
        (Ballot((0, 1, 2)), "approval", Limits(max_length=2), [Fault("length_above", 2, 3)]),
        (Ballot((0, 1)), "choose-1", Limits(), [Fault("length_above", 1, 2)]),
        (Ballot((0, 1)), "approval", Limits(max_sum_cost=59), [Fault("sum_cost_above", 59, 60)]),
        (Ballot((0, 0)), "approval", Limits(max_sum_cost=59), [Fault("named_twice", 0, 1)]),
        (Ballot((0, 1), (3, 3)), "cumulative", Limits(max_sum_points=5), [Fault("sum_points_above", 5, 6)]),
        (Ballot((0, 1), (4, 1)), "cumulative", Limits(max_points=3), [Fault("points_above", 3, 4)]),
        (Ballot((0, 1), (1, 0)), "scoring", Limits(min_points=1), [Fault("points_below", 1, 0)]),
    ],
)
def test_a_ballot_keeps_to_the_limits_of_its_kind(ballot, kind, limits, found):
    assert faults(ballot, replace(village(), vote_type=kind, limits=limits)) == found


@pytest.mark.parametrize(
    "broken",
    [
        {"budget": 0},
        {"projects": ()},
        {"projects": (Project("a", 1), Project("a", 2))},
        {"projects": (Project("a", 0),)},
        {"vote_type": "lottery"},
    ],
)
def test_nonsense_is_no_election(broken):
    with pytest.raises(Unusable):
        replace(village(), **broken)


@pytest.mark.parametrize("text", ["", "1,5", "1e3", "１２", "-1", "1.234", "0x10", "1/3"])
def test_an_amount_is_plain_digits(text):
    with pytest.raises(Unusable):
        smallest_units(text, 100)


def test_amounts_are_told_exactly():
    made = replace(village(), scale=100)

    assert [made.money(n) for n in (5, 100, 123456, -250)] == ["0.05", "1", "1234.56", "-2.50"]
    assert made.money(Fraction(1, 3)) == "1/300"
