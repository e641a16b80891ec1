"""People in office sign in with a password; sessions end by their own clock, and rights at once."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from civic import people
from civic.models import Person, Role
from tests import make
from tests.signing import PHONE, answer, ask, is_signed_in, read_code, text

pytestmark = pytest.mark.django_db
PASSWORD = "test-pass-123"  # of make.officer


@pytest.fixture(autouse=True)
def demo(settings):
    """The code is read where a visitor of the demo reads it."""
    settings.DEMO = True
    make.areas()


def staff(client: Client, officer: Person, password: str = PASSWORD, **extra) -> HttpResponse:
    return client.post("/login/staff/", {"login": officer.phone, "password": password, **extra})


def second(client: Client, **extra) -> HttpResponse:
    """The code that the right password had sent; tests/civic/test_second_factor.py has more of it."""
    return client.post("/login/second/", {"step": "code", "code": read_code(), **extra})


def test_an_officer_signs_in_with_phone_password_and_a_code(client):
    officer = make.officer(Role.TOWN_HANDLER)

    staff(client, officer, next="/desk/budget/")
    done = second(client, next="/desk/budget/")

    assert (done.status_code, done.url) == (302, "/desk/budget/")
    assert client.session["_auth_user_id"] == str(officer.pk)
    assert client.session.get_expire_at_browser_close()


def test_a_phone_and_code_alone_do_not_open_an_office(client):
    officer = make.officer(Role.TOWN_APPROVER)
    ask(client, officer.phone)

    done = answer(client, read_code())

    assert done.url.startswith("/login/staff/")
    assert not is_signed_in(client)


def test_an_officer_without_a_password_sets_one_after_the_code(client):
    officer = make.person(phone=PHONE)
    people.appoint(officer, Role.SOCIAL_WORKER, make.area(), by="test")
    assert client.get("/login/password/").url.startswith("/login/")
    ask(client)

    asked = answer(client, read_code())
    weak = client.post("/login/password/", {"password": "12345678", "again": "12345678"})
    unlike = client.post("/login/password/", {"password": "willow-river-21", "again": "willow-river-22"})
    done = client.post("/login/password/", {"password": "willow-river-21", "again": "willow-river-21"})

    assert asked.url.startswith("/login/password/")
    assert (weak.status_code, unlike.status_code, done.status_code) == (422, 422, 302)
    assert is_signed_in(client)
    assert staff(Client(), officer, "willow-river-21").status_code == 302


def test_an_assembly_member_signs_in_like_any_resident(client):
    member = make.officer(Role.ASSEMBLY_MEMBER)
    ask(client, member.phone)

    assert answer(client, read_code()).url == "/me/"


@pytest.mark.parametrize("who", ["nobody", "resident with a password", "deactivated", "dismissed", "wrong password"])
def test_every_refused_password_gets_the_same_answer(client, who):
    officer = make.officer(Role.TOWN_HANDLER)
    match who:
        case "nobody":
            officer = Person(phone="+8613900139000")
        case "resident with a password":
            officer = make.person(password=PASSWORD)
        case "deactivated":
            Person.objects.filter(pk=officer.pk).update(is_active=False)
        case "dismissed":
            people.end_appointment(officer.appointments.get(), by="test", reason="调离")

    response = staff(client, officer, PASSWORD if who != "wrong password" else "not-the-pass-1")

    assert response.status_code == 422
    assert "手机号或密码不正确" in text(response)
    assert PASSWORD not in text(response)
    assert not is_signed_in(client)


def test_five_wrong_passwords_lock_the_number_and_each_five_more_twice_as_long(client):
    officer = make.officer(Role.TOWN_HANDLER)
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            wrong = [staff(Client(), officer, "not-the-pass-1").status_code for _ in range(5)]
            locked = staff(Client(), officer)
            waits.append(int(locked["Retry-After"]))
            assert wrong == [422] * 5
            assert locked.status_code == 429
            clock.shift(waits[-1] + 3600)  # the address's own limit is another matter
        done = staff(client, officer)

    assert waits == [120, 240, 480]
    assert done.status_code == 302


def test_a_locked_number_that_nobody_has_looks_the_same(client):
    statuses = [staff(Client(), Person(phone="+8613900139000")).status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]


def test_an_address_gets_thirty_passwords_an_hour():
    statuses = [staff(Client(), Person(phone=f"+86139{n:08d}")).status_code for n in range(31)]

    assert statuses == [422] * 30 + [429]


# --- The end of it ---------------------------------------------------------------------------------


def test_signing_out_needs_a_post_and_ends_the_session(client):
    client.force_login(make.person())
    key = client.session.session_key

    assert client.get("/logout/").status_code == 405
    done = client.post("/logout/")

    assert (done.status_code, done.url) == (302, "/")
    assert not is_signed_in(client)
    assert not SessionStore().exists(key)


def test_signing_out_cannot_be_done_from_another_site():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.person())

    assert client.post("/logout/").status_code == 403
    assert is_signed_in(client)


def test_a_deactivated_person_is_out_at_the_next_request(client):  # A30
    person = make.person()
    client.force_login(person)
    assert client.get("/login/welcome/").status_code == 200

    Person.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get("/login/welcome/").status_code == 302


def test_a_deactivated_person_is_told_so_after_the_right_code(client):
    make.person(phone=PHONE, is_active=False)
    ask(client)

    response = answer(client, read_code())

    assert response.status_code == 403
    assert "这个账号已停用" in text(response)
    assert not is_signed_in(client)


def test_an_ended_office_is_closed_at_the_next_request(client):  # row 70
    officer = make.officer(Role.SOCIAL_WORKER)
    client.force_login(officer)
    assert client.get("/desk/residents/").status_code == 200

    people.end_appointment(officer.appointments.get(), by="test", reason="调离")

    assert client.get("/desk/residents/").status_code == 403


def test_a_cleared_password_ends_every_session_of_its_owner(client):
    officer = make.officer(Role.SOCIAL_WORKER)
    staff(client, officer)
    second(client)
    assert client.get("/desk/residents/").status_code == 200

    people.clear_password(officer, by="test", reason="手机丢了")

    assert client.get("/desk/residents/").status_code == 302


@pytest.mark.parametrize(
    ("role", "idle", "absolute"),
    [(None, timedelta(days=2), timedelta(days=14)), (Role.TOWN_HANDLER, timedelta(minutes=30), timedelta(hours=8))],
)
def test_a_session_ends_by_its_own_clock(role, idle, absolute):
    person = make.officer(role) if role else make.person()

    def survives(*pauses: timedelta) -> bool:
        client = Client()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client.force_login(person)
            client.get("/login/welcome/")
            for pause in pauses:
                clock.shift(pause)
                status = client.get("/login/welcome/").status_code
        return status == 200

    step = idle - timedelta(minutes=1)
    steps = int(absolute / step)
    assert survives(step)
    assert not survives(idle + timedelta(seconds=1))
    assert survives(*[step] * steps)
    assert not survives(*[step] * (steps + 1))


def test_an_idle_officer_is_led_to_the_staffs_sign_in_and_a_resident_to_her_own():
    for person, door in ((make.officer(Role.SOCIAL_WORKER), "/login/staff/"), (make.person(), "/login/")):
        client = Client()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client.force_login(person)
            client.get("/me/")
            clock.shift(timedelta(days=3))
            answer = client.get("/me/messages/")

        assert (answer.status_code, answer["Location"]) == (302, f"{door}?next=/me/messages/")


def test_the_account_panel_says_who_and_where_and_the_way_out(rf):
    officer = make.officer(Role.SOCIAL_WORKER, name="陈测试")
    officer.home_area = make.area()
    request = rf.get("/me/")
    request.user = officer

    panel = render_to_string("civic/_account.html", request=request)

    assert all(word in panel for word in ("陈测试", "测试甲村", "驻村社工", 'action="/logout/"', "csrfmiddlewaretoken"))
