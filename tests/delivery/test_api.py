"""Pools, approvals, acceptances over the API: the same people, the same rules, exact types."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from civic.models import AuditEvent
from civic.moments import today
from delivery.models import Acceptance, Approval, Signature
from proposals.models import Project, ProjectState
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal
API = "/api/v1"


@pytest.fixture
def town():
    return build.town(pool="100000")


def post(client, path: str, data=None):
    return client.post(f"{API}/{path}", data or {}, content_type="application/json")


def request_of(town, asked, **changes) -> dict:
    minutes = build.file(town.handler)
    return {
        "project": asked.code,
        "amount_yuan": "50000.00",
        "minutes_no": "镇纪要第4号",
        "minutes": str(minutes.token),
    } | changes


def test_pools_are_public_and_travel_as_text(client, town):
    row = client.get(f"{API}/pools/").json()["results"][0]

    assert (row["amount_yuan"], row["committed_yuan"], row["left_yuan"]) == ("100000.00", "0.00", "100000.00")
    assert client.get(f"{API}/pools/{town.pool.pk}/").status_code == 200
    assert client.get(f"{API}/pools/?ordering=user__phone").status_code == 400
    assert post(client, "pools/", {"amount_yuan": "1"}).status_code in {403, 405}


def test_two_people_approve_over_the_api(client, town):
    project = build.asking(town)
    client.force_login(town.handler)
    made = post(client, "approvals/", request_of(town, project))
    refused = post(client, f"approvals/{made.json()['id']}/approve/")

    client.force_login(town.approver)
    done = post(client, f"approvals/{made.json()['id']}/approve/")

    assert (made.status_code, refused.status_code, done.status_code) == (201, 403, 200)
    assert done.json()["state"] == "approved"
    assert Project.objects.get(pk=project.pk).state == ProjectState.ON_NOTICE
    assert AuditEvent.objects.get(action="approval.submit").channel == "api"
    assert post(client, f"approvals/{made.json()['id']}/approve/").status_code == 409


def test_what_is_under_way_is_for_the_offices_and_what_is_decided_for_all(client, town):
    request = build.submitted(town)

    assert client.get(f"{API}/approvals/").json()["count"] == 0
    assert client.get(f"{API}/approvals/{request.pk}/").status_code == 404
    client.force_login(town.approver)
    assert client.get(f"{API}/approvals/?state=submitted&project={request.project.code}").json()["count"] == 1
    post(client, f"approvals/{request.pk}/approve/")
    client.logout()
    row = client.get(f"{API}/approvals/{request.pk}/").json()
    assert (row["amount_yuan"], row["sources"]) == ("50000.00", {"pool": "50000.00"})


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_yuan": "-1"},
        {"amount_yuan": "-0.00"},
        {"amount_yuan": "NaN"},
        {"amount_yuan": "1e9"},
        {"amount_yuan": "1.001"},
        {"amount_yuan": 50000},
        {"amount_yuan": None},
        {"amount_yuan": "100000.01", "reason": "加长"},
        {"amount_yuan": "40000"},
        {"minutes": "00000000-0000-0000-0000-000000000000"},
        {"minutes": "x"},
        {"minutes_no": 4},
        {"project": 7},
        {"project": "WSS-0000-0000"},
        {"sources": {"pool": "1"}},
        {"sources": []},
        {"secret": True},
    ],
    ids=str,
)
def test_what_nobody_means_is_a_400(client, town, changes):
    client.force_login(town.handler)

    answer = post(client, "approvals/", request_of(town, build.asking(town), **changes))

    assert answer.status_code == 400
    assert {"code", "detail", "request_id"} <= answer.json().keys()
    assert Approval.objects.count() == 0


def test_only_the_handler_submits_and_only_in_turn(client, town):
    project = build.asking(town)
    data = request_of(town, project)
    assert post(client, "approvals/", data).status_code == 403
    for someone in (town.approver, town.village, town.resident):
        client.force_login(someone)
        mine = data | {"minutes": str(build.file(someone).token)}
        assert post(client, "approvals/", mine).status_code == 403
    client.force_login(town.handler)
    build.stand(project, ProjectState.FOR_ASSEMBLY)
    assert post(client, "approvals/", data).status_code == 409
    assert Approval.objects.count() == 0


def test_a_request_is_returned_with_a_reason(client, town):
    request = build.submitted(town)
    client.force_login(town.approver)

    assert post(client, f"approvals/{request.pk}/return/", {"reason": " "}).status_code == 400
    assert post(client, f"approvals/{request.pk}/return/", {"reason": "缺报价单"}).json()["answer"] == "缺报价单"


def paper_form(town, project, **changes) -> dict:
    photo = build.photo(town.handler)
    item = {
        "name": "坡道长度",
        "unit": "米",
        "contract_quantity": "12.00",
        "measured": "12.05",
        "result": "pass",
        "photo": str(photo.token),
    }
    names = {"resident": "冯阿婆", "supervisor": "吴监督", "village_office": "黄村委"}
    return {
        "project": project.code,
        "held_on": str(today()),
        "items": [item],
        "signatures": [{"role": role, "name": name, "agrees": True} for role, name in names.items()],
    } | changes


def test_a_whole_acceptance_in_one_act(client, town):
    project = build.finished(town)
    client.force_login(town.handler)

    answer = post(client, "acceptances/", paper_form(town, project))

    assert answer.status_code == 201
    assert answer.json()["conclusion"] == "pass"
    assert "冯" not in answer.content.decode()
    assert Project.objects.get(pk=project.pk).state == ProjectState.COMPLETED
    client.logout()
    assert client.get(f"{API}/acceptances/?project={project.code}").json()["count"] == 1


def test_acceptance_before_delivery_or_without_signatures_is_a_conflict_and_leaves_nothing(client, town):
    early, done = build.begun(town), build.finished(town, amount="40000", price="40000")
    client.force_login(town.handler)

    assert post(client, "acceptances/", paper_form(town, early)).status_code == 409
    assert post(client, "acceptances/", paper_form(town, done, signatures=[])).status_code == 409
    client.force_login(town.foreman)
    assert post(client, "acceptances/", paper_form(town, done)).status_code in {400, 403}
    assert Acceptance.objects.count() == Signature.objects.count() == 0


def test_an_upload_is_taken_from_people_in_office_and_named_by_its_token(client, town):
    held = io.BytesIO()
    Image.new("RGB", (8, 6)).save(held, "PNG")
    upload = {"file": SimpleUploadedFile("a.png", held.getvalue(), "image/png")}
    client.force_login(town.resident)
    assert client.post(f"{API}/uploads/", upload).status_code == 403
    client.force_login(town.handler)
    held.seek(0)

    taken = client.post(f"{API}/uploads/", {"file": SimpleUploadedFile("a.png", held.getvalue(), "image/png")})
    evil = client.post(f"{API}/uploads/", {"file": SimpleUploadedFile("a.jpg", b"<html>", "image/jpeg")})
    empty = client.post(f"{API}/uploads/", {"file": SimpleUploadedFile("a.jpg", b"", "image/jpeg")})

    assert (taken.status_code, taken.json()["kind"]) == (201, "photo")
    assert (evil.status_code, empty.status_code) == (415, 400)
    assert client.get(f"{API}/uploads/").status_code == 405


def test_a_list_costs_the_same_with_one_and_with_three(client, town, django_assert_num_queries):
    from delivery.services import approvals

    def approved():
        approvals.approve(build.submitted(town, "1000"), by=town.approver)

    approved()
    with django_assert_num_queries(3):
        client.get(f"{API}/approvals/")
    approved()
    approved()
    with django_assert_num_queries(3):
        client.get(f"{API}/approvals/")
