"""A grant over two years (跨年安排): each year's part in that year's pool, and no year's pool is ever overdrawn."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from civic.models import AuditEvent
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import FundingSource, Pool, PoolEntry
from delivery.services import approvals, carrying, pools, settlement
from proposals.models import Project, ProjectState, Round
from publicity.services import objections
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    town = build.town(pool="100000")
    town.later = make.round_()
    Round.objects.filter(pk=town.later.pk).update(year=town.round.year + 1)
    town.later.refresh_from_db()
    return town


def next_pool(town, amount: str = "50000") -> Pool:
    return pools.set_amount(town.later, town.pool.area, YUAN(amount), by=town.district)


def submitted(town, amount: str = "60000", later: str = "25000", project: Project | None = None):
    project = project or build.asking(town, amount)
    return approvals.submit(
        project, by=town.handler, amount_yuan=project.reviewed_yuan, minutes_no="镇纪要第4号",
        minutes=build.file(town.handler), sources={"next_year": YUAN(later)},
    )  # fmt: skip


def approved(town, amount: str = "60000", later: str = "25000") -> Project:
    return approvals.approve(submitted(town, amount, later), by=town.approver)


def committed() -> list[Decimal]:
    """What each pool has given, the earlier year first."""
    return list(Pool.objects.order_by("round__year", "pk").values_list("committed_yuan", flat=True))


def asking_later(town, amount: str) -> Project:
    """A project of the later round that waits for its own approval."""
    return build.asking(town, amount, round=town.later)


def test_each_years_part_is_booked_in_its_own_pool(town):
    later = next_pool(town)

    project = approved(town)

    assert committed() == [YUAN("35000"), YUAN("25000")]
    assert later.entries.get(kind="commit").project == project
    assert queries.available_in(Pool.objects.get(pk=later.pk)) == YUAN("25000")
    assert FundingSource.objects.get(kind="next_year").unbooked_yuan == 0


def test_while_it_waits_for_the_second_person_next_years_part_is_not_available_there(town):
    later = next_pool(town, "30000")
    submitted(town)

    assert (committed(), queries.available_in(later)) == ([0, 0], YUAN("5000"))
    with pytest.raises(RuleBroken, match=r"超出0.01元"):
        build.submitted(town, project=asking_later(town, "5000.01"))
    with pytest.raises(RuleBroken, match=r"下年的部分超出0.01元，不能安排（下年资金池可用5,000元）"):
        submitted(town, "60000", "5000.01")


def test_what_waits_for_a_pool_not_yet_set_is_booked_the_moment_it_is(town):
    project = approved(town)
    assert FundingSource.objects.get(kind="next_year").unbooked_yuan == YUAN("25000")

    with pytest.raises(RuleBroken, match="上一年已经安排到这一年的有25,000元，总额不能比它少"):
        next_pool(town, "24999.99")
    assert Pool.objects.count() == 1
    pool = next_pool(town, "25000")

    assert committed() == [YUAN("35000"), YUAN("25000")]
    assert queries.available_in(pool) == 0
    assert FundingSource.objects.get(kind="next_year").unbooked_yuan == 0
    assert list(pool.entries.order_by("pk").values_list("kind", "project")) == [
        ("adjust", None),
        ("commit", project.pk),
    ]
    event = AuditEvent.objects.get(subject=f"pool:{pool.pk}")
    assert event.sentence == "资金池总额定为25,000元，其中25,000元上一年已经安排"


def test_a_pool_that_comes_in_as_a_table_books_what_waited_for_it(town):
    from civic.tables.layout import Row
    from delivery.services.importing import import_pools

    approved(town)
    values = {"area": town.pool.area_id, "round": town.later.name, "year": town.later.year}
    short, enough = (Row(2, values | {"amount": YUAN(amount)}) for amount in ("24999", "40000"))

    with pytest.raises(Exception, match="上一年已经安排到这一年的有25,000元"):
        import_pools([short], town.district, dry_run=True)
    import_pools([enough], town.district, dry_run=False)

    assert committed() == [YUAN("35000"), YUAN("25000")]


def test_an_approval_made_void_gives_both_years_their_money_back(town):
    next_pool(town)
    project = approved(town)

    given = approvals.release_for(project, by=town.handler, reason="异议成立")

    assert given == YUAN("60000")
    assert committed() == [0, 0]
    assert set(PoolEntry.objects.filter(kind="release").values_list("delta_yuan", flat=True)) == {
        YUAN("-35000"),
        YUAN("-25000"),
    }


def test_made_void_before_next_years_pool_is_set_nothing_is_left_to_book(town):
    approvals.release_for(approved(town), by=town.handler, reason="异议成立")

    next_pool(town, "10000")

    assert committed() == [0, 0]


def settled(town, project: Project, amount: str):
    build.stand(project, ProjectState.AWAITING_START)
    from delivery.services import contracts, works

    price = YUAN("60000")
    contracts.sign(build.terms(town, str(price)), [(project, price)], by=town.village)
    project = works.start(Project.objects.get(pk=project.pk), by=town.village, board_photo=build.photo(town.village))
    project = build.held(town, build.done(town, project))
    return settlement.settle(
        project, by=town.handler, settled_yuan=YUAN(amount), sheet=build.file(town.handler), note="少做一段"
    )


def test_what_a_settlement_leaves_over_goes_back_to_each_year_in_proportion(town):
    next_pool(town)

    done = settled(town, approved(town, "60000", "20000"), "54000")

    assert committed() == [YUAN("36000"), YUAN("18000")]
    assert done.returned_yuan == YUAN("6000")


def test_settled_before_next_years_pool_is_set_less_is_booked_there(town):
    done = settled(town, approved(town, "60000", "20000"), "54000")
    assert done.returned_yuan == YUAN("4000")

    next_pool(town, "18000")

    assert committed() == [YUAN("36000"), YUAN("18000")]


def test_a_pools_rest_is_carried_over_without_what_is_booked_for_the_year_before(town):
    later = next_pool(town, "50000")
    approved(town)
    third = make.round_()
    Round.objects.filter(pk=third.pk).update(year=town.later.year + 1)
    target = pools.set_amount(Round.objects.get(pk=third.pk), town.pool.area, YUAN("1000"), by=town.district)

    with pytest.raises(RuleBroken, match=r"最多能结转25,000元"):
        carrying.ask(later, target, YUAN("25000.01"), by=town.district, reason="跨年做")


def test_the_database_refuses_next_years_pool_overdrawn_by_last_year(town):
    later = next_pool(town, "50000")
    submitted(town)
    Pool.objects.filter(pk=later.pk).update(amount_yuan=YUAN("24999.99"))

    with pytest.raises(IntegrityError, match="pool_never_overdrawn"), transaction.atomic():
        Pool.objects.filter(pk=later.pk).update(committed_yuan=YUAN("25000"))
    with pytest.raises(RuleBroken, match=r"下年的部分超出0.01元"):
        approvals.approve(FundingSource.objects.get(kind="next_year").approval, by=town.approver)
    assert committed() == [0, 0]


@pytest.mark.parametrize(
    "wrong", [{"unbooked_yuan": YUAN("25000.01")}, {"unbooked_yuan": YUAN("-1")}, {"kind": "donation"}], ids=str
)
def test_the_database_refuses_a_part_that_waits_and_is_not_next_years(town, wrong):
    approved(town)

    with pytest.raises(IntegrityError, match="source_unbooked_is_of_next_year"), transaction.atomic():
        FundingSource.objects.filter(kind="next_year").update(**wrong)


def test_a_total_is_not_lowered_below_what_waits_for_the_second_person(town):
    build.approved(town, "30000")
    build.submitted(town, "20000")

    with pytest.raises(RuleBroken, match="50,000元已经有安排（已批30,000元、拟批20,000元），总额不能比它少"):
        pools.set_amount(town.round, town.pool.area, YUAN("49999.99"), by=town.district, reason="年中调整")
    pool = pools.set_amount(town.round, town.pool.area, YUAN("50000"), by=town.district, reason="年中调整")

    assert queries.available_in(pool) == 0


@pytest.fixture
def rechecked(town):
    """A project in reserve for 40,000 whose objection is looked at again."""
    project = approvals.reserve(build.asking(town, "40000"), by=town.handler, reason="钱不够")
    objection = objections.file(project, by=town.resident, what="不该候补", why="台阶摔过人")
    objections.reply(objection, by=town.handler, outcome="not_upheld", reply="按名次排")
    objections.ask_recheck(objection, by=town.resident, reason="没有看现场")
    return project


def test_a_total_is_not_lowered_below_what_a_recheck_holds_back(town, rechecked):
    build.approved(town, "30000")

    with pytest.raises(RuleBroken, match="70,000元已经有安排（已批30,000元、异议复核锁定40,000元），总额不能比它少"):
        pools.set_amount(town.round, town.pool.area, YUAN("69999.99"), by=town.district, reason="年中调整")
    assert Pool.objects.get(pk=town.pool.pk).amount_yuan == YUAN("100000")

    lower = pools.set_amount(town.round, town.pool.area, YUAN("70000"), by=town.district, reason="年中调整")
    assert lower.amount_yuan == YUAN("70000")


def test_a_total_too_small_for_what_is_held_back_may_still_be_raised(town, rechecked):
    Pool.objects.filter(pk=town.pool.pk).update(amount_yuan=YUAN("10000"))

    pool = pools.set_amount(town.round, town.pool.area, YUAN("10001"), by=town.district, reason="追加")

    assert pool.amount_yuan == YUAN("10001")


def test_a_nearer_pools_projects_hold_nothing_back_in_this_one(town, rechecked):
    Pool.objects.create(area=make.area(), round=town.round, amount_yuan=YUAN("60000"))

    assert queries.bound_of(town.pool).held_yuan == 0


def test_a_hundred_totals_are_checked_in_as_many_statements_as_one(town, rechecked, django_assert_max_num_queries):
    rounds = Round.objects.bulk_create(
        Round(
            area=town.round.area,
            year=town.round.year,
            name=f"轮{n}",
            route=town.round.route,
            opens_at=town.round.opens_at,
        )
        for n in range(100)
    )
    many = Pool.objects.bulk_create(Pool(area=town.pool.area, round=one, amount_yuan=YUAN(1)) for one in rounds)

    with django_assert_max_num_queries(6):
        assert len(queries.bounds_of([*many, town.pool])) == 101
