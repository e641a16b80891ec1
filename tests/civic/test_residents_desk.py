"""The residents' desk: a worker finds, registers and verifies people of their own villages, and nobody else's."""

import pytest

from civic.limits import LOOK_UP_ACCOUNT
from civic.models import AuditEvent, Person, Residency, Role
from tests import make
from tests.signing import text

pytestmark = pytest.mark.django_db
HOW = {"basis": "living", "how": "看了户口簿"}


@pytest.fixture
def worker(client):
    someone = make.officer(Role.SOCIAL_WORKER, make.VILLAGE, name="陈测试")
    client.force_login(someone)
    return someone


def here(name: str = "王小明", **extra) -> Person:
    return make.person(name, home_area=make.area(), **extra)


def verify(client, person: Person, area: str = make.VILLAGE, **changed):
    return client.post(f"/desk/residents/{person.pk}/", HOW | {"area": area} | changed)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE}))
@pytest.mark.parametrize("path", ["/desk/residents/", "/desk/residents/new/"])
def test_other_offices_do_not_enter(client, role, path):
    client.force_login(make.officer(role, make.DISTRICT))

    assert client.get(path).status_code == 403
    assert client.post(path, {"find": "王"}).status_code == 403


def test_a_visitor_is_asked_to_sign_in_first(client):
    assert client.get("/desk/residents/").url == "/login/?next=/desk/residents/"


def test_a_worker_finds_people_of_their_village_by_name(client, worker):
    here("王小明")
    make.person("王大明", home_area=make.area(make.OTHER_VILLAGE))

    found = text(client.post("/desk/residents/", {"find": "王"}))

    assert "王小明" in found
    assert "王大明" not in found


def test_a_phone_finds_anyone_but_shows_a_stranger_masked(client, worker):
    stranger = make.person("欧阳小明", phone="13800138000", home_area=make.area(make.OTHER_VILLAGE))

    opened = client.post("/desk/residents/", {"find": "138 0013 8000"})
    shown = text(client.get(opened.url))

    assert opened.url == f"/desk/residents/{stranger.pk}/"
    assert "欧**" in shown
    assert "欧阳小明" not in shown and "13800138000" not in shown
    assert AuditEvent.objects.get(action="civic.person.looked_up").actor == worker


def test_nobody_opens_a_stranger_by_counting_up_addresses(client, worker):
    stranger = make.person(home_area=make.area(make.OTHER_VILLAGE))

    assert client.get(f"/desk/residents/{stranger.pk}/").status_code == 404
    assert client.get("/desk/residents/999999/").status_code == 404


def test_looking_up_has_its_limit(client, worker):
    for _ in range(LOOK_UP_ACCOUNT.most):
        LOOK_UP_ACCOUNT.hit(worker.pk)

    response = client.post("/desk/residents/", {"find": "13800138000"})

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 3000


def test_an_unknown_phone_leads_to_registering_with_the_number_kept(client, worker):
    shown = text(client.post("/desk/residents/", {"find": "13800138000"}))

    assert "没找到这个人" in shown
    assert 'value="13800138000"' in shown


def test_a_worker_verifies_a_resident(client, worker):
    person = here()

    done = verify(client, person)

    assert (done.status_code, done.url) == (302, f"/desk/residents/{person.pk}/")
    assert person.residencies.get().verified_by == worker
    assert "看了户口簿" in text(client.get(done.url))


def test_a_second_verification_is_refused_and_the_words_are_kept(client, worker):
    person = here()
    verify(client, person)

    again = verify(client, person, how="再看了一次")

    assert again.status_code == 409
    assert "已经核对过" in text(again) and "再看了一次" in text(again)
    assert Residency.objects.count() == 1


def test_a_worker_is_not_verified_by_their_own_hand(client, worker):  # row 72
    Person.objects.filter(pk=worker.pk).update(home_area=make.VILLAGE)

    assert "不能核对自己" in text(client.get(f"/desk/residents/{worker.pk}/"))
    assert verify(client, worker).status_code == 403
    assert Residency.objects.count() == 0


def test_a_village_of_somebody_else_is_not_offered(client, worker):  # row 73
    make.areas()
    response = verify(client, here(), area=make.OTHER_VILLAGE)

    assert response.status_code == 422
    assert Residency.objects.count() == 0


@pytest.mark.parametrize("how", ["", "   ", "\u200b", "很" * 101, "a\x01b"])
def test_how_it_was_verified_is_said_in_plain_words(client, worker, how):
    response = verify(client, here(), how=how)

    assert response.status_code == 422
    assert Residency.objects.count() == 0


def test_someone_without_a_phone_is_registered(client, worker):
    done = client.post("/desk/residents/new/", HOW | {"name": "黄阿婆", "phone": "", "area": make.VILLAGE})

    person = Person.objects.get(name="黄阿婆")
    assert done.url == f"/desk/residents/{person.pk}/"
    assert (person.phone, person.residencies.count()) == (None, 1)


def test_registering_a_known_phone_shows_whose_it_is(client, worker):
    known = make.person("欧阳小明", phone="13800138000")
    response = client.post(
        "/desk/residents/new/", HOW | {"name": "张三", "phone": "１３８００１３８０００", "area": make.VILLAGE}
    )

    assert response.status_code == 409
    assert "欧**" in text(response) and f"/desk/residents/{known.pk}/" in text(response)
    assert 'value="张三"' in text(response)
    assert client.get(f"/desk/residents/{known.pk}/").status_code == 200
    assert not Person.objects.filter(name="张三").exists()


def test_a_residency_ends_with_a_reason(client, worker):
    verify(client, here())
    residency = Residency.objects.get()

    silent = client.post(f"/desk/residencies/{residency.pk}/end/", {"reason": " "})
    done = client.post(f"/desk/residencies/{residency.pk}/end/", {"reason": "已搬走"})
    twice = client.post(f"/desk/residencies/{residency.pk}/end/", {"reason": "已搬走"})

    residency.refresh_from_db()
    assert (silent.status_code, done.status_code, twice.status_code) == (422, 302, 409)
    assert residency.ended_on is not None


def test_another_villages_residency_is_not_there_for_this_worker(client, worker):
    make.resident(make.OTHER_VILLAGE)
    residency = Residency.objects.get()

    assert client.post(f"/desk/residencies/{residency.pk}/end/", {"reason": "已搬走"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_finding_costs_the_same_queries_for_one_and_for_many(client, worker, rows, django_assert_max_num_queries):
    for n in range(rows):
        person = here(f"王小明{n}")
        verify(client, person)

    with django_assert_max_num_queries(23):
        client.post("/desk/residents/", {"find": "王"})
