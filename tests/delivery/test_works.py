"""The works (实施): contract, start, milestones, news, visits, reminders, report of completion."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from civic import moments
from civic.models import AuditEvent
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import Contract, ContractItem, Milestone, Work
from delivery.rules.works import Stage
from delivery.services import contracts, works
from proposals.models import ProjectState
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town(pool="1000000")


def told(project) -> str:
    """The newest public sentence about a project."""
    return AuditEvent.objects.filter(subject=project.code).latest("id").sentence


def test_a_contract_stands_in_the_record_with_its_scan(town):
    project = build.approved(town, "52800")

    contract = contracts.sign(
        build.terms(town, "49500", number="斗建〔2026〕12号"), [(project, YUAN("49500"))], by=town.village
    )

    event = AuditEvent.objects.get(action="contract.sign")
    work = Work.objects.get(project=project)
    assert event.sentence.startswith("签订合同，合同价49,500元，承接单位测试施工队，约定")
    assert event.rule == "合同斗建〔2026〕12号，询价比选"
    assert [d["token"] for d in event.documents] == [str(contract.scan.token)]
    assert (work.granted_yuan, work.contract_yuan) == (YUAN("52800"), YUAN("49500"))
    assert work.milestones.count() == 3


def test_one_contract_may_cover_several_projects(town):
    first, second = build.approved(town, "30000"), build.approved(town, "20000")

    contracts.sign(build.terms(town, "45000"), [(second, YUAN("18000")), (first, YUAN("27000"))], by=town.village)

    assert Contract.objects.count() == 1
    assert dict(ContractItem.objects.values_list("work__project", "amount_yuan")) == {
        first.pk: YUAN("27000"),
        second.pk: YUAN("18000"),
    }
    assert "2个项目打包" in told(first)


@pytest.mark.parametrize(
    ("total", "shares", "said"),
    [
        ("45000", ["27000", "17999.99"], "合计44,999.99元，与合同总价45,000元不符"),
        ("50000.01", ["30000.01", "20000"], "超过批准金额30,000元"),
    ],
)
def test_the_parts_of_a_contract_add_up_within_what_was_approved(town, total, shares, said):
    projects = [build.approved(town, "30000"), build.approved(town, "20000")]

    with pytest.raises(RuleBroken, match=said):
        contracts.sign(
            build.terms(town, total), [(p, YUAN(s)) for p, s in zip(projects, shares, strict=True)], by=town.village
        )

    assert Contract.objects.count() == Work.objects.count() == 0


def test_a_contract_waits_for_the_end_of_the_notice(town):
    project = build.stand(build.approved(town), ProjectState.ON_NOTICE)

    with pytest.raises(RuleBroken, match="公示中"):
        contracts.sign(build.terms(town), [(project, YUAN("48000"))], by=town.village)


def test_the_same_contract_is_registered_once(town):
    terms = build.terms(town, "10000")
    contracts.sign(terms, [(build.approved(town), YUAN("10000"))], by=town.village)

    with pytest.raises(RuleBroken, match="已经登记过"):
        contracts.sign(terms, [(build.approved(town), YUAN("10000"))], by=town.village)


def test_contracts_that_look_split_explain_themselves(town):
    town.round.rules = {"tender_threshold_yuan": "90000"}
    town.round.save()
    build.contracted(town, price="48000")
    project = build.approved(town)

    assert queries.alike_yuan(town.builder, project, today()) == YUAN("48000")
    with pytest.raises(RuleBroken, match="为什么不是拆分采购"):
        contracts.sign(build.terms(town), [(project, YUAN("48000"))], by=town.village)
    contracts.sign(build.terms(town, split_reason="两个村各自比选"), [(project, YUAN("48000"))], by=town.village)

    assert AuditEvent.objects.filter(subject=project.code, reason="两个村各自比选").exists()


def test_nothing_starts_without_a_contract(town):
    project = build.approved(town)

    with pytest.raises(RuleBroken, match="缺：合同扫描件"):
        works.start(project, by=town.village, board_photo=build.photo())

    project.refresh_from_db()
    assert project.state == ProjectState.AWAITING_START


def test_the_start_carries_price_contract_and_notice_board(town):
    project = build.begun(town, price="48000")

    event = AuditEvent.objects.get(subject=project.code, action="project.start")
    assert project.state == ProjectState.IN_PROGRESS
    assert project.due_on == today() + timedelta(days=30)
    assert event.sentence == "开工 · 合同价48,000元"
    assert [d["kind"] for d in event.documents] == ["document", "photo"]
    assert project.work.contact == town.village


def test_a_plan_is_set_before_the_start_and_never_after(town):
    project = build.contracted(town)
    stages = [Stage("基层", today(), 40, "before"), Stage("面层", today() + timedelta(days=9), 60, "after")]

    works.set_plan(project, stages, by=town.village)
    works.start(project, by=town.village, board_photo=build.photo())
    with pytest.raises(RuleBroken, match="实施中"):
        works.set_plan(project, stages, by=town.village)

    assert list(project.work.milestones.values_list("name", "share_percent")) == [("基层", 40), ("面层", 60)]


def test_a_milestone_does_not_close_without_its_photo(town):
    project = build.begun(town)
    milestone = project.work.milestones.first()

    with pytest.raises(RuleBroken, match="要传一张“前”照片"):
        works.finish_milestone(milestone, by=town.foreman)
    with pytest.raises(IntegrityError, match="milestone_done_has_its_photo"), transaction.atomic():
        Milestone.objects.filter(pk=milestone.pk).update(actual_on=today())


def test_a_finished_milestone_counts_and_is_told(town):
    project = build.begun(town)

    works.finish_milestone(project.work.milestones.first(), by=town.foreman, photo=build.photo())

    event = AuditEvent.objects.get(action="milestone.finish")
    assert (event.sentence, event.kind) == ("进场准备完成，里程碑1/3", "photo")
    assert Work.objects.get(project=project).progress_percent == 10


def test_a_late_milestone_says_why_in_public(town):
    project = build.begun(town)
    milestone = project.work.milestones.first()

    with moments.at(now() + timedelta(days=10)):
        with pytest.raises(RuleBroken, match="晚了7天"):
            works.finish_milestone(milestone, by=town.foreman, photo=build.photo())
        works.finish_milestone(milestone, by=town.foreman, photo=build.photo(), late_reason="下雨停工")

    assert AuditEvent.objects.get(action="milestone.finish").reason == "下雨停工"


def test_a_slip_keeps_the_first_promise(town):
    project = build.begun(town)
    milestone = project.work.milestones.last()
    first, later = milestone.planned_on, milestone.planned_on + timedelta(days=10)

    works.reschedule(milestone, later, by=town.village, reason="下雨停工4天")

    milestone.refresh_from_db()
    assert (milestone.first_planned_on, milestone.planned_on) == (first, later)
    assert told(project) == f"全部完工：原定{first.month}月{first.day}日，改为{later.month}月{later.day}日"
    with pytest.raises(RuleBroken, match="请写明理由"):
        works.reschedule(milestone, first, by=town.village, reason=" ")


def test_progress_only_rises_and_an_empty_report_is_none(town):
    project = build.begun(town)
    works.report(project, by=town.foreman, percent=40, photos=[build.photo()])

    with pytest.raises(RuleBroken, match="上次已报40%"):
        works.report(project, by=town.foreman, percent=39)
    with pytest.raises(RuleBroken, match="请传照片"):
        works.report(project, by=town.foreman)

    assert Work.objects.get(project=project).progress_percent == 40


def test_a_trouble_waits_until_an_office_answers_it(town):
    project = build.begun(town)

    given = works.report_trouble(project, by=town.foreman, note="挖到旧水管")
    assert list(queries.troubles_of(project.work)) == [given]
    works.answer_trouble(given, by=town.village, answer="供水所明天来改")

    assert list(queries.troubles_of(project.work)) == []
    assert told(project) == "答复施工问题：供水所明天来改"


def test_the_whole_is_done_when_every_milestone_is(town):
    project = build.begun(town)

    with pytest.raises(RuleBroken, match="还有3个里程碑没有完成：进场准备、施工过半、全部完工"):
        works.report_done(project, by=town.foreman)
    for milestone in project.work.milestones.all():
        works.finish_milestone(milestone, by=town.foreman, photo=build.photo())
    project = works.report_done(project, by=town.foreman)

    assert project.state == ProjectState.FOR_ACCEPTANCE


def test_a_service_counts_visits_and_people_without_photos(town):
    project = build.contracted(town, work_type="service")
    works.set_plan(project, [Stage("服务", today() + timedelta(days=30), 100)], by=town.village, visits_planned=72)
    works.start(project, by=town.village, board_photo=build.photo())

    for served in (6, 5):
        works.log_visit(project, by=town.foreman, visited_on=today(), served=served)

    assert told(project) == "上门服务1次，服务5人次（已上门2次，共72次）"
    assert queries.visits_of(project.work) == {"visits": 2, "served": 11}
    assert Work.objects.get(project=project).progress_percent == 2


def test_only_services_log_visits_and_only_of_the_past(town):
    with pytest.raises(RuleBroken, match="不是服务类"):
        works.log_visit(build.begun(town), by=town.foreman, visited_on=today(), served=1)
    service = build.begun(town, work_type="service")
    with pytest.raises(RuleBroken, match="不能晚于今天"):
        works.log_visit(service, by=town.foreman, visited_on=today() + timedelta(days=1), served=1)


def test_urging_is_logged_and_rests_two_days(town):
    project = build.begun(town)
    works.urge(project, by=town.handler, words="已经晚了3天，请说明")

    with pytest.raises(RuleBroken, match="两天内已经催过"):
        works.urge(project, by=town.village, words="再催一次")
    with moments.at(now() + timedelta(days=2, minutes=1)):
        works.urge(project, by=town.village, words="再催一次")

    assert AuditEvent.objects.filter(action="work.urge").count() == 2


def test_the_contact_is_handed_over_once(town):
    project = build.begun(town)

    works.hand_over(project, by=town.village, to=town.social)
    with pytest.raises(RuleBroken, match="联系人没有变"):
        works.hand_over(project, by=town.village, to=town.social)

    assert Work.objects.get(project=project).contact == town.social


@pytest.mark.parametrize(
    "act",
    [
        lambda p, t: works.report(p, by=t.foreman, percent=50),
        lambda p, t: works.finish_milestone(p.work.milestones.first(), by=t.foreman, photo=build.photo()),
        lambda p, t: works.report_done(p, by=t.foreman),
        lambda p, t: works.start(p, by=t.village, board_photo=build.photo()),
    ],
    ids=["report", "milestone", "done", "start"],
)
def test_nothing_is_reported_of_works_that_are_paused(town, act):
    project = build.stand(build.begun(town), ProjectState.PAUSED)
    events = AuditEvent.objects.count()

    with pytest.raises(RuleBroken, match="已暂停"):
        act(project, town)

    assert AuditEvent.objects.count() == events
