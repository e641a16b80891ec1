"""After acceptance: settlement 结算, ratings 评价, looks back 回头看, archive 归档."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from civic import moments
from civic.models import AuditEvent
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import FollowUp, PoolEntry, Rating, Rectification, Settlement, Work
from delivery.services import approvals, payments, ratings, rectifying, settlement
from proposals.models import Project
from proposals.rules import Stale
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town()


@pytest.fixture
def project(town):
    """Accepted: 50,000 granted, 48,000 contracted, nothing paid."""
    return build.completed(town)


def settled(town, project, amount="48000", **extra) -> Settlement:
    return settlement.settle(
        project, **{"by": town.handler, "settled_yuan": YUAN(amount), "sheet": build.file(), "note": "按实核减"} | extra
    )


def paid(town, project, amount="48000"):
    claim = payments.request(project, by=town.foreman, amount_yuan=YUAN(amount))
    return payments.pay(payments.review(claim, by=town.handler), by=town.approver)


def test_the_surplus_goes_back_to_the_pool_for_everyone_to_see(town, project):
    settled(town, project, "47000")

    town.pool.refresh_from_db()
    event = AuditEvent.objects.get(action="work.settle")
    assert town.pool.committed_yuan == YUAN("47000")
    assert PoolEntry.objects.get(kind="surplus").delta_yuan == YUAN("-3000")
    assert (event.sentence, event.money_delta_yuan) == ("结算47,000元，结余3,000元退回资金池", YUAN("-3000"))


def test_the_other_sources_keep_their_part_of_the_surplus(town):
    request = build.asking(town, "50000")
    request = approvals.submit(
        request,
        by=town.handler,
        amount_yuan=YUAN("50000"),
        minutes_no="1",
        minutes=build.file(),
        sources={"donation": YUAN("25000")},
    )
    project = build.stand(approvals.approve(request, by=town.approver), "awaiting_start")
    build.contracts.sign(build.terms(town), [(project, YUAN("48000"))], by=town.village)
    project = build.works.start(project, by=town.village, board_photo=build.photo())
    project = build.held(town, build.done(town, project))

    settled(town, project, "47000")

    assert Settlement.objects.get().returned_yuan == YUAN("1500")
    assert "结余3,000元，其中1,500元退回资金池" in AuditEvent.objects.get(action="work.settle").sentence


def test_settled_money_pays_for_a_reserve_project(town, project):
    waiting = approvals.reserve(build.asking(town, "53000"), by=town.handler, reason="钱不够")
    with pytest.raises(RuleBroken, match="还差3,000元"):
        approvals.recall(waiting, by=town.handler)

    settled(town, project, "47000")

    assert approvals.recall(waiting, by=town.handler).state == "for_approval"


def test_a_settlement_waits_for_acceptance_and_open_claims(town, project):
    with pytest.raises(RuleBroken, match="待验收"):
        settled(town, build.finished(town))
    payments.request(project, by=town.foreman, amount_yuan=YUAN("1"))
    with pytest.raises(RuleBroken, match="还有请款没有办完"):
        settled(town, project)

    assert Settlement.objects.count() == 0


def test_a_project_is_settled_once_and_not_from_an_old_page(town, project):
    version = Work.objects.get(project=project).version
    with pytest.raises(Stale):
        settled(town, project, version=version - 1)
    settled(town, project, version=version)
    with pytest.raises(RuleBroken, match="已经结算过了"):
        settled(town, project)


def test_after_the_settlement_no_more_than_it_is_paid(town, project):
    settled(town, project, "47000")

    with pytest.raises(RuleBroken, match=r"超出0.01元，最多还能请款47,000元"):
        payments.request(project, by=town.foreman, amount_yuan=YUAN("47000.01"))
    with pytest.raises(IntegrityError, match="work_paid_within_settled"), transaction.atomic():
        Work.objects.filter(project=project).update(paid_yuan=YUAN("47000.01"))


def test_a_file_closes_when_all_is_settled_paid_and_put_right(town, project):
    with pytest.raises(RuleBroken, match="缺：结算"):
        settlement.archive(project, by=town.handler)
    settled(town, project, "47000")
    with pytest.raises(RuleBroken, match="还有47,000元没有付清"):
        settlement.archive(project, by=town.handler)
    paid(town, project, "47000")
    ratings.rate(project, by=town.resident, score=1, words="扶手松了")
    with pytest.raises(RuleBroken, match="还有1项整改"):
        settlement.archive(project, by=town.handler)
    rectifying.answer(Rectification.objects.get(), by=town.village, reply="已加固")

    project = settlement.archive(project, by=town.handler)

    assert project.archived_on == today()
    assert AuditEvent.objects.get(action="project.archive").sentence == "归档，结算47,000元"
    with pytest.raises(RuleBroken, match="已经归档"):
        settlement.archive(project, by=town.handler)


def test_one_rating_per_person_changed_within_seven_days(town, project):
    ratings.rate(project, by=town.resident, score=4, reasons=["质量"], words="好走")

    with moments.at(now() + timedelta(days=6, hours=23)):
        ratings.rate(project, by=town.resident, score=5)
    with moments.at(now() + timedelta(days=7, minutes=1)), pytest.raises(RuleBroken, match="现在不能改了"):
        ratings.rate(project, by=town.resident, score=3)

    assert list(Rating.objects.values_list("person", "score")) == [(town.resident.pk, 5)]
    told = AuditEvent.objects.filter(action__startswith="rating.").order_by("id").values_list("sentence", flat=True)
    assert list(told) == ["{who}评价“满意”", "{who}把评价改为“非常满意”"]


def test_the_database_keeps_one_rating_per_person(town, project):
    ratings.rate(project, by=town.resident, score=4)

    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(project=project, person=town.resident, score=5, edit_until=now())


def test_ratings_open_with_acceptance(town):
    with pytest.raises(RuleBroken, match="验收后就能评"):
        ratings.rate(build.finished(town), by=town.resident, score=5)


@pytest.mark.parametrize(("score", "reasons"), [(0, []), (6, []), (None, []), (5, ["好看"])])
def test_only_the_offered_labels_and_reasons_count(town, project, score, reasons):
    with pytest.raises(RuleBroken):
        ratings.rate(project, by=town.resident, score=score, reasons=reasons)

    assert Rating.objects.count() == 0


@pytest.mark.parametrize(("score", "fixes"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_a_low_rating_starts_a_clock_of_fifteen_working_days(town, project, score, fixes):
    ratings.rate(project, by=town.resident, score=score, words="扶手松了")

    assert Rectification.objects.filter(what="扶手松了", limit_workdays=15).count() == fixes


def test_a_low_rating_said_twice_is_one_fix(town, project):
    ratings.rate(project, by=town.resident, score=2)
    ratings.rate(project, by=town.resident, score=1)

    assert Rectification.objects.count() == 1


def test_a_fix_is_answered_in_public_and_the_resident_asked_again(town, project):
    ratings.rate(project, by=town.resident, score=1, words="扶手松了")
    fix = rectifying.answer(Rectification.objects.get(), by=town.village, reply="已换膨胀螺栓")

    fix = rectifying.confirm(fix, by=town.resident, solved=False)

    assert AuditEvent.objects.get(action="fix.answer").sentence == "整改答复：已换膨胀螺栓"
    assert AuditEvent.objects.get(action="fix.confirm").sentence == "{who}确认：还没有解决"
    assert Rectification.objects.filter(done_on=None, what="扶手松了").count() == 1
    with pytest.raises(RuleBroken, match="已经答过"):
        rectifying.confirm(fix, by=town.resident, solved=True)


def test_the_average_is_hidden_below_five_ratings_and_counts_add_up(town, project):
    for number, score in enumerate([5, 4, 4, 3]):
        ratings.rate(project, by=make.resident(name=f"邻居{number}"), score=score)
    few = queries.satisfaction(project)
    ratings.rate(project, by=town.resident, score=1)
    enough = queries.satisfaction(project)

    assert (few.count, few.average, few.satisfied_percent) == (4, None, None)
    assert (enough.count, enough.average, enough.satisfied_percent) == (5, YUAN("3.4"), 80)
    assert [count for _label, count in enough.by_score] == [1, 2, 1, 0, 1]


def test_a_look_back_is_a_visit_with_a_note(town, project):
    visit = FollowUp.objects.filter(project=project).first()
    with pytest.raises(RuleBroken, match="还没有到回头看的日子"):
        ratings.look_back(visit, by=town.social, note="坡道完好")
    FollowUp.objects.filter(pk=visit.pk).update(due_on=today() + timedelta(days=14))

    with pytest.raises(RuleBroken, match="请写明理由"):
        ratings.look_back(visit, by=town.social, note=" ")
    ratings.look_back(visit, by=town.social, note="坡道完好，扶手牢固", photo=build.photo())
    with pytest.raises(RuleBroken, match="已经做过"):
        ratings.look_back(visit, by=town.social, note="再看一次")

    assert AuditEvent.objects.get(action="follow_up.visit").sentence == "回头看（3个月）：坡道完好，扶手牢固"


def test_the_ladder_explains_every_difference(town):
    project = build.completed(town, amount="52800", price="49500")
    Project.objects.filter(pk=project.pk).update(estimate_yuan=YUAN("60000"))
    project = Project.objects.get(pk=project.pk)
    paid(town, project, "49000")
    settled(town, project, "49000")

    rungs = queries.ladder(project, queries.work_of(project))

    assert [(r.label, r.amount_yuan) for r in rungs] == [
        ("提议估算", YUAN("60000")),
        ("部门核定", YUAN("52800")),
        ("批准金额", YUAN("52800")),
        ("合同价", YUAN("49500")),
        ("已付款", YUAN("49000")),
        ("结算金额", YUAN("49000")),
    ]
    assert rungs[1].note == "核定比估算少7,200元"
    assert rungs[3].note == "合同比批准少3,300元"
    assert rungs[5].note == "结余3,800元：按实核减"
    assert [r.current for r in rungs] == [False] * 5 + [True]


def test_a_young_projects_ladder_shows_what_is_to_come():
    project = make.project("filed", estimate_yuan=YUAN("60000"))

    rungs = queries.ladder(project)

    assert rungs[0].current
    assert [r.amount_yuan for r in rungs[1:]] == [None] * 5


def test_what_the_public_page_reads_costs_the_same_however_much_happened(town, project, django_assert_num_queries):
    for number in range(3):
        ratings.rate(project, by=make.resident(name=f"邻居{number}"), score=4)
    paid(town, project, "1000")
    paid(town, project, "1000")
    project = Project.objects.select_related("round").get(pk=project.pk)

    with django_assert_num_queries(5):
        work = queries.work_of(project)
        held = list(work.project.acceptances.all())
        shown = [*work.milestones.all(), *held[0].items.all(), *held[0].signatures.all()]
        assert [str(row.photo) for row in shown[:3]] == ["照片"] * 3
        assert work.item.contract.contractor == town.builder
    with django_assert_num_queries(1):
        queries.ladder(project, work)
    with django_assert_num_queries(1):
        queries.satisfaction(project)
