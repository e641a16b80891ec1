"""The one mapping from a project's state to what the public reads."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from proposals.models import ProjectState as S
from proposals.round_rules import RoundRules
from publicity import steps

MICRO = ["screening", "review", "assembly", "approval", "notice"]
ASSEMBLY_FIRST = ["screening", "assembly", "review", "approval", "notice"]
SHORT = ["approval", "notice"]
VOTED = ["screening", "review", "poll", "approval", "notice"]


@pytest.mark.parametrize(
    ("state", "number", "name"),
    [
        (S.FILED, 1, "提议"),
        (S.IN_REVIEW, 2, "预审"),
        (S.FOR_ASSEMBLY, 3, "议事投票"),
        (S.FOR_APPROVAL, 4, "审批公示"),
        (S.RESERVE, 4, "审批公示"),
        (S.ON_NOTICE, 4, "审批公示"),
        (S.OBJECTED, 4, "审批公示"),
        (S.AWAITING_START, 5, "实施"),
        (S.IN_PROGRESS, 5, "实施"),
        (S.FOR_ACCEPTANCE, 6, "验收评价"),
        (S.RECTIFYING, 6, "验收评价"),
        (S.COMPLETED, 6, "验收评价"),
    ],
)
def test_each_state_stands_at_one_of_six_steps(state, number, name):
    bar = steps.bar(MICRO, state)

    assert (bar.number, bar.name, len(bar.segments)) == (number, name, 6)


def test_a_round_that_deliberates_first_shows_the_assembly_before_the_review():
    bar = steps.bar(ASSEMBLY_FIRST, S.FOR_ASSEMBLY)

    assert [s.name for s in bar.segments] == ["提议", "议事投票", "预审", "审批公示", "实施", "验收评价"]
    assert [s.mark for s in bar.segments] == ["done", "now", "later", "later", "later", "later"]
    assert bar.number == 2


def test_a_short_round_says_which_steps_it_leaves_out():
    bar = steps.bar(SHORT, S.ON_NOTICE)

    assert bar.skipped == ("预审", "议事投票")
    assert [s.mark for s in bar.segments] == ["done", "skipped", "skipped", "now", "later", "later"]


def test_a_paused_project_stands_where_it_was_paused():
    bar = steps.bar(MICRO, S.PAUSED, stood=S.IN_PROGRESS)

    assert bar.number == 5
    assert bar.segments[4].mark == "halted"


def test_a_declined_project_shows_the_step_it_reached():
    bar = steps.bar(MICRO, S.DECLINED, stood=S.IN_REVIEW)

    assert [s.mark for s in bar.segments] == ["done", "halted", "later", "later", "later", "later"]


def test_a_completed_project_has_all_its_steps_behind_it():
    bar = steps.bar(SHORT, S.COMPLETED)

    assert bar.is_done
    assert [s.mark for s in bar.segments] == ["done", "skipped", "skipped", "done", "done", "done"]


@pytest.mark.parametrize("state", [s for s in S if s != S.DRAFT])
@pytest.mark.parametrize("route", [MICRO, ASSEMBLY_FIRST, SHORT, VOTED])
def test_every_state_of_every_route_has_words_for_now(route, state):
    assert str(steps.NOW[state])
    assert 1 <= steps.bar(route, state, stood=S.FOR_APPROVAL).number <= 6


def test_the_next_step_follows_the_route():
    assert steps.next_words(MICRO, S.FILED) == "部门预审"
    assert steps.next_words(ASSEMBLY_FIRST, S.FILED) == "居民议事会表决"
    assert steps.next_words(VOTED, S.IN_REVIEW) == "居民投票"
    assert steps.next_words(MICRO, S.IN_PROGRESS) == "居民代表验收"


def test_the_steps_ahead_begin_one_limit_after_another():
    terms = RoundRules(approval_workdays=5, notice_workdays=3, contract_workdays=30, works_workdays=60)
    ahead = steps.still_to_come(MICRO, S.FOR_ASSEMBLY)

    days = steps.expected_days(
        ahead,
        terms=terms,
        due_on=date(2026, 3, 2),
        today=date(2026, 3, 1),
        add_workdays=lambda day, n: day + timedelta(days=n),
    )

    assert ahead[:3] == [S.FOR_APPROVAL, S.ON_NOTICE, S.AWAITING_START]
    assert days[:3] == [date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 10)]


def test_nothing_is_expected_after_an_end():
    assert [steps.still_to_come(MICRO, state) for state in (*steps.STOPPED, S.COMPLETED)] == [[]] * 6


def test_an_overdue_step_expects_the_next_one_from_today():
    (first, *_rest) = steps.expected_days(
        [S.ON_NOTICE],
        terms=RoundRules(caps_yuan={"works": Decimal(1)}),
        due_on=date(2026, 3, 2),
        today=date(2026, 3, 9),
        add_workdays=lambda day, n: day + timedelta(days=n),
    )

    assert first == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("left", "limit", "kind", "days"),
    [
        (5, 5, "left", 5),
        (3, 5, "left", 3),
        (2, 5, "soon", 2),
        (0, 5, "soon", 0),
        (12, 60, "soon", 12),
        (13, 60, "left", 13),
        (-3, 5, "over", 3),
        (None, None, "none", 0),
    ],
)
def test_the_chip_turns_amber_at_two_days_or_a_fifth(left, limit, kind, days):
    chip = steps.chip(S.IN_REVIEW, left=left, limit=limit)

    assert (chip.kind, chip.days) == (kind, days)


def test_on_sunday_fridays_limit_is_over_in_public_as_on_the_desks():
    assert steps.chip(S.IN_REVIEW, left=0, limit=5, passed=True) == steps.Chip("over", 0, 5)


def test_an_ended_project_has_no_clock_and_a_paused_one_does_not_count():
    assert steps.chip(S.COMPLETED, left=None, limit=None) is None
    assert steps.chip(S.DECLINED, left=None, limit=None) is None
    assert steps.chip(S.PAUSED, left=3, limit=5).kind == "paused"
