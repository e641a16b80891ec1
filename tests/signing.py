"""Signing in as a visitor of the demo does: ask for a code, read it in the demo's inbox, answer. Wants DEMO on.

People in office give a password first, and then a code or the number of an app, which is reckoned here.
"""

import re
from datetime import timedelta
from html import unescape

import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from civic import outbox
from civic.accounts import factors
from civic.models import AuditEvent, DemoMessage, Person

PHONE = "13800138000"
PASSWORD = "test-pass-123"  # of make.officer


def ask(client: Client, phone: str = PHONE, **extra) -> HttpResponse:
    return client.post("/login/", {"step": "phone", "phone": phone, **extra})


def read_code() -> str:
    """Let the relay run and read the latest message."""
    outbox.run_due()
    return re.search(r"[0-9]{6}", DemoMessage.objects.first().text)[0]


def answer(client: Client, code: str, **extra) -> HttpResponse:
    return client.post("/login/", {"step": "code", "code": code, **extra})


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def text(response: HttpResponse) -> str:
    return response.content.decode()


def password(client: Client, officer: Person, **extra) -> HttpResponse:
    return client.post("/login/staff/", {"login": officer.phone, "password": PASSWORD, **extra})


def second(client: Client, code: str, **extra) -> HttpResponse:
    return client.post("/login/second/", {"step": "code", "code": code, **extra})


def number(secret: str, seconds: int = 0) -> str:
    """What an app shows now, or so many seconds later."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp() + seconds) // 30))


def bound(officer: Person) -> tuple[str, list[str]]:
    """An app of the officer's, bound an hour ago: its secret and the recovery codes."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        return secret, factors.enrol(officer, secret, number(secret))


def secret_on(page: HttpResponse) -> str:
    """The secret that a page tells an app, in the address that its picture holds as well."""
    return re.search(r"secret=([A-Z2-7]+)", unescape(text(page)))[1]


def factor_events() -> list[tuple[str, object]]:
    found = AuditEvent.objects.filter(action__regex="second_factor|signed_in").order_by("pk")
    return [(event.action.removeprefix("civic."), event.after) for event in found]
