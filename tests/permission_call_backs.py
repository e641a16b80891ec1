"""What the routes of call-backs (电话回访) name in the permission table: a neighbour who is to be asked today."""

from typing import Any

from civic.moments import today
from delivery.models import CallBack


def tell(rows: Any) -> None:
    accepted = rows.projects["completed"]
    call, _made = CallBack.objects.get_or_create(project=accepted, person=rows.neighbour, defaults={"due_on": today()})
    CallBack.objects.filter(pk=call.pk).update(due_on=today())
    rows.given["delivery:call_back"] = {"pk": call.pk}
