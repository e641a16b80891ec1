"""Pre-review 预审: one task per field, its clock, the finding, and what all answers come to."""

from datetime import timedelta
from decimal import Decimal

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Organisation, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from proposals import queries, sentences
from proposals.models import PreReview, ProjectState, ReviewFinding, ReviewState
from proposals.rules import Answer, Stale, WrongState
from proposals.services import intake, moves, pauses, reviews
from tests import make

pytestmark = pytest.mark.django_db
CHECKLIST = ("权属清楚", "符合规划", "没有安全隐患", "不重复建设", "后期有人管养", "预算有依据")
YES = dict.fromkeys(CHECKLIST, "yes")
FEASIBLE = Answer(finding=ReviewFinding.FEASIBLE, checklist=YES)
REFUSED = Answer(
    finding=ReviewFinding.NOT_FEASIBLE, checklist=YES | {"符合规划": "no"}, reason="占用规划道路", rule="办法第6条"
)


@pytest.fixture
def building():
    return make.organisation("镇建设办", duty="建设")


@pytest.fixture
def finance():
    return make.organisation("区财政局", at=make.DISTRICT, duty="财政")


@pytest.fixture
def builder(building):
    return make.officer(Role.REVIEWER, make.TOWN, organisation=building)


@pytest.fixture
def accountant(finance):
    return make.officer(Role.REVIEWER, make.DISTRICT, organisation=finance)


@pytest.fixture
def project(building, finance):
    """Accepted just now: the two departments the rules name for works have their tasks."""
    return intake.accept(make.project(), by=make.officer(Role.SOCIAL_WORKER))


def task(project, duty):
    return queries.reviews_of(project).get(duty=duty)


def event_of(project, action):
    return AuditEvent.objects.get(subject=project.code, action=action)


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def costs(amount, why="按定额"):
    return Answer(finding=ReviewFinding.FEASIBLE, checklist=YES, amount_yuan=Decimal(amount), amount_reason=why)


def test_each_department_the_rules_name_gets_one_task_with_a_clock(project, building, finance):
    tasks = queries.reviews_of(project).order_by("id")

    assert [(t.duty, t.department, t.state) for t in tasks] == [("建设", building, "open"), ("财政", finance, "open")]
    assert {t.due_on for t in tasks} == {add_workdays(today(), 5)}
    assert event_of(project, "review.open").sentence == "已交镇建设办、区财政局预审，限5个工作日"


def test_the_towns_department_comes_before_the_countys(building):
    make.organisation("区住建局", at=make.DISTRICT, duty="建设")
    make.organisation("别镇建设办", at=make.OTHER_TOWN, duty="建设")

    assert queries.departments_for(["建设", "财政"], make.VILLAGE) == {"建设": building}


def test_a_field_without_a_department_is_publicly_missing_until_the_town_names_one(building):
    project = intake.accept(make.project(), by=make.officer(Role.SOCIAL_WORKER))
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    other = make.organisation("区审计局", at=make.DISTRICT, duty="审计")

    assert event_of(project, "review.open").sentence == "已交镇建设办预审，限5个工作日；缺：财政预审部门，等镇街指定"
    assert task(project, "财政").due_on is None

    with later(2):
        reviews.assign(task(project, "财政"), by=handler, to=other)

        assert task(project, "财政").department == other
        assert task(project, "财政").due_on == add_workdays(today(), 5)
    assert event_of(project, "review.assign").sentence == "镇街指定区审计局预审财政，限5个工作日"


def test_a_department_in_office_is_not_replaced_by_naming_another(project, finance):
    with pytest.raises(RuleBroken, match="已经有部门在办"):
        reviews.assign(task(project, "建设"), by=make.officer(Role.TOWN_HANDLER, make.TOWN), to=finance)


