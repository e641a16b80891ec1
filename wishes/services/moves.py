"""Every change of a matter's state (办理流转). `move` is the one place that assigns ``Demand.state``."""

from datetime import date, timedelta
from typing import Any

from civic.audit import record
from civic.models import Person
from civic.moments import now, today
from wishes import rules
from wishes.models import REOPENABLE, Demand, SolvedBy


def locked(demand: Demand) -> Demand:
    """The matter as it is now, held until the transaction ends."""
    return (
        Demand.objects.select_for_update(of=("self",))
        .select_related("area", "reporter", "handler__area", "handler__organisation", "handler__person")
        .get(pk=demand.pk)
    )


def move(demand: Demand, action: str, *, by: Person, solved_by: SolvedBy | str = "", **event: Any) -> Demand:
    """Check and set the state of a locked matter with all it carries; every move leaves an event. Raises WrongState."""
    rules.check_heard(demand)
    target, before = rules.target_state(demand.state, action), demand.state
    demand.state, demand.state_since, demand.updated_at = target, now(), now()
    demand.solved_by = solved_by
    demand.reopen_until = today() + timedelta(days=rules.REOPEN_DAYS) if target in REOPENABLE else None
    demand.save()
    states: dict[str, Any] = {"before": {"state": before}, "after": {"state": target}}
    record(f"demand.{action}", by=by, on=demand, mark=demand.mark, **(states | event))
    return demand


def promise(demand: Demand, due_on: date) -> None:
    """A new promise and its clock, to be saved with the move."""
    demand.due_on = demand.first_due_on = due_on
    demand.limit_days = (due_on - today()).days


def start_anew(demand: Demand) -> None:
    """The clock starts anew with the days that were given at first, one at least (时限重新算)."""
    promise(demand, today() + timedelta(days=max(demand.limit_days, 1)))


def note(demand: Demand, action: str, *, by: Person | str, **event: Any) -> Demand:
    """Save a locked matter whose state stays, with the event that says what changed."""
    demand.updated_at = now()
    demand.save()
    record(f"demand.{action}", by=by, on=demand, mark=demand.mark, **event)
    return demand
