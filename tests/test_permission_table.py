"""Who may: every route and method for every kind of person, against the table that was read and agreed.

The table is tests/permission_table.csv: one line a route and method, one column a person. ✓ lets in (whatever
the form then says), 登录 asks to sign in, 403 may not, 404 may not see, ✗ no such method. A route missing from
the table fails, and so does one that lets in nobody: tests/permission_rows.py tells a row for each. After a change
that was meant, write it anew with ``python -m pytest tests/test_permission_table.py --write-permission-table`` and
read the difference; ``--permission-routes=review,desk`` asks and writes only the routes with one of these in their names.
"""

import csv
from collections.abc import Sequence
from itertools import product

import pytest
from django.db import connection
from django.template.backends.django import Template
from django.test import Client

from civic.models import AuditEvent
from tests.permission_asking import METHODS, PEOPLE, TABLE, Table, address, answer, people, routes, rows_of, written
from tests.permission_rows import Rows

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
