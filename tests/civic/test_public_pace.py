"""Limits that must not stand in a crowd's way (RELIABILITY §E): the API, presses, codes of an hour; open where it says so."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from civic import limits
from civic.accounts import sms
from civic.limits import TooOften
from civic.models import Dispatch, Outcome, RateCount, Way
from civic.moments import at, now, today
from tests import make

pytestmark = pytest.mark.django_db
PLACES = "/api/v1/areas/"
HOME = {"REMOTE_ADDR": "47.92.10.1"}


def calls(client, times: int, **more) -> list[int]:
    return [client.get(PLACES, **(HOME | more)).status_code for _n in range(times)]


def test_the_sixty_first_call_of_a_minute_from_one_address_is_refused_with_when_to_come_again(client):
    with at(now()):
        assert set(calls(client, 60)) == {200}
        refused = client.get(PLACES, **HOME)
        other = client.get(PLACES, REMOTE_ADDR="47.92.10.2")

    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert refused.json()["code"] == "too_often"
    assert refused.json()["detail"] == "操作太频繁，请 60 秒后再试"
    assert other.status_code == 200
    with at(now() + timedelta(seconds=61)):
        assert calls(client, 1) == [200]


def test_five_thousand_a_day_from_one_address_and_what_was_refused_is_not_counted(client):
    limits.API_DAY_IP.hit(HOME["REMOTE_ADDR"], 4_999)

    assert calls(client, 1) == [200]
    refused = client.get(PLACES, **HOME)
    assert refused.status_code == 429
    assert 86_000 < int(refused["Retry-After"]) <= 86_400
    assert refused.json()["detail"] == "操作太频繁，请 1440 分钟后再试"
    with at(now() + timedelta(hours=25)):
        assert calls(client, 1) == [200]


def test_who_is_signed_in_calls_six_hundred_times_a_minute_wherever_from(client):
    who = make.person()
    client.force_login(who)
    limits.API_ACCOUNT.hit(who.pk, 599)

    assert calls(client, 2) == [200, 429]
    assert calls(client, 1, REMOTE_ADDR="47.92.10.3") == [429]


def test_with_the_counters_away_the_api_stays_open(client, monkeypatch):
    def away(*_all):
        raise OperationalError("the counters do not answer")

    monkeypatch.setattr(limits, "hit", away)

    assert set(calls(client, 70)) == {200}


def test_an_address_of_ones_own_network_stands_for_many_and_is_not_counted(client):
    assert set(calls(client, 70, REMOTE_ADDR="10.8.0.1")) == {200}
    assert set(calls(client, 70, REMOTE_ADDR="127.0.0.1")) == {200}
    assert RateCount.objects.count() == 0


@pytest.mark.django_db(databases=["default", "urn"])
@pytest.mark.parametrize(
    ("ask", "path"), [("get", ""), ("get", "ballot/"), ("post", "ballot/"), ("post", "ballot/show/")]
)
def test_whoever_votes_by_the_api_leaves_no_count_beside_her(client, ask, path):
    """No mark of who came when (docs/adr/0010): these doors have the voting's own pace."""
    client.force_login(make.person())

    getattr(client, ask)(f"/api/v1/polls/1/{path}", **HOME)

    assert RateCount.objects.count() == 0


def test_presses_of_one_address_are_a_hundred_and_twenty_an_hour(client):
    project = make.project()
    limits.FLAG_IP.hit(HOME["REMOTE_ADDR"], 119)
    answers = []
    for _n in range(2):
        client.force_login(make.person())
        answers.append(client.post(f"/p/{project.code}/second/", **HOME).status_code)

    assert answers == [302, 429]
    assert project.secondings.count() == 1


class TestCodesOfAnHour:
    """OTP send for the whole site: three times a usual hour, never less than a hundred or a tenth of the day's."""

    def test_a_quiet_site_sends_a_tenth_of_the_days_in_an_hour_and_the_next_hour_again(self, settings):
        settings.SMS_DAY_BUDGET = 2_000
        limits.Limit("code-hour-site", 200, 3600).hit("", 199)
        sms.spend()

        with pytest.raises(sms.BudgetSpent) as refused:
            sms.spend()
        assert 3500 < refused.value.retry_after <= 3600
        with at(now() + timedelta(minutes=61)):
            sms.spend()

    def test_a_busy_one_three_times_what_an_hour_of_its_fortnight_brought(self, settings):
        settings.SMS_DAY_BUDGET = 1_000
        for ago in (1, 2):  # four hundred a day: forty in each of ten hours
            sent = {"way": Way.SMS, "template": "code", "outcome": Outcome.SENT}
            Dispatch.objects.bulk_create([Dispatch(day=today() - timedelta(days=ago), **sent) for _n in range(400)])
        limits.Limit("code-hour-site", 200, 3600).hit("", 119)
        sms.spend()

        with pytest.raises(sms.BudgetSpent):
            sms.spend()


def test_more_than_there_is_at_all_is_refused_at_the_first_use():
    with pytest.raises(TooOften):
        limits.Limit("test", 5, 60).hit("x", 6)
    assert limits.Limit("test", 5, 60).hit("x", 5) == 5
