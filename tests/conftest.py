"""What every test stands on: real servers, its own keys and files, and a browser for the journeys.

The environment is set before Django reads it, which is why no DJANGO_SETTINGS_MODULE stands in
pyproject.toml. In parallel runs the first process brings the servers up and its workers share them.
"""

import gc
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.services import servers

pytest_plugins = ["tests.browser", "tests.demo", "tests.wire"]
NOT_CORE = {"journey", "race", "bench", "postgres"}


def pytest_addoption(parser):
    parser.addoption("--write-permission-table", action="store_true", help="write what is observed, then read the diff")
    parser.addoption("--permission-routes", default="", help="only routes with one of these in their names")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Servers up, environment set, and only then Django."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    stack = ExitStack()
    config.add_cleanup(stack.close)  # also when the start fails half-way
    if worker == "main":
        stack.enter_context(servers())
    folder = tempfile.mkdtemp(prefix="weishishi-test-")
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    (Path(folder) / "static").mkdir()
    os.environ |= {
        "TESTING": "1",
        "VAR_DIR": folder,
        "CACHE_KEY_PREFIX": f"test{os.environ.get('TEST_DB_SUFFIX', '')}-{worker}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError("Django was loaded before its test environment: unset DJANGO_SETTINGS_MODULE")
    assert settings.TESTING
    del os.environ["DJANGO_SETTINGS_MODULE"]  # read by now; a worker must set its own environment first, too


@pytest.hookimpl(wrapper=True, tryfirst=True)  # outside of pytest-randomly, whose order is changed at the end
def pytest_collection_modifyitems(config, items):
    """``-m core`` is what asks a database, but no page, no browser and nothing of PostgreSQL alone.

    What a page asks of its database is asked of SQLite once by tests/test_embedded.py; races mean nothing there.
    The longest come first: whoever is left with one at the end keeps everybody waiting.
    """
    from django.db import connection

    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if "django_db" in marks and not marks & NOT_CORE and not _asks_a_page(item):
            item.add_marker("core")
        if marks & {"race", "postgres"} and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))
        if "embedded" in marks and connection.vendor != "sqlite":
            item.add_marker(pytest.mark.skip(reason="needs SQLite"))
    result = yield
    items.sort(key=_allowed_seconds, reverse=True)
    return result


def pytest_collection_finish():
    """All that was imported stays until the end: no search for garbage need look through it."""
    gc.freeze()


def _asks_a_page(item) -> bool:
    return any("client" in name for name in item.fixturenames)


def _allowed_seconds(item) -> float:
    allowed = item.get_closest_marker("timeout")
    return allowed.args[0] if allowed else 0


@pytest.fixture(autouse=True, scope="session")
def quickly_emptied():
    """Transactional tests leave the tables as they found them, in a fraction of the time of Django's flush."""
    from django.test import TransactionTestCase

    from tests.emptying import emptied

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptied(type(case)))
        yield


@pytest.fixture(autouse=True, scope="session")
def static_files_found_once():
    """Every test client makes the middlewares anew; WhiteNoise would look through some 300 static files for each."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    found, look = {}, WhiteNoiseMiddleware.add_files_from_finders

    def looked_once(middleware):
        if middleware.static_prefix not in found:
            look(middleware)
            found[middleware.static_prefix] = dict(middleware.files)
        middleware.files.update(found[middleware.static_prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", looked_once)
        yield


@pytest.fixture(autouse=True)
def fresh_cache():
    """No cached page or calendar of one test reaches the next."""
    yield
    from django.core.cache import caches

    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True)
def fresh_pace(monkeypatch):
    """Ballots that one test counts in memory are not another's: rows get the same numbers again."""
    from voting import pace

    monkeypatch.setattr(pace, "BALLOTS", pace.Pace(pace.BALLOTS.most, pace.BALLOTS.seconds))


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("uploads") / "media"  # one: pytest looks through all it made before the next


@pytest.fixture(autouse=True)
def media(settings, media_folder):
    """Uploads of one test live and end with it."""
    settings.MEDIA_ROOT = media_folder
    yield
    shutil.rmtree(media_folder, ignore_errors=True)
