"""The town's list (镇里的清单): three more who met with it, or a promise that passed, lift a matter to the town."""

from django.db import transaction

from civic.moments import now, today
from wishes import queries, rules, sentences
from wishes.models import Demand, Join, TownWhy
from wishes.services import moves

JOB = "task:lift_overdue"


def by_joins(demand: Demand) -> None:
    """Lift a locked matter once enough people joined; one that stands there already stays as it is."""
    if demand.town_at is not None:
        return
    joins = Join.objects.filter(demand=demand, withdrawn_at=None).count()
    if joins >= rules.LIFT_JOINS:
        demand.town_at, demand.town_why = now(), TownWhy.JOINS
        moves.note(demand, "lift", by="rule:three_joins", sentence=sentences.lifted(joins))


@transaction.atomic
def overdue(pk: int) -> bool:
    """Lift one matter whose promise passed (超期). False when there is nothing new to tell."""
    demand = moves.locked(Demand(pk=pk))
    if not queries.to_lift(today()).filter(pk=pk).exists():
        return False
    demand.town_at, demand.town_why = now(), TownWhy.OVERDUE
    moves.note(demand, "lift", by=JOB, sentence=sentences.lifted(None))
    return True
