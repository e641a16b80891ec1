"""The demo as a place for tests: loaded once per file, taken back at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The whole demo, for every test of the file that asks for it."""
    with django_db_blocker.unblock(), _taken_back("default"), _taken_back("urn"):
        call_command("load_demo", stdout=StringIO())
        yield


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
