"""The board's desk: what waits in one's own places, one matter with its acts, and nobody on their own report."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.models import Role
from civic.pages import todos
from tests import make
from tests.village import photo
from tests.wishes import build
from tests.wishes.build import in_days
from wishes.models import Demand, DemandState, TownWhy
from wishes.services import reporting

pytestmark = pytest.mark.django_db
S = DemandState


@pytest.fixture
def officer():
    return build.office()


def send(client, demand, act, **more):
    return client.post(f"/desk/board/{demand.number}/", {"act": act, **more})


def waits(person):
    person = type(person).objects.get(pk=person.pk)
    return next((todo.count for todo in todos(person) if todo.url == "/desk/board/"), None)


def test_the_queue_holds_ones_own_village_alone(client, officer):
    build.reported()
    build.reported(what="乙村的一件小事", area=make.area(make.OTHER_VILLAGE))
    client.force_login(officer)

    page = client.get("/desk/board/").content.decode()

    assert build.WHAT in page
    assert "乙村的一件小事" not in page
    assert waits(officer) == 1


def test_the_town_is_asked_about_what_stands_on_its_list(officer):
    demand = build.reported()
    town = build.office("周测试", Role.TOWN_HANDLER, make.TOWN)
    assert waits(town) == 0

    for _n in range(3):
        reporting.join(demand, by=make.person())

    assert Demand.objects.get().town_why == TownWhy.JOINS
    assert waits(town) == 1


def test_taking_in_and_reporting_done_are_two_plain_forms(client, officer):
    demand = build.reported()
    client.force_login(officer)
    office = officer.appointments.get()

    taken = send(client, demand, "take_in", horizon="now", due_on=in_days(3), handler=office.pk)
    given = photo()
    upload = SimpleUploadedFile(given["name"], given["buffer"], given["mimeType"])
    done = send(client, demand, "finish", words="换了新灯泡", photos=upload)

    assert (taken.status_code, done.status_code) == (302, 302)
    assert Demand.objects.get().state == S.DONE


def test_a_form_to_mend_keeps_what_was_typed(client, officer):
    demand = build.doing(officer=officer)
    client.force_login(officer)

    missing = send(client, demand, "finish", words="换了新灯泡")
    forbidden = send(client, demand, "extend", due_on=in_days(1), reason="等灯具到货")

    assert missing.status_code == 422
    assert "换了新灯泡" in missing.content.decode()
    assert "请传办完以后的照片" in missing.content.decode()
    assert forbidden.status_code == 409
    assert "等灯具到货" in forbidden.content.decode()
    assert Demand.objects.get().state == S.DOING


def test_an_act_that_came_too_late_is_refused_with_the_reason(client, officer):
    demand = build.done(officer=officer)
    client.force_login(officer)

    answer = send(client, demand, "explain", words="属电网检修")

    assert answer.status_code == 409
    assert "已办理待确认" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "at", "sees", "handles"),
    [
        (Role.VILLAGE_OFFICE, make.VILLAGE, 200, 302),
        (Role.SOCIAL_WORKER, make.VILLAGE, 200, 302),
        (Role.TOWN_HANDLER, make.TOWN, 200, 302),
        (Role.GRID_WORKER, make.VILLAGE, 200, 403),
        (Role.SUPERVISOR, make.VILLAGE, 200, 403),
        (Role.VILLAGE_OFFICE, make.OTHER_VILLAGE, 403, 403),
        (Role.TOWN_HANDLER, make.OTHER_TOWN, 403, 403),
        (Role.CONTRACTOR, make.DISTRICT, 403, 403),
        (Role.SYSTEM_ADMIN, make.DISTRICT, 403, 403),
    ],
)
def test_who_may_see_a_case_and_who_may_handle_it(client, role, at, sees, handles):
    demand = build.reported()
    client.force_login(make.officer(role, at))

    assert client.get(f"/desk/board/{demand.number}/").status_code == sees
    assert send(client, demand, "explain", words="属电网检修").status_code == handles


def test_nobody_handles_their_own_report(client, officer):
    demand = build.reported(officer)
    client.force_login(officer)

    assert send(client, demand, "explain", words="属电网检修").status_code == 403
    assert waits(officer) == 0


def test_strangers_and_residents_stay_outside(client):
    demand = build.reported()

    assert client.get("/desk/board/")["Location"] == "/login/?next=/desk/board/"
    client.force_login(make.person())
    assert client.get("/desk/board/").status_code == 403
    assert send(client, demand, "nonsense").status_code == 403


def test_the_desk_asks_the_same_for_one_matter_as_for_many(client, officer):
    client.force_login(officer)
    build.reported(photos=(build.picture(officer),))

    def asked():
        with CaptureQueriesContext(connection) as taken:
            client.get("/desk/board/")
        return len(taken)

    asked()  # the session's own first look
    few = asked()
    for number in range(10):
        build.reported(make.person(), what=f"第{number}盏路灯不亮了")
    assert asked() == few


def test_the_api_takes_a_report_and_only_its_reporters_word(client, officer):
    reporter, sent = make.person(), {"what": build.WHAT, "area": make.VILLAGE, "place_text": build.PLACE}
    make.areas()
    assert client.post("/api/v1/demands/", sent, "application/json").status_code in (401, 403)
    client.force_login(reporter)
    assert client.post("/api/v1/demands/", sent | {"x": 1}, "application/json").status_code == 400
    assert client.post("/api/v1/demands/", sent | {"what": "找13800138000"}, "application/json").status_code == 400
    number = client.post("/api/v1/demands/", sent, "application/json").json()["number"]

    early = client.post(f"/api/v1/demands/{number}/confirm/", {}, "application/json")
    client.force_login(officer)
    other = client.post(f"/api/v1/demands/{number}/reopen/", {}, "application/json")

    assert (early.status_code, early.json()["code"], other.status_code) == (409, "wrong_state", 403)
    assert client.post(f"/api/v1/demands/{number}/join/", {}, "application/json").json()["joins"] == 1
