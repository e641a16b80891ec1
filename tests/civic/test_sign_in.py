"""Signing in by code: it works once, for its own session; known and unknown numbers look alike."""

import html
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.test import Client
from django.utils import timezone

from civic import outbox
from civic.accounts import codes
from civic.accounts.sms import deliver
from civic.limits import TooOften
from civic.models import AuditEvent, DemoMessage, Outbox, Person
from civic.moments import now
from tests import make
from tests.signing import PHONE, answer, ask, is_signed_in, other_than, read_code, text

pytestmark = pytest.mark.django_db
WRONG = "验证码不正确或已过期"


@pytest.fixture(autouse=True)
def demo(settings):
    """The code is read where a visitor of the demo reads it."""
    settings.DEMO = True
    make.areas()


# --- The way in ------------------------------------------------------------------------------------


def test_a_resident_signs_in_with_a_phone_and_its_code(client):
    known = make.person(phone=PHONE)

    sent = ask(client)
    page = client.get(sent.url)
    done = answer(client, read_code())

    assert (sent.status_code, page.status_code) == (302, 200)
    assert 'autocomplete="one-time-code"' in text(page) and 'inputmode="numeric"' in text(page)
    assert (done.status_code, done.url) == (302, "/me/")
    assert client.session["_auth_user_id"] == str(known.pk)
    known.refresh_from_db()
    assert known.phone_verified_at is not None


def test_an_unknown_number_becomes_a_person_only_on_the_right_code(client):
    ask(client)
    code = read_code()
    answer(client, other_than(code))
    assert Person.objects.count() == 0

    done = answer(client, code)

    assert done.url == "/login/welcome/?next=%2Fme%2F"
    assert Person.objects.get().phone == "+8613800138000"


def test_a_newcomer_says_how_to_be_called_and_where_or_skips_it(client):
    ask(client)
    answer(client, read_code())

    page = client.get("/login/welcome/?next=/p/1/")
    done = client.post("/login/welcome/", {"next": "/p/1/", "name": "王小明", "home_area": make.VILLAGE})

    assert 'href="/p/1/"' in text(page)
    assert done.url == "/p/1/"
    assert (Person.objects.get().name, Person.objects.get().home_area_id) == ("王小明", make.VILLAGE)


def test_a_name_of_invisible_characters_is_mended_and_nothing_typed_is_lost(client):
    client.force_login(make.person(""))

    response = client.post("/login/welcome/", {"name": "\u200b\u3164", "home_area": make.VILLAGE})

    assert response.status_code == 422
    assert f'value="{make.VILLAGE}" selected' in text(response)


def test_the_session_gets_a_new_key_at_sign_in(client):
    ask(client)
    before = client.session.session_key
    answer(client, read_code())

    assert is_signed_in(client)
    assert client.session.session_key != before
    assert not SessionStore().exists(before)


def test_the_code_may_be_pasted_with_spaces_or_typed_full_width(client):
    make.person(phone=PHONE)
    ask(client)
    code = read_code()

    done = answer(client, " " + code[:3].translate({ord("0") + n: ord("０") + n for n in range(10)}) + " " + code[3:])

    assert done.status_code == 302


@pytest.mark.parametrize("typed", ["1３８００１３８０００", "138 0013 8000\n", "+8613800138000", "0086 138-0013-8000"])
def test_every_spelling_of_a_phone_is_the_same_person(client, typed):  # rows 18-20
    known = make.person(phone=PHONE)
    ask(client, typed)
    answer(client, read_code())

    assert client.session["_auth_user_id"] == str(known.pk)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("+85291234567", "暂只支持中国大陆手机号"),  # row 21
        ("+1 415 555 2671", "暂只支持中国大陆手机号"),
        ("0756-5521234", "请填写11位手机号"),  # row 22
        ("1380013800", "请填写11位手机号"),
        ("138001380001", "请填写11位手机号"),
        ("", "请填写11位手机号"),
        ("138\u200b", "请填写11位手机号"),
        ("x" * 5000, "40"),
    ],
)
def test_what_is_no_mainland_mobile_is_told_and_nothing_is_sent(client, typed, said):
    response = ask(client, typed)

    assert response.status_code == 422
    assert said in text(response)
    assert Outbox.objects.count() == 0