def test_rules_that_name_no_department_leave_it_to_the_town(building):
    its_round = make.round_(rules={"review_departments": {"works": []}})

    project = intake.accept(make.project(round=its_round), by=make.officer(Role.SOCIAL_WORKER))

    assert event_of(project, "review.open").sentence == "缺：规则没有写明由哪个部门预审，等镇街指定"
    with pytest.raises(RuleBroken, match="还缺预审意见"):
        moves.advance(project, by="test")


def test_an_answer_is_one_public_event_with_the_cost_and_the_days(project, builder):
    with later(4):
        reviews.answer(task(project, "建设"), by=builder, answer=costs("52800.00"))

    event = event_of(project, "review.answer")
    assert event.sentence == "预审通过，核定52,800元，比提议少7,200元：按定额"
    assert event.money_delta_yuan == Decimal("-7200.00")
    assert (event.unit, event.used_workdays, event.limit_workdays) == ("镇建设办", 4, 5)
    project.refresh_from_db()
    assert project.state == ProjectState.IN_REVIEW


def test_the_last_answer_concludes_with_the_amount_named_last(project, builder, accountant):
    reviews.answer(task(project, "建设"), by=builder, answer=costs("52800.00"))
    reviews.answer(task(project, "财政"), by=accountant, answer=costs("50000.00", "单价下调"))

    project.refresh_from_db()
    deltas = AuditEvent.objects.filter(subject=project.code).values_list("money_delta_yuan", flat=True)
    assert project.state == ProjectState.FOR_ASSEMBLY
    assert project.reviewed_yuan == Decimal("50000.00")
    assert sum(d for d in deltas if d) == project.reviewed_yuan - project.estimate_yuan


def test_a_department_that_names_no_amount_leaves_the_one_before(project, builder, accountant):
    reviews.answer(task(project, "建设"), by=builder, answer=costs("52800.00"))
    reviews.answer(task(project, "财政"), by=accountant, answer=FEASIBLE)

    project.refresh_from_db()
    assert project.reviewed_yuan == Decimal("52800.00")


def test_without_any_amount_the_estimate_stands(project, builder, accountant):
    reviews.answer(task(project, "建设"), by=builder, answer=FEASIBLE)
    reviews.answer(task(project, "财政"), by=accountant, answer=FEASIBLE)

    project.refresh_from_db()
    assert project.reviewed_yuan == project.estimate_yuan


def test_pre_review_does_not_end_without_any_amount(building):
    its_round = make.round_(rules={"review_departments": {"works": ["建设"]}})
    filed = make.project(round=its_round, estimate_yuan=None)
    project = intake.accept(filed, by=make.officer(Role.SOCIAL_WORKER))
    builder = make.officer(Role.REVIEWER, make.TOWN, organisation=building)

    with pytest.raises(RuleBroken, match="请填核定金额"):
        reviews.answer(task(project, "建设"), by=builder, answer=FEASIBLE)

    assert task(project, "建设").state == ReviewState.OPEN


def test_the_second_department_sees_its_change_against_the_first(project, builder, accountant):
    reviews.answer(task(project, "建设"), by=builder, answer=costs("52800.00"))

    words = reviews.preview(task(project, "财政"), costs("53000.00", "加运费"))

    assert words == "预审通过，核定53,000元，比此前核定多200元：加运费"


@pytest.mark.parametrize(
    "answer",
    [FEASIBLE, costs("52800.00"), REFUSED, Answer(ReviewFinding.WITH_CHANGES, YES, conditions="扶手改不锈钢")],
)
def test_residents_read_what_the_preview_showed(project, builder, answer):
    review = task(project, "建设")
    shown = reviews.preview(review, answer)

    reviews.answer(review, by=builder, answer=answer)

    assert event_of(project, "review.answer").sentence == shown


def test_one_no_ends_the_project_once_all_have_answered(project, builder, accountant):
    reviews.answer(task(project, "建设"), by=builder, answer=REFUSED)
    project.refresh_from_db()
    assert project.state == ProjectState.IN_REVIEW

    reviews.answer(task(project, "财政"), by=accountant, answer=FEASIBLE)

    project.refresh_from_db()
    event = event_of(project, "project.decline")
    until = sentences.may_object(intake.may_object_until(project))
    assert project.state == ProjectState.DECLINED
    assert event.sentence == f"没有采纳：镇建设办预审不通过。{until}"
    assert (event.reason, event.rule) == ("占用规划道路", "办法第6条")
    assert project.reviewed_yuan is None


