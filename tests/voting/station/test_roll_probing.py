"""A stranger cannot find out who is on a roll: the short form; tests/drill/roll_probing.py has the long one."""

import random
import time
from itertools import count

import pytest
from django.test import Client

from tests import make
from tests.drill.roll_probing import DOORS, LEAST_P, Answer, mann_whitney, probe
from tests.voting.polls import build

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(databases=build.URN)]  # times are of the real database
PAIRS = 60
_callers = count(1)


@pytest.fixture
def phones():
    """Numbers on the roll of an open poll, and as many that nobody knows."""
    poll = build.opened().poll
    known = [build.on_roll(poll).person.phone.removeprefix("+86") for _n in range(PAIRS)]
    return known, [f"139{n:08d}" for n in range(PAIRS)]


@pytest.fixture
def door(settings):
    """A door as strangers meet it, each with an address and a session of her own."""
    settings.TRUSTED_PROXIES = 1

    def made(path):
        def knock(phone: str) -> Answer:
            number = next(_callers)
            client = Client(headers={"X-Forwarded-For": f"10.8.{number >> 8}.{number & 255}"})
            began = time.perf_counter()
            answer = client.post(path, DOORS[path] | {"phone": phone})
            seconds = time.perf_counter() - began
            if answer.status_code == 302:
                return Answer(302, answer.url + client.get(answer.url).content.decode(), seconds)
            return Answer(answer.status_code, answer.content.decode(), seconds)

        return knock

    return made


@pytest.mark.parametrize("path", DOORS)
def test_numbers_on_the_roll_and_off_it_get_the_same_answer_in_the_same_time(door, phones, path):
    knock = door(path)
    knock("13700000000")  # what is loaded once is loaded

    found = probe(knock, *phones)

    assert found.answers_alike
    [(status, _body)] = found.on_roll
    assert status in {302, 422}  # let in to the next step, or refused; never sent away for coming too often
    if found.p <= LEAST_P:  # one in a hundred by chance: what is real shows again; other work moves medians of so few
        fresh = [[phone[:3] + f"{int(phone[3:]) + 50_000_000:08d}" for phone in side] for side in phones]
        for phone in fresh[0]:
            make.person(phone=phone)
        assert probe(knock, *fresh).p > LEAST_P, found


@pytest.mark.parametrize("path", ["", "check/", "receipt/", "remind/", "assisted/dispute/"])
def test_the_pages_of_a_vote_answer_every_stranger_alike(phones, path):
    """They take no number; whoever has not proved one is asked to sign in, whatever she sends."""
    poll = build.opened().poll
    sent = [Client().post(f"/vote/{poll.pk}/{path}", {"phone": numbers[0]}) for numbers in phones]

    assert [answer.status_code for answer in sent] == [302, 302]
    assert sent[0].url == sent[1].url


@pytest.mark.parametrize(
    ("told_apart", "alike", "as_long"),
    [
        (lambda known: "在名册上" if known else "", False, True),
        (lambda known: time.sleep(0.006 * known) or "", True, False),
    ],
)
def test_a_door_that_tells_them_apart_is_found_out(told_apart, alike, as_long):
    """The control: by its words, or by the time it takes."""

    def knock(phone: str) -> Answer:
        began = time.perf_counter()
        words = told_apart(phone.startswith("138"))
        return Answer(200, words, time.perf_counter() - began)

    found = probe(knock, [f"138{n:08d}" for n in range(30)], [f"139{n:08d}" for n in range(30)])

    assert found.answers_alike == alike
    assert as_long or not found.takes_alike_long


def test_the_rank_test_knows_the_book_s_example_and_chance():
    """U = 3 of 5 by 5: p = 0.0601 with the correction for continuity."""
    assert mann_whitney([1, 2, 3, 4, 8], [5, 6, 7, 9, 10]) == pytest.approx(0.0601, abs=0.0002)
    assert mann_whitney([1.0] * 9, [1.0] * 9) == 1.0
    noise = random.Random(7)
    by_chance = [mann_whitney(*([noise.random() for _n in range(60)] for _side in range(2))) for _n in range(400)]
    assert sum(p <= 0.05 for p in by_chance) == pytest.approx(20, abs=13)
