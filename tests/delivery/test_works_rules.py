"""Rules of the works by themselves: no database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from civic.rules import RuleBroken
from delivery.models import Milestone
from delivery.rules import lamps, works
from delivery.rules.acceptance import add_months
from proposals.round_rules import RoundRules

TERMS = RoundRules()
DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("behind", "colour"), [(-5, "green"), (0, "green"), (9, "green"), (10, "yellow"), (30, "yellow"), (31, "red")]
)
def test_the_lamp_turns_at_ten_and_above_thirty_points(behind, colour):
    lamp = lamps.lamp(TERMS, planned=50, actual=50 - behind)

    assert lamp.colour == colour
    assert (f"比计划慢{behind}个百分点" in lamp.why) == (colour != "green")


@pytest.mark.parametrize(("paid", "colour"), [(60, "green"), (61, "yellow")])
def test_money_more_than_ten_points_ahead_of_progress_is_yellow_and_says_so(paid, colour):
    lamp = lamps.lamp(TERMS, planned=50, actual=50, paid=paid)

    assert lamp.colour == colour
    assert ("付款比进度快11个百分点" in lamp.why) == (colour == "yellow")


def test_a_red_lamp_hides_no_other_reason():
    lamp = lamps.lamp(TERMS, planned=60, actual=20, paid=50, silent_days=40)

    assert lamp.colour == "red"
    assert lamp.why == "比计划慢40个百分点；付款比进度快30个百分点；40天没有更新"


@pytest.mark.parametrize(("days", "colour"), [(29, "green"), (30, "yellow")])
def test_thirty_days_of_silence_are_yellow_and_say_so(days, colour):
    lamp = lamps.lamp(TERMS, planned=0, actual=0, silent_days=days)

    assert lamp.colour == colour
    assert ("30天没有更新" in lamp.why) == (colour == "yellow")


def test_a_claim_unpaid_for_thirty_days_is_yellow():
    assert lamps.lamp(TERMS, planned=0, actual=0, claim_days=30).why == "请款30天没有付"


def test_the_round_sets_the_lamps_thresholds():
    strict = RoundRules(lamp_yellow_points=5, lamp_red_points=8)

    assert [lamps.lamp(strict, planned=n, actual=0).colour for n in (4, 5, 8, 9)] == [
        "green",
        "yellow",
        "yellow",
        "red",
    ]


def stages(*planned: tuple[int, int]) -> list[Milestone]:
    return [Milestone(name="阶段", planned_on=DAY + timedelta(days=d), share_percent=s) for d, s in planned]


def test_a_milestone_counts_as_planned_only_when_its_day_is_over():
    plan = stages((0, 40), (1, 60))

    assert [lamps.planned_percent(plan, DAY + timedelta(days=d)) for d in (0, 1, 2)] == [0, 40, 100]


def stage(share: int = 100, days: int = 0) -> works.Stage:
    return works.Stage("阶段", DAY + timedelta(days=days), share)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ([], "1到12个"),
        ([stage(60), stage(39)], "现在是99%"),
        ([stage(60, 5), stage(40, 4)], "从早到晚"),
        ([stage(10)] * 13, "1到12个"),
    ],
)
def test_a_plan_makes_the_whole_and_goes_forward(plan, said):
    with pytest.raises(RuleBroken, match=said):
        works.check_plan(plan)


@pytest.mark.parametrize("service", [True, False])
def test_the_plan_a_contract_starts_with_is_a_good_plan(service):
    plan = works.first_plan(DAY, DAY + timedelta(days=30), service=service)

    works.check_plan(plan)
    assert plan[-1].planned_on == DAY + timedelta(days=30)
    assert all(bool(stage.photo_slot) != service for stage in plan)


def test_a_contract_of_one_day_has_a_plan_too():
    works.check_plan(works.first_plan(DAY, DAY, service=False))


@pytest.mark.parametrize(
    ("before", "delta", "over"),
    [
        ([], "4800", False),  # exactly a tenth of 48,000
        ([], "4800.01", True),
        ([], "-4800.01", True),  # cutting much is a change of substance too
        (["2000"], "2800", False),
        (["2000"], "2800.01", True),  # several small ones together
        (["-4000"], "4000", True),  # down and up again is no way round
    ],
)
def test_changes_together_are_measured_against_the_threshold(before, delta, over):
    deltas = [Decimal(b) for b in before]

    assert works.is_over_threshold(Decimal(48000), deltas, Decimal(delta), Fraction(1, 10)) is over


def test_urging_again_within_two_days_names_the_hour():
    first = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)

    works.check_urge(first, first + timedelta(days=2))
    with pytest.raises(RuleBroken, match="3月12日09:00后可以再催"):
        works.check_urge(first, first + timedelta(days=2, seconds=-1))


def test_contracts_that_pass_the_limit_together_explain_themselves():
    limit = Decimal(100000)

    works.check_not_split(Decimal(40000), Decimal(59999), limit, "")
    works.check_not_split(Decimal(40000), Decimal(60000), limit, "三个村各自签")
    with pytest.raises(RuleBroken, match="为什么不是拆分采购"):
        works.check_not_split(Decimal(40000), Decimal(60000), limit, " ")


@pytest.mark.parametrize(
    ("start", "months", "then"),
    [
        (date(2026, 3, 12), 3, date(2026, 6, 12)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_a_look_back_falls_on_the_same_day_or_the_months_last(start, months, then):
    assert add_months(start, months) == then