# --- Rows 62 to 66 ---------------------------------------------------------------------------------


def test_five_wrong_codes_kill_the_code_and_make_the_number_wait(client):  # row 62
    make.person(phone=PHONE)
    ask(client)
    code = read_code()

    statuses = [answer(client, other_than(code)) for _ in range(5)]
    too_late = answer(client, code)

    assert [r.status_code for r in statuses] == [422, 422, 422, 422, 429]
    assert statuses[-1]["Retry-After"] == "900"
    assert "操作太频繁，请 900 秒后再试" in text(statuses[-1])
    assert too_late.status_code == 422 and WRONG in text(too_late)
    assert ask(Client()).status_code == 429
    assert not is_signed_in(client)


def test_the_wait_doubles_when_the_next_code_dies_too(client):
    make.person(phone=PHONE)
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(2):
            ask(client)
            code = read_code()
            last = [answer(client, other_than(code)) for _ in range(5)][-1]
            waits.append(int(last["Retry-After"]))
            clock.shift(waits[-1])

    assert waits == [900, 1800]


def test_an_expired_code_gets_the_one_text_and_another_may_be_sent(client):  # row 63
    make.person(phone=PHONE)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client)
        code = read_code()
        clock.shift(codes.LIFE_SECONDS + 1)
        response = answer(client, code)
        again = client.post("/login/", {"step": "resend"})
        done = answer(client, read_code())

    assert response.status_code == 422
    assert WRONG in text(response) and "再发一次" in text(response)
    assert again.status_code == 302
    assert done.status_code == 302 and is_signed_in(client)


def test_a_used_code_is_worth_nothing(client):  # row 64
    make.person(phone=PHONE)
    ask(client)
    code = read_code()
    answer(client, code)
    client.post("/logout/")

    response = answer(client, code)

    assert response.status_code == 422
    assert WRONG in text(response)


def test_a_code_works_only_in_the_session_that_asked_for_it(client):  # row 65
    make.person(phone=PHONE)
    ask(client)
    code, stranger, neighbour = read_code(), Client(), Client()
    ask(neighbour, "13900139000")

    for other in (stranger, neighbour):
        response = answer(other, code)
        assert response.status_code == 422
        assert WRONG in text(response)
        assert not is_signed_in(other)


def test_a_later_code_voids_the_one_before(client):
    make.person(phone=PHONE)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client)
        first = read_code()
        clock.shift(61)
        ask(client)
        second = read_code()
        response = answer(client, first) if first != second else None

    assert response is None or response.status_code == 422


def test_known_and_unknown_numbers_get_the_very_same_answers():  # row 66
    make.person(phone=PHONE)

    def steps(phone: str) -> list[tuple]:
        client = Client()
        sent = ask(client, phone)
        shown = client.get(sent.url)
        read_code()
        wrong = answer(client, "000000")
        return [
            (r.status_code, r.get("Location"), len(r.content), sorted(r.headers), sorted(r.cookies))
            for r in (sent, shown, wrong)
        ]

    assert steps(PHONE) == steps("13900139000")


def at_once(session_key: str, typed: str) -> list[str]:
    """Sixty-four tries of one code in one session, each from an address of its own."""
    barrier = threading.Barrier(64)

    def one(number: int) -> str:
        try:
            session = SessionStore(session_key)
            session.load()
            barrier.wait()
            codes.check(session, typed, ip=f"203.0.113.{number}")
            return "in"
        except codes.WrongCode:
            return "wrong"
        except TooOften:
            return "too often"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(64) as pool:
        return list(pool.map(one, range(64)))


