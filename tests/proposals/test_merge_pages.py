"""The pages of merging (合并): side by side, asking the proposers, agreeing or not, undoing."""

import pytest

from civic.models import Role
from proposals import queries
from proposals.models import Merge, MergeState, Project, ProjectState, Seconding
from proposals.services import merging
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return make.officer(Role.SOCIAL_WORKER)


@pytest.fixture
def desk(client, worker):
    client.force_login(worker)
    return client


def text(response):
    return response.content.decode()


@pytest.fixture
def two():
    its_round = make.round_()
    return make.project(round=its_round), make.project(round=its_round)


def address(two):
    return f"/desk/merge/?source={two[0].code}&target={two[1].code}"


def test_two_people_merge_side_by_side_and_undo(desk, client, two):
    Seconding.objects.create(project=two[0], person=make.person())
    assert "两件对照" in text(desk.get(address(two)))
    asked = {"how_0": "phone", "note_0": "电话里说可以", "how_1": "present", "note_1": "在村委会说的"}
    assert desk.post(address(two), {"reason": "同一处坡道"} | asked).status_code == 302
    merge = Merge.objects.get()
    assert desk.post(f"/desk/merge/{merge.pk}/", {"act": "confirm"}).status_code == 409

    client.force_login(make.officer(Role.VILLAGE_OFFICE))
    assert f"/desk/merge/{merge.pk}/" in text(client.get("/desk/merge/"))
    assert client.post(f"/desk/merge/{merge.pk}/", {"act": "confirm"}).status_code == 302
    two[0].refresh_from_db()
    assert two[0].state == ProjectState.MERGED
    assert queries.supporters(two[1]).count() == 1

    assert "前可以撤销" in text(client.get(f"/desk/merge/{merge.pk}/"))
    assert client.post(f"/desk/merge/{merge.pk}/", {"act": "undo", "undo-reason": "不是同一处"}).status_code == 302
    two[0].refresh_from_db()
    assert two[0].state == ProjectState.FILED


def test_who_proposed_it_reads_that_another_is_waited_for_until_one_confirmed(desk, client, worker, two):
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")
    address, waits = f"/desk/merge/{merge.pk}/", "要等另一位同事或提议人确认"
    assert waits in text(desk.get(address))

    merging.confirm(merge, by=make.officer(Role.VILLAGE_OFFICE))

    shown = text(desk.get(address))
    assert "另一人已经确认" in shown
    assert waits not in shown


def test_a_merge_without_reason_is_mended_in_place(desk, two):
    response = desk.post(address(two), {"reason": " "})

    assert response.status_code == 422
    assert not Merge.objects.exists()


def test_a_consent_without_what_shows_it_is_mended_in_place(desk, two):
    response = desk.post(address(two), {"reason": "同一处坡道", "how_0": "phone"})

    assert response.status_code == 422 and "请写明凭什么知道本人同意" in text(response)
    assert not Merge.objects.exists()


def test_a_consent_is_written_down_later(desk, worker, two):
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")
    url = f"/desk/merge/{merge.pk}/"
    said = {
        "act": "consent",
        "consent-person": two[1].proposer_id,
        "consent-how": "phone",
        "consent-note": "说可以",
    }

    assert desk.post(url, said | {"consent-note": ""}).status_code == 422
    assert desk.post(url, said | {"consent-person": make.person().pk}).status_code == 422
    response = desk.post(url, said)

    assert response["Location"] == url
    assert "的提议人王**已同意：电话" in text(desk.get(url))
    assert merge.consents.get().recorded_by == worker


def test_the_targets_proposer_is_asked_as_well(client, worker, two):
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")
    client.force_login(two[1].proposer)
    url = f"/desk/merge/{merge.pk}/"

    assert f'href="{url}"' in text(client.get(two[1].get_absolute_url()))
    assert client.post(url, {"act": "consent", "consent-how": "phone"}).status_code == 403
    response = client.post(url, {"act": "confirm"})

    merge.refresh_from_db()
    assert response["Location"] == two[1].get_absolute_url()
    assert (merge.state, merge.confirmed_by) == (MergeState.PROPOSED, two[1].proposer)
    assert "听完意见再合并" in text(client.get(two[1].get_absolute_url()))


def test_the_proposer_decides_about_their_own(client, worker, two):
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")
    client.force_login(two[0].proposer)

    assert client.post(f"/desk/merge/{merge.pk}/", {"act": "refuse", "refuse-reason": " "}).status_code == 422
    assert client.post(f"/desk/merge/{merge.pk}/", {"act": "refuse", "refuse-reason": "不是一处"}).status_code == 302
    merge.refresh_from_db()
    assert merge.state == MergeState.REFUSED


@pytest.mark.parametrize("act", ["confirm", "consent", "refuse", "undo"])
def test_a_stranger_decides_nothing(client, worker, two, act):
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")
    client.force_login(make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE))

    assert client.post(f"/desk/merge/{merge.pk}/", {"act": act, f"{act}-reason": "x"}).status_code == 403


def test_a_worker_does_not_reach_into_another_village(desk):
    its_round = make.round_()
    here, there = make.project(round=its_round), make.project(round=its_round, at=make.OTHER_VILLAGE)

    assert desk.post(address((here, there)), {"reason": "同一处"}).status_code == 403
    assert desk.post(address((there, here)), {"reason": "同一处"}).status_code == 403


def test_a_target_that_does_not_fit_keeps_the_words(desk, two):
    Project.objects.filter(pk=two[1].pk).update(state=ProjectState.ON_NOTICE)

    response = desk.post(address(two), {"reason": "同一处坡道"})

    assert response.status_code == 409
    assert "不能再并入" in text(response)
    assert "同一处坡道" in text(response)


@pytest.mark.parametrize("query", ["?source=&target=x", "?source=WSS-2021-9999&target=%20"])
def test_a_mistyped_code_is_told(desk, query):
    assert "没找到这个编号" in text(desk.get(f"/desk/merge/{query}"))


def test_posting_without_two_projects_is_a_bad_request(desk, two):
    assert desk.post("/desk/merge/", {"reason": "x"}).status_code == 400
    merge = Merge.objects.create(source=two[0], target=two[1], reason="同一处", proposed_by=make.person())
    assert desk.post(f"/desk/merge/{merge.pk}/", {"act": "x"}).status_code == 400
