"""People arrive, are verified within a worker's own area, hold offices and lose them; the log keeps no names."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.core.serializers.json import DjangoJSONEncoder

from civic import people
from civic.models import Area, AuditEvent, Person, Residency, Role
from civic.moments import at, now, today
from civic.permissions import allowed
from civic.rules import RuleBroken
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return make.officer(Role.SOCIAL_WORKER, make.VILLAGE, name="陈测试")


@pytest.fixture
def admin():
    return make.officer(Role.SYSTEM_ADMIN, make.DISTRICT, name="周测试")


def fresh(person: Person) -> Person:
    """As the next request loads them."""
    return Person.objects.get(pk=person.pk)


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-id").first()


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "1３８００１３８０００",  # row 18: full-width digits
        " 13800138000\n",  # 19
        "+86 138 0013 8000",  # 20
        "8613800138000",
        "0086-13800138000",
    ],
)
def test_one_phone_is_one_person_however_it_is_typed(typed):
    known = make.person(phone="13800138000")

    person, is_new = people.arrive(typed)

    assert (person, is_new) == (known, False)
    assert Person.objects.count() == 1


def test_an_unknown_phone_becomes_a_person_without_a_password():
    person, is_new = people.arrive("13900139000")

    assert is_new
    assert person.phone == "+8613900139000"
    assert person.phone_verified_at is not None
    assert not person.has_usable_password()
    assert last_event().action == "civic.person.arrived"


def test_a_worker_verifies_a_resident_of_their_own_village(worker):
    resident = make.person()

    residency = people.verify_residency(resident, make.area(), "household", " 看了户口簿 ", by=worker)

    assert (residency.area_id, residency.how_verified, residency.verified_by) == (make.VILLAGE, "看了户口簿", worker)
    event = last_event()
    assert (event.action, event.actor, event.area_id) == ("civic.residency.verified", worker, make.VILLAGE)
    assert (event.role, event.is_public) == (Role.SOCIAL_WORKER, False)


def test_the_village_office_may_verify_too():
    office = make.officer(Role.VILLAGE_OFFICE, make.VILLAGE)

    assert people.verify_residency(make.person(), make.area(), "living", "上门核实", by=office).pk


def test_nobody_verifies_themselves(worker):
    with pytest.raises(PermissionDenied):
        people.verify_residency(worker, make.area(), "living", "我住这里", by=worker)

    assert Residency.objects.count() == 0


def test_nobody_verifies_in_another_village(worker):
    with pytest.raises(PermissionDenied):
        people.verify_residency(make.person(), make.area(make.OTHER_VILLAGE), "living", "看了户口簿", by=worker)

    assert Residency.objects.count() == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE}))
def test_no_other_office_verifies(role):
    other = make.officer(role, make.DISTRICT)

    with pytest.raises(PermissionDenied):
        people.verify_residency(make.person(), make.area(), "living", "看了户口簿", by=other)


@pytest.mark.parametrize(
    ("place", "how", "code"),
    [(make.TOWN, "看了户口簿", "not_a_village"), (make.VILLAGE, "  ", "how_required")],
)
def test_verifying_needs_a_village_and_a_way(place, how, code):
    worker = make.officer(Role.SOCIAL_WORKER, make.TOWN)

    with pytest.raises(RuleBroken) as refused:
        people.verify_residency(make.person(), make.area(place), "living", how, by=worker)

    assert refused.value.code == code


def test_an_industrial_zone_has_no_residents(worker):
    Area.objects.filter(pk=make.area().pk).update(is_zone=True)

    with pytest.raises(RuleBroken):
        people.verify_residency(make.person(), make.area(), "living", "看了户口簿", by=worker)


def test_a_residency_is_verified_once_and_again_after_it_ended(worker):
    resident, village = make.person(), make.area()
    first = people.verify_residency(resident, village, "living", "看了户口簿", by=worker)

    with pytest.raises(RuleBroken):
        people.verify_residency(resident, village, "living", "看了户口簿", by=worker)
    people.end_residency(first, by=worker, reason="搬走了")
    people.verify_residency(resident, village, "living", "搬回来了", by=worker)

    assert Residency.objects.filter(person=resident).count() == 2


def test_ending_a_residency_needs_a_reason_and_happens_once(worker):
    residency = people.verify_residency(make.person(), make.area(), "living", "看了户口簿", by=worker)

    with pytest.raises(RuleBroken):
        people.end_residency(residency, by=worker, reason=" ")
    people.end_residency(residency, by=worker, reason="搬走了")
    with pytest.raises(RuleBroken):
        people.end_residency(residency, by=worker, reason="搬走了")

    residency.refresh_from_db()
    assert residency.ended_on == today()


def test_a_resident_without_a_phone_is_registered_and_verified_in_one_act(worker):
    person = people.register(name="黄阿婆", phone=None, area=make.area(), basis="living", how="上门核实", by=worker)

    assert person.phone is None
    assert person.residencies.get().verified_by == worker


def test_registering_a_known_phone_is_refused_and_leaves_nothing(worker):
    make.person(phone="13800138000")

    with pytest.raises(RuleBroken) as refused:
        people.register(name="王", phone="138 0013 8000", area=make.area(), basis="living", how="上门", by=worker)

    assert refused.value.field == "phone"
    assert Person.objects.count() == 2
    assert Residency.objects.count() == 0


def test_an_office_counts_from_its_day_and_not_on_its_last(admin):
    person = make.person()
    people.appoint(
        person,
        Role.SOCIAL_WORKER,
        make.area(),
        by=admin,
        starts_on=today() + timedelta(days=1),
        ends_on=today() + timedelta(days=3),
    )

    counts = []
    for days in range(5):
        with at(now() + timedelta(days=days)):
            counts.append(allowed(fresh(person), "civic.verify_residency", make.area()))

    assert counts == [False, True, True, False, False]


def test_an_ended_office_is_gone_at_once_even_on_its_first_day(admin):
    person = make.person()
    appointment = people.appoint(person, Role.SOCIAL_WORKER, make.area(), by=admin)
    assert fresh(person).is_office

    people.end_appointment(appointment, by=admin, reason="调离")

    assert not fresh(person).is_office
    assert last_event().reason == "调离"


def test_only_the_system_administrator_appoints(worker):
    with pytest.raises(PermissionDenied):
        people.appoint(make.person(), Role.GRID_WORKER, make.area(), by=worker)


def test_nobody_appoints_or_dismisses_themselves(admin):
    with pytest.raises(PermissionDenied):
        people.appoint(admin, Role.TOWN_APPROVER, make.area(make.TOWN), by=admin)
    with pytest.raises(PermissionDenied):
        people.end_appointment(admin.appointments.get(), by=admin, reason="换人")


def test_the_three_administrators_are_three_people(admin):
    security = make.officer(Role.SECURITY_ADMIN, make.DISTRICT)

    with pytest.raises(RuleBroken) as refused:
        people.appoint(security, Role.AUDIT_ADMIN, make.area(make.DISTRICT), by=admin)

    assert refused.value.code == "separate_duties"


def test_the_same_office_is_not_given_twice(admin):
    person = make.person()
    people.appoint(person, Role.GRID_WORKER, make.area(), by=admin)

    with pytest.raises(RuleBroken):
        people.appoint(person, Role.GRID_WORKER, make.area(), by=admin)


def test_an_office_does_not_end_before_it_starts_or_in_the_past(admin):
    with pytest.raises(RuleBroken):
        people.appoint(make.person(), Role.GRID_WORKER, make.area(), by=admin, ends_on=date(2020, 1, 1))
    appointment = people.appoint(make.person(), Role.GRID_WORKER, make.area(), by=admin)
    with pytest.raises(RuleBroken):
        people.end_appointment(appointment, by=admin, reason="调离", ends_on=date(2020, 1, 1))


def test_a_first_password_is_set_once_and_the_administrator_may_clear_it(admin):
    person = make.person()
    people.set_first_password(person, "long-enough-pass")

    with pytest.raises(RuleBroken):
        people.set_first_password(person, "another-long-pass")
    people.clear_password(person, by=admin, reason="本人忘记了")

    assert not fresh(person).has_usable_password()
    assert [e.action for e in AuditEvent.objects.order_by("id")][-2:] == [
        "civic.person.password_set",
        "civic.person.password_cleared",
    ]


def test_a_new_installation_gets_its_first_administrator_once(monkeypatch, client):
    make.areas()
    monkeypatch.setattr("getpass.getpass", lambda prompt: "willow-river-21")

    call_command("first_admin", "13800138000", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("first_admin", "13900139000", stdout=StringIO())

    chief = Person.objects.get()
    assert allowed(chief, "civic.administer")
    assert client.post("/login/staff/", {"login": "13800138000", "password": "willow-river-21"}).status_code == 302


@pytest.mark.parametrize(("phone", "password"), [("138", "willow-river-21"), ("13800138000", "12345678")])
def test_a_first_administrator_without_phone_or_proper_password_is_refused(monkeypatch, phone, password):
    make.areas()
    monkeypatch.setattr("getpass.getpass", lambda prompt: password)

    with pytest.raises(CommandError):
        call_command("first_admin", phone, stdout=StringIO())

    assert Person.objects.count() == 0


def test_the_log_says_what_changed_about_a_person_and_never_the_words(admin):
    person = make.person("王小明", phone="13800138000")
    person.name, person.is_active = "王大明", False

    people.keep(person, by=admin)

    event = last_event()
    assert event.action == "civic.person.changed"
    assert (event.before, event.after) == ({"name": "*", "is_active": True}, {"name": "*", "is_active": False})


def test_no_act_about_people_puts_a_name_or_phone_in_the_log(worker, admin):
    people.arrive("13700137000")
    person = people.register(
        name="金丝雀", phone="13600136000", area=make.area(), basis="living", how="看了户口簿", by=worker
    )
    people.introduce(person, name="金丝雀二", home_area=make.area())
    people.looked_up(person, by=worker)
    people.keep(Person(name="金丝雀三", phone="+8613500135000"), by=admin)
    people.appoint(person, Role.GRID_WORKER, make.area(), by=admin)

    rows = json.dumps(list(AuditEvent.objects.values()), cls=DjangoJSONEncoder, ensure_ascii=False)
    assert not any(word in rows for word in ("金丝雀", "13700137000", "13600136000", "13500135000"))
