"""Two schedulers, and workers killed in the middle (到期检查): each thing is done exactly once; the controls show the fault."""

import time
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from civic import clock, moments, outbox
from civic.models import AuditEvent, Outbox, RateCount
from civic.moments import now, today
from proposals import tasks
from proposals.models import Project
from proposals.models import ProjectState as S
from proposals.services import moves, telling
from publicity import tasks as messages
from tests import make
from tests.racing import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MANY = 9
MORNING = datetime(2026, 11, 30, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday


@pytest.fixture
def late(monkeypatch):
    """Late steps of every kind that an office has, and a clock with this one job."""
    monkeypatch.setattr(clock, "JOBS", [tasks.tell_overdue])
    its_round, since = make.round_(), today() - timedelta(days=7)
    states = (S.FILED, S.FOR_ASSEMBLY, S.FOR_APPROVAL, S.AWAITING_START, S.FOR_ACCEPTANCE)
    return [
        make.project(states[n % len(states)], round=its_round, due_on=since, limit_workdays=60).code
        for n in range(MANY)
    ]


def told() -> Counter:
    return Counter(AuditEvent.objects.filter(action="project.overdue").values_list("subject", flat=True))


def die() -> None:
    """What the server sees of a worker that is killed: the session ends, its transaction with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def unlocked(project: Project) -> Project:
    """The control: what each would read who does not wait for the other."""
    found = Project.objects.select_related("round", "area__parent", "proposer").get(pk=project.pk)
    time.sleep(0.05)
    return found


def test_two_schedulers_tell_each_late_step_once_and_without_the_lock_they_tell_it_twice(late, monkeypatch):
    at_once(lambda _n: [clock.tick() for _again in range(2)], 2)

    assert told() == Counter(late)

    Project.objects.update(overdue_level=0)
    monkeypatch.setattr(moves, "locked", unlocked)
    at_once(lambda _n: clock.tick(), 2)
    assert told().total() > 2 * MANY


def test_schedulers_killed_in_the_middle_leave_nothing_half_told_and_the_next_minute_tells_the_rest_once(
    late, monkeypatch
):
    deaths, record = [None] * 4, telling.record

    def recorded(*args, **event):
        record(*args, **event)
        if deaths:
            deaths.pop()
            die()

    monkeypatch.setattr(telling, "record", recorded)

    at_once(lambda _n: [clock.tick() for _minute in range(6)], 2)

    assert (deaths, told()) == ([], Counter(late))
    assert set(Project.objects.values_list("overdue_level", flat=True)) == {1}


def test_the_mornings_word_is_left_once_by_eight_clocks():
    def ring(_n):
        with moments.at(MORNING):
            messages.send_desk_digest()

    at_once(ring, 8)

    assert Outbox.objects.filter(topic="message.desks").count() == 1


def test_relays_killed_after_the_work_do_it_once_and_marked_before_it_some_is_lost(monkeypatch):
    keys, deaths = [f"job-{n}" for n in range(MANY)], [None] * 3

    def work(payload):
        RateCount.objects.create(key=payload["key"], window=now())
        if deaths:
            deaths.pop()
            die()

    def relayed(run):
        for _again in range(MANY):
            try:
                while run():
                    pass
            except Exception:  # the next worker has a session of its own
                connection.close()

    def marked_first():
        row = Outbox.objects.filter(done_at=None).order_by("pk").first()
        if row is None:
            return False
        Outbox.objects.filter(pk=row.pk).update(done_at=now())
        with outbox.transaction.atomic():
            work(row.payload)
        return True

    monkeypatch.setitem(outbox.HANDLERS, "test", work)
    outbox.many("test", {key: {"key": key} for key in keys})
    at_once(lambda _n: relayed(outbox.run_due), 2)
    assert (deaths, sorted(RateCount.objects.values_list("key", flat=True))) == ([], keys)

    RateCount.objects.all().delete()
    outbox.many("test", {f"again-{key}": {"key": key} for key in keys})
    deaths.extend([None] * 3)
    relayed(marked_first)
    assert RateCount.objects.count() == MANY - 3, "the control loses what it marked before it was done"
