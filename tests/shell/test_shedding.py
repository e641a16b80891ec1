"""Who waited too long behind the proxy is told to come back, before anything of the request is done."""

import time

import pytest

from config.shedding import LONGEST_WAIT_SECONDS
from tests.voting.polls import build
from voting.models.urn import Ballot

pytestmark = [pytest.mark.django_db(databases=build.URN), pytest.mark.core]
LATE, IN_TIME = LONGEST_WAIT_SECONDS + 1, LONGEST_WAIT_SECONDS - 1


def since(seconds: float) -> dict[str, str]:
    """What the proxy says of a request that it passed on so long ago."""
    return {"HTTP_X_REQUEST_START": f"{time.time() - seconds:.3f}"}


@pytest.fixture(autouse=True)
def behind_a_proxy(settings):
    settings.TRUSTED_PROXIES = 1


def test_a_page_is_busy_and_says_when_to_come_back(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/projects/", **since(LATE))

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert "系统繁忙，请10秒后再试" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_api_says_it_in_json(client):
    answer = client.get("/api/v1/projects/", **since(LATE))

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer.json() == {
        "code": "busy",
        "detail": "系统繁忙，没有收下，请10秒后再试",
        "request_id": answer["X-Request-Id"],
    }


def test_a_ballot_that_waited_too_long_is_not_taken_and_counts_once_when_sent_again(client):
    office = build.opened()
    client.force_login(build.on_roll(office.poll).person)
    path, ballot = f"/vote/{office.poll.pk}/", {"choices": [office.projects[0].code]}

    assert client.post(path, ballot, **since(LATE)).status_code == 503
    assert Ballot.objects.count() == 0
    assert client.post(path, ballot, **since(IN_TIME)).status_code == 302
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("told", ["", "soon", "nan", "9" * 30])
def test_what_is_no_time_keeps_nobody_out(client, told):
    assert client.get("/projects/", HTTP_X_REQUEST_START=told).status_code == 200


def test_only_our_own_proxy_is_believed(client, settings):
    settings.TRUSTED_PROXIES = 0

    assert client.get("/projects/", **since(LATE)).status_code == 200
