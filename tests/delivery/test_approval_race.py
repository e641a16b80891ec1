"""Many approvals against one pool at once (并发): on PostgreSQL, with the lock, without it, and without anything."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F, Value

from civic.fields import YuanField
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import Approval, FundingSource, Pool, PoolEntry
from delivery.services import approvals, pools
from proposals.models import Round
from tests import make
from tests.delivery import build

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
YUAN = Decimal
PRICE = YUAN("30000")


def at_once(act, arguments):
    """Call ``act`` on every argument from its own thread, all starting together; what each returned or raised."""
    gate = threading.Barrier(len(arguments), timeout=30)

    def one(argument):
        try:
            gate.wait()
            return act(argument)
        except (RuleBroken, IntegrityError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(arguments)) as threads:
        return list(threads.map(one, arguments))


@pytest.fixture
def requests():
    """Two requests of 30,000 that wait against a pool that has 50,000 left for one of them only."""
    town = build.town(pool="60000")
    waiting = [build.submitted(town, str(PRICE)) for _ in range(2)]
    Pool.objects.update(amount_yuan=YUAN("50000"))
    return town, waiting


def test_two_approvals_against_one_pool_never_overdraw_it(requests):
    town, waiting = requests

    answers = at_once(lambda request: approvals.approve(request, by=town.approver), waiting)

    pool = Pool.objects.get()
    assert sorted(type(answer).__name__ for answer in answers) == ["Project", "RuleBroken"]
    assert "超出10,000元" in str(next(a for a in answers if isinstance(a, RuleBroken)))
    assert pool.committed_yuan == PRICE
    assert PoolEntry.objects.count() == Approval.objects.filter(state="approved").count() == 1


def test_without_the_lock_the_database_still_refuses_the_second(requests, monkeypatch):
    town, waiting = requests
    monkeypatch.setattr(pools, "locked", lambda pk: _slowly(Pool.objects.select_related("area", "round").get(pk=pk)))
    monkeypatch.setattr(pools, "book", _add_in_the_database)

    answers = at_once(lambda request: approvals.approve(request, by=town.approver), waiting)

    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "Project"]
    assert Pool.objects.get().committed_yuan == PRICE


def test_without_lock_and_constraint_the_pool_would_be_overdrawn(requests, monkeypatch):
    """The negative control: the two guards are what holds, not luck."""
    town, waiting = requests
    monkeypatch.setattr(pools, "locked", lambda pk: _slowly(Pool.objects.select_related("area", "round").get(pk=pk)))
    monkeypatch.setattr(pools, "book", _add_in_the_database)
    constraint = next(c for c in Pool._meta.constraints if c.name == "pool_never_overdrawn")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Pool, constraint)
    try:
        at_once(lambda request: approvals.approve(request, by=town.approver), waiting)

        assert Pool.objects.get().committed_yuan == 2 * PRICE > YUAN("50000")
    finally:
        Pool.objects.update(committed_yuan=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(Pool, constraint)


def test_sixty_four_requests_at_once_take_no_more_than_there_is():
    town = build.town(pool="100000")
    projects = [build.asking(town, str(PRICE)) for _ in range(64)]

    def submit(project):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '30s'")
            cursor.execute("SET LOCAL statement_timeout = '30s'")
            return build.submitted(town, project=project)

    answers = at_once(submit, projects)

    assert sum(isinstance(answer, Approval) for answer in answers) == 3
    assert sum(isinstance(answer, RuleBroken) for answer in answers) == 61
    assert sum(Approval.objects.values_list("pool_yuan", flat=True)) == 3 * PRICE


def test_one_request_approved_by_many_at_once_is_booked_once():
    town = build.town(pool="100000")
    request = build.submitted(town, str(PRICE))

    answers = at_once(lambda _n: approvals.approve(request, by=town.approver), range(8))

    assert sum(not isinstance(answer, RuleBroken) for answer in answers) == 1
    assert Pool.objects.get().committed_yuan == PRICE


READ = threading.Barrier(2, timeout=10)


def _slowly(pool):
    """Both read the pool before either writes."""
    READ.wait()
    return pool


def _add_in_the_database(pool, kind, delta_yuan, *, project, by):
    delta = Value(delta_yuan, output_field=YuanField())
    PoolEntry.objects.create(pool=pool, project=project, kind=kind, delta_yuan=delta_yuan, by=by)
    Pool.objects.filter(pk=pool.pk).update(committed_yuan=F("committed_yuan") + delta)


def test_two_batches_that_overlap_neither_hang_nor_book_twice():
    town = build.town(pool="100000")
    waiting = [build.submitted(town, "10000") for _n in range(6)]
    batches = [waiting[:4], waiting[:1:-1]]  # the second names them backwards

    answers = at_once(lambda batch: approvals.approve_each(batch, by=town.approver), batches)

    assert sorted(type(answer).__name__ for answer in answers) == ["RuleBroken", "list"]
    assert Pool.objects.get().committed_yuan == 4 * YUAN("10000")


@pytest.fixture
def over_two_years():
    """A project of this year that wants 30,000 of next year's 50,000, and one of next year that wants as much."""
    town = build.town(pool="60000")
    later = make.round_()
    Round.objects.filter(pk=later.pk).update(year=town.round.year + 1)
    after = Pool.objects.create(area=town.pool.area, round=Round.objects.get(pk=later.pk), amount_yuan=YUAN("50000"))
    split, own = build.asking(town, "50000"), build.asking(town, str(PRICE), round=after.round)

    def submit(project):
        return approvals.submit(
            project, by=town.handler, amount_yuan=project.reviewed_yuan, minutes_no="镇纪要第4号",
            minutes=build.file(town.handler), sources={"next_year": PRICE} if project == split else None,
        )  # fmt: skip

    return after, submit, [split, own]


