"""Rounds and projects over the API: another door to the same services, with stricter manners."""

import json
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from civic.models import AuditEvent, Role
from proposals.models import Project, ProjectState
from proposals.services import seconding
from tests import make

pytestmark = pytest.mark.django_db
GIVEN = {"title": "村口路灯不亮", "area": make.VILLAGE, "place_text": "村口榕树下"}
FOR_RESIDENT = {"name": "王测试", "how": "present", "note": "上门时本人口述"}
PROJECTS = "/api/v1/projects/"


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def me(api):
    make.round_()
    make.areas()
    api.force_authenticate(person := make.person())
    api.person = person
    return api


def as_(api, person):
    api.force_authenticate(person)
    return api


def post(api, path, data=None, **headers):
    return api.post(path, data or {}, format="json", headers=headers)


# --- Reading ------------------------------------------------------------------------------------------


def test_a_project_is_told_with_money_as_text_and_people_masked(api):
    worker = make.officer(Role.SOCIAL_WORKER, name="陈测试")
    project = make.project(approved_yuan="52800.00", entered_by=worker, channel="desk")
    seconding.second(project, by=make.person())

    told = api.get(f"{PROJECTS}{project.code}/").json()

    assert (told["estimate_yuan"], told["reviewed_yuan"], told["approved_yuan"]) == ("60000.00", None, "52800.00")
    assert (told["proposer"], told["entered_by"], told["seconds"]) == ("王**", "陈*", 1)
    assert (told["state"], told["state_label"]) == ("filed", "待受理")
    assert told["area"] == {"code": make.VILLAGE, "name": "测试甲村委会", "short_name": "测试甲村"}
    assert told["filed_at"].endswith("+08:00")
    assert told["url"] == f"/p/{project.code}/"


def test_no_private_field_is_among_them(api):
    told = json.dumps(api.get(f"{PROJECTS}{make.project().code}/").json(), ensure_ascii=False)

    assert "王测试" not in told
    assert not any(word in told for word in ("phone", "assisted_evidence", "assisted_note", "submit_key"))


def test_a_project_in_poll_tells_no_number(api):
    project = make.project(ProjectState.IN_POLL)

    assert api.get(f"{PROJECTS}{project.code}/").json()["seconds"] is None


def test_a_draft_is_nobodys_to_read(api):
    draft = make.project(ProjectState.DRAFT)

    assert as_(api, draft.proposer).get(PROJECTS).json()["count"] == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("area=440403103000", {"路灯", "石凳"}),
        (f"area={make.OTHER_TOWN}", {"球场"}),
        ("area=440000000000", {"路灯", "石凳", "球场"}),
        ("category=消除安全隐患", {"路灯"}),
        ("state=in_review", {"石凳"}),
        ("year=2021", {"球场"}),
        ("programme=precedent", {"球场"}),
        ("q=灯", {"路灯"}),
        ("q=村口 灯", {"路灯"}),
        ("q=WSS-2026-9001", {"石凳"}),
        ("state=filed&area=440403103000", {"路灯"}),
        ("q=没有这样的", set()),
    ],
)
def test_the_list_is_narrowed_by_what_the_query_names(api, query, found):
    make.areas()
    now_, past = make.round_(), make.round_(year=2021, programme="precedent")
    make.project(title="路灯", category="消除安全隐患", place_text="村口", round=now_)
    make.project(ProjectState.IN_REVIEW, title="石凳", at=make.OTHER_VILLAGE, round=now_, code="WSS-2026-9001")
    make.project(title="球场", at=make.OTHER_TOWN, round=past)

    told = api.get(f"{PROJECTS}?{query}").json()

    assert {project["title"] for project in told["results"]} == found
    assert told["count"] == len(found)


