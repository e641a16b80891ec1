"""The demo as a newcomer has it, in SQLite: every page opens and every act is done for somebody whom it lets in.

Who may is asked of PostgreSQL, of eighteen people (tests/test_permission_table.py); what the services, the queries and
the constraints do, of both engines.
"""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import translation

from civic.models import AuditEvent
from tests.permission_asking import address, answer, people, routes, written
from tests.permission_rows import Rows

pytestmark = [
    pytest.mark.django_db(databases=["default", "urn"]),
    pytest.mark.embedded,
    pytest.mark.timeout(600),  # loads the whole demo, and asks for all of it
]


@pytest.fixture
def demo_in_memory(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    with translation.override("en"):  # the record is kept in the place's own words, whoever acts
        call_command("load_demo", stdout=StringIO())


@pytest.mark.usefixtures("demo_in_memory")
def test_every_route_answers_whom_it_lets_in():
    rows, found = Rows(), routes()
    who = people(rows)
    connection.run_on_commit.clear()  # never to run, and thousands to look through at each rollback
    last = AuditEvent.objects.latest("pk").pk
    asked = {}

    for (name, method), cells in written().items():
        title = next((title for title in who if cells[title] == "✓"), None)
        if title is None:  # lets in nobody here, says tests/test_permission_table.py
            continue
        client = Client()
        if who[title]:
            client.force_login(who[title])
        sent = rows.body(name, who[title]) if method == "POST" else {}
        asked[name, method] = answer(client, method, address(name, found[name.split(" ")[0]], rows), sent, last)

    assert len(asked) > 500
    assert {key: cell for key, cell in asked.items() if cell != "✓"} == {}
