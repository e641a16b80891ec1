"""大写金额: amounts in capital figures, checked against known ones and read back by a reader of its own."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.capital import DIGITS, capital

WEIGHTS = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"万": 10**4, "亿": 10**8}


def read_back(words: str) -> Decimal:
    """The amount that capital figures name, by another way than they are written."""
    words = words.removeprefix("人民币").removesuffix("整")
    sign = -1 if words.startswith("负") else 1
    yuan, _, cents = words.removeprefix("负").rpartition("元")
    whole = group = digit = 0
    for letter in yuan:
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        elif letter in WEIGHTS:
            group, digit = group + digit * WEIGHTS[letter], 0
        elif letter == "亿":
            whole, group, digit = (whole + group + digit) * GROUPS["亿"], 0, 0
        else:
            whole, group, digit = whole + (group + digit) * GROUPS["万"], 0, 0
    whole, fen, digit = whole + group + digit, 0, 0
    for letter in cents:
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        else:
            fen, digit = fen + digit * {"角": 10, "分": 1}[letter], 0
    return sign * (Decimal(whole) + Decimal(fen) / 100)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("1.00", "人民币壹元整"),
        ("10.00", "人民币壹拾元整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("1680.32", "人民币壹仟陆佰捌拾元叁角贰分"),
        ("52800", "人民币伍万贰仟捌佰元整"),
        ("100000000", "人民币壹亿元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("1000000001", "人民币壹拾亿零壹元整"),
        ("-7200", "人民币负柒仟贰佰元整"),
    ],
)
def test_amounts_in_capital_figures_are_written_as_banks_ask(amount, words):
    assert capital(Decimal(amount)) == words


@given(st.integers(1 - 10**14, 10**14 - 1))
def test_every_amount_reads_back_the_same_with_single_zeros(fen):
    amount = Decimal(fen) / 100

    words = capital(amount)

    assert read_back(words) == amount
    assert "零零" not in words
    assert words.endswith("整") == (fen % 10 == 0)


@pytest.mark.parametrize("amount", ["0.001", "1E+12"])
def test_what_no_account_can_hold_is_refused(amount):
    with pytest.raises(ValueError, match="fen"):
        capital(Decimal(amount))