def test_a_no_as_the_last_answer_is_one_event(project, builder, accountant):
    reviews.answer(task(project, "财政"), by=accountant, answer=FEASIBLE)
    reviews.answer(task(project, "建设"), by=builder, answer=REFUSED)

    event = event_of(project, "project.decline")
    assert (event.actor, event.unit, event.reason) == (builder, "镇建设办", "占用规划道路")
    assert event.sentence.startswith("预审不通过，没有采纳。不同意可在")
    assert AuditEvent.objects.filter(subject=project.code, action="review.answer").count() == 1


WRONG = [
    (Answer("", YES), "finding"),
    (Answer(ReviewFinding.FEASIBLE, {}), "checklist"),
    (Answer(ReviewFinding.FEASIBLE, YES | {"符合规划": "no"}), "finding"),
    (Answer(ReviewFinding.FEASIBLE, YES, amount_yuan=Decimal(52800)), "amount_reason"),
    (Answer(ReviewFinding.FEASIBLE, YES, amount_yuan=Decimal(900000), amount_reason="加大"), "amount_yuan"),
    (Answer(ReviewFinding.WITH_CHANGES, YES), "conditions"),
    (Answer(ReviewFinding.NOT_FEASIBLE, YES, rule="第6条"), "reason"),
    (Answer(ReviewFinding.NOT_FEASIBLE, YES, reason="占路"), "rule"),
]


@pytest.mark.parametrize(("answer", "field"), WRONG)
def test_an_unfinished_finding_is_refused_and_nothing_changes(project, builder, answer, field):
    with pytest.raises(RuleBroken) as refused:
        reviews.answer(task(project, "建设"), by=builder, answer=answer)

    assert refused.value.field == field
    assert task(project, "建设").state == ReviewState.OPEN
    assert not AuditEvent.objects.filter(action="review.answer").exists()


def test_a_task_is_answered_once(project, builder):
    review = task(project, "建设")
    reviews.answer(review, by=builder, answer=FEASIBLE)

    with pytest.raises(RuleBroken, match="已审"):
        reviews.answer(review, by=builder, answer=REFUSED)


def test_a_form_older_than_the_task_is_stale(project, builder):
    review = task(project, "建设")
    reviews.keep(review, by=builder, typed={"reason": "还在想"})

    with pytest.raises(Stale):
        reviews.answer(review, by=builder, answer=FEASIBLE, version=review.version)

    assert task(project, "建设").typed == {"reason": "还在想"}


@pytest.mark.parametrize("state", [ProjectState.PAUSED, ProjectState.FOR_ASSEMBLY, ProjectState.DECLINED])
def test_no_answer_reaches_a_project_that_is_elsewhere(building, builder, state):
    review = PreReview.objects.create(project=make.project(state), duty="建设", department=building)

    with pytest.raises(WrongState):
        reviews.answer(review, by=builder, answer=FEASIBLE)


def test_nobody_advances_a_project_past_an_open_task(project):
    with pytest.raises(RuleBroken, match="还缺预审意见：镇建设办、区财政局"):
        moves.advance(project, by=make.officer(Role.TOWN_HANDLER, make.TOWN))

    project.refresh_from_db()
    assert project.state == ProjectState.IN_REVIEW


def test_asking_the_author_stops_every_departments_clock(project, builder):
    with later(2):
        reviews.ask(task(project, "建设"), by=builder, items=["坡道位置照片1张"], reason="看不清位置")

        assert {(t.state, t.due_on, t.left_workdays) for t in queries.reviews_of(project)} == {("asked", None, 3)}
        assert event_of(project, "project.return").unit == "镇建设办"
    project.refresh_from_db()
    with later(5):
        project = intake.complete(project, by=project.proposer, answers=["在左侧"])

        assert project.state == ProjectState.IN_REVIEW
        assert {(t.state, t.due_on) for t in queries.reviews_of(project)} == {("open", add_workdays(today(), 3))}
        reviews.answer(task(project, "建设"), by=builder, answer=FEASIBLE)
    assert event_of(project, "review.answer").used_workdays == 2


