"""Who may: every route and method for every kind of person, against the table that was read and agreed.

The table is tests/permission_table.csv: one line a route and method, one column a person. ✓ lets in (whatever
the form then says), 登录 asks to sign in, 403 may not, 404 may not see, ✗ no such method. A route missing from
the table fails, and so does one that lets in nobody: tests/permission_rows.py tells a row for each. After a change
that was meant, write it anew with ``python -m pytest tests/test_permission_table.py --write-permission-table`` and
read the difference; ``--permission-routes=review,desk`` asks and writes only the routes with one of these in their names.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from civic.models import AuditEvent, Person, Role
from publicity.demo.places import account
from tests.permission_rows import Rows

Table = dict[tuple[str, str], dict[str, str]]
TABLE = Path(__file__).with_name("permission_table.csv")
METHODS = ("GET", "POST")
PEOPLE = (
    "访客", "居民", "提议人", "议事会成员", "社工", "邻村社工", "村居两委", "部门审核", "别的部门", "镇街经办", "镇街审批",
    "邻镇经办", "施工单位", "监督小组", "领办领导", "区专班", "审计", "系统管理员",
)  # fmt: skip
LETS_IN = {200, 201, 204, 301, 302, 400, 409, 422}  # done, or told what to mend or why not now
FOREIGN = ("admin:", "schema", "api-docs")  # tested where they are made: tests/civic/test_admin.py, test_openapi.py

NOBODY = {  # routes that let in nobody here, and why
    "demo_inbox": "only while DEMO is on: tests/civic/test_sign_in.py",
    "account_first_password": "lies between a right first password and the session; whoever is signed in has passed it",
    "civic:mail_link": "only where the settings name who mail comes from: tests/civic/test_mail.py",
    "publicity:mailbox": "only where messages go by mail: tests/publicity/test_mailboxes.py",
    "voting:station_ballot": "only in the session a worker opened it in: tests/voting/station/test_station.py",
    "voting:station_check": "only in the session a worker opened it in: tests/voting/station/test_station.py",
}

pytestmark = [
    pytest.mark.django_db(databases=["default", "urn"]),
    pytest.mark.postgres,
    pytest.mark.timeout(900),  # some 5,000 requests
    pytest.mark.usefixtures("demo"),
]


def routes() -> dict[str, Any]:
    """Every route by name, with the pattern it has."""
    found = {}

    def walk(resolver: URLResolver, space: str) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else ""
                walk(pattern, space + inner)
            else:
                found[f"{space}{pattern.name}"] = pattern

    walk(get_resolver(), "")
    return {name: pattern for name, pattern in found.items() if not name.startswith(FOREIGN)}


def people(rows: Rows) -> dict[str, Person | None]:
    """One person of each kind, all of 小濠冲村's own offices and some from next door."""
    village = account("居民（陈阿姨）").home_area
    elsewhere = Person.objects.filter(appointments__role=Role.SOCIAL_WORKER).exclude(appointments__area=village)
    return {
        "访客": None,
        "居民": account("居民（阿强）"),
        "提议人": rows.projects["filed"].proposer,
        "议事会成员": account("议事会成员"),
        "社工": account("驻村社工"),
        "邻村社工": elsewhere.order_by("pk").first(),
        "村居两委": account("村居两委"),
        "部门审核": account("建设部门审核"),
        "别的部门": account("民政部门审核"),
        "镇街经办": account("镇街经办"),
        "镇街审批": account("镇街审批"),
        "邻镇经办": Person.objects.get(appointments__role=Role.TOWN_HANDLER, appointments__area_id="440403107000"),
        "施工单位": account("施工单位"),
        "监督小组": account("监督小组"),
        "领办领导": account("领办领导"),
        "区专班": account("区专班"),
        "审计": account("审计"),
        "系统管理员": account("系统管理员"),
    }


def rows_of(route: str, rows: Rows) -> list[str]:
    """The lines a route has in the table: by itself, or once for each of its rows (``route 说明``)."""
    named = [name for name in {**rows.given, **rows.sent} if name == route or name.startswith(f"{route} ")]
    return sorted(named) or [route]


def address(name: str, pattern: Any, rows: Rows) -> str:
    """Where a line of the table is asked for."""
    route = name.split(" ")[0]
    given = {"order": 1, "number": 1, "code": rows.code(route)}
    for key in (route.split(":")[0], route, name):
        given |= rows.given.get(key, {})
    wanted = pattern.pattern.converters or pattern.pattern.regex.groupindex
    if missing := set(wanted) - set(given):
        pytest.fail(f"{name}: no row for its {missing}; tell one in tests/permission_rows.py")
    return reverse(route, kwargs={key: given[key] for key in wanted}) + rows.query.get(route, "")


