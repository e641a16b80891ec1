from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voting.counting.build import election, winners
from voting.rules.count import count
from voting.rules.model import Unusable
from voting.rules.records import RECORDS
from voting.rules.ties import TIES, Tie, TieRule, Unbroken, commitment, lot

SEED = "drand 4242424: 8f1c…"
GREEDY = RECORDS["greedy_by_score"]


def tied_three():
    """Three projects alike in cost and votes, money for one."""
    return election({"路灯": 5, "水渠": 5, "晒谷场": 5}, [["路灯", "水渠", "晒谷场"]], budget=5)


def drawn(seed, keys=("cost", "score", "lot"), made=None, **rule):
    return count(made or tied_three(), replace(GREEDY, tie=TieRule(keys, **rule)), seed)


def test_the_lot_is_the_hash_of_seed_and_project_and_the_smallest_wins():
    """The recipe of the published record, written out again."""
    hashes = {id: sha256((SEED + id).encode("utf-8")).hexdigest() for id in ("路灯", "水渠", "晒谷场")}

    counted = drawn(SEED)

    order = sorted(hashes, key=hashes.get)
    assert counted.selected == (order[0],)
    assert counted.ties == (Tie(1, tuple(order), "lot"),)
    assert lot(SEED, "路灯") == hashes["路灯"]


@given(st.text(min_size=1, max_size=20))
def test_any_seed_draws_one_of_the_tied_and_always_the_same(seed):
    assert drawn(seed).selected == drawn(seed).selected
    assert len(drawn(seed).selected) == 1


def test_over_many_seeds_everybody_wins_about_as_often():
    won = [drawn(f"seed {n}").selected[0] for n in range(600)]

    assert all(150 < won.count(id) < 250 for id in ("路灯", "水渠", "晒谷场"))


def test_the_seed_must_be_the_one_committed_to():
    assert drawn(SEED, commitment=commitment(SEED)).selected
    with pytest.raises(Unusable, match="not the one committed to"):
        drawn("another", commitment=commitment(SEED))
    with pytest.raises(Unusable, match="needs the seed"):
        drawn("")


@pytest.mark.parametrize(
    ("tie", "winner", "decided_by"),
    [("file", "b", "cost"), ("dearer", "a", "cost_desc"), ("position", "a", "position"), ("name", "a", "name")],
)
def test_a_stated_rule_decides_and_says_by_what(tie, winner, decided_by):
    made = election({"a": 6, "b": 5}, ["ab"], budget=6)

    counted = count(made, replace(GREEDY, tie=TIES[tie]))

    assert counted.selected == (winner,)
    assert [(met.round, met.decided_by) for met in counted.ties] == [(1, decided_by)]


def test_cheaper_first_then_more_points_then_the_place():
    made = election({"a": 4, "b": 4, "c": 8}, [{"a": 1, "b": 1, "c": 2}], budget=4, vote_type="cumulative")

    by_cost = count(made, replace(RECORDS["greedy_by_score_per_cost"], tie=TIES["file"]))

    assert by_cost.selected == ("a",)
    assert by_cost.ties == (Tie(1, ("a", "b", "c"), "position"),)


def test_a_rule_that_refuses_stops_the_count_and_names_the_tied():
    with pytest.raises(Unbroken) as refusal:
        drawn("", keys=("refuse",))

    assert refusal.value.tied == ("路灯", "水渠", "晒谷场")


def test_a_tie_that_decides_nothing_is_none():
    """All three fit, so their order does not matter, and even a rule that refuses has nothing to refuse."""
    made = replace(tied_three(), budget=15)

    counted = drawn("", keys=("refuse",), made=made)

    assert set(counted.selected) == {"路灯", "水渠", "晒谷场"}
    assert counted.ties == ()


@pytest.mark.parametrize("rule", ["mes_cost_utility", "mes_score_utility", "sequential_phragmen"])
def test_ties_in_other_rules_are_met_and_told(rule):
    made = election({"a": 2, "b": 2}, ["ab", "ab"], budget=3)
    record = replace(RECORDS[rule], tie=TIES["lot"])

    counted = count(made, record, SEED)

    assert counted.selected == (min("ab", key=lambda project: lot(SEED, project)),)
    assert counted.ties[0].decided_by == "lot"


def test_of_equals_in_load_and_cost_the_one_with_more_votes_goes_first():
    """After w its two carry 1 each, so q would bring them to 2, as p would its single supporter."""
    made = election({"w": 2, "p": 2, "q": 2}, ["wq", "wq", "p"], budget=4)

    counted = count(made, RECORDS["sequential_phragmen"])

    assert counted.selected == ("w", "q")
    assert [(tie.tied, tie.decided_by) for tie in counted.ties] == [(("w", "q"), "position"), (("q", "p"), "score")]


@pytest.mark.parametrize("keys", [(), ("cost",), ("cost", "score"), ("luck",), ("lot", "cost")])
def test_a_rule_that_leaves_ties_open_is_no_rule(keys):
    with pytest.raises(Unusable):
        TieRule(keys)


def test_the_place_in_the_file_decides_only_where_the_rule_says_so():
    made = election({"z": 5, "a": 5}, ["za"], budget=5)

    assert winners(made, "greedy_by_score") == ["z"]
    assert count(made, replace(GREEDY, tie=TIES["name"])).selected == ("a",)
