"""Approval and money (审批与资金池): two people, one pool, never a fen too much."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from civic.models import AuditEvent
from civic.rules import RuleBroken
from delivery.models import Approval, FundingSource, Pool, PoolEntry
from delivery.queries import available_in, pool_for
from delivery.services import approvals, pools
from proposals.models import Project, ProjectState
from proposals.services import moves
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town(pool="100000")


def ledger(pool: Pool) -> list[tuple[str, Decimal]]:
    return list(PoolEntry.objects.filter(pool=pool).order_by("id").values_list("kind", "delta_yuan"))


def test_two_people_approve_and_the_public_reads_it(town):
    request = build.submitted(town, "52800")

    project = approvals.approve(request, by=town.approver)

    town.pool.refresh_from_db()
    event = AuditEvent.objects.get(subject=project.code, action="project.advance")
    assert (project.state, project.approved_yuan) == (ProjectState.ON_NOTICE, YUAN("52800"))
    assert town.pool.committed_yuan == YUAN("52800")
    assert ledger(town.pool) == [("commit", YUAN("52800"))]
    assert (event.sentence, event.rule) == ("镇政府批准52,800元", "镇纪要第4号")
    assert (event.kind, event.money_delta_yuan, event.role) == ("money", YUAN("52800"), "town_approver")
    assert [document["kind"] for document in event.documents] == ["document"]


def test_the_same_person_never_submits_and_approves(town):
    request = build.submitted(town)

    with pytest.raises(RuleBroken, match="同一个人"):
        approvals.approve(request, by=town.handler)
    with pytest.raises(IntegrityError, match="approval_by_two_people"), transaction.atomic():
        Approval.objects.filter(pk=request.pk).update(approved_by=town.handler)

    assert PoolEntry.objects.count() == 0


def test_a_request_beyond_the_pool_is_refused_with_the_figure(town):
    build.submitted(town, "60000")
    project = build.asking(town, "52000")

    with pytest.raises(RuleBroken, match="超出12,000元，不能提交"):
        build.submitted(town, project=project)

    assert Approval.objects.count() == 1
    assert available_in(town.pool) == YUAN("40000")


def test_what_waits_for_the_second_person_is_no_longer_available(town):
    build.submitted(town, "100000")

    assert available_in(town.pool) == 0
    assert town.pool.left_yuan == YUAN("100000")


def test_a_different_amount_says_why_in_the_record(town):
    project = build.asking(town, "60000")

    request = approvals.submit(
        project,
        by=town.handler,
        amount_yuan=YUAN("52800"),
        minutes_no="镇纪要第4号",
        minutes=build.file(),
        reason="按定额核减",
    )
    project = approvals.approve(request, by=town.approver)

    event = AuditEvent.objects.get(subject=project.code, action="project.advance")
    assert event.sentence == "镇政府批准52,800元，比申请少7,200元"
    assert event.reason == "按定额核减"


def test_sources_add_up_and_only_the_pools_part_is_booked(town):
    project = build.asking(town, "60000")

    request = approvals.submit(
        project,
        by=town.handler,
        amount_yuan=YUAN("60000"),
        minutes_no="镇纪要第4号",
        minutes=build.file(),
        sources={"donation": YUAN("15000")},
    )
    approvals.approve(request, by=town.approver)

    assert ledger(town.pool) == [("commit", YUAN("45000"))]
    assert sum(FundingSource.objects.values_list("amount_yuan", flat=True)) == YUAN("60000")


def test_sources_that_do_not_add_up_stop_the_approval(town):
    request = build.submitted(town, "60000")
    FundingSource.objects.filter(approval=request).update(amount_yuan=YUAN("59999.99"))

    with pytest.raises(RuleBroken, match="与批准金额"):
        approvals.approve(request, by=town.approver)

    assert ledger(town.pool) == []


def test_one_live_request_per_project(town):
    request = build.submitted(town)

    with pytest.raises(RuleBroken, match="不能再提交"):
        build.submitted(town, project=request.project)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(
            project=request.project,
            pool=town.pool,
            requested_yuan=1,
            amount_yuan=1,
            pool_yuan=1,
            minutes_no="1",
            minutes=request.minutes,
            submitted_by=town.handler,
        )


@pytest.mark.parametrize("state", [s for s in ProjectState if s not in {"for_approval", "draft"}])
def test_no_step_is_skipped_to_reach_the_money(town, state):
    project = make.project(state, round=town.round, reviewed_yuan=YUAN("1000"))

    with pytest.raises(RuleBroken, match="不能办这一步"):
        build.submitted(town, project=project)

    assert Approval.objects.count() == 0


def test_a_project_sent_elsewhere_meanwhile_is_not_approved(town):
    request = build.submitted(town)
    build.stand(request.project, ProjectState.FOR_ASSEMBLY)

    with pytest.raises(RuleBroken, match="待议事"):
        approvals.approve(request, by=town.approver)

    assert ledger(town.pool) == []


def test_a_returned_request_frees_its_money_and_can_be_made_anew(town):
    request = build.submitted(town, "80000")

    approvals.send_back(request, by=town.approver, reason="请补充报价单")

    assert available_in(town.pool) == YUAN("100000")
    assert build.submitted(town, project=request.project).state == "submitted"
    assert AuditEvent.objects.get(action="approval.return").reason == "请补充报价单"


def test_a_decided_request_is_not_decided_again(town):
    request = build.submitted(town)
    approvals.approve(request, by=town.approver)
    build.stand(request.project, ProjectState.FOR_APPROVAL)

    with pytest.raises(RuleBroken, match="已批准"):
        approvals.approve(request, by=town.approver)

    assert len(ledger(town.pool)) == 1


def test_want_of_money_leads_to_the_reserve_and_back_when_there_is_some(town):
    first = build.submitted(town, "90000")
    waiting = build.asking(town, "30000")

    reserved = approvals.reserve(waiting, by=town.handler, reason="资金用完，排第2")
    with pytest.raises(RuleBroken, match="还差20,000元"):
        approvals.recall(reserved, by=town.handler)
    approvals.send_back(first, by=town.approver, reason="改由部门出资")
    recalled = approvals.recall(reserved, by=town.handler)

    assert reserved.state == ProjectState.RESERVE
    assert recalled.state == ProjectState.FOR_APPROVAL


def test_an_upheld_objection_voids_the_approval_and_the_money_returns(town):
    project = approvals.approve(build.submitted(town, "52800"), by=town.approver)

    released = approvals.release_for(project, by=town.handler, reason="异议成立：选址有争议")

    project.refresh_from_db()
    town.pool.refresh_from_db()
    event = AuditEvent.objects.get(action="approval.void")
    assert (released, town.pool.committed_yuan, project.approved_yuan) == (YUAN("52800"), 0, None)
    assert ledger(town.pool) == [("commit", YUAN("52800")), ("release", YUAN("-52800"))]
    assert event.sentence == "批准作废，52,800元退回资金池"
    assert event.reason == "异议成立：选址有争议"
    assert approvals.release_for(project, by=town.handler, reason="再来一次") == 0


@pytest.mark.parametrize(
    "leave",
    [
        lambda p, by: moves.send_back(p, by=by, to_step="assembly", reason="异议成立"),
        lambda p, by: moves.decline(moves.hold_for_objection(p, by=by), by=by, reason="异议成立", rule="第8条"),
    ],
    ids=["sent back", "declined"],
)
def test_a_project_that_leaves_takes_no_money_with_it(town, leave):
    project = approvals.approve(build.submitted(town, "52800"), by=town.approver)

    leave(project, town.handler)

    town.pool.refresh_from_db()
    assert town.pool.committed_yuan == 0
    assert Approval.objects.get().state == "void"


def test_a_terminated_work_gives_back_what_is_not_paid(town):
    from delivery.services import payments

    project = build.begun(town, amount="50000", price="48000")
    claim = payments.request(project, by=town.foreman, amount_yuan=YUAN("20000"))
    payments.pay(payments.review(claim, by=town.handler), by=town.approver)

    moves.terminate(project, by=town.handler, reason="地下有管线", rule="第12条")

    town.pool.refresh_from_db()
    assert town.pool.committed_yuan == YUAN("20000")


def test_the_nearest_pool_of_the_round_is_drawn_on(town):
    project = build.asking(town)
    own = Pool.objects.create(area=project.area, round=town.round, amount_yuan=1)
    Pool.objects.create(area=make.area(make.DISTRICT), round=town.round, amount_yuan=1)
    Pool.objects.create(area=make.area(make.OTHER_TOWN), round=town.round, amount_yuan=1)

    assert pool_for(project) == own
    own.delete()
    assert pool_for(project) == town.pool


def test_without_a_pool_nothing_is_submitted(town):
    elsewhere = make.project(ProjectState.FOR_APPROVAL, round=make.round_(), reviewed_yuan=YUAN(1))

    with pytest.raises(RuleBroken, match="还没有定资金池"):
        build.submitted(town, project=elsewhere)


def test_the_district_sets_a_pool_and_never_below_what_is_approved(town):
    approvals.approve(build.submitted(town, "60000"), by=town.approver)

    pool = pools.set_amount(town.round, town.pool.area, YUAN("70000"), by=town.district, reason="年中调整")
    with pytest.raises(RuleBroken, match="已经批出60,000元"):
        pools.set_amount(town.round, town.pool.area, YUAN("59999.99"), by=town.district, reason="再调")

    assert (pool.amount_yuan, pool.left_yuan) == (YUAN("70000"), YUAN("10000"))
    assert ledger(pool)[-1] == ("adjust", YUAN("-30000"))


def test_the_database_itself_refuses_an_overdrawn_pool(town):
    with pytest.raises(IntegrityError, match="pool_never_overdrawn"), transaction.atomic():
        Pool.objects.filter(pk=town.pool.pk).update(committed_yuan=YUAN("100000.01"))


def test_a_refused_approval_writes_nothing_at_all(town):
    request = build.submitted(town, "60000")
    Pool.objects.filter(pk=town.pool.pk).update(amount_yuan=YUAN("59999.99"))
    events = AuditEvent.objects.count()

    with pytest.raises(RuleBroken, match=r"超出0.01元"):
        approvals.approve(request, by=town.approver)

    assert Project.objects.get(pk=request.project_id).state == ProjectState.FOR_APPROVAL
    assert AuditEvent.objects.count() == events
    assert PoolEntry.objects.count() == 0


@pytest.mark.parametrize("tamper", [lambda rows: rows.update(delta_yuan=YUAN(1)), lambda rows: rows.delete()])
def test_the_database_itself_keeps_the_ledger_as_it_was_written(town, tamper):
    approvals.approve(build.submitted(town, "52800"), by=town.approver)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        tamper(PoolEntry.objects.all())

    assert ledger(town.pool) == [("commit", YUAN("52800"))]


def test_a_batch_is_approved_in_one_press(town):
    waiting = [build.submitted(town, amount) for amount in ("30000", "20000")]

    projects = approvals.approve_each(waiting, by=town.approver)

    town.pool.refresh_from_db()
    assert {project.state for project in projects} == {ProjectState.ON_NOTICE}
    assert town.pool.committed_yuan == YUAN("50000")
    assert all(
        project.notices.filter(state="running", ends_at__gt=project.state_since).count() == 1 for project in projects
    )


def test_a_batch_with_one_refusal_approves_nothing_and_names_it(town):
    waiting = [build.submitted(town, amount) for amount in ("30000", "20000")]
    Pool.objects.filter(pk=town.pool.pk).update(amount_yuan=YUAN("49999.99"))

    with pytest.raises(RuleBroken, match=f"{waiting[1].project.code}.*超出0.01元.*一项都没有批"):
        approvals.approve_each(waiting, by=town.approver)

    assert PoolEntry.objects.count() == 0
    assert set(Approval.objects.values_list("state", flat=True)) == {"submitted"}


def test_a_batch_is_of_one_pool_and_not_empty(town):
    village = Pool.objects.create(area=make.area(make.OTHER_VILLAGE), round=town.round, amount_yuan=YUAN("50000"))
    waiting = [build.submitted(town), build.submitted(town, project=build.asking(town, at=make.OTHER_VILLAGE))]

    for chosen in ([], waiting):
        with pytest.raises(RuleBroken, match="同一个资金池"):
            approvals.approve_each(chosen, by=town.approver)

    village.refresh_from_db()
    assert village.committed_yuan == 0
