"""The roll at the desk: a list is tried before it is taken, residents come with an age, a worker adds with evidence."""

import os
import stat
import time

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from civic.models import Role
from tests import make
from tests.voting.polls import build
from voting.models import PollAct, RollEntry
from voting.services import roll_uploads

pytestmark = pytest.mark.django_db(databases=build.URN)
GOOD = "姓名,年龄\n张一,40\n张二,12\n张三,70\n"
BAD = "姓名,年龄\n张一,四十\n,30\n张三,70\n"


def url(name: str, *args) -> str:
    return reverse(f"voting:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def a_list(words: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("名单.csv", words.encode("gb18030"))


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.logout()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def worker():
    return make.officer(Role.SOCIAL_WORKER, make.VILLAGE)


def kept() -> list:
    folder = settings.VAR_DIR / "roll_uploads"
    return list(folder.glob("*.list")) if folder.exists() else []


def test_a_list_is_tried_first_and_then_taken_without_choosing_it_again(as_):
    office = build.prepared()
    client = as_(office.handler)

    tried = client.post(url("poll_import", office.poll.pk), {"file": a_list(GOOD)})
    shown = client.get(tried.url)
    on_roll_before = office.poll.roll.count()
    (file,) = kept()
    done = client.post(tried.url)

    assert (on_roll_before, office.poll.roll.count()) == (0, 2)
    assert (shown.context["people"], shown.context["counts"].added) == (3, 2)
    assert "第3行" in text(shown)
    assert "导入这2人" in text(shown)
    assert not file.exists()
    assert done.url == url("poll_roll", office.poll.pk)
    assert "1人不到投票年龄" in text(client.get(done.url))


def test_faults_come_back_by_line_and_nobody_is_taken(as_):
    office = build.prepared()

    response = as_(office.handler).post(url("poll_import", office.poll.pk), {"file": a_list(BAD)})

    assert response.status_code == 422
    assert "第2行：年龄“四十”认不出来" in text(response)
    assert "第3行：没有姓名" in text(response)
    assert not RollEntry.objects.exists()
    assert not kept()


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04junk"])
def test_what_is_no_table_is_refused_in_words(as_, data):
    office = build.prepared()

    response = as_(office.handler).post(
        url("poll_import", office.poll.pk), {"file": SimpleUploadedFile("x.xlsx", data)}
    )

    assert response.status_code == 422
    assert not kept()


def test_a_list_tried_by_one_is_not_taken_by_another_and_not_after_an_hour(as_):
    office = build.prepared()
    tried = as_(office.handler).post(url("poll_import", office.poll.pk), {"file": a_list(GOOD)})

    other = as_(office.approver).post(tried.url)
    (file,) = kept()
    mode = stat.S_IMODE(file.stat().st_mode)
    os.utime(file, (time.time() - 3601,) * 2)
    roll_uploads.forget_old_lists()
    late = as_(office.handler).post(tried.url)

    assert mode == 0o600
    assert other.url == late.url == url("poll_import", office.poll.pk)
    assert not kept()
    assert not RollEntry.objects.exists()


def test_verified_residents_come_onto_the_roll_by_their_age(as_):
    office = build.prepared()
    old, young, unknown = (make.resident(name=f"陈{n}") for n in "甲乙丙")
    client, address = as_(office.handler), url("poll_residents", office.poll.pk)

    client.post(address, {f"age-{old.pk}": "66", f"age-{young.pk}": "9", f"age-{unknown.pk}": ""})
    again = client.get(address)

    assert list(office.poll.roll.values_list("person_id", "age_band")) == [(old.pk, "60-74")]
    assert {person.name for person in again.context["people"]} == {"陈乙", "陈丙"}
    assert client.post(address, {}).status_code == 422


def test_a_worker_adds_someone_with_evidence(as_, worker):
    office = build.prepared()
    someone = make.resident(name="何一")
    client = as_(worker)

    found = client.post(url("poll_find", office.poll.pk), {"name": "何一"})
    address = url("poll_enrol", office.poll.pk, someone.pk)
    unproved = client.post(address, {"area": make.VILLAGE, "age": "50", "evidence": ""})
    done = client.post(address, {"area": make.VILLAGE, "age": "50", "evidence": "看了户口簿"})

    assert address in text(found)
    assert unproved.status_code == 422
    assert done.url == url("poll_roll", office.poll.pk)
    entry = office.poll.roll.get()
    assert (entry.person, entry.source, entry.evidence, entry.by) == (someone, "added", "看了户口簿", worker)


def test_a_namesake_is_asked_about_and_then_taken(as_, worker):
    office = build.prepared()
    build.on_roll(office.poll, make.person("何一"))
    someone = make.resident(name="何一")
    address = url("poll_enrol", office.poll.pk, someone.pk)
    given = {"area": make.VILLAGE, "age": "50", "evidence": "看了户口簿"}
    client = as_(worker)

    asked = client.post(address, given)
    client.post(address, given | {"is_no_namesake": "on"})

    assert asked.status_code == 409
    assert 'name="is_no_namesake"' in text(asked)
    assert 'name="is_no_namesake"' not in text(client.get(url("poll_enrol", office.poll.pk, make.resident().pk)))
    assert office.poll.roll.filter(person=someone).exists()


def test_once_voting_has_begun_an_addition_waits_for_the_town(as_, worker):
    office = build.opened()
    someone = make.resident(name="何一")
    address = url("poll_enrol", office.poll.pk, someone.pk)
    as_(worker).post(address, {"area": make.VILLAGE, "age": "50", "evidence": "看了户口簿", "reason": "名单漏了"})
    act = PollAct.objects.get(kind="enrol")

    before = office.poll.roll.filter(person=someone).exists()
    page = as_(office.approver).get(url("poll_confirm", office.poll.pk, act.pk))
    as_(office.approver).post(url("poll_confirm", office.poll.pk, act.pk))

    assert not before
    assert "何一" in text(page)
    assert office.poll.roll.get(person=someone).late


def test_somebody_is_struck_off_with_a_reason(as_):
    office = build.ready(roll=2)
    entry = office.poll.roll.first()
    client, address = as_(office.handler), url("poll_strike", office.poll.pk, entry.pk)

    blank = client.post(address, {"reason": ""})
    client.post(address, {"reason": "已经搬走"})

    assert blank.status_code == 422
    assert list(office.poll.roll.exclude(pk=entry.pk)) == list(office.poll.roll.all())


def test_a_worker_reads_their_village_s_names_and_prepares_nothing(as_, worker):
    office = build.prepared(at=make.TOWN)
    build.on_roll(office.poll, make.person("邻村甲"), area=make.area(make.OTHER_VILLAGE))
    build.on_roll(office.poll, make.person("本村乙"), area=make.area(make.VILLAGE))
    client = as_(worker)

    page = client.get(url("poll_roll", office.poll.pk))
    answers = {client.get(url(name, office.poll.pk)).status_code for name in ("poll_import", "poll_residents")}

    assert [entry.person.name for entry in page.context["entries"]] == ["本村乙"]
    assert "导入名单" not in text(page)
    assert answers == {403}
    assert client.get(url("polls")).status_code == 200


def test_the_office_adds_nobody_by_hand_and_a_neighbouring_worker_nobody_at_all(as_):
    office = build.prepared()
    neighbour = make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE)

    assert as_(office.handler).get(url("poll_find", office.poll.pk)).status_code == 403
    assert as_(neighbour).get(url("poll_find", office.poll.pk)).status_code == 403
    assert as_(neighbour).get(url("poll_roll", office.poll.pk)).status_code == 403


def test_whoever_is_out_of_the_worker_s_reach_is_not_found(as_, worker):
    office = build.prepared()
    stranger = make.resident(at=make.OTHER_VILLAGE)

    response = as_(worker).get(url("poll_enrol", office.poll.pk, stranger.pk))

    assert response.status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_the_roll_page_asks_as_often_for_three_as_for_one(as_, people, django_assert_max_num_queries):
    office = build.ready(roll=people)
    client = as_(office.handler)
    client.get(url("poll_roll", office.poll.pk))

    with django_assert_max_num_queries(24):
        page = client.get(url("poll_roll", office.poll.pk))

    assert len(page.context["entries"]) == people
