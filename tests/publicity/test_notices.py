"""A notice opens with the move, never ends early, and ends only when every objection is answered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, localtime

from civic import clock
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import at, now, today
from civic.rules import RuleBroken
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity import tasks
from publicity.models import Notice, NoticeState
from publicity.services import notices, objections
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    project = make.project(state=S.FOR_APPROVAL)
    return moves.advance(project, by="test", sentence="镇政府批准52,800元")


@pytest.fixture
def notice(project):
    return project.notices.get()


def after(notice, **more):
    return at(notice.ends_at + timedelta(seconds=1, **more))


def test_approval_opens_a_notice_of_as_many_workdays_as_the_rules_say(project, notice):
    assert project.state == S.ON_NOTICE
    assert localdate(notice.ends_at) == add_workdays(today(), 5) == project.due_on
    assert f"{localtime(notice.ends_at):%H:%M}" == "17:00"
    assert AuditEvent.objects.get(action="notice.open").sentence.startswith("公示开始，到")


def test_the_clock_opens_a_notice_that_a_cut_off_move_left_out_and_does_it_once():
    project = make.project(state=S.ON_NOTICE)

    tasks.settle_notices()
    tasks.settle_notices()

    assert project.notices.count() == 1


def test_a_notice_cannot_end_early(project, notice):
    with pytest.raises(RuleBroken, match="不能提前结束"):
        notices.end(notice)

    notice.refresh_from_db()
    assert (notice.state, notice.ended_at) == (NoticeState.RUNNING, None)


def test_nobody_moves_a_project_past_its_running_notice(project):
    with pytest.raises(RuleBroken, match="不能提前结束"):
        moves.advance(project, by="anybody")

    project.refresh_from_db()
    assert project.state == S.ON_NOTICE


def test_the_database_refuses_an_early_end(notice):
    with pytest.raises(IntegrityError, match="notice_never_ends_early"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(ended_at=now())


def test_the_database_refuses_a_shorter_notice(notice):
    with pytest.raises(IntegrityError, match="notice_never_shortened"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            ends_at=notice.ends_at - timedelta(hours=1), extended_reason="短一点"
        )


def test_the_clock_ends_a_notice_at_its_hour(project, notice):
    tasks.settle_notices()
    project.refresh_from_db()
    assert project.state == S.ON_NOTICE

    with after(notice):
        tasks.settle_notices()
        tasks.settle_notices()

    project.refresh_from_db()
    notice.refresh_from_db()
    assert (project.state, notice.state) == (S.AWAITING_START, NoticeState.ENDED)
    assert [e.sentence for e in AuditEvent.objects.filter(after__state=S.AWAITING_START)] == ["公示结束：没有收到异议"]


def test_an_open_objection_keeps_the_notice_from_ending_and_the_page_says_so(client, project, notice):
    objections.file(project, by=make.person(), what="挡住消防通道", why="消防车转不过来")

    with after(notice):
        tasks.settle_notices()
        shown = client.get(project.get_absolute_url()).content.decode()

    project.refresh_from_db()
    assert project.state == S.OBJECTED
    assert "公示期已满，还有1条异议没有答复，答复后才能开工。" in shown


def test_the_last_answer_ends_a_notice_whose_time_is_over(project, notice):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    objection = objections.file(project, by=make.person(), what="挡住消防通道", why="消防车转不过来")

    with after(notice):
        objections.reply(objection, by=handler, outcome="not_upheld", reply="现场量过，通道有四米宽")

    project.refresh_from_db()
    assert project.state == S.AWAITING_START
    assert AuditEvent.objects.filter(sentence="公示结束：收到异议1条，已答复").count() == 1


def test_an_answer_in_time_lets_the_notice_run_on_to_its_own_day(project, notice):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    objection = objections.file(project, by=make.person(), what="挡住消防通道", why="消防车转不过来")

    with at(now() + timedelta(days=1)):
        objections.reply(objection, by=handler, outcome="not_upheld", reply="现场量过，通道有四米宽")

    project.refresh_from_db()
    assert (project.state, project.due_on) == (S.ON_NOTICE, localdate(notice.ends_at))


def test_a_notice_is_made_longer_with_a_reason_and_keeps_its_first_date(project, notice):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    longer = localdate(notice.ends_at) + timedelta(days=7)

    notices.extend(notice, by=handler, to=longer, reason="公示牌被台风吹倒，补足天数")

    notice.refresh_from_db()
    project.refresh_from_db()
    assert localdate(notice.ends_at) == longer == project.due_on
    assert localdate(notice.first_ends_at) < longer
    assert AuditEvent.objects.get(action="notice.extend").reason == "公示牌被台风吹倒，补足天数"


@pytest.mark.parametrize(("days", "reason"), [(0, "想短一点"), (-1, "想短一点"), (100, "太长"), (3, " ")])
def test_a_notice_is_not_shortened_nor_extended_without_a_reason(notice, days, reason):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)

    with pytest.raises(RuleBroken):
        notices.extend(notice, by=handler, to=localdate(notice.ends_at) + timedelta(days=days), reason=reason)

    assert Notice.objects.get().ends_at == notice.ends_at


def test_only_the_towns_handler_extends(client, project, notice):
    url = f"/notices/{notice.pk}/extend/"
    data = {"to": (localdate(notice.ends_at) + timedelta(days=3)).isoformat(), "reason": "补足天数"}
    client.force_login(make.officer(Role.SOCIAL_WORKER))
    assert client.post(url, data).status_code == 403

    client.force_login(make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN))
    assert client.post(url, data).status_code == 403

    client.force_login(make.officer(Role.TOWN_HANDLER, make.TOWN))
    assert client.post(url, {"to": "", "reason": ""}).status_code == 422
    assert client.post(url, data | {"to": "2001-01-01"}).status_code == 409
    assert client.post(url, data).status_code == 302
    assert Notice.objects.get().was_extended


def test_a_project_sent_back_takes_its_notice_down(project):
    moves.send_back(project, by="test", to_step="review", reason="重新核价")

    assert project.notices.get().state == NoticeState.WITHDRAWN


def test_the_board_lists_running_notices_with_three_ways_to_object(client, project, notice):
    shown = client.get("/notices/").content.decode()

    assert "共1项" in shown
    assert "三种办法都算数" in shown
    assert f"/p/{project.code}/object/" in shown


def test_an_ended_notice_says_that_nothing_came(client, project, notice):
    with after(notice):
        tasks.settle_notices()

    assert "公示期间没有收到异议" in client.get("/notices/").content.decode()


def test_the_clock_knows_the_jobs():
    assert {tasks.settle_notices, tasks.escalate_objections} <= set(clock.JOBS)
