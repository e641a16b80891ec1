"""Limits are exact under concurrency, count from the first use, and forget in time."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from rest_framework.test import APIRequestFactory

from civic import limits
from civic.limits import Crowded, Limit, Lockout, Places, TooOften, client_ip, hit
from civic.models import RateCount
from civic.moments import at, now
from civic.rest import answer

FIVE = Limit("test", 5, 3600)
WORKERS = 64


def at_once(act, times: int = WORKERS) -> list:
    """Run ``act`` in so many threads that start together; each result, or the TooOften it met."""
    barrier = threading.Barrier(times)

    def one(number: int):
        try:
            barrier.wait()
            return act()
        except TooOften as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db
def test_the_sixth_use_of_five_is_refused_with_the_seconds_left():
    moment = now()
    with at(moment):
        counts = [FIVE.hit("王") for _ in range(5)]
    with at(moment + timedelta(minutes=59)), pytest.raises(TooOften) as refused:
        FIVE.hit("王")

    assert counts == [1, 2, 3, 4, 5]
    assert refused.value.retry_after == 60


@pytest.mark.django_db
def test_the_window_starts_at_the_first_use_and_then_afresh():
    moment = now()
    with at(moment):
        hit("once a minute", 1, 60)
    with at(moment + timedelta(seconds=59)), pytest.raises(TooOften):
        hit("once a minute", 1, 60)
    with at(moment + timedelta(seconds=60)):
        assert hit("once a minute", 1, 60) == 1


@pytest.mark.django_db
def test_one_caller_does_not_use_up_anothers_share():
    for _ in range(5):
        FIVE.hit("王")

    assert FIVE.hit("李") == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixty_four_at_once_pass_exactly_five():
    answers = at_once(lambda: FIVE.hit("同一个人"))

    assert sorted(a for a in answers if not isinstance(a, TooOften)) == [1, 2, 3, 4, 5]
    assert RateCount.objects.get().count == 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_reading_first_and_writing_then_lets_more_through():
    """The negative control: without the row's own condition the race is real and this harness sees it."""
    read = threading.Barrier(WORKERS)
    RateCount.objects.create(key="naive", window=now())

    def naive() -> int:
        count = RateCount.objects.get(key="naive").count
        read.wait()
        if count >= 5:
            raise TooOften(1)
        RateCount.objects.filter(key="naive").update(count=count + 1)
        return count

    passed = [a for a in at_once(naive) if not isinstance(a, TooOften)]

    assert len(passed) > 5


@pytest.mark.django_db
def test_a_body_that_nobody_waits_for_gives_its_place_back_and_never_anothers():
    one = Places("test", 1, 60, retry_after=5)
    moment = now()
    with at(moment):
        left = one.during(iter([b"x"]))
        with pytest.raises(Crowded):
            one.during(iter([b"x"]))
        left.close()
    with at(moment + timedelta(seconds=1)):
        another = one.during(iter([b"x"]))
        left.close()
        with pytest.raises(Crowded):
            one.during(iter([b"x"]))
        assert list(another) == [b"x"]
        assert list(one.during(iter([b"y"]))) == [b"y"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_however_many_come_at_once_two_have_a_place():
    got = at_once(lambda: limits.DATA_AT_ONCE.during(iter([b"x"])))

    assert sum(isinstance(one, limits.Held) for one in got) == 2
    assert sum(isinstance(one, limits.Crowded) for one in got) == WORKERS - 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_get_no_more_tries_than_one_after_another():
    lockout = Lockout("test", 5, 120)

    answers = at_once(lambda: lockout.count("同一个人"))

    assert sum(not isinstance(a, TooOften) for a in answers) == 5


@pytest.mark.django_db
def test_a_try_that_had_to_wait_for_another_is_not_refused_for_coming_before_it():
    lockout, moment = Lockout("test", 5, 120), now()
    with at(moment + timedelta(seconds=1)):
        lockout.count("王")

    with at(moment):
        lockout.count("王")

    assert RateCount.objects.get().count == 2


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (1, 0), (4, 0), (5, 120), (6, 0), (10, 240), (15, 480), (500, 86400)]
)
def test_every_five_failures_double_the_wait(failures, seconds):
    assert Lockout("test", 5, 120).wait_seconds(failures) == seconds


@pytest.mark.django_db
def test_a_locked_caller_waits_and_then_may_try_again():
    lockout, moment = Lockout("test", 2, 120), now()
    with at(moment):
        lockout.count("王")
        lockout.check("王")
        lockout.count("王")
        with pytest.raises(TooOften) as refused:
            lockout.check("王")
    with at(moment + timedelta(seconds=119)), pytest.raises(TooOften):
        lockout.count("王")
    with at(moment + timedelta(seconds=121)):
        lockout.count("王")

    assert refused.value.retry_after == 120


@pytest.mark.django_db
def test_success_wipes_the_failures_out():
    lockout = Lockout("test", 2, 120)
    lockout.count("王")
    lockout.forget("王")
    lockout.count("王")

    lockout.check("王")


@pytest.mark.django_db
def test_the_counters_hold_neither_phone_nor_address():
    FIVE.hit("+8613800138000")
    FIVE.hit("203.0.113.9")

    assert RateCount.objects.count() == 2
    assert all(re.fullmatch("[0-9a-f]{64}", row.key) for row in RateCount.objects.all())


@pytest.mark.django_db
def test_limits_survive_the_cache():
    for _ in range(5):
        FIVE.hit("王")
    cache.clear()

    with pytest.raises(TooOften):
        FIVE.hit("王")


@pytest.mark.django_db
def test_the_clock_sweeps_what_is_over_and_nothing_else():
    with at(now() - timedelta(days=3)):
        FIVE.hit("往日")
    FIVE.hit("今天")

    limits.sweep()

    assert RateCount.objects.count() == 1
    assert FIVE.hit("今天") == 2


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "198.51.100.1", "127.0.0.1"),  # nobody of ours wrote it
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),  # what the caller forged stands left
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),  # fewer hops than ours: not through our proxies
        (1, "", "127.0.0.1"),
        (1, "rubbish", "127.0.0.1"),
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
    ],
)
def test_the_callers_address_is_the_rightmost_one_we_can_trust(rf, settings, trusted, forwarded, address):
    settings.TRUSTED_PROXIES = trusted

    assert client_ip(rf.get("/", headers={"x-forwarded-for": forwarded})) == address


def test_the_api_says_when_to_come_back():
    response = answer(TooOften(41.2), {"request": APIRequestFactory().get("/")})

    assert response.status_code == 429
    assert response["Retry-After"] == "42"
    assert response.data["code"] == "too_often"
    assert response.data["detail"] == "操作太频繁，请 42 秒后再试"