def test_two_years_asking_for_one_pool_at_once_never_take_more_than_it_has(over_two_years):
    after, submit, projects = over_two_years

    answers = at_once(submit, projects)

    assert sorted(type(answer).__name__ for answer in answers) == ["Approval", "RuleBroken"]
    assert queries.available_in(after) == YUAN("20000")


def test_without_the_lock_two_years_would_take_more_than_the_pool_has(over_two_years, monkeypatch):
    """The negative control: the next year's pool is held too, or its rest is promised twice."""
    after, submit, projects = over_two_years
    locked, available_in = pools.locked, queries.available_in

    def unlocked(pk):
        return Pool.objects.select_related("area", "round").get(pk=pk) if pk == after.pk else locked(pk)

    def read_slowly(pool):
        """Both read what the pool has before either asks for it."""
        left = available_in(pool)
        if pool.pk == after.pk:
            READ.wait()
        return left

    monkeypatch.setattr(pools, "locked", unlocked)
    monkeypatch.setattr(queries, "available_in", read_slowly)

    answers = at_once(submit, projects)

    assert [type(answer).__name__ for answer in answers] == ["Approval", "Approval"]
    assert available_in(after) == YUAN("-10000")


def test_a_pool_set_while_last_year_is_approved_books_its_part_once():
    town = build.town(pool="60000")
    later = make.round_()
    Round.objects.filter(pk=later.pk).update(year=town.round.year + 1)
    later.refresh_from_db()
    project = build.asking(town, "50000")
    request = approvals.submit(
        project, by=town.handler, amount_yuan=YUAN("50000"), minutes_no="镇纪要第4号",
        minutes=build.file(town.handler), sources={"next_year": PRICE},
    )  # fmt: skip
    acts = [
        lambda: approvals.approve(request, by=town.approver),
        lambda: pools.set_amount(later, town.pool.area, YUAN("40000"), by=town.district),
    ]

    answers = at_once(lambda act: act(), acts)

    assert sorted(type(answer).__name__ for answer in answers) == ["Pool", "Project"]
    after = Pool.objects.get(round=later)
    assert (after.committed_yuan, queries.available_in(after)) == (PRICE, YUAN("10000"))
    assert FundingSource.objects.get(kind="next_year").unbooked_yuan == 0
    assert PoolEntry.objects.filter(pool=after, kind="commit").count() == 1
