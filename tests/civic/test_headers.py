"""Every answer of every route carries the headers of a strict site, and production's cookies are locked down."""

import json
import os
import re
import secrets
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from civic.models import Role
from tests import make

pytestmark = pytest.mark.django_db(databases=["default", "urn"])
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = {"int": "1", "uuid": str(uuid.UUID(int=1)), "path": "x", "slug": "x", "str": "WSS-2026-0001", "": "1"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "report-uri /csp-report",
}
ADMIN_POLICY = POLICY - {"script-src 'self'", "style-src 'self'"} | {
    "script-src 'self' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
}
FILE_POLICY = {"sandbox", "default-src 'none'"}


def addresses(resolver: URLResolver | None = None, start: str = "/") -> Iterator[str]:
    """One address per route, with a sample wherever a route has a blank."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = start + filled(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, here)
        else:
            yield here


def filled(pattern) -> str:
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:(\w+):)?\w+>", lambda blank: SAMPLES.get(blank[1] or "str", "x"), str(pattern))
    return re.sub(r"\\(.)", r"\1", re.sub(r"\(.*?\)+", "1", str(pattern)).strip("^$").replace(r"\Z", ""))


def policy(response) -> set[str]:
    return {part.strip() for part in response.get("Content-Security-Policy", "").split(";")}


def faults(client: Client, address: str) -> list[str]:
    response = client.get(address)
    found = [f"{name}: {response.get(name)}" for name, value in HEADERS.items() if response.get(name) != value]
    expected = [POLICY, ADMIN_POLICY] if address.startswith("/admin/") else [POLICY, FILE_POLICY]
    if policy(response) not in expected:
        found.append(f"Content-Security-Policy: {response.get('Content-Security-Policy')}")
    if response.status_code >= 500:
        found.append(str(response.status_code))
    return [f"{address} {fault}" for fault in found]


@pytest.mark.postgres  # some hundred pages: once is enough
@pytest.mark.parametrize("who", ["nobody", Role.SYSTEM_ADMIN])
def test_every_route_answers_with_every_header(client, who):
    make.areas()
    if who != "nobody":
        client.force_login(make.officer(who, make.DISTRICT))
    found = sorted({*addresses(), "/nowhere/", "/%00", "/admin/nowhere/"})

    assert len(found) > 60
    assert [fault for address in found for fault in faults(client, address)] == []


def test_the_admin_has_its_own_policy_and_nobody_else(client):
    client.force_login(make.officer(Role.SYSTEM_ADMIN, make.DISTRICT))

    assert policy(client.get("/admin/")) == ADMIN_POLICY
    assert policy(client.get("/admin/civic/person/add/")) == ADMIN_POLICY
    assert policy(client.get("/login/welcome/")) == POLICY


def test_what_is_personal_is_never_stored(client):
    anonymous = client.get("/login/")["Cache-Control"]
    client.force_login(make.person())
    own = client.get("/login/welcome/")["Cache-Control"]

    assert "no-store" in anonymous
    assert "no-store" in own


def test_a_report_of_the_policy_is_one_line_without_addresses(client, caplog):
    report = {
        "csp-report": {"violated-directive": "script-src\nforged", "blocked-uri": "https://evil.example/a?phone=138"}
    }

    response = client.post("/csp-report", json.dumps(report), content_type="application/csp-report")

    assert response.status_code == 204
    assert "csp: script-srcforged refused evil.example" in caplog.text
    assert "138" not in caplog.text


@pytest.mark.parametrize("body", ["", "null", "[1]", "{", '{"csp-report": 5}', "[" * 5000])
def test_a_report_that_is_none_does_no_harm(client, body):
    assert client.post("/csp-report", body, content_type="application/json").status_code == 204


def test_reports_have_their_limit(client):
    statuses = [client.post("/csp-report", "{}", content_type="application/json").status_code for _ in range(61)]

    assert statuses == [204] * 60 + [429]


# --- Production, as its settings make it -----------------------------------------------------------


@pytest.fixture(scope="module")
def production(tmp_path_factory) -> dict[str, str]:
    here = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}  # the browser's
    return here | {
        "HTTPS": "1",
        "DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "weishishi.example.gov.cn",
        "VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "DATABASE_URL": "sqlite://",
        "REDIS_URL": "",
    }


ASK = """
import json
from django.conf import settings
from django.test import Client
server = {"HTTP_HOST": "weishishi.example.gov.cn"}
page = Client().get("/login/", secure=True, **server)
plain = Client().get("/login/", **server)
print(json.dumps({
    "hsts": page["Strict-Transport-Security"],
    "csrf": page.cookies[settings.CSRF_COOKIE_NAME].OutputString(),
    "plain": [plain.status_code, plain["Location"]],
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
                settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_DOMAIN, settings.SESSION_COOKIE_PATH],
    "engine": settings.SESSION_ENGINE,
}))
"""


def test_production_speaks_https_and_its_cookies_cannot_be_borrowed(production):
    run = [sys.executable, "manage.py", "shell", "-v", "0", "-c", ASK]
    printed = subprocess.run(run, cwd=ROOT, env=production, check=True, capture_output=True, text=True).stdout
    told = json.loads(printed.splitlines()[-1])

    assert told["hsts"] == "max-age=31536000; includeSubDomains"
    assert told["plain"] == [301, "https://weishishi.example.gov.cn/login/"]
    assert told["csrf"].startswith("__Host-csrf=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(told["csrf"].split("; "))
    assert "Domain" not in told["csrf"]
    assert told["session"] == ["__Host-sid", True, True, "Lax", None, "/"]
    assert told["engine"] == "civic.sessions"


def test_djangos_own_deployment_check_has_no_warning(production):
    run = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(run, cwd=ROOT, env=production | {"TESTING": "0"}, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
