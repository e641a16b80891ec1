"""Rules of money by themselves: no database."""

from decimal import Decimal

import pytest

from civic.rules import RuleBroken
from delivery.models import Work
from delivery.rules import money

YUAN = Decimal


def test_an_amount_over_the_pool_is_refused_with_the_figure():
    with pytest.raises(RuleBroken, match="超出120,000元，不能提交") as refused:
        money.check_fits(YUAN("1040000"), YUAN("920000"))

    assert refused.value.code == "over_pool"


def test_a_fen_over_the_pool_is_over():
    money.check_fits(YUAN("100.00"), YUAN("100.00"))

    with pytest.raises(RuleBroken, match=r"超出0.01元"):
        money.check_fits(YUAN("100.01"), YUAN("100.00"))


@pytest.mark.parametrize("amount", ["59999.99", "60000.01"])
def test_another_amount_than_was_asked_for_needs_a_reason(amount):
    with pytest.raises(RuleBroken, match="请写明原因"):
        money.check_request(YUAN("60000"), YUAN(amount), " ")


def test_the_pool_pays_what_other_sources_do_not():
    assert money.check_request(YUAN("60000"), YUAN("60000"), "", {"donation": YUAN("12000.50")}) == YUAN("47999.50")


def test_other_sources_cannot_exceed_the_budget():
    with pytest.raises(RuleBroken, match="合计要等于批准金额"):
        money.check_request(YUAN("60000"), YUAN("60000"), "", {"donation": YUAN("60000.01")})


def test_sources_add_up_to_the_budget():
    money.check_sources(YUAN("10"), {"pool": YUAN("4"), "donation": YUAN("6")})

    with pytest.raises(RuleBroken):
        money.check_sources(YUAN("10"), {"pool": YUAN("4"), "donation": YUAN("5.99")})


@pytest.mark.parametrize(
    ("surplus", "pool_part", "granted", "returned"),
    [
        ("3000", "50000", "50000", "3000"),  # the pool gave all
        ("3000", "25000", "50000", "1500"),  # half
        ("100", "10000", "30000", "33.33"),  # a third, whole fen, rounded down
        ("100", "0", "30000", "0"),
        ("0", "50000", "50000", "0"),
    ],
)
def test_the_surplus_goes_back_in_proportion_to_what_the_pool_gave(surplus, pool_part, granted, returned):
    assert money.surplus_to_pool(YUAN(surplus), YUAN(pool_part), YUAN(granted)) == YUAN(returned)


def work(**amounts: str) -> Work:
    return Work(granted_yuan=YUAN("50000"), **{name: YUAN(amount) for name, amount in amounts.items()})


def test_a_claim_fits_into_contract_and_changes_less_paid_and_asked_for():
    built = work(contract_yuan="48000", changes_delta_yuan="1200", paid_yuan="20000")

    money.check_payment(built, YUAN("9200"), YUAN("20000"))
    with pytest.raises(RuleBroken, match=r"超出0.01元，最多还能请款20,000元"):
        money.check_payment(built, YUAN("9200"), YUAN("20000.01"))


def test_after_the_settlement_no_more_than_it_is_paid():
    built = work(contract_yuan="48000", paid_yuan="20000", settled_yuan="30000")

    money.check_payment(built, YUAN(0), YUAN("10000"))
    with pytest.raises(RuleBroken, match="最多还能请款10,000元"):
        money.check_payment(built, YUAN(0), YUAN("10000.01"))


@pytest.mark.parametrize(
    ("settled", "note", "said"),
    [("48000.01", "", "不能超过合同价"), ("19999.99", "核减", "不能比它少"), ("47000", " ", "写明核减的原因")],
)
def test_a_settlement_lies_between_paid_and_agreed(settled, note, said):
    with pytest.raises(RuleBroken, match=said):
        money.check_settlement(work(contract_yuan="48000", paid_yuan="20000"), YUAN(settled), note)
