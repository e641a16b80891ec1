"""Work that waits runs at least once, after its change, once per key, and a failing piece holds up nothing."""

from datetime import timedelta

import pytest
from django.db import transaction

from civic import moments, outbox
from civic.models import Outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch):
    ran = []
    monkeypatch.setitem(outbox.HANDLERS, "test", lambda payload: ran.append(payload["n"]))
    return ran


def test_what_was_written_down_runs_once_and_its_payload_is_forgotten(done):
    outbox.later("test", "a", {"n": 1})
    outbox.later("test", "a", {"n": 1})

    outbox.run_due()
    outbox.run_due()

    row = Outbox.objects.get()
    assert done == [1]
    assert (row.payload, row.done_at is not None) == ({}, True)


def test_what_is_put_off_waits_for_its_hour_and_its_key_makes_it_one(done):
    hour = moments.now() + timedelta(hours=1)
    for _n in range(2):
        outbox.many("test", {"a": {"n": 1}, "b": {"n": 2}}, due_at=hour)

    outbox.run_due()
    assert done == []
    with moments.at(hour):
        outbox.run_due()
    assert sorted(done) == [1, 2]


def test_a_change_undone_leaves_nothing_to_do(done):
    with transaction.atomic():
        outbox.later("test", "a", {"n": 1})
        transaction.set_rollback(True)

    outbox.run_due()

    assert done == []


def test_a_failing_handler_is_tried_five_times_and_then_set_aside_while_others_run(done, monkeypatch):
    monkeypatch.setitem(outbox.HANDLERS, "bad", lambda payload: 1 / 0)
    outbox.later("bad", "b")
    outbox.later("test", "a", {"n": 1})

    for hours in range(8):
        with moments.at(moments.now() + timedelta(hours=hours)):
            outbox.run_due()

    bad = Outbox.objects.get(topic="bad")
    assert done == [1]
    assert (bad.attempts, bad.dead, bad.done_at) == (5, True, None)
    assert "ZeroDivisionError" in bad.last_error
