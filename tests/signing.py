"""Signing in as a visitor of the demo does: ask for a code, read it in the demo's inbox, answer. Wants DEMO on."""

import re

from django.http import HttpResponse
from django.test import Client

from civic import outbox
from civic.models import DemoMessage

PHONE = "13800138000"


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
