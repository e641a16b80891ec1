"""From the thirty-first code an hour on, an address has its browser work for each, and at a hundred it has to wait."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from altcha import Challenge, Payload, solve_challenge
from django.test import Client
from django.utils import timezone

from civic import limits
from civic.accounts import work
from civic.limits import Limit
from civic.models import Outbox
from tests import make
from tests.signing import PHONE, ask, text

pytestmark = pytest.mark.django_db
FREE = limits.CODE_FREE_IP


@pytest.fixture(autouse=True)
def light(monkeypatch):
    """Less work than outside, the free figure reached soon."""
    monkeypatch.setattr(work, "ROUNDS", 1)
    monkeypatch.setattr(limits, "CODE_FREE_IP", Limit("code-free-ip", 1, 3600))
    make.areas()


def busy() -> None:
    assert ask(Client(), "13900000000").status_code == 302


def asked(answer) -> dict:
    """The challenge on a page."""
    return json.loads(html.unescape(re.search(r'data-work="([^"]+)"', text(answer))[1]))


def solved(challenge: dict) -> str:
    found = Challenge.from_dict(challenge)
    return Payload(found, solve_challenge(found)).to_base64()


def send(client: Client, work: str, phone: str = PHONE):
    return client.post("/login/", {"step": "phone", "phone": phone, "work": work})


def test_the_figures_are_those_agreed():
    assert Limit("code-free-ip", 30, 3600) == FREE
    assert Limit("code-ip", 100, 3600) == limits.CODE_SEND_IP


def test_a_busy_address_works_for_its_code_and_keeps_what_was_typed(client):
    busy()

    held = ask(client)
    sent = send(client, solved(asked(held)))

    assert held.status_code == 422 and f'value="{PHONE}"' in text(held)
    assert "或到村公服站找社工" in text(held), "who has no scripts is told where to go"
    assert sent.status_code == 302
    assert Outbox.objects.filter(topic="sms").count() == 2


def test_work_is_good_once_and_not_for_long(client):
    busy()
    once, late = solved(asked(ask(client))), solved(asked(ask(Client())))
    assert send(client, once).status_code == 302

    assert send(Client(), once, "13900000001").status_code == 422
    with time_machine.travel(timezone.now() + timedelta(seconds=work.LIFE_SECONDS + 1)):
        assert send(Client(), late, "13900000002").status_code == 422
    assert Outbox.objects.filter(topic="sms").count() == 2


@pytest.mark.parametrize("made_up", ["", "x", "e30=", "bnVsbA==", "W10=", "\x00", "好", "A" * 2001])
def test_what_is_made_up_is_no_work(client, made_up):
    busy()

    assert send(client, made_up).status_code == 422
    assert Outbox.objects.filter(topic="sms").count() == 1


def test_a_challenge_made_easier_is_not_ours(client):
    busy()
    easier = asked(ask(client))
    easier["parameters"]["keyPrefix"] = ""

    assert send(client, solved(easier)).status_code == 422


def test_a_hundred_an_hour_are_enough(client, monkeypatch):
    monkeypatch.setattr(limits, "CODE_SEND_IP", Limit("code-ip", 2, 3600))
    busy()
    assert send(client, solved(asked(ask(client)))).status_code == 302

    assert send(Client(), solved(asked(ask(Client(), "13900000003"))), "13900000003").status_code == 429


def test_sending_again_is_worked_for_as_well(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert ask(client).status_code == 302
        clock.shift(60)
        held = client.post("/login/", {"step": "resend"})

    assert held.status_code == 422 and asked(held)
    assert "3800138000" in text(held), "the number is still there"
