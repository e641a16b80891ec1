"""The demo as a place for tests: loaded once per file, taken back at its end."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The whole demo, for every test of the file that asks for it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", stdout=StringIO())
        try:
            yield
        finally:
            transaction.set_rollback(True)
