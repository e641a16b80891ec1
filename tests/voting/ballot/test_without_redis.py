"""Redis dead or hung (RELIABILITY A15, A20): a ballot is cast and public pages are read as ever, on a real server."""

import socket
from contextlib import closing

import pytest
import redis
from django.db import connections

from tests.drill.clients import Browser
from tests.drill.machines import Web
from tests.services import free_port
from tests.voting.polls import build
from voting.models.urn import Ballot

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=build.URN)]
LONGEST_SECONDS = 4  # whoever waits for Redis waits longer (RELIABILITY §0)


@pytest.fixture(params=["dead", "hung"])
def broker(request):
    """Where nobody listens, or somebody who takes the call and says nothing."""
    if request.param == "dead":
        yield f"redis://127.0.0.1:{free_port()}/0"
        return
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


@pytest.fixture
def web(broker, poll_keys, tmp_path):
    """gunicorn on the tests' own databases."""
    server = Web(tmp_path, REDIS_URL=broker, POLL_KEYS_DIR=str(poll_keys), **addresses())
    server.start()
    yield server
    server.stop()


def addresses() -> dict[str, str]:
    settings = {alias: connections[alias].settings_dict for alias in build.URN}
    urls = {alias: "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**one) for alias, one in settings.items()}
    return {"DATABASE_URL": urls["default"], "URN_DATABASE_URL": urls["urn"]}


def test_a_ballot_is_cast_and_pages_are_read(broker, web, client):
    with pytest.raises(redis.RedisError):
        redis.Redis.from_url(broker, socket_timeout=0.3).ping()
    office = build.opened()
    client.force_login(build.on_roll(office.poll).person)
    session, path = client.cookies["sid"].value, f"/vote/{office.poll.pk}/"
    browser = Browser(web.port)

    answers = [
        browser.post(path, session, choices=office.projects[0].code),
        browser.get(f"{path}receipt/", session),
        *(browser.get(public) for public in ("/", "/projects/", path, "/api/v1/projects/")),
    ]

    assert [answer.status for answer in answers] == [302, 200, 200, 200, 200, 200]
    assert max(answer.seconds for answer in answers) < LONGEST_SECONDS
    assert Ballot.objects.count() == 1
