"""Beside a pre-review: asking another unit, asking for more time, walking over the site; gates, costs and phrases."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from proposals import queries
from proposals.models import Consultation, ConsultationState, Extension, ExtensionState, ProjectState, SiteSurvey
from proposals.rules import Answer
from proposals.services import beside, intake, reviews
from tests import make

pytestmark = pytest.mark.django_db
CHECKLIST = ("权属清楚", "符合规划", "没有安全隐患", "不重复建设", "后期有人管养", "预算有依据")
YES = dict.fromkeys(CHECKLIST, "yes")
POINTS = {f"point_{number}": "yes" for number in range(6)}


@pytest.fixture
def building():
    return make.organisation("镇建设办", duty="建设")


@pytest.fixture
def water():
    return make.organisation("镇水利所", duty="水利")


@pytest.fixture
def builder(building):
    return make.officer(Role.REVIEWER, make.TOWN, organisation=building)


@pytest.fixture
def waterman(water):
    return make.officer(Role.REVIEWER, make.TOWN, organisation=water, name="何测试")


@pytest.fixture
def handler():
    return make.officer(Role.TOWN_HANDLER, make.TOWN, name="周测试")


@pytest.fixture
def case(building, water):
    """The building office's task of a project accepted just now; finance has no unit."""
    project = intake.accept(make.project(), by=make.officer(Role.SOCIAL_WORKER))
    return queries.reviews_of(project).get(duty="建设")


@pytest.fixture
def asked(case, builder, water):
    return beside.consult(case, by=builder, unit=water, question="会不会挡住排水沟")


@pytest.fixture
def extension(case, builder):
    return beside.ask_for_time(case, by=builder, workdays=3, reason="要等管线图")


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def event(case, action):
    return AuditEvent.objects.get(subject=case.project.code, action=action)


def text(response):
    return response.content.decode()


def plain(response):
    """What a page says, without its tags."""
    return unescape(re.sub(r"<[^>]+>", "", text(response)))


def seen(**extra):
    return beside.Survey(
        **{"surveyed_on": today(), "units": ["镇建设办", "测试甲村"], "findings": "台阶三级，宽度够"} | extra
    )


# --- 征求意见 -----------------------------------------------------------------------------------


def test_another_unit_is_asked_in_parallel_and_its_answer_stands_on_the_case_and_in_public(
    client, case, asked, builder, waterman
):
    client.force_login(waterman)
    todo = text(client.get("/desk/"))
    page = text(client.get(f"/desk/review/asked/{asked.pk}/"))
    with later(2):
        client.post(f"/desk/review/asked/{asked.pk}/", {"act": "answer", "text": "离水沟两米，不影响"})

    case.refresh_from_db()
    told = event(case, "review.consult_answer")
    client.force_login(builder)
    assert f"/desk/review/asked/{asked.pk}/" in todo and "会不会挡住排水沟" in todo
    assert "还剩3个工作日" in page
    assert event(case, "review.consult").sentence == "镇建设办向镇水利所征求意见：会不会挡住排水沟（限3个工作日）"
    assert (told.sentence, told.unit) == ("镇水利所答复征求的意见：离水沟两米，不影响", "镇水利所")
    assert (told.used_workdays, told.limit_workdays) == (2, 3)
    assert case.state == "open" and case.due_on == add_workdays(today(), 5)
    assert "离水沟两米，不影响" in text(client.get(f"/desk/review/{case.pk}/"))


def test_what_was_asked_waits_with_the_project_and_goes_on_with_the_days_left(case, asked, builder):
    with later(1):
        reviews.ask(case, by=builder, items=["坡道位置照片1张"], reason="看不清")
    asked.refresh_from_db()
    stood = (asked.due_on, asked.left_workdays)

    with later(4):
        case.project.refresh_from_db()
        intake.complete(case.project, by=case.project.proposer, answers=["台阶三级"])
        asked.refresh_from_db()

        assert (asked.due_on, asked.left_workdays) == (add_workdays(today(), 2), None)
    assert stood == (None, 2)


