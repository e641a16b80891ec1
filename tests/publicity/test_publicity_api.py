"""The public record over the API: the same events, notices, objections and figures as on the pages."""

import pytest

from civic.models import Role
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.models import Objection
from publicity.services import objections
from tests import make
from tests.publicity import build

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def project():
    return moves.advance(make.project(state=S.FOR_APPROVAL), by="test", sentence="镇政府批准52,800元")


def test_the_events_of_a_project_newest_first(client, project):
    build.events(make.project(), 2, by=make.officer(Role.SOCIAL_WORKER))

    found = client.get(f"/api/v1/events/?project={project.code}").json()["results"]

    assert [event["action"] for event in found] == ["notice.open", "project.advance"]
    assert (found[1]["text"], found[1]["state_after"], found[1]["who"]) == (
        "镇政府批准52,800元",
        "on_notice",
        "系统自动",
    )


def test_events_of_all_projects_without_those_of_drafts(client, project):
    build.events(make.project(), 1, by=make.officer(Role.SOCIAL_WORKER), subject="draft:5")
    build.events(make.project(), 1, by=make.officer(Role.SOCIAL_WORKER), is_public=False)

    assert client.get("/api/v1/events/").json()["count"] == 2


def test_notices_with_how_many_objections_wait(client, project):
    objections.file(project, by=make.person(), what="挡路", why="过不去")

    (notice,) = client.get("/api/v1/notices/").json()["results"]

    assert (notice["project"], notice["state"]) == (project.code, "running")
    assert (notice["objections_received"], notice["objections_unanswered"]) == (1, 1)


def test_an_objection_is_filed_through_the_same_service(client, project):
    client.force_login(make.person("陈测试"))

    answer = client.post(
        "/api/v1/objections/", {"project": project.code, "what": "挡路", "why": "过不去"}, content_type=JSON
    )

    assert answer.status_code == 201
    assert (answer.json()["objector"], answer.json()["state"]) == ("陈**", "open")
    assert Objection.objects.get().channel == "api"
    project.refresh_from_db()
    assert project.state == S.OBJECTED


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"what": "挡路", "why": "过不去"}, 400),
        ({"project": "WSS-2000-0001", "what": "挡路", "why": "过不去"}, 400),
        ({"what": "", "why": "过不去"}, 400),
        ({"what": "打13800138000", "why": "过不去"}, 400),
        ({"what": "挡路", "why": "过不去", "state": "answered"}, 400),
    ],
)
def test_a_wrong_objection_is_refused_field_by_field(client, project, data, status):
    client.force_login(make.person())
    given = (
        data
        if status == 400 and "project" in data
        else data | ({"project": project.code} if len(data) > 2 or not data["what"].startswith("挡") else {})
    )

    answer = client.post("/api/v1/objections/", given, content_type=JSON)

    assert answer.status_code == status
    assert answer.json()["code"] == "invalid"
    assert not Objection.objects.exists()


def test_outside_its_time_the_rule_answers(client):
    project = make.project(state=S.IN_PROGRESS)
    client.force_login(make.person())

    answer = client.post(
        "/api/v1/objections/", {"project": project.code, "what": "挡路", "why": "过不去"}, content_type=JSON
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "not_objectable")


def test_a_stranger_files_nothing(client, project):
    answer = client.post(
        "/api/v1/objections/", {"project": project.code, "what": "挡路", "why": "过不去"}, content_type=JSON
    )

    assert answer.status_code in (401, 403)
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "events/?page=0",
        "events/?page=-1",
        "events/?page=1e99",
        "events/?ordering=actor__phone",
        "events/?kind=nonsense",
        "notices/?tenant=2",
        "notices/?state=a&state=b",
        "stats/?tenant=2",
        "stats/?year=20x1",
        "stats/?area=1&area=2",
    ],
)
def test_a_senseless_question_is_a_400(client, path):
    make.areas()

    assert client.get(f"/api/v1/{path}").status_code == 400


def test_places(client):
    make.areas()

    villages = client.get(f"/api/v1/areas/?parent={make.TOWN}").json()

    assert [place["code"] for place in villages["results"]] == [make.VILLAGE, make.OTHER_VILLAGE]
    assert client.get(f"/api/v1/areas/{make.VILLAGE}/").json()["short_name"] == "测试甲村"
    assert client.get("/api/v1/stats/?area=440403999999").status_code == 404
