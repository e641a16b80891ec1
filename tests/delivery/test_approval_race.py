"""Many approvals against one pool at once (并发): on PostgreSQL, with the lock, without it, and without anything."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F, Value

from civic.fields import YuanField
from civic.rules import RuleBroken
from delivery.models import Approval, Pool, PoolEntry
from delivery.services import approvals, pools
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