@pytest.mark.parametrize("ends", ["answer", "pass_on"])
def test_nobody_need_answer_once_the_department_is_done(case, asked, extension, builder, waterman, ends):
    if ends == "answer":
        reviews.answer(case, by=builder, answer=Answer(finding="feasible", checklist=YES))
    else:
        reviews.pass_on(case, by=builder, to=make.organisation("镇规划办", duty="规划"), reason="要看用地")
    asked.refresh_from_db()
    extension.refresh_from_db()

    assert (asked.state, extension.state) == (ConsultationState.CLOSED, ExtensionState.LAPSED)
    with pytest.raises(RuleBroken, match="不用答了"):
        beside.answer(asked, by=waterman, text="不影响")


def test_a_project_that_leaves_pre_review_leaves_no_question_open(case, asked):
    from proposals.services import moves

    moves.withdraw(case.project, by=case.project.proposer)

    asked.refresh_from_db()
    assert asked.state == ConsultationState.CLOSED


def test_one_unit_is_asked_once_and_never_oneself(case, asked, builder, building, water):
    with pytest.raises(RuleBroken, match="已经向这个单位征求过意见"):
        beside.consult(case, by=builder, unit=water, question="还想问一句")
    with pytest.raises(RuleBroken, match="另一个负责审核的部门"):
        beside.consult(case, by=builder, unit=building, question="自己问自己")

    assert Consultation.objects.count() == 1


def test_an_answer_is_given_once(asked, waterman):
    beside.answer(asked, by=waterman, text="不影响")

    with pytest.raises(RuleBroken, match="已答复"):
        beside.answer(asked, by=waterman, text="又想了想")


