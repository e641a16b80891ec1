"""No act in a wrong stage: random plays of a poll agree with a small model of it (RELIABILITY A7)."""

from collections import Counter

from tests.drill.finding import Finding
from tests.drill.ground import Ground

PLAYS_PER_ROUND, STEPS = 20, 25


def drill(ground: Ground, rounds: int = 3) -> Finding:
    from django.utils import timezone
    from hypothesis import HealthCheck, settings
    from hypothesis.stateful import rule, run_state_machine_as_test

    from tests.voting.polls import build
    from tests.voting.polls.stages import Stages
    from voting.models import PollState

    class Here(Stages):
        office, begins = build.ready(), timezone.now().replace(minute=0, second=0, microsecond=0)
        played = Counter()

        @rule()
        def call_off(self) -> None:
            """Seldom enough by chance that a whole drill may miss it."""
            if self.model.may_ask("cancel", 0):
                self.ask("cancel", 0)
                self.confirm()

    finding, plays = Finding("A poll refuses whatever does not fit its stage"), PLAYS_PER_ROUND * rounds
    how = settings(
        max_examples=plays,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
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