def answer(client: Client, method: str, url: str, sent: Mapping[str, Any], last: int) -> str:
    """How a request is received; everything it did is taken back. One refused leaves no event after the last one."""
    cookies, as_json = client.cookies.copy(), url.startswith("/api/")
    body = json.dumps(sent) if as_json and sent else urlencode(sent)
    kind = "application/json" if as_json and sent else "application/x-www-form-urlencoded"
    with transaction.atomic():
        response = client.generic(method, url, body, content_type=kind)
        cell = word(response)
        assert cell == "✓" or not AuditEvent.objects.filter(pk__gt=last).exists(), f"{url}: {cell}, yet an event"
        transaction.set_rollback(True)
    client.cookies = cookies  # signing out is taken back, too
    return cell


def word(response: HttpResponse) -> str:
    """What the table says of an answer."""
    code = response.status_code
    if code in (301, 302) and response["Location"].startswith("/login/?next="):
        return "登录"
    if code in (401, 403, 404, 405):
        return "✗" if code == 405 else str(code)
    assert code in LETS_IN, f"{response.request['PATH_INFO']}: {code}"
    return "✓"


def observed(rows: Rows, parts: Sequence[str]) -> Table:
    """The table as the product answers today, for the routes with one of these parts in their names."""
    asking = {title: (person, Client()) for title, person in people(rows).items()}
    for person, client in asking.values():
        if person:
            client.force_login(person)
    connection.run_on_commit.clear()  # never to run, and thousands to look through at each rollback
    table, last = {}, AuditEvent.objects.latest("pk").pk
    asked = {route: pattern for route, pattern in routes().items() if has(parts, route)}
    for route, pattern in sorted(asked.items()):
        for name, method in product(rows_of(route, rows), METHODS):
            url = address(name, pattern, rows)
            cells = {}
            for title, (person, client) in asking.items():
                sent = rows.body(name, person) if method == "POST" else {}
                no_method = "✗" in cells.values()  # the same for everybody signed in
                cells[title] = "✗" if no_method else answer(client, method, url, sent, last)
            if set(cells.values()) != {"✗"}:
                table[name, method] = cells
    return table


def has(parts: Sequence[str], name: str) -> bool:
    """Whether one of the parts is in a route's name; the empty one is in all."""
    return any(part in name for part in parts)


def written() -> Table:
    with TABLE.open(encoding="utf-8") as file:
        return {(row.pop("route"), row.pop("method")): row for row in csv.DictReader(file)}


def write(table: Table) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["route", "method", *PEOPLE])
        lines.writerows([*key, *(cells[title] for title in PEOPLE)] for key, cells in table.items())


def shut(table: Table) -> set[str]:
    """The routes with a method that is there and lets in nobody."""
    return {
        name
        for (name, _method), cells in table.items()
        if "✓" not in cells.values() and {cells[title] for title in PEOPLE[1:]} != {"✗"}
    }


def test_every_route_lets_in_exactly_those_the_table_names(request, settings, monkeypatch):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # a third of all queries less
    monkeypatch.setattr(Template, "render", lambda *_args, **_kwargs: "")  # who may is known before a page is written
    parts = request.config.getoption("--permission-routes").split(",")
    found = observed(Rows(), parts)
    elsewhere = {key: cells for key, cells in written().items() if not has(parts, key[0])}
    if request.config.getoption("--write-permission-table"):
        write(dict(sorted((elsewhere | found).items())))

    agreed = {key: cells for key, cells in written().items() if has(parts, key[0])}

    assert shut(found) == {name for name in NOBODY if has(parts, name)}, (
        "a route lets nobody in: give it a row in its state, or say here why"
    )
    assert sorted(found) == sorted(agreed), "routes and the table differ"
    wrong = [
        f"{method} {name}: {title} gets {cells[title]}, the table says {agreed[name, method][title]}"
        for (name, method), cells in found.items()
        for title in PEOPLE
        if cells[title] != agreed[name, method][title]
    ]
    assert wrong == []


def test_a_route_that_lets_in_nobody_is_noticed():
    hidden, gone = dict.fromkeys(PEOPLE, "404"), dict.fromkeys(PEOPLE, "✗")
    asks = {"访客": "登录"}

    found = shut(
        {
            ("hidden", "GET"): hidden,
            ("hidden_but_asks", "GET"): hidden | asks,
            ("post_only", "GET"): gone | asks,
            ("post_only", "POST"): hidden | asks | {"社工": "✓"},
        }
    )

    assert found == {"hidden", "hidden_but_asks"}
