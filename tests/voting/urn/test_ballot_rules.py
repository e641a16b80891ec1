"""What a ballot may hold, per way of voting, and the words that say what is too much."""

import pytest

from civic.rules import RuleBroken
from tests.voting.urn.boxes import style
from voting.ballot_rules import check_ballot, check_style


@pytest.mark.parametrize(
    ("method", "choices"),
    [
        ("choose", {"11": 1, "12": 1, "13": 1}),
        ("choose", {}),
        ("budget", {"11": 1, "14": 1}),  # 60,000 of 60,000 yuan
        ("points", {"11": 5, "12": 5}),
        ("rank", {"13": 1, "11": 2}),
        ("yes_no", {"11": 1, "12": 0}),
    ],
)
def test_a_ballot_within_its_style_is_kept(method, choices):
    assert check_ballot(choices, style(method)) == choices


@pytest.mark.parametrize(
    ("method", "choices", "code"),
    [
        ("choose", {"11": 1, "12": 1, "13": 1, "14": 1}, "over_limit"),
        ("choose", {"11": 2}, "ballot_malformed"),
        ("choose", {"99": 1}, "not_on_the_ballot"),
        ("choose", {11: 1}, "not_on_the_ballot"),
        ("choose", {"11": True}, "ballot_malformed"),
        ("choose", {"11": 1.0}, "ballot_malformed"),
        ("choose", {"11": "1"}, "ballot_malformed"),
        ("choose", {"11": -1}, "ballot_malformed"),
        ("choose", ["11"], "ballot_malformed"),
        ("choose", None, "ballot_malformed"),
        ("budget", {"11": 1, "12": 1, "13": 1}, "over_budget"),
        ("points", {"11": 5, "12": 5, "13": 1}, "over_limit"),
        ("points", {"11": 6}, "over_limit"),
        ("points", {"11": 0}, "over_limit"),
        ("points", {"11": 10**400}, "ballot_malformed"),
        ("rank", {"11": 1, "12": 3}, "ranks_broken"),
        ("rank", {"11": 1, "12": 1}, "ranks_broken"),
        ("rank", {"11": 1, "12": 2, "13": 3, "14": 4}, "over_limit"),
        ("yes_no", {"11": 2}, "ballot_malformed"),
    ],
)
def test_a_ballot_beyond_its_style_is_refused(method, choices, code):
    with pytest.raises(RuleBroken) as refused:
        check_ballot(choices, style(method))

    assert refused.value.code == code


def test_a_ballot_over_the_budget_is_told_by_how_much():
    with pytest.raises(RuleBroken, match=r"超出5,000\.00元"):
        check_ballot({"11": 1, "12": 1, "13": 1}, style("budget"))


def test_choices_are_kept_in_the_order_of_the_style():
    assert list(check_ballot({"13": 1, "11": 1}, style())) == ["11", "13"]


@pytest.mark.parametrize(
    "wrong", [{"method": "guess"}, {"limit": 0}, {"projects": []}, {"method": "budget", "budget_fen": None}]
)
def test_a_style_nobody_could_vote_on_opens_no_box(wrong):
    with pytest.raises(RuleBroken):
        check_style(style() | wrong)
