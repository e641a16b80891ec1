"""The record: written with the change, appended only, sealed, and every tampering found."""

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from civic import sealing
from civic.audit import happened, record
from civic.models import AuditEvent, AuditSeal, Role, SealedEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_events():
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER)
    return [
        record("test.act", by=worker, on=project, roles=[Role.SOCIAL_WORKER], sentence=f"第{n}件") for n in range(3)
    ]


@pytest.fixture
def sealed(three_events, django_capture_on_commit_callbacks):
    settings.PUBLISHED_HEAD_FILE.unlink(missing_ok=True)
    with django_capture_on_commit_callbacks(execute=True):
        sealing.seal_new_events()
    return three_events


def as_owner(sql: str, *values) -> None:
    """What somebody with the database itself could do: the triggers are off for them."""
    tables = ["civic_auditevent", "civic_auditseal", "civic_sealedevent"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            for table in tables:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        cursor.execute(sql, values)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


def test_an_event_says_who_acted_in_which_office_and_unit():
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER)

    event = record("test.act", by=worker, on=project, roles=[Role.VILLAGE_OFFICE, Role.SOCIAL_WORKER])

    assert (event.role, event.unit, event.subject) == ("social_worker", "测试甲村", project.code)
    assert (event.actor, event.channel) == (worker, "web")


def test_a_job_acts_under_its_own_name_and_the_database_refuses_an_event_by_nobody():
    event = record("test.act", by="clock:due", on=make.project())

    assert (event.job, event.actor, event.channel) == ("clock:due", None, "system")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.create(action="test.act")


def test_upper_apps_hear_of_an_event_only_after_its_transaction(django_capture_on_commit_callbacks):
    heard, project = [], make.project()

    def listen(sender, event, **kwargs):
        heard.append(event)

    happened.connect(listen)
    try:
        with django_capture_on_commit_callbacks() as waiting:
            event = record("test.act", by="job", on=project)
        before = list(heard)
        waiting[-1]()
    finally:
        happened.disconnect(listen)

    assert (before, heard) == ([], [event])


@pytest.mark.parametrize("statement", ["UPDATE civic_auditevent SET reason = 'x'", "DELETE FROM civic_auditevent"])
def test_the_engine_refuses_to_change_or_remove_an_event(three_events, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEvent.objects.count() == 3


def test_a_whole_record_verifies_and_sealing_again_adds_nothing(sealed, capsys):
    sealing.seal_new_events()

    call_command("verify_audit")

    assert "whole: 3 events, 0 not yet sealed" in capsys.readouterr().out
    assert AuditSeal.objects.count() == 1
    assert list(SealedEvent.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


def test_an_edit_by_hand_is_found(sealed):
    as_owner("UPDATE civic_auditevent SET reason = 'x' WHERE id = %s", sealed[1].pk)

    with pytest.raises(CommandError, match="changed or removed"):
        call_command("verify_audit")


def test_an_event_removed_from_the_middle_is_found(sealed):
    as_owner("DELETE FROM civic_sealedevent WHERE event_id = %s", sealed[1].pk)
    as_owner("DELETE FROM civic_auditevent WHERE id = %s", sealed[1].pk)

    with pytest.raises(CommandError, match="3 events were sealed, 2 are there"):
        call_command("verify_audit")


def test_a_cut_tail_is_found_against_the_published_head(sealed):
    as_owner("DELETE FROM civic_sealedevent WHERE 1 = 1")
    as_owner("DELETE FROM civic_auditseal WHERE 1 = 1")
    as_owner("DELETE FROM civic_auditevent WHERE 1 = 1")

    with pytest.raises(CommandError, match="was published and is gone"):
        call_command("verify_audit")


def test_a_chain_rewritten_as_a_whole_is_found_against_the_published_head(sealed):
    seal = AuditSeal.objects.get()
    as_owner("UPDATE civic_auditevent SET reason = 'x' WHERE id = %s", sealed[1].pk)
    events = list(AuditEvent.objects.order_by("pk"))
    forged = sealing.chain_hash(sealing.GENESIS, events)
    as_owner("UPDATE civic_auditseal SET hash = %s WHERE id = %s", forged, seal.pk)

    assert list(sealing.findings(heads={})) == []  # the control: the chain alone cannot see it
    with pytest.raises(CommandError, match="not the seal that was published"):
        call_command("verify_audit")


def test_the_published_head_is_the_last_seal(sealed):
    line = json.loads(settings.PUBLISHED_HEAD_FILE.read_text().splitlines()[-1])

    assert line["hash"] == AuditSeal.objects.last().hash
