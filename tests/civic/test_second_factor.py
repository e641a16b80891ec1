"""People in office sign in by two factors: after the password here a code to the phone. What an app does is next door."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from civic import outbox, people
from civic.models import DemoMessage, Person, Role
from tests import make
from tests.signing import (
    PASSWORD,
    answer,
    ask,
    factor_events,
    is_signed_in,
    other_than,
    password,
    read_code,
    second,
    text,
)

pytestmark = pytest.mark.django_db
DESK = "/desk/residents/"


@pytest.fixture(autouse=True)
def demo(settings):
    """Messages are sent, and read where a visitor of the demo reads them."""
    settings.DEMO = True
    make.areas()


@pytest.fixture
def officer() -> Person:
    return make.officer(Role.SOCIAL_WORKER)


def test_a_right_password_alone_opens_nothing(client, officer):
    asked = password(client, officer, next=DESK)

    assert (asked.status_code, asked.url) == (302, "/login/second/?next=%2Fdesk%2Fresidents%2F")
    assert not is_signed_in(client)
    assert [client.get(url).status_code for url in ("/desk/", DESK, "/admin/", "/me/", "/me/second-factor/")] == [
        302
    ] * 5
    assert client.get("/api/v1/projects/").status_code == 200
    assert client.post("/api/v1/projects/WSS-2026-0001/screen/").status_code in (401, 403)


def test_the_code_to_the_phone_lets_in_to_the_page_asked_for(client, officer):
    password(client, officer, next=DESK)
    page = client.get("/login/second/", {"next": DESK})

    done = second(client, read_code(), next=DESK)

    assert f"{officer.phone[3:6]}****{officer.phone[-4:]}" in text(page)
    assert (done.status_code, done.url) == (302, DESK)
    assert client.get(DESK).status_code == 200
    assert client.session.get_expire_at_browser_close()
    assert factor_events() == [("person.signed_in", {"second_factor": "text"})]


def test_the_session_has_a_new_key_after_each_of_the_two(client, officer):
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    keys = [session.session_key]
    client.cookies["sid"] = session.session_key

    password(client, officer)
    keys.append(client.session.session_key)
    second(client, read_code())
    keys.append(client.session.session_key)

    assert len(set(keys)) == 3
    assert is_signed_in(client)


@pytest.mark.parametrize("what", ["wrong", "expired", "another session's"])
def test_no_other_code_lets_in(client, officer, what):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        password(client, officer)
        code = read_code()
        if what == "wrong":
            code = other_than(code)
        elif what == "expired":
            clock.shift(301)
        else:
            clock.shift(61)
            client = Client()
            password(client, officer)

        response = second(client, code)

    assert response.status_code == 422
    assert "验证码不正确或已过期" in text(response)
    assert not is_signed_in(client)
    assert factor_events() == []


def test_five_wrong_codes_lock_and_the_wait_is_told(client, officer):
    password(client, officer)
    code = read_code()

    wrong = [second(client, other_than(code)).status_code for _ in range(4)]
    locked = second(client, other_than(code))
    right = second(client, code)

    assert (wrong, locked.status_code, right.status_code) == ([422] * 4, 429, 429)
    assert "请等15分钟再试" in text(locked)
    assert int(locked["Retry-After"]) > 800
    assert not is_signed_in(client)


def test_the_password_again_within_the_minute_sends_no_second_code(client, officer):
    password(client, officer)
    code = read_code()

    password(client, officer)

    assert DemoMessage.objects.count() == 1
    assert second(client, code).status_code == 302


def test_a_code_can_be_sent_again_after_a_minute_and_by_a_call(client, officer, settings):
    settings.VOICE_PROVIDER = "civic.accounts.sms.DemoCall"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        password(client, officer)
        early = client.post("/login/second/", {"step": "resend"})
        clock.shift(61)
        again = client.post("/login/second/", {"step": "call"})
        outbox.run_due()
        said = DemoMessage.objects.first().text
        done = second(client, "".join(re.search(r"(?:[0-9] ){5}[0-9]", said)[0].split()))

    assert (early.status_code, again.status_code, done.status_code) == (429, 302, 302)
    assert "请等1分钟再试" in text(early)
    assert is_signed_in(client)


def test_one_may_go_back_and_take_another_account(client, officer):
    password(client, officer, next=DESK)
    code = read_code()

    left = client.post("/login/second/", {"step": "leave", "next": DESK})

    assert left.url == "/login/staff/?next=%2Fdesk%2Fresidents%2F"
    assert second(client, code, next=DESK).url == left.url
    assert not is_signed_in(client)


def test_after_fifteen_minutes_the_password_is_asked_again(client, officer):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        password(client, officer)
        clock.shift(15 * 60 + 1)
        late = second(client, "123456", next=DESK)

    assert late.url == "/login/staff/?next=%2Fdesk%2Fresidents%2F"
    assert "过了时间，请再填一次密码" in text(client.get(late.url))


@pytest.mark.parametrize("what", ["password cleared", "office ended", "deactivated"])
def test_what_changes_between_the_two_factors_counts(client, officer, what):
    password(client, officer)
    code = read_code()
    match what:
        case "password cleared":
            people.clear_password(officer, by="test", reason="手机丢了")
        case "office ended":
            people.end_appointment(officer.appointments.get(), by="test", reason="调离")
        case "deactivated":
            Person.objects.filter(pk=officer.pk).update(is_active=False)

    response = second(client, code)

    assert response.url.startswith("/login/staff/")
    assert not is_signed_in(client)


def test_who_proved_the_phone_at_the_residents_door_needs_only_the_password_then(client, officer):
    ask(client, officer.phone)
    answer(client, read_code())

    done = password(client, officer, next=DESK)

    assert done.url == DESK
    assert is_signed_in(client)
    assert DemoMessage.objects.count() == 1
    assert factor_events() == [("person.signed_in", {"second_factor": "text"})]


def test_a_proved_phone_does_for_nobody_else(client, officer):
    other = make.officer(Role.TOWN_HANDLER)
    ask(client, officer.phone)
    answer(client, read_code())

    assert password(client, other).url.startswith("/login/second/")
    assert not is_signed_in(client)


def test_a_code_for_a_resident_is_none_for_the_desk(client, officer):
    password(client, officer)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        ask(client, officer.phone)
        residents_code = read_code()
        response = second(client, residents_code)

    assert response.status_code == 422
    assert not is_signed_in(client)


def test_where_the_setting_says_so_a_password_is_enough(client, officer, settings):
    settings.STAFF_SECOND_FACTOR = False

    assert password(client, officer, next=DESK).url == DESK
    assert is_signed_in(client)
    assert client.get("/me/second-factor/").status_code == 403


def test_residents_are_not_asked(client):
    resident = make.person()
    ask(client, resident.phone)

    assert answer(client, read_code()).url == "/me/"
    assert client.get("/me/second-factor/").status_code == 403


def test_the_admin_site_is_behind_the_same_two_steps(client):
    chief = make.officer(Role.SYSTEM_ADMIN, make.DISTRICT)
    password(client, chief, next="/admin/")
    assert client.get("/admin/").status_code == 302

    second(client, read_code(), next="/admin/")

    assert client.get("/admin/").status_code == 200


def test_an_office_given_during_a_residents_session_opens_only_after_both_factors(client):
    resident = make.person()
    ask(client, resident.phone)
    answer(client, read_code())
    make.appoint(resident, Role.SOCIAL_WORKER)

    assert [client.get(url).status_code for url in ("/desk/", DESK, "/me/second-factor/", "/admin/")] == [403] * 3 + [
        302
    ]
    assert "请退出，再用密码" in text(client.get("/me/"))
    client.post("/logout/")
    people.set_first_password(resident, PASSWORD)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        password(client, resident, next=DESK)
        assert second(client, read_code(), next=DESK).url == DESK
    assert client.get(DESK).status_code == 200


def test_a_seat_in_the_assembly_needs_no_password(client):
    resident = make.person()
    ask(client, resident.phone)
    answer(client, read_code())
    make.appoint(resident, Role.ASSEMBLY_MEMBER)

    assert client.get("/desk/").status_code == 200
