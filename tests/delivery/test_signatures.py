"""Signatures under an acceptance (签字): by finger, typed, witnessed or on paper; never a handwriting in public."""

import base64
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from civic.models import Attachment, Person
from delivery.models import Signature
from delivery.services import acceptance
from delivery.tasks import forget_erased_people
from tests.delivery import build

pytestmark = pytest.mark.django_db


def drawn(size=(640, 240)) -> str:
    held = io.BytesIO()
    Image.new("RGB", size, "white").save(held, "PNG")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()


@pytest.fixture
def town():
    return build.town()


@pytest.fixture
def project(town):
    return build.filled(town).project


def signing(project) -> str:
    return reverse("delivery:sign", args=[project.code])


OWN = {"role": "resident", "agrees": "yes", "dissent": ""}


def test_a_resident_signs_by_finger_and_only_the_offices_see_the_handwriting(client, town, project):
    client.force_login(town.resident)

    assert client.post(signing(project), OWN | {"drawn": drawn()}).status_code == 302

    kept = Signature.objects.get().drawn
    picture = reverse("civic:attachment", args=[kept.token])
    assert not kept.is_public and kept.kind == "photo"
    opened = {}
    for who in ("handler", "outsider", "foreman", "resident"):
        client.force_login(getattr(town, who))
        opened[who] = client.get(picture).status_code
    assert opened == {"handler": 200, "outsider": 404, "foreman": 404, "resident": 200}
    client.force_login(town.handler)
    assert str(kept.token) in client.get(reverse("delivery:accept", args=[project.code])).content.decode()
    client.logout()
    assert str(kept.token) not in client.get(project.get_absolute_url()).content.decode()


def test_whoever_does_not_write_signs_all_the_same(client, town, project):
    client.force_login(town.resident)
    page = client.get(signing(project)).content.decode()

    assert client.post(signing(project), OWN).status_code == 302

    assert "直接交上去一样算数" in page
    assert Signature.objects.get().drawn is None


@pytest.mark.parametrize(
    "bad", ["x", "data:image/png;base64,!!", "data:image/png;base64,aGVsbG8=", "data:text/html;base64,aGk="]
)
def test_what_is_no_drawing_is_told_and_nothing_is_signed(client, town, project, bad):
    client.force_login(town.resident)

    answer = client.post(signing(project), OWN | {"drawn": bad})

    assert answer.status_code == 422
    assert Signature.objects.count() == Attachment.objects.filter(caption="手写签名").count() == 0


def test_a_neighbour_signs_on_the_workers_phone_by_name_and_finger(client, town, project):
    client.force_login(town.village)
    sent = {"role": "resident", "name": "邻居甲", "agrees": "no", "dissent": "坡太陡", "drawn": drawn()}

    assert client.post(reverse("delivery:accept_witness", args=[project.code]), sent).status_code == 302

    signature = Signature.objects.get()
    assert (signature.name, signature.witnessed_by, signature.dissent) == ("邻居甲", town.village, "坡太陡")
    assert signature.drawn is not None


def test_an_erased_person_leaves_no_handwriting(town, project):
    kept = build.photo(town.resident)
    acceptance.sign(project.acceptances.get(), "resident", by=town.resident, agrees=True, drawn=kept)
    forget_erased_people()
    assert Signature.objects.get().drawn == kept

    Person.objects.filter(pk=town.resident.pk).update(erased_at=timezone.now())
    forget_erased_people()

    assert Signature.objects.get().drawn is None
    assert not Attachment.objects.get(pk=kept.pk).is_used


def test_who_judges_the_work_sees_before_and_after_beside_each_other(client, town, project):
    client.force_login(town.handler)
    office = client.get(reverse("delivery:accept", args=[project.code])).content.decode()
    client.force_login(town.resident)

    for page in (office, client.get(signing(project)).content.decode()):
        pair = page.split('data-test="pair"')[1].split("</section>")[0]
        assert "前" in pair and "后" in pair and pair.count("<img") == 2
