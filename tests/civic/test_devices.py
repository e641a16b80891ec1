"""Limits by device, and the day's budget of messages: what one phone, or a bot, may ask of the whole site."""

import pytest
from django.test import Client

from civic.devices import device_of
from civic.models import Outbox
from tests import make
from tests.signing import ask, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True
    make.areas()


def test_the_sign_in_page_names_a_device_once(client):
    client.get("/login/")
    name = client.cookies["device"].value

    client.get("/login/")

    assert client.cookies["device"].value == name


def test_a_device_asks_for_five_numbers_a_day_and_a_new_device_for_its_own(client):
    client.get("/login/")
    sent = [ask(client, f"1380013800{n}").status_code for n in range(6)]

    assert sent == [302] * 5 + [429]
    assert ask(Client(), "13800138009").status_code == 302


def test_a_device_name_that_we_did_not_sign_is_none(client, rf):
    client.cookies["device"] = "forged"

    assert device_of(client.get("/login/").wsgi_request) == ""


def test_when_the_days_messages_are_used_up_the_desk_is_named_and_the_number_kept(client, settings, caplog):
    settings.SMS_DAY_BUDGET = 2
    for number in ("13800138001", "13800138002"):
        assert ask(client, number).status_code == 302

    with caplog.at_level("ERROR", "weishishi.sms"):
        refused = ask(Client(), "13800138003")

    assert refused.status_code == 503
    assert int(refused["Retry-After"]) > 0
    assert "到村公服站找社工代办" in text(refused) and "13800138003" in text(refused)
    assert Outbox.objects.filter(topic="sms").count() == 2
    assert "used up" in caplog.text
