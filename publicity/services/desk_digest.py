"""The morning's word to who holds an office (每日待办汇总): how much waits, is near its day and is late, once, and only if any does."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from civic.models import STAFF_ROLES, Appointment, Person
from civic.moments import today
from civic.outbox import many
from civic.pages import todos
from publicity import channels
from publicity.channels import Note
from publicity.models import Topic
from publicity.queries import desk
from publicity.queries.audiences import in_batches
from publicity.services.sending import APART, wanted

DESK = "message.desk"


def leave(day: date) -> None:
    """One line in the outbox for each who holds an office that day; what waits is counted when its turn comes."""
    held = Appointment.objects.live().filter(role__in=STAFF_ROLES)
    people = Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk")
    for keys in in_batches(people.values_list("pk", flat=True)):
        many(DESK, {f"{day}:{key}": {"person": key, "day": f"{day}"} for key in keys}, apart=APART)


def send(payload: dict[str, Any]) -> None:
    """Tell one officer by the ways they want it; not a day late."""
    person = Person.objects.filter(pk=payload["person"], is_active=True).first()
    if person is None or payload["day"] != f"{today()}":
        return
    queues = todos(person)
    waiting, late = sum(queue.count for queue in queues), sum(queue.overdue for queue in queues)
    if not waiting:
        return
    soon = desk.queue(queues, desk.Wanted()).counts()["soon"]
    values = {"count": waiting, "soon": soon, "late": late, "link": settings.SITE_URL + reverse("publicity:desk")}
    on = {via for via, topic in wanted(person) if topic == Topic.DESK}
    channels.tell(person, on, lambda: Note("desk_news", values))
