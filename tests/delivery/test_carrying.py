"""Carrying a pool's rest over (结转): two people, one year on, in both ledgers, and never what was unused twice."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from civic.models import AuditEvent, Role
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import CarryOver, Pool, PoolEntry
from delivery.services import approvals, carrying
from proposals.models import Round
from publicity.services import objections
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    town = build.town(pool="100000")
    later = make.round_()
    Round.objects.filter(pk=later.pk).update(year=town.round.year + 1)
    later.refresh_from_db()
    town.next = Pool.objects.create(area=town.pool.area, round=later, amount_yuan=YUAN("50000"))
    town.second = make.officer(Role.DISTRICT_OFFICE, make.DISTRICT, name="何专班")
    build.approved(town, "60000")
    town.pool.refresh_from_db()
    return town


def ask(town, amount: str = "30000", **extra) -> CarryOver:
    given = {"by": town.district, "reason": "两个项目跨年做"}
    return carrying.ask(town.pool, town.next, YUAN(amount), **given | extra)


def totals() -> list[Decimal]:
    return list(Pool.objects.order_by("pk").values_list("amount_yuan", flat=True))


def test_two_people_carry_a_rest_over_and_both_ledgers_say_so(town):
    carrying.confirm(ask(town), by=town.second)

    assert totals() == [YUAN("70000"), YUAN("80000")]
    moved = PoolEntry.objects.filter(kind__startswith="carry").order_by("pk")
    assert list(moved.values_list("pool", "kind", "delta_yuan")) == [
        (town.pool.pk, "carry_out", YUAN("-30000")), (town.next.pk, "carry_in", YUAN("30000")),
    ]  # fmt: skip
    told = AuditEvent.objects.filter(action__in=["pool.carry_out", "pool.carry_in"], is_public=True).order_by("pk")
    assert [(event.sentence, event.money_delta_yuan) for event in told] == [
        (f"30,000元结转到{town.next.round.year}年资金池", YUAN("-30000")),
        (f"收到{town.round.year}年资金池结转的30,000元", YUAN("30000")),
    ]  # fmt: skip


def test_asking_moves_no_money_and_one_person_does_not_do_both(town):
    carry = ask(town)

    with pytest.raises(RuleBroken, match="同一个人"):
        carrying.confirm(carry, by=town.district)
    with pytest.raises(IntegrityError, match="carry_by_two_people"), transaction.atomic():
        CarryOver.objects.update(settled_by=town.district)

    assert totals() == [YUAN("100000"), YUAN("50000")]


@pytest.mark.parametrize(("amount", "fits"), [("40000", True), ("40000.01", False)])
def test_no_more_is_carried_than_is_there(town, amount, fits):
    if fits:
        assert ask(town, amount).amount_yuan == YUAN(amount)
    else:
        with pytest.raises(RuleBroken, match=r"最多能结转40,000元，超出0\.01元"):
            ask(town, amount)


def test_what_waits_for_the_second_person_stays(town):
    build.submitted(town, "15000")

    assert queries.most_to_carry(Pool.objects.get(pk=town.pool.pk)) == YUAN("25000")


def test_a_rest_approved_away_meanwhile_is_not_carried(town):
    carry = ask(town, "40000")
    approvals.approve(build.submitted(town, "10000"), by=town.approver)

    with pytest.raises(RuleBroken, match="超出10,000元"):
        carrying.confirm(carry, by=town.second)

    assert totals() == [YUAN("100000"), YUAN("50000")]


def test_what_was_unused_two_years_running_is_surplus_and_not_carried_again(town):
    PoolEntry.objects.create(pool=town.pool, kind="carry_in", delta_yuan=YUAN("75000"), by=town.district)

    assert queries.most_to_carry(town.pool) == YUAN("25000")


@pytest.mark.parametrize("wrong", ["place", "year", "same"])
def test_money_goes_to_the_same_place_one_year_on(town, wrong):
    other = {
        "place": lambda: Pool.objects.create(area=make.area(make.OTHER_TOWN), round=town.next.round, amount_yuan=1),
        "year": lambda: Pool.objects.create(area=town.pool.area, round=make.round_(), amount_yuan=1),
        "same": lambda: town.pool,
    }[wrong]()

    with pytest.raises(RuleBroken, match="下一年资金池"):
        carrying.ask(town.pool, other, YUAN("1"), by=town.district, reason="跨年")


def test_while_an_objection_in_the_pool_is_rechecked_nothing_is_carried(town):
    project = approvals.reserve(build.asking(town, "9000"), by=town.handler, reason="钱不够")
    objection = objections.file(project, by=town.resident, what="不该候补", why="台阶摔过人")
    objections.reply(objection, by=town.handler, outcome="not_upheld", reply="按名次排")
    objections.ask_recheck(objection, by=town.resident, reason="没有看现场")

    with pytest.raises(RuleBroken, match="有1项的异议正在复核"):
        ask(town)


def test_the_district_asks_another_confirms_and_nobody_else(client, town):
    form = {"target": town.next.pk, "amount_yuan": "30,000", "reason": "跨年做"}
    client.force_login(town.handler)
    assert client.post(reverse("delivery:carry", args=[town.pool.pk]), form).status_code == 403
    client.force_login(town.district)
    assert client.post(reverse("delivery:carry", args=[town.pool.pk]), form).status_code == 302
    carry = CarryOver.objects.get()
    confirm = reverse("delivery:carry_confirm", args=[carry.pk])
    budget = f"{reverse('delivery:budget')}?pool={town.pool.pk}"

    assert client.post(confirm).status_code == 403
    assert "您提请的，要由另一位同事确认" in client.get(budget).content.decode()
    client.force_login(town.second)
    assert confirm in client.get(budget).content.decode()
    assert "两边的总额马上改变" in client.get(confirm).content.decode()
    assert client.post(confirm).status_code == 302
    assert client.post(confirm).status_code == 409

    assert totals() == [YUAN("70000"), YUAN("80000")]


def test_a_carry_over_is_sent_back_with_a_reason(client, town):
    carry = ask(town)
    client.force_login(town.second)
    refuse = reverse("delivery:carry_refuse", args=[carry.pk])

    assert client.post(refuse, {"reason": ""}).status_code == 422
    assert client.post(refuse, {"reason": "先做完再说"}).status_code == 302

    assert AuditEvent.objects.get(action="pool.carry_refuse").reason == "先做完再说"
    assert totals() == [YUAN("100000"), YUAN("50000")]


def test_the_public_money_page_shows_surplus_given_back_and_what_was_carried(client, town):
    project = Pool.objects.get(pk=town.pool.pk).entries.filter(project__isnull=False).first().project
    PoolEntry.objects.create(pool=town.pool, project=project, kind="surplus", delta_yuan=YUAN("-1234.50"))
    carrying.confirm(ask(town), by=town.second)

    html = client.get(f"/stats/money/?area={make.TOWN}&year={town.round.year}").content.decode()

    assert "结余退回（元）" in html
    assert "1,234.50" in html
    assert "30,000" in html
