"""The demo as a place for tests: loaded once per file, taken back at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import translation


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The whole demo, for every test of the file that asks for it."""
    with django_db_blocker.unblock(), _taken_back("default"), _taken_back("urn"):
        with translation.override("en"):  # the record is kept in the place's own words, whoever acts
            call_command("load_demo", stdout=StringIO())
        _tell_the_planner()
        no_hurry()
        yield


def no_hurry() -> None:
    """In this transaction PostgreSQL waits however long one database is silent while the other is asked, or a PDF drawn."""
    for connection in connections.all():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _tell_the_planner() -> None:
    """How much there is now: other tests emptied the tables, and PostgreSQL would plan for that, and take long."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = '60s'")
            tables = connection.introspection.table_names(cursor)
            cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


@contextmanager
def _taken_back(database: str) -> Iterator[None]:
    """A transaction that is never kept, and that durable ones may lie in, as in Django's own tests."""
    around = transaction.atomic(using=database)
    around._from_testcase = True
    with around:
        try:
            yield
        finally:
            transaction.set_rollback(True, using=database)