@pytest.fixture
def asked():
    """A session that asked for a code, and the code."""
    session = SessionStore()
    codes.send(session, "+8613800138000", ip="203.0.113.9")
    session.save()
    return session, Outbox.objects.get().payload["values"]["code"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_right_code_sixty_four_times_at_once_enters_once(asked):
    session, code = asked

    assert at_once(session.session_key, code).count("in") == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixty_four_guesses_at_once_get_five_looks_and_kill_the_code(asked, monkeypatch):
    session, code = asked
    looks = []
    monkeypatch.setattr(codes, "constant_time_compare", lambda *pair: looks.append(pair) or pair[0] == pair[1])

    answers = at_once(session.session_key, other_than(code))

    assert len(looks) <= 5
    assert "in" not in answers
    with pytest.raises(TooOften):
        codes.check(session, code, ip="203.0.113.200")


# --- Sending ---------------------------------------------------------------------------------------


def test_another_code_is_sent_after_sixty_seconds_and_not_before(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client)
        early = client.post("/login/", {"step": "resend"})
        clock.shift(60)
        late = client.post("/login/", {"step": "resend"})

    assert early.status_code == 429
    assert early["Retry-After"] == "60"
    assert "再发一次" in text(early)
    assert late.status_code == 302
    assert Outbox.objects.filter(topic="sms").count() == 2


def test_a_number_gets_four_codes_an_hour_and_eight_a_day():
    sent, start = [], timezone.now()
    for minute in (0, 2, 4, 6, 8, 62, 64, 66, 68, 70, 200, 1439, 1441):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            if ask(Client()).status_code == 302:
                sent.append(minute)

    assert sent == [0, 2, 4, 6, 62, 64, 66, 68, 1441]


def test_a_forged_forwarding_header_buys_no_second_address(settings):
    settings.TRUSTED_PROXIES = 1
    statuses = [
        Client(headers={"x-forwarded-for": f"198.51.100.{n}, 203.0.113.9"})
        .post("/login/", {"step": "phone", "phone": f"139{n:08d}"})
        .status_code
        for n in range(31)
    ]

    assert statuses == [302] * 30 + [422]


def test_the_code_is_gone_from_the_queue_once_it_is_sent(client):
    ask(client)
    assert Outbox.objects.get().payload["values"]["code"]
    code = read_code()

    row = Outbox.objects.get()
    assert (row.payload, row.done_at is not None) == ({}, True)
    assert code not in str(client.session.items())


def test_a_code_too_old_to_use_is_not_sent_any_more():
    deliver({"phone": PHONE, "template": "code", "values": {}, "until": now().timestamp() - 1})

    assert DemoMessage.objects.count() == 0


def test_outside_a_demo_nothing_shows_the_code(client, settings, caplog):
    settings.DEMO = False
    ask(client)
    code = Outbox.objects.get().payload["values"]["code"]
    outbox.run_due()

    assert DemoMessage.objects.count() == 0
    assert code not in caplog.text
    assert client.get("/demo/inbox/").status_code == 404


def test_the_demos_inbox_shows_the_latest_first(client):
    make.person(phone=PHONE)
    ask(client)
    read_code()
    ask(Client(), "13900139000")
    latest = read_code()

    shown = text(client.get("/demo/inbox/"))

    assert shown.index("13900139000") < shown.index("13800138000")
    assert latest in shown


# --- Where to afterwards (row 69) ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/p/WSS-2026-0101/?tab=2", "/p/WSS-2026-0101/?tab=2"),
        ("//evil.example/x", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("///evil.example", "/"),
        ("", "/me/"),
    ],
)
def test_after_signing_in_the_visitor_goes_on_to_a_page_of_ours(client, asked, target):
    make.person(phone=PHONE)

    def carried(page) -> str:
        return html.unescape(
            re.search(r'name="step" value="\w+"><input type="hidden" name="next" value="([^"]*)"', text(page))[1]
        )

    sent = ask(client, next=carried(client.get("/login/", {"next": asked})))
    done = answer(client, read_code(), next=carried(client.get(sent.url)))

    assert done.url == target


def test_who_is_signed_in_is_sent_straight_on(client):
    client.force_login(make.person())

    assert client.get("/login/?next=/p/1/").url == "/p/1/"
    assert client.get("/login/?next=//evil.example").url == "/"
    assert client.get("/login/staff/?next=/p/1/").url == "/p/1/"


def test_signing_in_leaves_no_phone_in_the_record(client):
    ask(client)
    answer(client, read_code())

    event = AuditEvent.objects.get()
    assert event.action == "civic.person.arrived"
    assert "138" not in f"{event.before}{event.after}{event.sentence}{event.reason}"
