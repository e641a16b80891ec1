"""What the routes of contractors and call-backs name in the permission table: a unit with a contract, somebody to ask."""

from typing import Any

from civic.models import Person
from civic.moments import today
from delivery.models import CallBack, Contract


def tell(rows: Any) -> None:
    """A resident of no office who has not rated the accepted project, to be called today."""
    accepted = rows.projects["completed"]
    residents = Person.objects.filter(appointments=None, erased_at=None, phone__isnull=False)
    asked = residents.exclude(ratings__project=accepted).earliest("pk")
    call, _made = CallBack.objects.get_or_create(project=accepted, person=asked, defaults={"due_on": today()})
    CallBack.objects.filter(pk=call.pk).update(due_on=today())
    rows.given["delivery:call_back"] = {"pk": call.pk}
    rows.given["delivery:supplier"] = {"pk": Contract.objects.latest("pk").contractor_id}
