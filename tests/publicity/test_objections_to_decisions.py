"""Objections to what was decided against a project: a refusal, a transfer, a place in reserve."""

from datetime import timedelta

import pytest

from civic.models import Role
from civic.moments import at, now
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.models import Objection
from publicity.services import objections
from tests import make

pytestmark = pytest.mark.django_db
WORDS = {"what": "坡道挡住了消防通道", "why": "消防车转不过来"}


@pytest.fixture
def handler():
    return make.officer(Role.TOWN_HANDLER, make.TOWN, name="周测试")


def state_of(project):
    project.refresh_from_db()
    return project.state


@pytest.mark.parametrize(
    ("decide", "stands"), [("decline", S.FILED), ("transfer", S.FILED), ("reserve", S.FOR_APPROVAL)]
)
def test_a_decision_against_a_project_may_be_objected_to_and_undone(client, handler, decide, stands):
    project = make.project(state=stands)
    extra = {"rule": "办法第8条"} if decide == "decline" else {}
    project = getattr(moves, decide)(project, by="test", reason="属于物业管理范围", **extra)
    client.force_login(make.person())

    assert f"/p/{project.code}/object/" in client.get(f"/p/{project.code}/").content.decode()
    assert client.post(f"/p/{project.code}/object/", WORDS).status_code == 302
    assert state_of(project) in (S.DECLINED, S.TRANSFERRED, S.RESERVE)
    objections.reply(Objection.objects.get(), by=handler, outcome="upheld", reply="不归物业管", to_step="screening")

    assert state_of(project) == S.FILED


def test_a_project_taken_up_again_stays_where_it_is_when_the_objection_to_its_place_is_upheld(client, handler):
    project = moves.reserve(make.project(state=S.FOR_APPROVAL), by="test", reason="这一轮的钱不够")
    client.force_login(make.person())
    client.post(f"/p/{project.code}/object/", WORDS)
    moves.recall(project, by="test")

    objections.reply(Objection.objects.get(), by=handler, outcome="upheld", reply="名次排错了")

    assert state_of(project) == S.FOR_APPROVAL


def test_after_its_days_a_refusal_stands(client):
    project = moves.decline(make.project(state=S.FILED), by="test", reason="属于物业", rule="办法第8条")
    client.force_login(make.person())

    with at(now() + timedelta(days=30)):
        answer = client.post(f"/p/{project.code}/object/", WORDS)

    assert answer.status_code == 409
    assert "异议期" in answer.content.decode()
