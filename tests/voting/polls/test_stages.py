"""No act in a wrong stage (RELIABILITY A7): random plays of a poll agree with a small model of it. `make drill` plays more."""

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.voting.polls import build
from tests.voting.polls.stages import Model, Stages

pytestmark = pytest.mark.django_db(databases=build.URN)
FEW = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def stages():
    class Here(Stages):
        office, begins = build.ready(), timezone.now().replace(minute=0, second=0, microsecond=0)

    return Here


def test_random_plays_of_a_poll_agree_with_the_model(stages):
    run_state_machine_as_test(stages, settings=FEW)


def test_a_model_that_forgets_the_second_person_is_found_out(stages, monkeypatch):
    """The control: the services refuse what this model allows."""
    monkeypatch.setattr(Model, "may_change", lambda self: self.state == "draft")

    with pytest.raises(AssertionError, match="refused"):
        run_state_machine_as_test(stages, settings=FEW)
