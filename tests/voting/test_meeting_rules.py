from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.rules import RuleBroken
from proposals import round_rules
from voting import meeting_rules as rules
from voting import sentences
from voting.models import Outcome, PassBase
from voting.rules.thresholds import passes, quorum, votes_needed

TERMS = round_rules.read({})
EVENING = datetime(2021, 1, 9, 19, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
shares = st.fractions(min_value=Fraction(1, 20), max_value=1, max_denominator=20)


@pytest.mark.parametrize(("members_due", "needed"), [(1, 1), (3, 2), (21, 14), (22, 15), (30, 20)])
def test_two_thirds_of_the_members_rounded_up_make_a_quorum(members_due, needed):
    assert quorum(members_due) == needed


def test_nobody_due_has_no_quorum():
    with pytest.raises(ValueError):
        quorum(0)


@given(due=st.integers(1, 5000), share=shares)
def test_a_quorum_is_the_least_whole_number_that_reaches_the_share(due, share):
    needed = quorum(due, share)

    assert needed >= due * share > needed - 1
    assert 1 <= needed <= due


@pytest.mark.parametrize(
    ("votes_for", "base", "share", "passed"),
    [
        (9, 17, Fraction(1, 2), True),
        (8, 16, Fraction(1, 2), False),  # exactly half is not more than half
        (9, 16, Fraction(1, 2), True),
        (14, 21, Fraction(2, 3), False),
        (15, 21, Fraction(2, 3), True),
        (1, 1, Fraction(1, 2), True),
        (0, 1, Fraction(1, 2), False),
    ],
)
def test_an_item_passes_with_strictly_more_than_the_share(votes_for, base, share, passed):
    assert passes(votes_for, base, share) is passed
    assert (rules.outcome(votes_for, votes_needed(base, share)) == Outcome.PASSED) is passed


@given(votes_for=st.integers(0, 500), base=st.integers(1, 500), share=shares)
def test_the_outcome_is_decided_by_fractions_not_by_percentages(votes_for, base, share):
    assert passes(votes_for, base, share) is (Fraction(votes_for, base) > share)


@given(present=st.integers(1, 200), absent=st.integers(0, 200), recused=st.integers(0, 200))
def test_who_stands_aside_leaves_the_base(present, absent, recused):
    due = present + absent

    assert rules.base_count(PassBase.PRESENT, present=present, due=due, recused=recused) == present - recused
    assert rules.base_count(PassBase.DUE, present=present, due=due, recused=recused) == due - recused


def test_below_quorum_the_words_say_how_many_are_missing():
    with pytest.raises(RuleBroken, match="还差2人，不能表决"):
        rules.check_quorum(12, 21, Fraction(2, 3))

    rules.check_quorum(14, 21, Fraction(2, 3))


@given(
    cast=st.tuples(*[st.integers(0, 30)] * 3).filter(any),
    present=st.integers(0, 60),
    recused=st.integers(0, 20),
    not_voted=st.integers(0, 30),
)
def test_typed_counts_are_taken_exactly_when_they_add_up(cast, present, recused, not_voted):
    votes_for, against, abstain = cast

    def check():
        rules.check_counts(
            votes_for=votes_for,
            against=against,
            abstain=abstain,
            not_voted=not_voted,
            present=present,
            recused=recused,
        )

    if sum(cast) + not_voted == present - recused:
        check()
    else:
        with pytest.raises(RuleBroken):
            check()


@pytest.mark.parametrize(("days", "fine"), [(2, False), (3, True), (10, True)])
def test_notice_is_counted_in_whole_days(days, fine):
    at = EVENING - timedelta(days=days)

    if fine:
        rules.check_notice(TERMS, starts_at=EVENING, at=at)
    else:
        with pytest.raises(RuleBroken, match="要提前3天通知"):
            rules.check_notice(TERMS, starts_at=EVENING, at=at)


def test_a_meeting_is_not_called_for_an_hour_that_has_passed():
    without_notice = round_rules.read({"meeting_notice_days": 0})

    with pytest.raises(RuleBroken, match="已经过了"):
        rules.check_notice(without_notice, starts_at=EVENING, at=EVENING + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("share", "words"), [(Fraction(2, 3), "三分之二"), (Fraction(1, 2), "二分之一"), (Fraction(7, 12), "7/12")]
)
def test_a_share_is_said_in_words(share, words):
    assert sentences.share(share) == words


@pytest.mark.parametrize(("part", "whole", "said"), [(15, 17, "88.24%"), (1, 3, "33.33%"), (0, 5, "0.00%"), (3, 0, "")])
def test_percentages_are_rounded_half_up_for_reading_only(part, whole, said):
    assert sentences.percent(part, whole) == said
