"""Who acts in a village's stories (角色): the demo's accounts, and stand-ins where it has none."""

from dataclasses import dataclass
from datetime import date

from civic.models import Appointment, Area, Organisation, Person, Role
from civic.words import label
from publicity.demo.places import village
from voting.models import Assembly, AssemblyKind


@dataclass
class Cast:
    """Who acts in a village's stories."""

    area: Area
    worker: Person
    office: Person
    handler: Person
    approver: Person
    supervisor: Person
    members: list[Person]
    assembly: Assembly


def cast_of(place: str) -> Cast:
    """The people of a village's stories; where the demo has no account of theirs, people without sign-in."""
    area = village(place)
    town = Area.objects.get(pk=area.parent_id)
    unit = Organisation.objects.get(area=area, kind="village_office")
    government = Organisation.objects.get(area=town, kind="town_office")
    members = [_holder(Role.ASSEMBLY_MEMBER, area, None, number) for number in range(1, 10)]
    if Appointment.objects.filter(role=Role.ASSEMBLY_MEMBER, area=area).count() > len(members):
        members = list(
            Person.objects.filter(appointments__role=Role.ASSEMBLY_MEMBER, appointments__area=area).order_by("pk")
        )
    assembly, _new = Assembly.objects.get_or_create(
        area=area, defaults={"name": f"{area.short_name}居民议事会", "kind": AssemblyKind.COUNCIL}
    )
    worker = Person.objects.filter(appointments__role=Role.SOCIAL_WORKER, appointments__area=area).latest("pk")
    return Cast(
        area=area,
        worker=worker,
        office=_holder(Role.VILLAGE_OFFICE, area, unit),
        handler=_holder(Role.TOWN_HANDLER, town, government),
        approver=_holder(Role.TOWN_APPROVER, town, government),
        supervisor=_holder(Role.SUPERVISOR, area, None),
        members=members,
        assembly=assembly,
    )


def _holder(role: Role, area: Area, unit: Organisation | None, number: int = 1) -> Person:
    """The number-th person who holds a role in a place, made if there are not so many."""
    found = list(Person.objects.filter(appointments__role=role, appointments__area=area).order_by("pk")[:number])
    if len(found) >= number:
        return found[number - 1]
    person = Person.objects.create_person(None, f"演示{label(role)}{number}", is_demo=True, home_area=area)
    Appointment.objects.create(person=person, role=role, area=area, organisation=unit, starts_on=date(2021, 1, 1))
    return person