def test_only_the_unit_that_was_asked_answers(client, asked, builder, handler):
    for person in (
        builder,
        handler,
        make.officer(Role.REVIEWER, make.TOWN, organisation=make.organisation("镇民政办", duty="民政")),
    ):
        client.force_login(person)

        assert client.post(f"/desk/review/asked/{asked.pk}/", {"text": "不影响"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == ConsultationState.OPEN


# --- 请求延期 -----------------------------------------------------------------------------------


def test_more_days_are_granted_by_another_office_and_count_from_the_departments_own_day(
    client, case, extension, handler
):
    day = case.due_on
    client.force_login(handler)
    todo = text(client.get("/desk/"))
    offered = client.get(f"/desk/review/extension/{extension.pk}/").context["until"]
    client.post(f"/desk/review/extension/{extension.pk}/", {"decision": "grant", "reason": ""})

    case.refresh_from_db()
    case.project.refresh_from_db()
    assert f"/desk/review/extension/{extension.pk}/" in todo
    assert (case.due_on, case.limit_workdays) == (add_workdays(day, 3), 8)
    assert offered == case.due_on, "the page says the day before it is granted"
    assert (case.project.due_on, case.project.limit_workdays) == (add_workdays(day, 3), 8)
    asked = event(case, "review.extend_ask")
    assert (asked.sentence, asked.reason) == ("镇建设办请求把预审延长3个工作日，等上级答复", "要等管线图")
    until = case.due_on
    assert event(case, "review.extend").sentence == f"同意镇建设办的预审延长3个工作日，到{until.month}月{until.day}日"


def test_a_refusal_needs_its_reason_and_leaves_the_day(client, case, extension, handler):
    client.force_login(handler)
    url = f"/desk/review/extension/{extension.pk}/"

    blank = client.post(url, {"decision": "refuse", "reason": ""})
    client.post(url, {"decision": "refuse", "reason": "管线图村里有"})

    day = case.due_on
    case.refresh_from_db()
    told = event(case, "review.extend_refuse")
    assert blank.status_code == 409 and "写明理由" in text(blank)
    assert case.due_on == day
    assert (told.sentence, told.reason) == ("没有同意镇建设办的预审延期，仍按原来的日期办", "管线图村里有")


@pytest.mark.parametrize(
    ("most", "days", "words"), [(5, 6, "最多延5个工作日"), (0, 1, "不允许预审延期"), (5, 0, "最多延5个")]
)
def test_no_more_days_than_the_rounds_rules_allow(building, builder, most, days, words):
    its_round = make.round_(rules={"review_extend_workdays": most})
    project = intake.accept(make.project(round=its_round), by=make.officer(Role.SOCIAL_WORKER))
    case = queries.reviews_of(project).get(duty="建设")

    with pytest.raises(RuleBroken, match=words):
        beside.ask_for_time(case, by=builder, workdays=days, reason="要等管线图")
    assert not Extension.objects.exists()


def test_a_task_is_extended_once(client, case, extension, builder, handler):
    beside.refuse_time(extension, by=handler, reason="管线图村里有")
    client.force_login(builder)
    assert "act=extend" not in text(client.get(f"/desk/review/{case.pk}/"))

    with pytest.raises(RuleBroken, match="只能延一次"):
        beside.ask_for_time(case, by=builder, workdays=2, reason="再等等")


def test_who_asks_for_days_does_not_grant_them(extension, builder):
    with pytest.raises(RuleBroken, match="两个人"):
        beside.grant(extension, by=builder)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.filter(pk=extension.pk).update(decided_by=builder)


@pytest.mark.parametrize("role", [Role.TOWN_APPROVER, Role.AUDITOR, Role.SOCIAL_WORKER])
def test_other_offices_do_not_decide_on_days(client, extension, role):
    client.force_login(make.officer(role, make.TOWN))

    assert client.post(f"/desk/review/extension/{extension.pk}/", {"decision": "grant"}).status_code == 403


# --- 现场踏勘 -----------------------------------------------------------------------------------


def test_a_survey_is_public_with_its_units_and_never_with_its_people(client, case, builder):
    client.force_login(builder)
    given = {
        "act": "survey",
        "surveyed_on": today().isoformat(),
        "units": "镇建设办\n测试甲村委会",
        "people": "李工、村委黄主任、王阿婆",
        "findings": "台阶三级，宽度够做坡道",
        "version": case.version,
    }

    response = client.post(f"/desk/review/{case.pk}/", given)

    told = event(case, "review.survey")
    public = text(client.get(case.project.get_absolute_url()))
    inside = text(client.get(f"/desk/review/{case.pk}/"))
    assert response["Location"] == f"/desk/review/{case.pk}/"
    assert told.sentence == "现场踏勘，镇建设办、测试甲村委会参加：台阶三级，宽度够做坡道"
    assert "台阶三级，宽度够做坡道" in public and "王阿婆" not in public and "黄主任" not in public
    assert "王阿婆" not in str(AuditEvent.objects.values_list("sentence", "after", "reason"))
    assert "王阿婆" in inside


def test_a_survey_written_down_later_stands_on_its_own_day(case, builder):
    with later(3):
        beside.survey(case, by=builder, seen=seen(surveyed_on=localdate(case.project.filed_at)))

    told = event(case, "review.survey")
    assert told.date_only and told.happened_at < told.recorded_at


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"surveyed_on": 1}, "今天以后"),
        ({"surveyed_on": -30}, "提议提交以前"),
        ({"units": ["镇建设办"]}, "至少有两个单位"),
        ({"units": ["镇建设办", "镇建设办"]}, "至少有两个单位"),
    ],
)
def test_a_survey_makes_sense(case, builder, wrong, words):
    wrong = {k: today() + timedelta(days=v) if isinstance(v, int) else v for k, v in wrong.items()}

    with pytest.raises(RuleBroken, match=words):
        beside.survey(case, by=builder, seen=seen(**wrong))
    assert not SiteSurvey.objects.exists()


def test_a_phone_number_does_not_get_into_what_was_found(client, case, builder):
    client.force_login(builder)
    given = {"act": "survey", "surveyed_on": today().isoformat(), "units": "甲\n乙", "findings": "找王阿婆13800138000"}

    assert client.post(f"/desk/review/{case.pk}/", given).status_code == 422
    assert not SiteSurvey.objects.exists()


# --- 三关、分项、常用语 ---------------------------------------------------------------------------


def test_the_points_stand_under_the_three_gates_by_type_and_none_is_lost():
    terms = make.round_(rules={"checklist": ["权属清楚", "不扰民"]}).terms

    assert terms.gates("works") == {"法律关": ("权属清楚",), "其他要点": ("不扰民",)}
    assert terms.points("service") == ("权属清楚", "不扰民", "服务对象和次数写清楚")
    assert terms.gates("service")["程序关"] == ("服务对象和次数写清楚",)


def test_a_case_shows_its_types_own_points(client, building, builder):
    its_round = make.round_(rules={"review_departments": {"service": ["建设"]}})
    project = intake.accept(make.project(round=its_round, work_type="service"), by=make.officer(Role.SOCIAL_WORKER))
    client.force_login(builder)

    html = text(client.get(f"/desk/review/{queries.reviews_of(project).get().pk}/"))

    assert html.index("项目关") < html.index("不重复建设") < html.index("程序关") < html.index("服务对象和次数写清楚")
    assert html.index("服务对象和次数写清楚") < html.index("法律关") < html.index("权属清楚")