def test_the_list_is_ordered_by_what_is_allowed(api):
    its_round = make.round_()
    for amount in ("300.00", "100.00", "200.00"):
        make.project(estimate_yuan=amount, round=its_round)

    rising = api.get(f"{PROJECTS}?ordering=estimate_yuan").json()["results"]

    assert [project["estimate_yuan"] for project in rising] == ["100.00", "200.00", "300.00"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", [PROJECTS, "/api/v1/rounds/"])
def test_a_list_asks_the_same_for_one_row_and_for_three(api, rows, path, django_assert_num_queries):
    for _ in range(rows):
        seconding.second(make.project(), by=make.person())

    with django_assert_num_queries(5 if path == PROJECTS else 2):
        assert len(api.get(path).json()["results"]) == rows


@pytest.mark.parametrize(
    ("area", "found"),
    [
        (make.VILLAGE, {"全区", "本镇", "本村"}),
        (make.OTHER_VILLAGE, {"全区", "本镇"}),
        (make.TOWN, {"全区", "本镇", "本村"}),
        (make.OTHER_TOWN, {"全区", "外镇"}),
        (make.DISTRICT, {"全区", "本镇", "外镇", "本村"}),
        ("440000000000", {"全区", "本镇", "外镇", "本村"}),
        ("450000000000", set()),
    ],
)
def test_the_rounds_of_a_place_are_those_it_lies_in_and_those_inside_it(api, area, found):
    make.areas()
    places = {"全区": make.DISTRICT, "本镇": make.TOWN, "外镇": make.OTHER_TOWN, "本村": make.VILLAGE}
    for name, at in places.items():
        make.round_(name=name, at=at)

    told = api.get(f"/api/v1/rounds/?area={area}").json()

    assert {each["name"] for each in told["results"]} == found
    assert told["count"] == len(found)


def test_a_round_tells_its_route_and_every_rule(api):
    its_round = make.round_(rules={"review_workdays": 9})
    make.project(round=its_round)

    told = api.get(f"/api/v1/rounds/{its_round.pk}/").json()

    assert (told["route"], told["received"], told["is_open"]) == (make.MICRO_ROUTE, 1, True)
    assert (told["rules"]["review_workdays"], told["rules"]["quorum_share"]) == (9, "2/3")
    assert told["rules"]["caps_yuan"]["works"] == "500000"


@pytest.mark.parametrize("path", [f"{PROJECTS}WSS-1999-0001/", "/api/v1/rounds/99999/", "/api/v1/rounds/x/"])
def test_what_is_not_there_is_not_found(api, path):
    assert api.get(path).status_code == 404


# --- Proposing and seconding --------------------------------------------------------------------------


def test_a_proposal_is_filed(me):
    answer = post(me, PROJECTS, GIVEN | {"estimate_yuan": "６0,000", "need": "晚上看不见路\r\n老人摔过"})

    project = Project.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"{PROJECTS}{project.code}/")
    assert answer.json()["estimate_yuan"] == "60000.00"
    assert (project.proposer, project.category, project.channel) == (me.person, "其他", "api")
    assert project.need == "晚上看不见路\n老人摔过"


def test_the_same_key_files_once_and_answers_the_same(me):
    key = str(uuid4())

    answers = [post(me, PROJECTS, GIVEN, **{"Idempotency-Key": key}) for _ in range(2)]
    other = post(me, PROJECTS, GIVEN | {"title": "村口加石凳"}, **{"Idempotency-Key": key})

    assert answers[0].json() == answers[1].json()
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert Project.objects.count() == 1


def test_a_worker_enters_for_a_resident(api):
    make.round_()
    worker = make.officer(Role.SOCIAL_WORKER)

    answer = post(as_(api, worker), PROJECTS, GIVEN | {"resident": FOR_RESIDENT})

    assert answer.status_code == 201
    event = AuditEvent.objects.get(action="project.submit")
    assert (event.actor, event.on_behalf_of.name) == (worker, "王测试")


def test_seconding_and_taking_back(me):
    project = make.project()

    counts = [
        post(me, f"{PROJECTS}{project.code}/{act}/").json()["seconds"] for act in ("second", "second", "unsecond")
    ]

    assert counts == [1, 1, 0]


# --- Refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["", "{code}/second/", "{code}/unsecond/"])
def test_without_a_session_nothing_can_be_done(api, act):
    project = make.project()

    answer = post(api, PROJECTS + act.format(code=project.code), GIVEN)

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_authenticated"
    assert Project.objects.count() == 1


def test_nobody_seconds_their_own(api):
    project = make.project()

    assert post(as_(api, project.proposer), f"{PROJECTS}{project.code}/second/").status_code == 403


