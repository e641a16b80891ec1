"""The pages that stop a project's clock and start it again (暂停、恢复、终止)."""

from datetime import timedelta

import pytest

from civic.models import Role
from civic.moments import today
from proposals.models import ProjectState
from tests import make

pytestmark = pytest.mark.django_db


def url(project, path=""):
    return f"/desk/intake/{project.code}/{path}"


def text(response):
    return response.content.decode()


class TestPausing:
    @pytest.fixture
    def handler(self, client):
        handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
        client.force_login(handler)
        return handler

    def test_a_project_is_paused_explained_and_goes_on(self, client, handler):
        project = make.project(ProjectState.IN_PROGRESS)
        address = f"/desk/pause/{project.code}/"
        next_on = today() + timedelta(days=9)

        assert "下次说明的日期会公开" in text(client.get(address))
        assert client.post(address, {"act": "pause", "reason": "等管线迁改", "next_on": next_on}).status_code == 302
        assert "暂停不计" in text(client.get(address))
        assert client.post(address, {"act": "say_more", "news": "月底来人", "next_on": next_on}).status_code == 302
        assert client.post(address, {"act": "resume"}).status_code == 302
        project.refresh_from_db()
        assert project.state == ProjectState.IN_PROGRESS

    @pytest.mark.parametrize("day", ["", "2025-02-30", "0001-01-01", "昨天"])
    def test_a_pause_without_a_day_ahead_is_refused_and_the_words_kept(self, client, handler, day):
        project = make.project(ProjectState.IN_PROGRESS)

        response = client.post(f"/desk/pause/{project.code}/", {"act": "pause", "reason": "等管线迁改", "next_on": day})

        project.refresh_from_db()
        assert response.status_code in {409, 422}
        assert "等管线迁改" in text(response)
        assert project.state == ProjectState.IN_PROGRESS

    def test_an_end_for_good_needs_reason_and_rule(self, client, handler):
        project = make.project(ProjectState.IN_PROGRESS)
        address = f"/desk/pause/{project.code}/"
        given = {"act": "terminate", "reason": "地块被征收", "rule_from": "other", "rule_text": "办法第20条"}

        assert client.post(address, {"act": "terminate"}).status_code == 422
        assert client.post(address, given).status_code == 302
        assert client.post(address, given).status_code == 409

    @pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE, Role.REVIEWER])
    def test_others_do_not_pause(self, client, role):
        project = make.project(ProjectState.IN_PROGRESS)
        client.force_login(make.officer(role))

        assert client.get(f"/desk/pause/{project.code}/").status_code == 403
        assert client.post(f"/desk/pause/{project.code}/", {"act": "resume"}).status_code == 403

    def test_what_is_over_cannot_be_paused(self, client, handler):
        project = make.project(ProjectState.COMPLETED)

        assert "不能暂停或终止" in text(client.get(f"/desk/pause/{project.code}/"))
        assert client.post(f"/desk/pause/{project.code}/", {"act": "resume"}).status_code == 409