COSTS = {
    "cost_1_item": "坡道", "cost_1_asked": "40000", "cost_1_amount": "",
    "cost_2_item": "扶手", "cost_2_asked": "20000", "cost_2_amount": "12800", "cost_2_reason": "单价下调",
}  # fmt: skip


def test_items_add_up_to_the_amount_and_their_reasons_are_what_residents_read(client, case, builder):
    client.force_login(builder)
    given = {"act": "answer", "finding": "feasible", **POINTS, **COSTS, "version": case.version}

    shown = text(client.post(f"/desk/review/{case.pk}/", given | {"preview": "1"}))
    client.post(f"/desk/review/{case.pk}/", given)

    case.refresh_from_db()
    sentence = "预审通过，核定52,800元，比提议少7,200元：扶手：单价下调"
    assert sentence in shown and event(case, "review.answer").sentence == sentence
    assert sentence in plain(client.get(case.project.get_absolute_url()))
    assert case.amount_yuan == Decimal("52800.00")
    assert case.costs[0] == {"item": "坡道", "asked": "40000.00", "amount": "40000.00", "reason": ""}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cost_2_reason": ""}, "第2项的金额改了，请写明原因"),
        ({"cost_1_asked": "30000"}, "要等于此前的60,000.00元"),
        ({"amount_yuan": "50000", "amount_reason": "按定额"}, "与核定金额不同"),
        ({"cost_1_item": ""}, "请写明这一项是什么"),
        ({"cost_2_asked": ""}, "请填这一项原来多少钱"),
        ({"cost_1_asked": "-5"}, "不能是负数"),
    ],
)
def test_a_table_of_costs_that_does_not_hold_is_mended_in_place(client, case, builder, wrong, words):
    client.force_login(builder)

    response = client.post(
        f"/desk/review/{case.pk}/", {"act": "answer", "finding": "feasible", **POINTS, **COSTS, **wrong}
    )

    case.refresh_from_db()
    assert response.status_code == 422 and words in text(response)
    assert case.state == "open" and case.costs == []


def test_the_next_department_starts_from_the_items_of_the_one_before(client, case, builder):
    finance = make.organisation("区财政局", at=make.DISTRICT, duty="财政")
    missing = queries.reviews_of(case.project).get(duty="财政")
    reviews.assign(missing, by=make.officer(Role.TOWN_HANDLER, make.TOWN), to=finance)
    client.force_login(builder)
    client.post(f"/desk/review/{case.pk}/", {"act": "answer", "finding": "feasible", **POINTS, **COSTS})
    client.force_login(make.officer(Role.REVIEWER, make.DISTRICT, organisation=finance))

    html = text(client.get(f"/desk/review/{missing.pk}/"))

    assert 'name="cost_2_item" value="扶手"' in html and 'name="cost_2_asked" value="12800.00"' in html


def test_a_phrase_that_is_picked_is_the_reason_residents_read(client, case, builder):
    client.force_login(builder)
    no = {
        "act": "answer",
        "finding": "not_feasible",
        **POINTS,
        "point_1": "no",
        "rule_from": "other",
        "rule_text": "办法第6条",
    }

    shown = text(
        client.post(f"/desk/review/{case.pk}/", no | {"phrase": "占用规划道路", "reason": "见规划图", "preview": "1"})
    )
    client.post(f"/desk/review/{case.pk}/", no | {"phrase": "占用规划道路"})

    assert "理由：占用规划道路；见规划图" in shown
    assert AuditEvent.objects.get(action="review.answer").reason == "占用规划道路"


def test_all_points_met_is_shown_before_it_is_handed_in(client, case, builder):
    client.force_login(builder)

    shown = client.post(f"/desk/review/{case.pk}/", {"act": "answer", "fill": "1", "point_1": "no"})

    case.refresh_from_db()
    assert shown.status_code == 200
    assert "居民会看到：" in text(shown) and "预审通过" in text(shown) and "就这样提交" in text(shown)
    assert case.state == "open" and case.project.state == ProjectState.IN_REVIEW
