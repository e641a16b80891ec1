"""Sealing each minute: only what waits is read, however long the log is, and whatever commits late is sealed as well."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from civic import sealing
from civic.audit import record
from civic.models import AuditEvent, AuditSeal, SealedEvent, UnsealedEvent
from proposals.models import Project
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def heads_of_this_test(settings, tmp_path):
    """Other tests publish heads of seals that their databases no longer hold."""
    settings.PUBLISHED_HEAD_FILE = tmp_path / "heads.jsonl"


def written(times: int = 1, project: Project | None = None) -> list[AuditEvent]:
    project = project or make.project()
    with transaction.atomic():
        return [record("test.act", by="clock:test", on=project) for _n in range(times)]


def statements() -> list[str]:
    with CaptureQueriesContext(connection) as taken:
        sealing.seal_new_events()
    return [one["sql"] for one in taken.captured_queries]


def test_with_nothing_new_the_sealer_does_not_look_at_the_log_at_all():
    written(50)
    sealing.seal_new_events()

    taken = statements()

    assert len(taken) == 1
    assert "civic_auditevent" not in taken[0]


def test_a_new_event_costs_as_many_statements_after_three_events_as_after_three_hundred():
    costs = []
    for many in (3, 297):
        written(many)
        sealing.seal_new_events()
        new = written()[0]
        taken = statements()
        costs.append(len(taken))
        of_log = [one for one in taken if 'FROM "civic_auditevent"' in one]
        assert [f"IN ({new.pk})" in one for one in of_log] == [True]  # read by its key

    assert costs[0] == costs[1]


def test_what_is_more_than_a_batch_is_sealed_batch_after_batch(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    events = written(5)

    sealing.seal_new_events()

    assert list(AuditSeal.objects.order_by("pk").values_list("events", flat=True)) == [2, 2, 1]
    assert list(SealedEvent.objects.order_by("seq").values_list("event", flat=True)) == [e.pk for e in events]
    assert not UnsealedEvent.objects.exists()
    assert list(sealing.findings()) == []


def test_an_event_that_came_in_past_the_code_waits_like_every_other():
    last = written()[0]
    columns = [f.column for f in AuditEvent._meta.concrete_fields if not f.primary_key]
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO civic_auditevent ({named}) SELECT {named} FROM civic_auditevent WHERE id = {last.pk}"
        )

    sealing.seal_new_events()

    assert SealedEvent.objects.count() == 2


def test_an_event_that_was_rolled_back_does_not_wait():
    with transaction.atomic():
        written()
        transaction.set_rollback(True)

    assert not UnsealedEvent.objects.exists()


def test_one_that_was_sealed_already_is_only_taken_off_the_list():
    event = written()[0]
    sealing.seal_new_events()
    UnsealedEvent.objects.create(event=event)  # as a sealer of the release before leaves it

    sealing.seal_new_events()

    assert (AuditSeal.objects.count(), UnsealedEvent.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_an_event_that_commits_late_with_a_smaller_number_is_sealed_as_well():
    is_written, may_commit = threading.Event(), threading.Event()
    late: list[AuditEvent] = []
    project = make.project()

    def slow() -> None:
        try:
            with transaction.atomic():
                late.extend(written(project=project))
                is_written.set()
                may_commit.wait(20)
        finally:
            connections.close_all()

    slowly = threading.Thread(target=slow)
    slowly.start()
    is_written.wait(20)
    quick = written(project=project)[0]
    sealing.seal_new_events()
    sealed_first = set(SealedEvent.objects.values_list("event", flat=True))
    may_commit.set()
    slowly.join()
    above_the_last = AuditEvent.objects.filter(pk__gt=quick.pk)

    sealing.seal_new_events()

    assert sealed_first == {quick.pk}
    assert late[0].pk < quick.pk
    assert not above_the_last.exists()  # the control: who only looks above the last one sealed never finds it
    assert list(SealedEvent.objects.order_by("seq").values_list("event", flat=True)) == [quick.pk, late[0].pk]
    assert list(sealing.findings(heads={})) == []
