"""How large somebody wants the pages: kept on the device, and with the account for the next device (长辈版)."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from civic.models import AuditEvent, Person
from tests import make
from tests.signing import PHONE, answer, ask, read_code

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def signed_in(settings, **cookies: str) -> Client:
    """A device of her own, through the page of signing in."""
    settings.DEMO = True
    device = Client()
    device.cookies.load(cookies)
    ask(device)
    answer(device, read_code())
    return device


def test_the_size_survives_signing_out_and_is_the_same_on_a_device_without_one(settings, client):
    make.areas()
    person = make.person(phone=PHONE)
    client.force_login(person)

    assert "字太小？换长辈版" in client.get("/me/").content.decode()
    client.post("/view-mode/", {"mode": "elder"})
    client.post("/view-mode/", {"mode": "elder"})
    assert "再大一号" in client.get("/me/").content.decode()
    client.post("/logout/")

    assert client.cookies["view"].value == "elder"
    assert signed_in(settings).cookies["view"].value == "elder"
    event = AuditEvent.objects.get(action="civic.person.view_chosen")
    assert (event.actor, event.before, event.after, event.is_public) == (person, "", "elder", False)


def test_the_choice_of_a_device_stands_and_a_visitors_is_nobodys(settings, client):
    make.areas()
    person = make.person(phone=PHONE, view_size="elder-xl")

    client.post("/view-mode/", {"mode": "elder"})

    assert signed_in(settings, view="").cookies["view"].value == ""
    person.refresh_from_db()
    assert person.view_size == "elder-xl"


def test_back_to_standard_is_a_choice_as_well(settings, client):
    make.areas()
    person = make.person(phone=PHONE, view_size="elder")
    client.force_login(person)

    client.post("/view-mode/", {"mode": ""})

    person.refresh_from_db()
    assert person.view_size == "standard"
    assert signed_in(settings).cookies["view"].value == ""


def test_the_database_knows_three_sizes():
    make.areas()
    person = make.person()

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(view_size="huge")
