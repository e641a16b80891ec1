"""A proposal written down at a door (上门代录): filed once for its resident, with the proof of consent; never for a stranger."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from civic.models import Role
from civic.moments import now
from proposals.models import Project, Round
from tests import make

pytestmark = pytest.mark.django_db
DOOR, OFFLINE = "/desk/door/", "/desk/door/offline/"
CANARY = "金丝雀"


@pytest.fixture
def worker():
    make.round_()
    return make.officer(Role.SOCIAL_WORKER)


@pytest.fixture
def desk(client, worker):
    client.force_login(worker)
    return client


def written(**other):
    return {
        "title": "门口台阶修成坡道",
        "place_text": "卫生站门口",
        "need": "轮椅上不去",
        "area": make.VILLAGE,
        "name": f"陈{CANARY}",
        "resident_phone": "",
        "how": "present",
        "agreed": "在家里念给本人听过",
        "key": str(uuid4()),
    } | other


def by_phone(client, said):
    return client.post(DOOR, said, headers={"Accept": "application/json"})


def test_a_phone_sends_it_twice_and_it_is_filed_once_with_its_proof(desk, worker):
    said = written()

    answers = [by_phone(desk, said) for _n in range(2)]

    project = Project.objects.get()
    assert [answer.json() for answer in answers] == [{"key": said["key"], "code": project.code}] * 2
    assert (project.entered_by, project.assisted_how, project.assisted_note) == (worker, "present", said["agreed"])
    assert project.proposer.name == said["name"]
    assert CANARY not in desk.get(project.get_absolute_url()).content.decode()


def test_its_category_is_one_of_the_rounds_and_who_cannot_say_leaves_it_to_the_worker(desk):
    said = [by_phone(desk, written(category=category)) for category in ("消除安全隐患", "", "没有这一类")]

    assert [answer.status_code for answer in said] == [200, 200, 422]
    assert "类别：" in said[2].json()["detail"]
    assert sorted(Project.objects.values_list("category", flat=True)) == sorted(["消除安全隐患", "其他"])


def test_the_same_key_with_other_words_is_refused_with_the_reason(desk):
    said = written()
    by_phone(desk, said)

    answer = by_phone(desk, said | {"title": "另外一件别的事情"})

    assert (answer.status_code, Project.objects.count()) == (409, 1)
    assert "已经提交过" in answer.json()["detail"]


def test_a_photo_sent_twice_with_its_proposal_is_there_once_for_everybody(desk, client):
    said = written()

    answers = [by_phone(desk, said | {"photos": [photo()]}) for _n in range(2)]

    project = Project.objects.get()
    assert [answer.json()["code"] for answer in answers] == [project.code] * 2
    assert project.photos.get().is_public


def test_another_photo_under_the_same_key_is_told_beside_what_stands_and_never_dropped_in_silence(desk, worker):
    said = written()
    by_phone(desk, said | {"photos": [photo()]})

    answer = by_phone(desk, said | {"photos": [photo(), photo("red")]})

    project = Project.objects.get()
    assert (answer.status_code, project.photos.count()) == (409, 1)
    assert answer.json()["stands"] == {
        "code": project.code, "title": said["title"], "place_text": said["place_text"], "need": said["need"], "pictured": "1张照片",
    }  # fmt: skip


def test_what_somebody_else_filed_under_a_key_is_shown_to_nobody(client, worker):
    said = written()
    client.force_login(worker)
    by_phone(client, said)
    client.force_login(make.officer(Role.SOCIAL_WORKER))

    answer = by_phone(client, said)

    assert (answer.status_code, sorted(answer.json())) == (409, ["detail"])


def photo(color="teal"):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "JPEG")
    return SimpleUploadedFile(f"{color}.jpg", out.getvalue(), "image/jpeg")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"title": "短"}, "什么事：至少写5个字"),
        ({"agreed": " "}, "请写本人怎样同意的"),
        ({"how": "family"}, "怎样说的："),
        ({"name": ""}, "请写居民的姓名"),
        ({"area": make.OTHER_VILLAGE}, "哪个村居："),
        ({"key": "x"}, "UUID"),
    ],
)
def test_what_lacks_something_stays_on_the_phone_with_the_reason(desk, other, said):
    answer = by_phone(desk, written(**other))

    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert not Project.objects.exists()


def test_between_two_rounds_it_is_told_and_kept(desk):
    Round.objects.update(closes_at=now() - timedelta(minutes=1))

    answer = by_phone(desk, written())

    assert (answer.status_code, answer.json()["detail"]) == (409, "哪个村居：这个村居现在不收提议。可以先记走访")


def test_it_is_filed_without_scripts_as_well(desk):
    page = desk.post(DOOR, written(), follow=True).content.decode()

    assert "已代录，编号" in page and Project.objects.get().code in page


def test_a_form_to_mend_keeps_what_was_typed(desk):
    answer = desk.post(DOOR, written(title="短"))

    assert answer.status_code == 422
    assert "在家里念给本人听过" in answer.content.decode()


@pytest.mark.parametrize("who", ["resident", "reviewer"])
def test_only_who_enters_for_residents_finds_the_page(client, worker, who):
    client.force_login(make.resident() if who == "resident" else make.officer(Role.REVIEWER, make.TOWN))

    assert (client.get(DOOR).status_code, client.post(DOOR, written()).status_code) == (403, 403)
    assert not Project.objects.exists()


def test_the_page_without_a_network_names_nobody_and_the_worker_keeps_it(client, worker):
    page = client.get(OFFLINE)
    script = client.get("/sw.js").content.decode()

    assert "public" in page["Cache-Control"] and 'data-seal=""' in page.content.decode()
    assert '"/desk/door/": "door-1"' in script and '"/desk/visits/": "visits-1"' in script


def test_each_account_has_its_own_seal(client, worker):
    seals = set()
    for person in (worker, make.officer(Role.SOCIAL_WORKER)):
        client.force_login(person)
        seals.add(client.get(DOOR).content.decode().partition('data-seal="')[2][:64])

    assert len(seals) == 2 and all(len(seal) == 64 for seal in seals)
