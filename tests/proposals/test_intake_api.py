"""Screening and pre-review over the API: the same services, errors by field, conflicts by name."""

import json

import pytest

from civic.models import AuditEvent, Role
from proposals import queries
from proposals.models import Merge, ProjectState, ReviewState
from proposals.services import intake
from tests import make

pytestmark = pytest.mark.django_db
CHECKLIST = ("权属清楚", "符合规划", "没有安全隐患", "不重复建设", "后期有人管养", "预算有依据")
YES = {"finding": "feasible", "checklist": dict.fromkeys(CHECKLIST, "yes")}


@pytest.fixture
def worker(client):
    worker = make.officer(Role.SOCIAL_WORKER)
    client.force_login(worker)
    return worker


def post(client, path, data):
    return client.post(f"/api/v1/{path}", json.dumps(data), content_type="application/json")


def screen(client, project, **data):
    return post(client, f"projects/{project.code}/screen/", data)


@pytest.mark.parametrize(
    ("data", "state"),
    [
        ({"outcome": "accept", "note": "不重复"}, "in_review"),
        ({"outcome": "return", "items": ["照片1张"], "reason": "看不清"}, "returned"),
        ({"outcome": "decline", "reason": "属于物业", "rule": "办法第8条"}, "declined"),
        ({"outcome": "transfer", "transfer_to": "区交通局", "reason": "县道"}, "transferred"),
    ],
)
def test_each_outcome_by_the_api(client, worker, data, state):
    project = make.project()

    response = screen(client, project, version=project.version, **data)

    assert response.status_code == 200
    assert response.json()["state"] == state
    assert AuditEvent.objects.filter(subject=project.code).first().channel in {"api", "system"}


def test_a_merge_by_the_api_waits_for_the_second_person(client, worker):
    its_round = make.round_()
    source, target = make.project(round=its_round), make.project(round=its_round)

    response = screen(client, source, outcome="merge", target=target.code, reason="同一处")

    assert (response.status_code, response.json()["state"]) == (200, "filed")
    assert Merge.objects.get().state == "proposed"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "advance"}, "outcome"),
        ({"outcome": "decline", "rule": "办法第8条"}, "reason"),
        ({"outcome": "decline", "reason": "属于物业"}, "rule"),
        ({"outcome": "return", "reason": "看不清"}, "items"),
        ({"outcome": "transfer", "reason": "县道"}, "transfer_to"),
        ({"outcome": "merge", "reason": "同一处"}, "target"),
        ({"outcome": "merge", "reason": "同一处", "target": "WSS-2021-9999"}, "target"),
        ({"outcome": "accept", "note": "\u0000"}, "note"),
        ({"outcome": "accept", "note": "长" * 101}, "note"),
        ({"outcome": "accept", "state": "completed"}, "state"),
        ({"outcome": "accept", "version": "x"}, "version"),
    ],
)
def test_a_bad_request_names_the_field_and_changes_nothing(client, worker, data, field):
    project = make.project()

    response = screen(client, project, **data)

    project.refresh_from_db()
    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert project.state == ProjectState.FILED


def test_a_project_elsewhere_is_a_conflict_by_name(client, worker):
    response = screen(client, make.project(ProjectState.FOR_APPROVAL), outcome="accept")

    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")


def test_an_older_version_is_a_conflict_by_name(client, worker):
    response = screen(client, make.project(version=3), outcome="accept", version=2)

    assert (response.status_code, response.json()["code"]) == (409, "stale")


@pytest.mark.parametrize(("role", "at"), [(Role.TOWN_HANDLER, make.TOWN), (Role.SOCIAL_WORKER, make.OTHER_VILLAGE)])
def test_another_office_is_forbidden(client, role, at):
    client.force_login(make.officer(role, at))

    assert screen(client, make.project(), outcome="accept").status_code == 403


def test_a_visitor_screens_nothing(client):
    assert screen(client, make.project(), outcome="accept").status_code in {401, 403}


