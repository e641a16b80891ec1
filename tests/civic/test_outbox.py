"""Work that waits runs at least once, after its change, once per key, and a failing piece holds up nothing."""

import os
import subprocess
import sys
from contextlib import suppress
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


def test_long_work_is_left_to_the_next_when_its_worker_is_killed_and_set_aside_after_five(monkeypatch):
    began = []

    def killed(payload):
        began.append(payload["n"])
        raise KeyboardInterrupt  # no failure of the work: nobody is there any more to note one

    monkeypatch.setitem(outbox.HANDLERS, "long", killed)
    monkeypatch.setattr(outbox, "LONG", {"long"})
    outbox.later("long", "a", {"n": 1})

    for number in range(8):
        with moments.at(moments.now() + number * outbox.LEASE), suppress(KeyboardInterrupt):
            outbox.run_due()
            outbox.run_due()

    assert began == [1] * 5
    assert Outbox.objects.values_list("attempts", "dead", "done_at").get() == (6, True, None)


def test_while_long_work_is_done_others_write_and_another_relay_leaves_it_alone(monkeypatch):
    seen = []

    def work(payload):
        seen.append((len(transaction.get_connection().savepoint_ids), outbox.run_due()))

    monkeypatch.setitem(outbox.HANDLERS, "long", work)
    monkeypatch.setattr(outbox, "LONG", {"long"})
    depth = len(transaction.get_connection().savepoint_ids)  # the test's own
    outbox.later("long", "a")

    outbox.run_due()

    assert seen == [(depth, 0)]
    assert Outbox.objects.get().done_at is not None


LOADED = """
import django

django.setup()
from civic import clock, outbox

known = set(outbox.HANDLERS), list(clock.JOBS)
import config.urls

assert known == (set(outbox.HANDLERS), clock.JOBS), (set(outbox.HANDLERS) - known[0], clock.JOBS[len(known[1]) :])
"""


def test_a_worker_that_serves_no_page_knows_every_topic_and_every_job_of_the_clock():
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    run = subprocess.run([sys.executable, "-c", LOADED], env=settings, stderr=subprocess.PIPE, text=True)

    assert run.returncode == 0, run.stderr
