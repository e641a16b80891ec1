import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voting.counting.build import ROOT
from voting.rules.thresholds import YesNoTerms, decide, reaches

HALF, TWO_THIRDS = Fraction(1, 2), Fraction(2, 3)


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "roll", "terms", "passed"),
    [
        (11, 5, 4, 30, YesNoTerms(), True),  # 20 of 30 took part, 11 is more than half of 20
        (10, 5, 5, 30, YesNoTerms(), False),  # exactly half is not more than half
        (10, 5, 5, 30, YesNoTerms(strict=False), True),  # but it reaches half
        (10, 5, 5, 30, YesNoTerms(majority_base="yes_no"), True),
        (10, 5, 5, 30, YesNoTerms(majority_base="roll"), False),
        (16, 0, 0, 30, YesNoTerms(majority_base="roll"), True),
        (9, 1, 0, 30, YesNoTerms(), False),  # ten of thirty are no quorum of half
        (9, 1, 5, 30, YesNoTerms(), True),
        (9, 1, 5, 30, YesNoTerms(abstain_counts=False), False),
        (1, 0, 0, 30, YesNoTerms(quorum_share=None), True),
        (20, 10, 0, 30, YesNoTerms(majority_share=TWO_THIRDS), False),  # 超过三分之二
        (20, 10, 0, 30, YesNoTerms(majority_share=TWO_THIRDS, strict=False), True),  # 三分之二以上
        (0, 0, 30, 30, YesNoTerms(majority_base="yes_no"), False),
        (0, 0, 0, 0, YesNoTerms(), False),
        (0, 0, 20, 30, YesNoTerms(majority_share=Fraction(0), strict=False), False),  # nobody wins by no vote
    ],
)
def test_an_item_is_decided_on_the_base_its_terms_name(yes, no, abstain, roll, terms, passed):
    assert decide(yes=yes, no=no, abstain=abstain, roll=roll, terms=terms).passed is passed


def test_the_numbers_behind_the_answer_are_all_told():
    counted = decide(yes=11, no=5, abstain=4, roll=30)

    assert (counted.present, counted.quorum, counted.has_quorum) == (20, 15, True)
    assert (counted.base, counted.needed) == (20, 11)


def test_a_meeting_loads_no_arrays():
    """Pages that count nothing stay as light as they were."""
    code = "import sys, voting.rules.thresholds; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("counts", [(-1, 0, 0, 5), (3, 2, 1, 5), (0, 0, 0, -1)])
def test_more_votes_than_people_are_refused(counts):
    yes, no, abstain, roll = counts

    with pytest.raises(ValueError, match="people on the roll"):
        decide(yes=yes, no=no, abstain=abstain, roll=roll)


@given(st.integers(0, 60), st.integers(0, 60), st.fractions(0, 1, max_denominator=12), st.booleans())
def test_a_majority_is_compared_as_a_fraction(yes, no, share, strict):
    counted = decide(yes=yes, no=no, abstain=0, roll=120, terms=YesNoTerms(None, True, "cast", share, strict))

    reached = yes * share.denominator > share.numerator * (yes + no) if strict else reaches(yes, yes + no, share)
    assert counted.passed is (reached and yes > 0)
