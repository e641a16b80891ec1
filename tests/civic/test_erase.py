"""Whoever goes (注销) leaves no name and no number; what they did stays, and nobody in office slips away."""

import json

import pytest
from django.core.management import call_command

from civic import people, sealing
from civic.models import AuditEvent, Person, Residency, Role
from civic.rules import RuleBroken
from proposals import tasks
from proposals.models import Draft
from tests import make

pytestmark = pytest.mark.django_db
PAGE, PHONE, NAME = "/me/erase/", "+8613800138000", "金丝雀"


@pytest.fixture
def resident():
    someone = make.resident(name=NAME)
    someone.phone = PHONE
    someone.save()
    return someone


def test_what_was_known_of_a_person_goes_and_the_record_stands(client, resident, settings, tmp_path):
    settings.PUBLISHED_HEAD_FILE = tmp_path / "head.jsonl"
    Residency.objects.update(how_verified=f"看了{NAME}的户口簿")
    Draft.objects.create(owner=resident, data={"title": f"{NAME}家门口的路"})
    client.force_login(resident)

    asked = client.get(PAGE)
    done = client.post(PAGE, {"sure": "on"}, follow=True)
    tasks.forget_erased_people()

    assert asked.status_code == 200
    assert "已注销" in done.content.decode()
    gone = Person.objects.get(pk=resident.pk)
    assert (gone.name, gone.phone, gone.home_area, gone.is_active) == ("", None, None, False)
    assert not Draft.objects.exists()
    assert not Residency.objects.filter(ended_on=None).exists()
    kept = json.dumps(
        [[*Person.objects.values(), *Residency.objects.values(), *AuditEvent.objects.values()]], default=str
    )
    assert NAME not in kept and PHONE not in kept
    assert AuditEvent.objects.get(action="civic.person.erased").is_public is False
    sealing.seal_new_events()
    call_command("verify_audit")
    assert client.get("/me/").status_code == 302, "nobody is signed in any longer"


def test_without_the_tick_nothing_happens(client, resident):
    client.force_login(resident)

    answer = client.post(PAGE)

    assert answer.status_code == 422 and "请先在这里打勾" in answer.content.decode()
    assert Person.objects.get(pk=resident.pk).name == NAME


def test_every_session_of_theirs_ends(client, resident):
    client.force_login(resident)

    people.erase(resident)

    assert client.get("/me/").status_code == 302


def test_the_same_phone_comes_back_as_somebody_new(resident):
    people.erase(resident)

    person, is_new = people.arrive(PHONE)

    assert is_new and person.pk != resident.pk and not person.residencies.exists()


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.ASSEMBLY_MEMBER])
def test_who_holds_an_office_is_told_why_not(client, role):
    officer = make.officer(role)
    client.force_login(officer)

    answer = client.post(PAGE, {"sure": "on"})

    assert answer.status_code == 409 and "请先请系统管理员免职" in answer.content.decode()
    with pytest.raises(RuleBroken):
        people.erase(officer)
    assert Person.objects.get(pk=officer.pk).is_active
