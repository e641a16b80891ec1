"""Staying signed in on one's own phone (90天内不用再登录): only where it was said, and never for people in office."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from civic.models import Appointment, RateCount
from civic.moments import today
from tests import make
from tests.signing import PHONE, answer, ask, read_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True
    make.areas()


def test_who_says_the_phone_is_hers_alone_stays_signed_in_for_ninety_days_and_others_for_two_idle(client, settings):
    make.person(phone=PHONE)

    def survives(days: int, **said) -> bool:
        mine = Client()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            ask(mine)
            done = answer(mine, read_code(), **said)
            assert done.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == (90 if said else 14) * 24 * 3600
            mine.get("/login/welcome/")
            clock.shift(timedelta(days=days))
            status = mine.get("/login/welcome/").status_code
            clock.shift(-timedelta(days=days))
        RateCount.objects.all().delete()
        return status == 200

    assert survives(89, own_phone="on")
    assert not survives(91, own_phone="on")
    assert not survives(3)


def test_an_office_ends_a_long_session_as_any_other(client):
    person = make.person(phone=PHONE)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client)
        answer(client, read_code(), own_phone="on")
        client.get("/login/welcome/")
        Appointment.objects.create(person=person, role="town_handler", area=make.area(make.TOWN), starts_on=today())
        clock.shift(timedelta(minutes=31))

        assert client.get("/login/welcome/").status_code == 302
