"""Who has a project now (谁在办): its page and the API name the same, state by state, and who must act next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.models import Appointment, Role
from proposals.handling import handler
from proposals.models import PreReview
from proposals.models import ProjectState as S
from proposals.models.projects import ENDED
from tests import make
from tests.delivery import build

pytestmark = [pytest.mark.django_db, pytest.mark.core]
WORKER, VILLAGE, TOWN = "斗门社工站 驻村社工 陈*", "测试甲村委会 村居两委 黄*", "镇建设办 镇街经办 周*"
NOBODY = ""


@pytest.fixture
def offices():
    """The village's social worker and office, the town's handler."""
    station = make.organisation("斗门社工站", kind="social_work")
    make.officer(Role.SOCIAL_WORKER, organisation=station, name="陈社工")
    make.officer(Role.VILLAGE_OFFICE, organisation=make.organisation("测试甲村委会", at=make.VILLAGE), name="黄主任")
    return make.officer(Role.TOWN_HANDLER, make.TOWN, organisation=make.organisation("镇建设办"), name="周经办")


def told_by_api(client, project) -> str:
    return client.get(f"/api/v1/projects/{project.code}/").json()["handler_unit"]


@pytest.mark.parametrize(
    ("state", "who"),
    [
        (S.FILED, WORKER),
        (S.RETURNED, "王**"),
        (S.IN_REVIEW, NOBODY),  # no department was asked: nobody can be named
        (S.FOR_ASSEMBLY, VILLAGE),
        (S.IN_POLL, VILLAGE),
        (S.FOR_APPROVAL, TOWN),
        (S.RESERVE, TOWN),
        (S.ON_NOTICE, TOWN),
        (S.OBJECTED, TOWN),
        (S.AWAITING_START, TOWN),
        (S.IN_PROGRESS, TOWN),
        (S.FOR_ACCEPTANCE, TOWN),
        (S.RECTIFYING, TOWN),
        (S.PAUSED, TOWN),
        (S.TRANSFERRED, WORKER),
        (S.COMPLETED, NOBODY),
        (S.DECLINED, NOBODY),
        (S.TERMINATED, NOBODY),
    ],
)
def test_the_api_names_who_must_act_next_as_the_page_does(client, offices, state, who):
    project = make.project(state=state)

    assert told_by_api(client, project) == who
    assert client.get(project.get_absolute_url()).context["now"].unit == who


def test_in_pre_review_the_departments_that_have_not_answered_are_named(client, offices):
    project = make.project(state=S.IN_REVIEW)
    for name, state in (("区建设局", "open"), ("区财政局", "asked"), ("区民政局", "closed")):
        PreReview.objects.create(project=project, department=make.organisation(name), duty=name, state=state)

    assert told_by_api(client, project) == "区建设局、区财政局"
    assert client.get(project.get_absolute_url()).context["now"].unit == "区建设局、区财政局"


@pytest.mark.parametrize("state", [S.IN_PROGRESS, S.RECTIFYING])
def test_while_it_is_built_or_mended_whoever_builds_it_is_named(client, state):
    project = build.stand(build.begun(build.town()), state)

    assert told_by_api(client, project) == "测试施工队"
    assert client.get(project.get_absolute_url()).context["now"].unit == "测试施工队"


def test_a_project_handed_on_is_with_the_unit_that_took_it(client, offices):
    project = make.project(state=S.TRANSFERRED, handler_unit="供水公司")

    assert told_by_api(client, project) == "供水公司"


def test_an_office_that_changes_hands_is_named_anew(offices):
    project = make.project(state=S.FOR_APPROVAL)
    Appointment.objects.filter(person=offices).delete()

    assert handler(project) == "斗门镇 镇街经办"


def test_every_state_says_somebody_or_has_ended():
    silent = {state for state in S if not handler(make.project(state=state))}

    assert silent - ENDED == {S.DRAFT, S.IN_REVIEW}


def test_a_list_names_them_all_in_as_many_queries_as_one(client, offices):
    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get("/api/v1/projects/")
        return len(taken)

    for state in (S.FILED, S.IN_REVIEW, S.FOR_APPROVAL, S.IN_PROGRESS):
        make.project(state=state)
    before = queries()
    for state in (S.FILED, S.IN_REVIEW, S.FOR_ASSEMBLY, S.IN_PROGRESS):
        make.project(state=state, at=make.OTHER_VILLAGE)

    assert queries() == before
