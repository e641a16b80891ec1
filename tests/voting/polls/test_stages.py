"""No act in a wrong stage (RELIABILITY A7): random plays of a poll agree with a small model of it. `make drill` plays more."""

from collections import Counter

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.voting.polls import build
from tests.voting.polls.stages import WAYS_TO, Model, Stages

pytestmark = pytest.mark.django_db(databases=build.URN)
FEW = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
UNTIL_ONE_FAILS = settings(FEW, phases=[Phase.generate])


@pytest.fixture
def stages():
    class Here(Stages):
        office, begins = build.ready(), timezone.now().replace(minute=0, second=0, microsecond=0)
        played = Counter()

    return Here


@pytest.mark.parametrize("start", sorted(WAYS_TO))
def test_random_plays_of_a_poll_agree_with_the_model(stages, start):
    stages.starts = [start]  # chance alone may leave one out

    run_state_machine_as_test(stages, settings=settings(FEW, max_examples=4))

    assert {start, "taken", "refused"} <= set(stages.played)


def test_a_model_that_forgets_the_opening_hours_is_found_out(stages, monkeypatch):
    """The control: the services refuse what this model allows."""
    monkeypatch.setattr(Model, "may_vote", lambda self, voter: True)

    with pytest.raises(AssertionError, match=r"还没有开始|已经截止"):
        run_state_machine_as_test(stages, settings=UNTIL_ONE_FAILS)