def test_a_pause_stops_the_clocks_and_going_on_starts_them_again(project):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    with later(1):
        paused = pauses.pause(project, by=handler, reason="等管线迁改", next_on=add_workdays(today(), 9))
        assert {(t.state, t.due_on, t.left_workdays) for t in queries.reviews_of(project)} == {("open", None, 4)}
    with later(6):
        pauses.resume(paused, by=handler)
        assert {t.due_on for t in queries.reviews_of(project)} == {add_workdays(today(), 4)}


def test_a_withdrawn_or_declined_project_leaves_nobody_with_work(project, builder):
    reviews.ask(task(project, "建设"), by=builder, items=["照片"], reason="看不清")
    project.refresh_from_db()

    moves.decline(project, by="test", reason="没有补充", rule="办法第5条")

    assert set(project.reviews.values_list("state", flat=True)) == {ReviewState.CLOSED}


def test_coming_back_to_pre_review_is_a_new_attempt(project, builder, accountant):
    its_round = project.round
    reviews.answer(task(project, "建设"), by=builder, answer=costs("52800.00"))
    reviews.answer(task(project, "财政"), by=accountant, answer=FEASIBLE)
    type(project).objects.filter(pk=project.pk).update(state=ProjectState.FOR_APPROVAL)
    project.refresh_from_db()

    moves.send_back(project, by="test", to_step="review", reason="异议成立")

    assert "review" in its_round.route
    assert {(t.attempt, t.state) for t in queries.reviews_of(project)} == {(2, "open")}
    assert reviews.preview(task(project, "建设"), costs("52000.00")).startswith(
        "预审通过，核定52,000元，比此前核定少800元"
    )


def test_a_task_passed_on_stands_with_both_units_in_the_record(project, builder):
    water = make.organisation("镇水利所", duty="水利")

    with later(3):
        passed = reviews.pass_on(task(project, "建设"), by=builder, to=water, reason="属于水利设施")

        assert (passed.department, passed.due_on) == (water, add_workdays(today(), 5))
    event = event_of(project, "review.pass_on")
    assert event.sentence == "镇建设办把预审转给镇水利所，限5个工作日"
    assert (event.before, event.after) == ({"department": "镇建设办"}, {"department": "镇水利所"})
    assert task(project, "建设").department == water


def test_a_task_may_come_back_to_the_department_that_passed_it_on(project, builder, building):
    water = make.organisation("镇水利所", duty="水利")
    passed = reviews.pass_on(task(project, "建设"), by=builder, to=water, reason="属于水利设施")

    back = reviews.pass_on(
        passed, by=make.officer(Role.REVIEWER, make.TOWN, organisation=water), to=building, reason="不是水利设施"
    )

    assert task(project, "建设") == back


@pytest.mark.parametrize("other", ["itself", "no reviewer"])
def test_a_task_goes_only_to_another_reviewing_department(project, builder, building, other):
    to = building if other == "itself" else Organisation.objects.create(name="乐队", kind="partner", area_id=make.TOWN)

    with pytest.raises(RuleBroken, match="请选另一个负责审核的部门"):
        reviews.pass_on(task(project, "建设"), by=builder, to=to, reason="不归我们")


def test_a_reviewers_queue_holds_their_own_department_alone(project, builder, accountant):
    other = make.officer(Role.REVIEWER, make.TOWN, organisation=make.organisation("镇民政办", duty="民政"))

    assert [t.duty for t in queries.reviews_open(builder)] == ["建设"]
    assert [t.duty for t in queries.reviews_open(accountant)] == ["财政"]
    assert list(queries.reviews_open(other)) == []