class TestReviews:
    @pytest.fixture
    def building(self):
        return make.organisation("镇建设办", duty="建设")

    @pytest.fixture
    def review(self, building):
        project = intake.accept(make.project(), by=make.officer(Role.SOCIAL_WORKER))
        return queries.reviews_of(project).get(duty="建设")

    @pytest.fixture
    def builder(self, client, building):
        builder = make.officer(Role.REVIEWER, make.TOWN, organisation=building)
        client.force_login(builder)
        return builder

    def test_the_queue_is_ones_own(self, client, review, builder):
        found = client.get("/api/v1/reviews/").json()

        assert [r["id"] for r in found["results"]] == [review.pk]
        assert found["results"][0]["checklist_points"] == list(CHECKLIST)

    def test_visitors_and_others_see_an_empty_queue(self, client, review):
        assert client.get("/api/v1/reviews/").json()["results"] == []
        client.force_login(make.officer(Role.REVIEWER, make.TOWN, organisation=make.organisation(duty="民政")))
        assert client.get("/api/v1/reviews/").json()["results"] == []
        assert client.get(f"/api/v1/reviews/{review.pk}/").status_code == 404

    def test_a_finding_is_handed_in(self, client, review, builder):
        data = YES | {"amount_yuan": "52800.00", "amount_reason": "按定额", "version": review.version}

        response = post(client, f"reviews/{review.pk}/answer/", data)

        assert response.status_code == 200
        assert (response.json()["state"], response.json()["amount_yuan"]) == ("answered", "52800.00")
        event = AuditEvent.objects.get(action="review.answer")
        assert (event.sentence, event.channel) == ("预审通过，核定52,800元，比提议少7,200元：按定额", "api")

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({}, "finding"),
            (YES | {"finding": "not_feasible", "rule": "第6条"}, "reason"),
            (YES | {"finding": "not_feasible", "reason": "占路"}, "rule"),
            (YES | {"checklist": {"权属清楚": "yes"}}, "checklist"),
            (YES | {"checklist": {"权属清楚": "maybe"}}, "checklist"),
            (YES | {"amount_yuan": "NaN"}, "amount_yuan"),
            (YES | {"amount_yuan": "0"}, "amount_yuan"),
            (YES | {"amount_yuan": "52800"}, "amount_reason"),
            (YES | {"state": "answered"}, "state"),
        ],
    )
    def test_an_unfinished_finding_names_its_field(self, client, review, builder, data, field):
        response = post(client, f"reviews/{review.pk}/answer/", data)

        review.refresh_from_db()
        assert response.status_code == 400
        assert field in response.json()["errors"]
        assert review.state == ReviewState.OPEN

    def test_a_cost_is_given_item_by_item(self, client, review, builder):
        costs = [
            {"item": "坡道", "asked_yuan": "40000.00"},
            {"item": "扶手", "asked_yuan": "20000.00", "amount_yuan": "12800.00", "reason": "按定额"},
        ]

        response = post(client, f"reviews/{review.pk}/answer/", YES | {"costs": costs})

        answer = response.json()
        assert (answer["amount_yuan"], answer["amount_reason"]) == ("52800.00", "扶手：按定额")
        assert answer["costs"][0] == {"item": "坡道", "asked": "40000.00", "amount": "40000.00", "reason": ""}

    @pytest.mark.parametrize(
        "costs",
        [
            [{"item": "坡道", "asked_yuan": "60000.00", "amount_yuan": "50000.00"}],  # no reason
            [{"item": "坡道", "asked_yuan": "50000.00"}],  # not what stood before
            [{"item": "坡道", "asked_yuan": 60000}],
            [{"item": "坡道"}],
            [{"asked_yuan": "60000.00"}],
            [{"item": "坡道", "asked_yuan": "10000.00"}] * 6,
            [{"item": "坡道", "asked_yuan": "60000.00", "who": "我"}],
            [{"item": "坡道", "asked_yuan": "-1.00"}],
            "坡道",
        ],
    )
    def test_costs_that_do_not_hold_are_named(self, client, review, builder, costs):
        response = post(client, f"reviews/{review.pk}/answer/", YES | {"costs": costs})

        review.refresh_from_db()
        assert (response.status_code, list(response.json()["errors"])) == (400, ["costs"])
        assert review.state == ReviewState.OPEN

    def test_another_department_is_forbidden(self, client, review):
        client.force_login(make.officer(Role.REVIEWER, make.TOWN, organisation=make.organisation(duty="民政")))

        assert post(client, f"reviews/{review.pk}/answer/", YES).status_code == 403

    def test_a_second_answer_is_a_conflict(self, client, review, builder):
        assert post(client, f"reviews/{review.pk}/answer/", YES).status_code == 200

        response = post(client, f"reviews/{review.pk}/answer/", YES)

        assert (response.status_code, response.json()["code"]) == (409, "review_not_open")

    @pytest.mark.parametrize("pk", ["0", "x", "999999999999999999999"])
    def test_an_unknown_task_is_not_found(self, client, builder, pk):
        assert post(client, f"reviews/{pk}/answer/", YES).status_code == 404