def test_a_broken_rule_is_a_conflict_with_its_code(me):
    project = make.project(ProjectState.WITHDRAWN)

    answer = post(me, f"{PROJECTS}{project.code}/second/")

    assert (answer.status_code, answer.json()["code"]) == (409, "second_ended")
    assert "已撤回" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": "灯"}, "title"),
        ({"title": "长" * 41}, "title"),
        ({"title": 12345678}, "title"),
        ({"title": ["村口路灯不亮"]}, "title"),
        ({"title": "村口\u0000路灯不亮"}, "title"),
        ({"title": "\u200b\u200b\u200b\u200b\u200b\u200b"}, "title"),
        ({"area": "440403103999"}, "area"),
        ({"area": make.TOWN}, "area"),
        ({"area": 440403103200}, "area"),
        ({"category": "发红包"}, "category"),
        ({"place_text": ""}, "place_text"),
        ({"place_text": "", "latitude": "22.2"}, "place_text"),
        ({"latitude": "NaN", "longitude": "113.2"}, "latitude"),
        ({"latitude": "91", "longitude": "113.2"}, "latitude"),
        ({"estimate_yuan": 52800}, "estimate_yuan"),
        ({"estimate_yuan": 52800.5}, "estimate_yuan"),
        ({"estimate_yuan": "-1"}, "estimate_yuan"),
        ({"estimate_yuan": "1e9"}, "estimate_yuan"),
        ({"estimate_yuan": "500000.01"}, "estimate_yuan"),
        ({"work_type": "bridge"}, "work_type"),
        ({"round": "1"}, "round"),
        ({"round": True}, "round"),
        ({"round": 2**31 - 1}, "round"),
        ({"round": 10**30}, "round"),
        ({"for_unit": "yes"}, "for_unit"),
        ({"state": "completed"}, "state"),
        ({"proposer": 1, "votes": 9}, "proposer"),
        ({"resident": []}, "resident"),
        ({"resident": {"name": "王测试", "how": "present"}}, "resident"),
        ({"resident": FOR_RESIDENT | {"phone": "+1 202 555 0123"}}, "resident"),
    ],
)
def test_what_must_be_mended_is_named_and_nothing_is_written(me, data, field):
    answer = post(me, PROJECTS, GIVEN | data)

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("role", "at", "data"),
    [
        (Role.SOCIAL_WORKER, make.OTHER_VILLAGE, {"resident": FOR_RESIDENT}),
        (Role.REVIEWER, make.TOWN, {"resident": FOR_RESIDENT}),
        (Role.SOCIAL_WORKER, make.VILLAGE, {"for_unit": True}),
        (Role.VILLAGE_OFFICE, make.OTHER_VILLAGE, {"for_unit": True}),
    ],
)
def test_nobody_speaks_for_others_outside_their_office(api, role, at, data):
    make.round_()
    answer = post(as_(api, make.officer(role, at)), PROJECTS, GIVEN | data)

    assert answer.status_code == 403
    assert not Project.objects.exists()


def test_a_worker_cannot_enter_for_themselves(api):
    make.round_()
    worker = make.officer(Role.SOCIAL_WORKER)

    answer = post(
        as_(api, worker), PROJECTS, GIVEN | {"resident": FOR_RESIDENT | {"phone": worker.phone, "name": "李测试"}}
    )

    assert answer.status_code == 403
    assert not Project.objects.exists()


def test_the_fourth_of_a_day_waits(me):
    me.force_authenticate(make.old_hand())
    for _ in range(3):
        post(me, PROJECTS, GIVEN)

    answer = post(me, PROJECTS, GIVEN)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_often")
    assert int(answer["Retry-After"]) > 3600


DEEP = '{"title":' + "[" * 2000 + "]" * 2000 + "}"


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        '{"title": NaN}',
        '{"round": ' + "9" * 5000 + "}",
        '{"title": "一二三四五", "title": "六七八九十"}',
        "[]",
        '"text"',
        "{",
        b'\xef\xbb\xbf{"title": "x"}',
        '{"title": "é"}'.encode("latin-1"),
    ],
    ids=["deep", "nan", "endless", "twice", "list", "text", "half", "bom", "latin-1"],
)
def test_a_body_that_is_no_clean_object_is_refused(me, body):
    answer = me.post(PROJECTS, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["request_id"].startswith("E-")
    assert not Project.objects.exists()


def test_plain_text_is_not_taken(me):
    assert me.post(PROJECTS, "title=x", content_type="text/plain").status_code == 415


@pytest.mark.parametrize(
    "query",
    [
        "page=-1", "page=0", "page=1e99", "page=" + "9" * 25, "page=١", "ordering=proposer__phone", "ordering=-id",
        "tenant=2", "area=440403103200&area=440403103201", "area=4404", "area=44040310320x", "state=draft",
        "state=nonsense", "year=-1", "year=2026.5", "year=" + "9" * 30, "round=0", "round=x", "programme=vip",
        "q=" + "长" * 101, "proposer__phone=138",
    ],
)  # fmt: skip
def test_a_query_nobody_offered_is_refused(api, query):
    answer = api.get(f"{PROJECTS}?{query}")

    assert answer.status_code == 400
    assert {"code", "detail"} <= set(answer.json())


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_changed_but_by_an_act(me, method):
    project = make.project(proposer=me.person)

    assert getattr(me, method)(f"{PROJECTS}{project.code}/", {"state": "completed"}, format="json").status_code == 405


def test_a_key_that_is_no_uuid_is_refused(me):
    assert post(me, PROJECTS, GIVEN, **{"Idempotency-Key": "1"}).status_code == 400
