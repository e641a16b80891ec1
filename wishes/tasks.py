"""What the clock finds due here (到期检查): promises that passed go to the town; notes of erased people go."""

from civic.clock import every_minute
from civic.moments import today
from wishes import queries
from wishes.services import erasure, lifting


@every_minute
def lift_overdue() -> None:
    """Put what is past its promise on the town's list (超期上清单); it stands on the row, so twice is harmless."""
    for pk in queries.to_lift(today()).values_list("pk", flat=True):
        lifting.overdue(pk)


@every_minute
def forget_erased_people() -> None:
    """What a worker noted of somebody goes with them (注销)."""
    erasure.forget_erased()
