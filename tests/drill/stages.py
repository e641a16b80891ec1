"""No act in a wrong stage: random plays of a poll agree with a small model of it (RELIABILITY A7)."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.drill.finding import Finding
from tests.drill.ground import Ground

PLAYS_PER_ROUND, STEPS = 20, 25


def drill(ground: Ground, rounds: int = 3) -> Finding:
    from django.utils import timezone
    from hypothesis import HealthCheck, settings
    from hypothesis.stateful import run_state_machine_as_test

    from tests.voting.polls import build
    from tests.voting.polls.stages import Stages
    from voting.models import PollState

    class Here(Stages):
        office, begins = build.ready(), timezone.now().replace(minute=0, second=0, microsecond=0)
        played = Counter()

    finding, plays = Finding("A poll refuses whatever does not fit its stage"), PLAYS_PER_ROUND * rounds
    how = settings(
        max_examples=plays,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        meet_every_stage(Here, PollState.values)
        run_state_machine_as_test(Here, settings=how)
        differs = 0
    except AssertionError as error:  # the shortest play that shows it
        finding.notes.append(f"`{error}`: {'; '.join(getattr(error, '__notes__', []))}")
        differs = 1
    finding.equal(f"plays in which services and model part, of {plays} with up to {STEPS} acts", differs, 0)
    finding.notes.append(", ".join(f"{what}: {count}" for what, count in sorted(Here.played.items())) + ".")
    finding.at_least("acts taken", Here.played["taken"], 10 * rounds)
    finding.at_least("acts refused", Here.played["refused"], 10 * rounds)
    finding.equal("stages met", len(set(Here.played) & set(PollState.values)), len(PollState.values))
    return finding


def meet_every_stage(play: Any, states: Iterable[str]) -> None:
    """One short play to each stage, so that none is left to chance."""
    for state in states:
        one = play()
        try:
            one.begin(state)
            one.is_where_the_model_is()
        finally:
            one.teardown()
