"""Small numbers: not told, and not to be worked out from what is told."""

from itertools import product

import pytest

from publicity.tables import Withheld
from publicity.withholding import gives_away, joined, told

SMALL, HIDDEN = Withheld(10), Withheld()


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([40, 30, 20], [40, 30, 20], 90),
        ([40, 0, 20], [40, 0, 20], 60),
        ([40, 30, 3], [40, HIDDEN, SMALL], 73),  # one alone could be taken away from the total
        ([40, 6, 7], [40, SMALL, SMALL], 53),
        ([40, 2, 3], [HIDDEN, SMALL, SMALL], 45),  # 5 together would still be fewer than 10
        ([3], [HIDDEN], HIDDEN),
        ([3, 0], [HIDDEN, 0], HIDDEN),
        ([10, 1], [HIDDEN, HIDDEN], HIDDEN),  # 11 − at least 10 would leave exactly 1
        ([9, 9], [HIDDEN, HIDDEN], HIDDEN),  # only 9 + 9 comes to 18
        ([], [], 0),
    ],
)
def test_what_is_told(counts, cells, total):
    assert told(counts, 10) == (cells, total)


@pytest.mark.parametrize("below", [4, 5])
def test_no_small_number_can_be_worked_out(below):
    """Every table of three groups, read by somebody who knows the total from elsewhere once it is large enough."""
    for counts in product(range(below * 3), repeat=3):
        cells, _total = told(counts, below)
        whole = sum(counts)
        possible = [
            numbers
            for numbers in product(*(_range(cell, below, whole) for cell in cells))
            if sum(numbers) == whole or whole < below
        ]
        for at, count in enumerate(counts):
            if 0 < count < below:
                assert len({numbers[at] for numbers in possible}) > 1, (counts, cells)


def _range(cell, below, whole):
    """What a reader of a cell takes it for."""
    if not isinstance(cell, Withheld):
        return [cell]
    return range(1, below) if cell.below else range(1, max(whole, below) + 1)


def test_it_reads_as_words():
    assert str(Withheld(10)) == "少于10"
    assert str(Withheld()) == "不公布"


@pytest.mark.parametrize(("hidden", "answer"), [([], False), ([5], True), ([4, 5], True), ([5, 6], False)])
def test_a_sum_gives_a_small_number_away(hidden, answer):
    assert gives_away(hidden, 10) is answer


def test_groups_that_one_poll_joined_are_never_taken_apart():
    first = [(("online",), 120), (("paper", "station"), 14)]
    second = [(("online",), 80), (("paper",), 30), (("station",), 25)]

    assert joined([first, second]) == [(["online"], 200), (["paper", "station"], 69)]


def test_groups_of_two_polls_that_overlap_become_one():
    first = [(("18-29", "30-44"), 50), (("45-59",), 20)]
    second = [(("18-29",), 30), (("30-44", "45-59"), 40)]

    assert joined([first, second]) == [(["18-29", "30-44", "45-59"], 140)]


def test_nothing_published_is_nothing():
    assert joined([]) == []
