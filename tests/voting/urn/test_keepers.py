"""Outsiders keep the signed heads of the log: whatever is removed or written anew afterwards is found."""

import json
from io import StringIO
from itertools import pairwise

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connections
from django.urls import reverse

from civic import outbox
from civic.models import Outbox
from civic.moments import at, now
from tests.voting.polls import build
from tests.voting.results import hall
from voting import merkle, notes, tasks
from voting.models import LogLeaf
from voting.models.urn import Checkpoint
from voting.services import keepers
from voting.services.urn.log import BATCH_EVERY, write_due_batches

pytestmark = pytest.mark.django_db(databases=build.URN)


def snapshot(client, office) -> tuple[list[str], str]:
    """What a monitor outside fetches: the log's entries and its last signed head."""
    log = client.get(reverse("voting:log_file", args=[office.poll.pk]))
    note = client.get(reverse("voting:checkpoint", args=[office.poll.pk]))
    assert note["Content-Type"].startswith("text/plain")
    return json.loads(log.content)["leaves"], note.content.decode()


def seen_while_voting(client) -> tuple[build.Office, list[tuple[list[str], str]]]:
    """Snapshots while ballots come in: three batches of twenty-one, an hour apart."""
    office = build.opened(roll=63)
    voters = hall.voters(office.poll)
    seen = [snapshot(client, office)]
    for batch in range(3):
        for voter in voters[batch * 21 : batch * 21 + 21]:
            hall.cast(office.poll, voter, {office.projects[0].code: 1})
        with at(now() + BATCH_EVERY * (batch + 1.1)):
            write_due_batches()
        seen.append(snapshot(client, office))
    return office, seen


def delete_as_superuser(leaf: LogLeaf) -> None:
    """Past the triggers, as only who owns the engine can."""
    connections["urn"].check_constraints()
    with connections["urn"].cursor() as cursor:
        if connections["urn"].vendor == "postgresql":
            cursor.execute("ALTER TABLE voting_logleaf DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER voting_logleaf_no_delete")
        cursor.execute("DELETE FROM voting_logleaf WHERE id = %s", [leaf.pk])


def test_the_log_only_grows_and_a_row_removed_later_is_found(client, tmp_path):
    """A10, in short: every earlier log is the beginning of the next; then one row goes."""
    office, seen = seen_while_voting(client)

    assert [len(leaves) for leaves, _note in seen] == [1, 22, 43, 64]
    for (before, _old), (after, _new) in pairwise(seen):
        assert after[: len(before)] == before
    for number, (_leaves, note) in enumerate(seen):
        kept = tmp_path / f"{number}.txt"
        kept.write_text(note)
        call_command("verify_urn", office.poll.pk, against=kept, stdout=StringIO())

    delete_as_superuser(LogLeaf.objects.get(position=30))

    with pytest.raises(CommandError, match="the checkpoint that was kept"):
        call_command("verify_urn", office.poll.pk, against=tmp_path / "2.txt")


def test_a_log_signed_anew_after_the_row_went_is_found_by_the_old_head_alone(client, tmp_path):
    office, seen = seen_while_voting(client)
    kept = tmp_path / "kept.txt"
    kept.write_text(seen[2][1])
    leaves = list(seen[3][0])
    del leaves[30]
    hashes = [merkle.leaf_hash(data.encode()) for data in leaves]
    origin = seen[2][1].splitlines()[0]
    forged = {
        "poll": office.poll.pk,
        "leaves": leaves,
        "checkpoints": [notes.write(notes.Head(origin, len(hashes), merkle.root(hashes)))],
    }
    file = tmp_path / "log.json"
    file.write_text(json.dumps(forged))

    call_command("verify_urn", office.poll.pk, file=file, stdout=StringIO())
    with pytest.raises(CommandError, match="changed, removed or put in"):
        call_command("verify_urn", office.poll.pk, file=file, against=kept)


def test_every_signed_head_has_its_own_address_and_nothing_of_a_draft_has(client):
    office = hall.published(hall.votes(2, 1))
    for head in Checkpoint.objects.filter(box__poll=office.poll.pk):
        answer = client.get(reverse("voting:checkpoint_of", args=[office.poll.pk, head.size]))
        assert answer.content.decode() == head.note
    assert client.get(reverse("voting:checkpoint_of", args=[office.poll.pk, 999])).status_code == 404
    draft = build.prepared().poll.pk
    for name in ("checkpoint", "log_file"):
        assert client.get(reverse(f"voting:{name}", args=[draft])).status_code == 404


def test_every_head_is_mailed_to_the_keepers_once(settings):
    settings.POLL_LOG_KEEPERS = ["audit@example.org", "paper@example.org"]
    office = hall.published(hall.votes(2, 1))
    heads = Checkpoint.objects.filter(box__poll=office.poll.pk).order_by("size")

    tasks.send_log_heads()
    tasks.send_log_heads()
    outbox.run_due()

    assert sorted(message.body for message in mail.outbox) == sorted(head.note for head in heads)
    assert {tuple(message.to) for message in mail.outbox} == {tuple(settings.POLL_LOG_KEEPERS)}
    tasks.send_log_heads()
    assert Outbox.objects.filter(topic=keepers.TOPIC).count() == len(heads)


def test_nothing_is_mailed_where_nobody_keeps_them():
    hall.published(hall.votes(1))
    assert keepers.send_new_heads() == 0
    assert not Outbox.objects.filter(topic=keepers.TOPIC).exists()
