"""A database that is away: every page and the API say when to come back, and all is well once it is there again."""

from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, ProgrammingError, close_old_connections, connections
from django.db.backends.postgresql import base

from config.errors import is_database_away
from tests import make
from tests.voting.polls import build
from voting.models.urn import Ballot

pytestmark = pytest.mark.django_db(transaction=True, databases=build.URN)


@contextmanager
def away(alias):
    """Nobody listens where the database was, as while it is started anew."""
    connection = connections[alias]
    connection.close()
    port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], 1
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    cache.clear()
    return client


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("path", "is_known"),
    [("/", False), ("/", True), ("/projects/", False), ("/projects/", True), ("/me/", True), ("/readyz", False)],
)
def test_a_page_says_when_to_come_back_and_is_there_again_afterwards(visitor, path, is_known):
    make.areas()
    if is_known:
        visitor.force_login(make.resident())

    with away("default"):
        answer = visitor.get(path)

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert "请10秒后再试" in answer.content.decode()
    assert f"编号 {answer['X-Request-Id']}" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert visitor.get(path).status_code == 200


@pytest.mark.postgres
def test_who_reads_large_letters_reads_it_large(visitor):
    visitor.cookies["view"] = "elder"

    with away("default"):
        answer = visitor.get("/projects/")

    assert answer.status_code == 503
    assert '<html lang="zh-CN" class="view-elder">' in answer.content.decode()


@pytest.mark.postgres
def test_the_api_says_it_in_json(visitor):
    with away("default"):
        answer = visitor.get("/api/v1/projects/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer.json() == {
        "code": "recovering",
        "detail": "系统正在恢复，请稍后再试",
        "request_id": answer["X-Request-Id"],
    }


@pytest.mark.postgres
def test_a_ballot_that_meets_no_urn_is_handed_in_once_by_sending_it_again(visitor):
    office = build.opened()
    visitor.force_login(build.on_roll(office.poll).person)
    path, ballot = f"/vote/{office.poll.pk}/", {"choices": [office.projects[0].code]}

    with away("urn"):
        refused = visitor.post(path, ballot)
        ready = visitor.get("/readyz")

    assert (refused.status_code, ready.status_code) == (503, 503)
    assert not Ballot.objects.exists()
    assert [visitor.post(path, ballot).status_code for _tap in range(2)] == [302, 302]
    assert Ballot.objects.count() == 1


@pytest.fixture
def questions(monkeypatch):
    """The connections that were asked whether they still stand."""
    asked = []
    ask = base.DatabaseWrapper.is_usable
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda one: asked.append(one.alias) or ask(one))
    return asked


def backend(alias) -> int:
    """The server's process behind our connection, asked as a new request would."""
    close_old_connections()
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.postgres
def test_a_connection_that_is_silent_is_used_again_without_a_question(questions):
    assert backend("urn") == backend("urn")
    assert questions == []


@pytest.mark.postgres
def test_a_connection_that_the_server_ended_is_opened_anew_before_it_is_missed(questions):
    before = backend("urn")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])

    assert backend("urn") != before
    assert questions == ["urn"]


@pytest.mark.postgres
def test_a_connection_on_which_something_failed_is_asked(questions):
    before = backend("urn")
    with pytest.raises(ProgrammingError), connections["urn"].cursor() as cursor:
        cursor.execute("SELECT nothing")

    assert backend("urn") == before
    assert questions == ["urn"]


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (OperationalError("terminating connection due to administrator command"), True),
        (OperationalError("canceling statement due to statement timeout"), True),
        (OperationalError("database is locked"), True),
        (InterfaceError("connection already closed"), True),
        (OperationalError("no such table: voting_poll"), False),
        (ValueError("connection"), False),
        (None, False),
    ],
)
def test_only_a_database_that_is_away_is_excused(error, is_away):
    assert is_database_away(error) is is_away
