"""Overdue 超期: told once when late, once more when late by half the limit, whoever runs the clock how often."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic import clock, moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from proposals import tasks
from proposals.models import PreReview, Project, ProjectState
from proposals.rules import deadline_chip, overdue_level
from proposals.services import intake, pauses, telling
from tests import make

pytestmark = pytest.mark.django_db


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def told(project):
    found = AuditEvent.objects.filter(subject=project.code, action__endswith="overdue").order_by("id")
    return list(found.values_list("sentence", flat=True))


@pytest.fixture
def in_review():
    make.organisation("镇建设办", duty="建设")
    its_round = make.round_(rules={"review_departments": {"works": ["建设"]}})
    return intake.accept(make.project(round=its_round), by=make.officer(Role.SOCIAL_WORKER))


def test_a_late_department_is_named_once_to_the_town_then_once_to_the_district(in_review):
    with later(5):
        tasks.tell_overdue()
        assert told(in_review) == []
    with later(6):
        tasks.tell_overdue()
        tasks.tell_overdue()
        assert told(in_review) == ["镇建设办预审超期1个工作日，已报镇街"]
    with later(7):
        tasks.tell_overdue()
        assert len(told(in_review)) == 1
    with later(8):
        tasks.tell_overdue()
        tasks.tell_overdue()
        assert told(in_review)[1:] == ["镇建设办预审超期3个工作日，已报区专班"]
    with later(30):
        tasks.tell_overdue()
        assert len(told(in_review)) == 2


def test_a_clock_that_stood_still_tells_only_how_it_is_now(in_review):
    with later(9):
        tasks.tell_overdue()

    assert told(in_review) == ["镇建设办预审超期4个工作日，已报区专班"]


def test_a_countys_department_is_told_to_the_district_office():
    make.organisation("区住建局", at=make.DISTRICT, duty="建设")
    its_round = make.round_(rules={"review_departments": {"works": ["建设"]}})
    project = intake.accept(make.project(round=its_round), by=make.officer(Role.SOCIAL_WORKER))

    with later(6):
        tasks.tell_overdue()

    assert told(project) == ["区住建局预审超期1个工作日，已报区专班"]


def test_while_paused_nothing_is_late(in_review):
    paused = pauses.pause(
        in_review, by=make.officer(Role.TOWN_HANDLER, make.TOWN), reason="等管线", next_on=add_workdays(today(), 20)
    )

    with later(10):
        tasks.tell_overdue()

    assert told(paused) == []


def test_a_late_screening_is_told_with_its_village(in_review):
    project = make.project()

    with later(6):
        tasks.tell_overdue()
        tasks.tell_overdue()

    assert told(project) == ["测试甲村受理超期1个工作日，已报镇街"]


def test_an_answer_from_elsewhere_that_is_late_is_told(in_review):
    project = intake.transfer(make.project(), by=make.officer(Role.SOCIAL_WORKER), to="区交通局", reason="县道")

    with later(6):
        tasks.tell_overdue()

    assert told(project) == ["区交通局答复超期1个工作日，已报镇街"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ProjectState.FOR_ASSEMBLY, "测试甲村议事超期1个工作日，已报镇街"),
        (ProjectState.FOR_APPROVAL, "斗门镇审批超期1个工作日，已报区专班"),
        (ProjectState.AWAITING_START, "斗门镇签合同、开工超期1个工作日，已报镇街"),
        (ProjectState.IN_PROGRESS, "斗门镇完工超期1个工作日，已报镇街"),
        (ProjectState.FOR_ACCEPTANCE, "斗门镇验收超期1个工作日，已报镇街"),
    ],
)
def test_every_later_step_that_is_late_is_told_with_whose_it_is(state, words):
    project = make.project(state)

    with later(project.limit_workdays + 1):
        tasks.tell_overdue()
        tasks.tell_overdue()

    assert told(project) == [words]


def test_a_round_says_after_how_many_days_anybody_is_told_and_whether_the_public_reads_it():
    project = make.project(round=make.round_(rules={"escalate_after_workdays": 3, "overdue_is_public": False}))

    with later(7):
        tasks.tell_overdue()
        assert told(project) == []
    with later(8):
        tasks.tell_overdue()
    assert AuditEvent.objects.get(subject=project.code, action="project.overdue").is_public is False


def test_why_a_step_is_late_is_said_in_public_by_whoever_has_it(client):
    project = make.project(ProjectState.FOR_ASSEMBLY, due_on=today() - timedelta(days=7))
    worker = make.officer(Role.SOCIAL_WORKER)
    client.force_login(worker)
    address = f"/desk/late/{project.code}/"

    assert "说明超期原因" in client.get(project.get_absolute_url()).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "凑不齐人，11月30日再开"}).status_code == 302

    assert "凑不齐人，11月30日再开" in client.get(project.get_absolute_url()).content.decode()
    Project.objects.filter(pk=project.pk).update(due_on=today())
    refused = client.post(address, {"reason": "不晚"})
    assert (refused.status_code, "不晚" in refused.content.decode()) == (409, True)
    client.force_login(make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE))
    assert client.get(address).status_code == 403
    assert AuditEvent.objects.filter(action="project.overdue_reason").count() == 1


def test_a_later_step_starts_with_a_clean_slate(in_review):
    project = make.project()
    with later(6):
        tasks.tell_overdue()
        project = intake.transfer(project, by=make.officer(Role.SOCIAL_WORKER), to="区交通局", reason="县道")

    project.refresh_from_db()
    assert (project.state, project.overdue_level) == (ProjectState.TRANSFERRED, 0)


def test_the_clock_knows_the_job():
    assert tasks.tell_overdue in clock.JOBS


@pytest.mark.parametrize(
    ("limit", "late", "level"),
    [
        (5, 0, 0),
        (5, -2, 0),
        (5, 1, 1),
        (5, 2, 1),
        (5, 3, 2),
        (4, 2, 2),
        (2, 1, 1),
        (1, 1, 1),
        (1, 2, 2),
        (0, 1, 1),
        (0, 2, 2),
    ],
)
def test_levels_are_late_and_late_by_half_the_limit_a_day_later_at_the_soonest(limit, late, level):
    share = make.round_().terms.escalate_share

    assert overdue_level(limit, late, share) == level


@pytest.mark.parametrize(
    ("left", "limit", "kind"),
    [
        (None, None, "none"),
        (5, 5, "left"),
        (3, 5, "left"),
        (2, 5, "soon"),
        (6, 30, "soon"),
        (7, 30, "left"),
        (0, 5, "soon"),
        (-1, 5, "over"),
    ],
)
def test_the_chip_is_amber_from_two_days_or_a_fifth_of_the_limit(left, limit, kind):
    assert deadline_chip(left, limit).kind == kind


def test_fridays_limit_is_over_on_sunday_though_no_working_day_went_by():
    assert deadline_chip(0, 5, passed=True) == ("over", 0)


def read_of_projects() -> tuple[list[str], int]:
    """The statements of one round of the clock that read projects, and how many rows they brought."""
    with CaptureQueriesContext(connection) as taken:
        tasks.tell_overdue()
    read = [one["sql"] for one in taken.captured_queries if 'FROM "proposals_project"' in one["sql"]]
    with connection.cursor() as cursor:
        rows = 0
        for sql in read:
            cursor.execute(sql)
            rows += len(cursor.fetchall())
    return read, rows


@pytest.mark.parametrize("near_due_to", [[], ["town_handler"]], ids=["nobody reminded", "someone reminded"])
def test_the_clock_reads_as_much_of_forty_told_steps_as_of_four(near_due_to):
    its_round = make.round_(rules={"near_due_to": near_due_to})
    found = []
    for many in (2, 18):
        for _n in range(many):
            make.project(round=its_round, due_on=today() + timedelta(days=30))  # not near yet
            make.project(round=its_round)
        with later(6):  # late, told once; the second telling is still to come
            tasks.tell_overdue()
            found.append(read_of_projects())

    assert Project.objects.filter(overdue_level=1).count() == 20
    assert len(found[0][0]) == len(found[1][0])
    assert found[0][1] == found[1][1] == (2 if near_due_to else 1)  # a row for each day and limit, none for a step


def test_what_is_late_is_told_batch_after_batch_and_one_that_cannot_be_told_holds_up_no_other(in_review, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    PreReview.objects.update(department=None)  # late, and nobody to name
    steps = [make.project() for _n in range(5)]

    with later(6):
        tasks.tell_overdue()

    assert [len(told(project)) for project in steps] == [1] * 5
