"""The demo as a place for tests: loaded once a process, in databases of its own that its files turn to."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import translation

DATABASES, SUFFIX = ("default", "urn"), "demo"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, request, django_db_blocker) -> Iterator[None]:
    """Beside the test databases their copies for the demo, where a test asks for it.

    Made at once: PostgreSQL copies only a database that nobody is connected to, and later a server's threads may be.
    """
    asked = any("demo_databases" in item.fixturenames for item in request.session.items)
    copied = DATABASES if asked and connections["default"].vendor == "postgresql" else ()
    with django_db_blocker.unblock():
        for alias in copied:
            connections[alias].creation.clone_test_db(SUFFIX, verbosity=0)
    yield
    with django_db_blocker.unblock():
        for alias in copied:
            connections[alias].creation.destroy_test_db(suffix=SUFFIX, verbosity=0)


@pytest.fixture(scope="session")
def demo_databases(django_db_setup, django_db_blocker) -> None:
    """The demo, loaded and kept: 25 seconds."""
    with django_db_blocker.unblock(), _turned_to_the_copies():
        with _transaction("default"), _transaction("urn"), translation.override("en"):
            no_hurry()
            call_command("load_demo", stdout=StringIO())  # the record is kept in the place's own words, whoever acts
            for connection in connections.all():
                connection.run_on_commit.clear()  # as in every test: nothing is caused by it
        _tell_the_planner()


@pytest.fixture(scope="module")
def demo(demo_databases, django_db_blocker) -> Iterator[None]:
    """The whole demo, for every test of the file that asks for it; what they do to it is taken back at its end."""
    with django_db_blocker.unblock(), _turned_to_the_copies(), _taken_back("default"), _taken_back("urn"):
        no_hurry()
        yield


def no_hurry() -> None:
    """In this transaction PostgreSQL waits however long one database is silent while the other is asked, or a PDF drawn."""
    for connection in connections.all():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _tell_the_planner() -> None:
    """How much there is now: PostgreSQL would plan for empty tables, and take long."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SET statement_timeout = '60s'")
        cursor.execute("ANALYZE")


@contextmanager
def _turned_to_the_copies() -> Iterator[None]:
    """Every thread's connections lead to the copies; it is one dictionary that tells all of them where."""
    told = {alias: connections[alias].settings_dict for alias in DATABASES}
    names = {alias: settings["NAME"] for alias, settings in told.items()}
    copies = {alias: connections[alias].creation.get_test_db_clone_settings(SUFFIX)["NAME"] for alias in DATABASES}

    def turn_to(names: dict[str, str]) -> None:
        for alias, name in names.items():
            connections[alias].close()
            told[alias]["NAME"] = name

    turn_to(copies)
    try:
        yield
    finally:
        turn_to(names)


@contextmanager
def _transaction(database: str) -> Iterator[None]:
    """One that durable ones may lie in, as in Django's own tests."""
    around = transaction.atomic(using=database)
    around._from_testcase = True
    with around:
        yield


@contextmanager
def _taken_back(database: str) -> Iterator[None]:
    with _transaction(database):
        try:
            yield
        finally:
            transaction.set_rollback(True, using=database)
