"""Changes and payments (变更与付款): bounded by what was granted, agreed and asked for."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from civic.models import AuditEvent
from civic.rules import RuleBroken
from delivery.models import ChangeOrder, Payment, PoolEntry, Work
from delivery.services import changes, payments
from proposals.models import Project, ProjectState
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town(pool="60000")


@pytest.fixture
def project(town):
    """50,000 granted, 48,000 contracted, under way."""
    return build.begun(town, amount="50000", price="48000")


def reported(town, project, delta="1200", **extra) -> ChangeOrder:
    return changes.report(
        project,
        **{"by": town.foreman, "reason": "扶手改不锈钢", "delta_yuan": YUAN(delta), "photo": build.photo()} | extra,
    )


def test_a_small_change_is_agreed_by_the_village_and_raises_ladder_and_log(town, project):
    changes.confirm(reported(town, project), by=town.village)

    work = Work.objects.get(project=project)
    event = AuditEvent.objects.get(action="change.agree")
    assert (work.changes_delta_yuan, work.agreed_yuan) == (YUAN("1200"), YUAN("49200"))
    assert (event.sentence, event.money_delta_yuan) == ("同意变更：扶手改不锈钢，+1,200元", YUAN("1200"))


def test_more_days_move_the_works_last_day(town, project):
    due_on = Project.objects.get(pk=project.pk).due_on

    changes.confirm(reported(town, project, "0", extra_days=7), by=town.village)

    assert Project.objects.get(pk=project.pk).due_on == due_on + timedelta(days=7)


def test_the_village_cannot_agree_over_the_threshold(town, project):
    change = reported(town, project, "4800.01")

    assert change.is_over
    with pytest.raises(RuleBroken, match="镇街两人审批"):
        changes.confirm(change, by=town.village)
    assert Work.objects.get(project=project).changes_delta_yuan == 0


def test_a_change_beyond_the_money_granted_is_the_towns_however_small(town, project):
    assert not reported(town, project, "2000").is_over
    assert reported(town, project, "2000.01").is_over


def test_two_small_changes_made_at_once_do_not_slip_under_the_threshold(town, project):
    first, second = reported(town, project, "-3000"), reported(town, project, "-3000")
    changes.confirm(first, by=town.village)

    with pytest.raises(RuleBroken, match="镇街两人审批"):
        changes.confirm(second, by=town.village)


def test_a_large_change_takes_two_people_and_draws_on_the_pool(town, project):
    change = changes.submit(reported(town, project, "6000"), by=town.handler, minutes_no="镇纪要第9号")

    changes.approve(change, by=town.approver)

    work, change = Work.objects.get(project=project), ChangeOrder.objects.get()
    town.pool.refresh_from_db()
    assert (work.agreed_yuan, work.granted_yuan, change.drawn_yuan) == (YUAN("54000"), YUAN("54000"), YUAN("4000"))
    assert town.pool.committed_yuan == YUAN("54000")
    assert PoolEntry.objects.latest("id").delta_yuan == YUAN("4000")
    assert AuditEvent.objects.get(action="change.approve").rule == "镇纪要第9号"


def test_a_change_never_overdraws_the_pool(town, project):
    change = changes.submit(reported(town, project, "12000.01"), by=town.handler, minutes_no="镇纪要第9号")

    with pytest.raises(RuleBroken, match=r"超出0.01元"):
        changes.approve(change, by=town.approver)

    assert Work.objects.get(project=project).changes_delta_yuan == 0


@pytest.mark.parametrize("field", ["handled_by", "reported_by"])
def test_the_database_wants_different_people_behind_a_change(town, project, field):
    change = changes.submit(reported(town, project, "6000"), by=town.handler, minutes_no="1")

    with pytest.raises(IntegrityError, match="change_by_two_people"), transaction.atomic():
        ChangeOrder.objects.filter(pk=change.pk).update(approved_by=getattr(change, field))


def test_a_refused_change_says_why_and_changes_nothing(town, project):
    changes.refuse(reported(town, project), by=town.village, answer="原设计已够用")

    assert Work.objects.get(project=project).changes_delta_yuan == 0
    assert AuditEvent.objects.get(action="change.refuse").reason == "原设计已够用"
    with pytest.raises(RuleBroken, match="不同意"):
        changes.confirm(ChangeOrder.objects.get(), by=town.village)


def test_money_goes_from_claim_over_review_to_payment_by_three_people(town, project):
    claim = payments.request(project, by=town.foreman, amount_yuan=YUAN("14400"))
    payments.pay(payments.review(claim, by=town.handler), by=town.approver)

    work = Work.objects.get(project=project)
    event = AuditEvent.objects.get(action="payment.pay")
    assert (work.paid_yuan, work.paid_percent) == (YUAN("14400"), 30)
    assert (event.sentence, event.money_delta_yuan) == (
        "第1批付款14,400元，累计14,400元（共48,000元）",
        YUAN("14400"),
    )


def test_claims_together_stay_within_the_contract(town, project):
    payments.request(project, by=town.foreman, amount_yuan=YUAN("40000"))

    with pytest.raises(RuleBroken, match=r"超出0.01元，最多还能请款8,000元"):
        payments.request(project, by=town.foreman, amount_yuan=YUAN("8000.01"))

    assert Payment.objects.count() == 1


def test_a_claim_is_reviewed_before_it_is_paid_and_by_another(town, project):
    claim = payments.request(project, by=town.foreman, amount_yuan=YUAN("1000"))

    with pytest.raises(RuleBroken, match="待审核"):
        payments.pay(claim, by=town.approver)
    claim = payments.review(claim, by=town.handler)
    with pytest.raises(RuleBroken, match="同一个人"):
        payments.pay(claim, by=town.handler)
    payments.pay(claim, by=town.approver)
    with pytest.raises(RuleBroken, match="已付款"):
        payments.pay(claim, by=town.approver)

    assert Work.objects.get(project=project).paid_yuan == YUAN("1000")


def test_a_refused_claim_frees_its_amount_and_the_next_has_its_own_number(town, project):
    claim = payments.request(project, by=town.foreman, amount_yuan=YUAN("48000"))
    payments.refuse(claim, by=town.handler, answer="缺发票")

    again = payments.request(project, by=town.foreman, amount_yuan=YUAN("48000"))

    assert (claim.batch, again.batch) == (1, 2)


def test_the_database_itself_refuses_to_pay_too_much(town, project):
    with pytest.raises(IntegrityError, match="work_paid_within_contract"), transaction.atomic():
        Work.objects.filter(project=project).update(paid_yuan=YUAN("48000.01"))


def test_nothing_is_claimed_before_the_start(town):
    project = build.contracted(town)

    with pytest.raises(RuleBroken, match="待开工"):
        payments.request(project, by=town.foreman, amount_yuan=YUAN("1"))


def test_a_change_cannot_undercut_what_is_paid(town, project):
    claim = payments.request(project, by=town.foreman, amount_yuan=YUAN("46000"))
    payments.pay(payments.review(claim, by=town.handler), by=town.approver)

    with pytest.raises(RuleBroken, match="已经付了46,000元"):
        reported(town, project, "-2000.01")


def test_a_change_waits_while_the_works_are_paused(town, project):
    change = reported(town, project)
    build.stand(project, ProjectState.PAUSED)

    with pytest.raises(RuleBroken, match="已暂停"):
        changes.confirm(change, by=town.village)
