"""People in office sign in by the number of an app: bound, used once, lost, taken away; its secret lies encrypted."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from civic import outbox, people
from civic.accounts import factors
from civic.accounts.factors import Way
from civic.models import AuditEvent, DemoMessage, Person, Role
from civic.rules import RuleBroken
from tests import make
from tests.signing import (
    PASSWORD,
    bound,
    factor_events,
    is_signed_in,
    number,
    other_than,
    password,
    read_code,
    second,
    secret_on,
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


# --- Signing in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["nobody sends", "the phone was never proved", "no phone of the demo's on a real site"])
def test_who_cannot_get_a_code_binds_an_app_before_anything_else(client, officer, settings, why):
    if why == "nobody sends":
        settings.DEMO = False
    else:
        settings.SMS_PROVIDER, settings.DEMO = "some.provider.Sms", False
        Person.objects.filter(pk=officer.pk).update(phone_verified_at=None, is_demo="demo" in why)
    password(client, officer, next=DESK)
    page = client.get("/login/second/", {"next": DESK})
    wrong = second(client, other_than(number(secret_on(page))), next=DESK)
    assert client.get(DESK).status_code == 302

    done = second(client, number(secret_on(page)), next=DESK)

    assert "先绑定身份验证器" in text(page)
    assert (wrong.status_code, done.status_code) == (422, 200)
    assert f'href="{DESK}"' in text(done)
    assert len(re.findall(r"<li>[0-9]{8}</li>", text(done))) == 10
    assert client.get(DESK).status_code == 200
    assert DemoMessage.objects.count() == 0
    assert factor_events() == [("second_factor.enrolled", None), ("person.signed_in", {"second_factor": "enrol"})]


def test_a_demo_account_gets_its_code_though_nobody_proved_its_number(client, officer):
    Person.objects.filter(pk=officer.pk).update(phone_verified_at=None, is_demo=True)

    for visitor in [Client() for _ in range(9)]:  # they take turns, and no phone rings
        password(visitor, officer)
        assert second(visitor, read_code()).status_code == 302


def test_the_apps_number_lets_in_and_no_message_is_a_way_round_it(client, officer):
    secret, _codes = bound(officer)
    password(client, officer, next=DESK)
    page = client.get("/login/second/", {"next": DESK})
    client.post("/login/second/", {"step": "resend"})
    outbox.run_due()

    done = second(client, number(secret), next=DESK)

    assert "身份验证器" in text(page)
    assert DemoMessage.objects.count() == 0
    assert done.url == DESK
    assert factor_events()[-1] == ("person.signed_in", {"second_factor": "app"})


@pytest.mark.parametrize("seconds", [-30, 30])
def test_a_phones_clock_may_be_half_a_minute_wrong(client, officer, seconds):
    secret, _codes = bound(officer)
    password(client, officer)

    assert second(client, number(secret, seconds)).status_code == 302


@pytest.mark.parametrize("seconds", [-120, 120])
def test_and_no_more(client, officer, seconds):
    secret, _codes = bound(officer)
    password(client, officer)

    response = second(client, number(secret, seconds))

    assert response.status_code == 422
    assert "数字不对" in text(response)
    assert not is_signed_in(client)


def test_a_number_counts_once_whichever_process_it_reaches(officer):
    secret, _codes = bound(officer)
    first, other = Client(), Client()
    password(first, officer)
    password(other, officer)
    with time_machine.travel(timezone.now(), tick=False):
        shown = number(secret)
        second(first, shown)
        cache.clear()  # another process has a memory of its own

        response = second(other, shown)

    assert is_signed_in(first)
    assert response.status_code == 422
    assert "这个数字刚用过" in text(response)
    assert not is_signed_in(other)


def test_a_recovery_code_lets_in_once(client, officer):
    _secret, codes = bound(officer)
    other = Client()
    password(client, officer)
    password(other, officer)

    done, again = second(client, f"{codes[3][:4]} {codes[3][4:]}"), second(other, codes[3])

    assert (done.status_code, again.status_code) == (302, 422)
    assert factors.codes_left(officer) == 9
    assert factor_events()[1:] == [
        ("second_factor.recovery_used", None),
        ("person.signed_in", {"second_factor": "recovery"}),
    ]


def test_five_wrong_numbers_wait_whatever_the_session(officer):
    secret, _codes = bound(officer)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        wrong = []
        for n in range(5):
            client = Client()
            password(client, officer)
            wrong.append(second(client, f"{n:08d}").status_code)
        locked = second(client, number(secret))
        clock.shift(121)
        done = second(client, number(secret))

    assert wrong == [422] * 5
    assert locked.status_code == 429
    assert "请等2分钟再试" in text(locked)
    assert done.status_code == 302


def test_a_secret_and_the_codes_lie_encrypted_and_open_by_an_older_key(officer, settings):
    secret, codes = bound(officer)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    settings.SECOND_FACTOR_KEYS = ["a-newer-key", *settings.SECOND_FACTOR_KEYS]
    way = factors.prove(officer, number(secret))
    settings.SECOND_FACTOR_KEYS = ["a-newer-key"]

    assert secret not in kept
    assert not any(code in kept for code in codes)
    assert way == Way.APP
    with pytest.raises(factors.WrongNumber, match="请找系统管理员重设"):
        factors.prove(officer, number(secret, 30))


def test_the_secret_of_an_app_that_is_not_bound_yet_lies_encrypted_too(client, officer):
    client.force_login(officer)

    secret = secret_on(client.get("/me/second-factor/"))

    assert secret not in str(dict(client.session))
    assert secret_on(client.get("/me/second-factor/")) == secret


# --- One's own page -----------------------------------------------------------------------------------


def test_an_officer_binds_an_app_with_the_password_and_gets_the_codes_once(client, officer):
    client.force_login(officer)
    secret = secret_on(client.get("/me/second-factor/"))
    stranger = client.post("/me/second-factor/", {"step": "bind", "code": number(secret), "password": "guess-1"})
    assert not Authenticator.objects.exists()

    done = client.post("/me/second-factor/", {"step": "bind", "code": number(secret), "password": PASSWORD})

    assert (stranger.status_code, done.status_code) == (422, 200)
    assert "密码不对" in text(stranger)
    codes = re.findall(r"<li>([0-9]{8})</li>", text(done))
    assert len(codes) == 10
    assert all(f"%0D%0A{code}" in text(done) for code in codes)
    assert not any(code in text(client.get("/me/second-factor/")) for code in codes)
    assert "备用码还有10个没用" in text(client.get("/me/second-factor/"))
    assert factors.way_of(officer) == Way.APP


def test_new_codes_and_the_end_of_it_want_the_number_again(client, officer):
    secret, codes = bound(officer)
    client.force_login(officer)
    refused = [client.post("/me/second-factor/", {"step": step, "code": "00000000"}) for step in ("renew", "remove")]
    assert factors.way_of(officer) == Way.APP

    renewed = client.post("/me/second-factor/", {"step": "renew", "code": number(secret)})
    void = client.post("/me/second-factor/", {"step": "remove", "code": codes[0]})
    removed = client.post("/me/second-factor/", {"step": "remove", "code": number(secret, 30)})

    assert [response.status_code for response in [*refused, renewed, void, removed]] == [422, 422, 200, 422, 302]
    assert set(re.findall(r"<li>([0-9]{8})</li>", text(renewed))) & set(codes) == set()
    assert factors.way_of(officer) == Way.TEXT
    assert not Authenticator.objects.exists()
    assert [action for action, _after in factor_events()][1:] == [
        "second_factor.codes_renewed",
        "second_factor.removed",
    ]


def test_guessing_on_ones_own_page_is_locked_as_well(client, officer):
    bound(officer)
    client.force_login(officer)

    tries = [client.post("/me/second-factor/", {"step": "remove", "code": f"{n:08d}"}).status_code for n in range(6)]

    assert tries == [422] * 5 + [429]
    assert factors.way_of(officer) == Way.APP


def test_a_second_app_is_refused(officer):
    secret, _codes = bound(officer)

    with pytest.raises(RuleBroken):
        factors.enrol(officer, secret, number(secret))
    assert Authenticator.objects.filter(user=officer).count() == 2


def test_who_goes_takes_the_app_along(officer):
    bound(officer)
    people.end_appointment(officer.appointments.get(), by="test", reason="调离")

    people.erase(officer)

    assert not Authenticator.objects.exists()


def test_the_record_holds_neither_secret_nor_code_nor_phone(client, officer):
    secret, codes = bound(officer)
    password(client, officer)
    second(client, codes[0])
    factors.renew_codes(officer, number(secret))

    rows = str(list(AuditEvent.objects.values()))

    assert not any(word in rows for word in (secret, *codes, officer.phone, officer.phone[3:]))
