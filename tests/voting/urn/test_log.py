"""The public log: batches that say nothing of the order, signed heads, and a database that refuses to edit it."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.utils import DatabaseError

from civic import moments
from civic.rules import RuleBroken
from tests.voting.urn import boxes
from tests.voting.urn.boxes import POLL, cast, opened
from voting import keys, merkle, notes
from voting.models.urn import BallotBox, Checkpoint, LogLeaf, PendingLeaf
from voting.services import urn
from voting.services.urn.log import BATCH_LEAST, write_due_batches

pytestmark = pytest.mark.django_db(databases=["default", "urn"])


def commitments() -> list[str]:
    entries = [json.loads(data) for data in LogLeaf.objects.values_list("data", flat=True)]
    return [entry["commitment"] for entry in entries if entry["type"] == "CAST"]


def an_hour_later():
    return moments.at(moments.now() + timedelta(minutes=61))


def test_twenty_that_waited_an_hour_enter_in_the_order_of_their_hashes():
    opened(closes_at=moments.now() + timedelta(hours=5))
    came = [cast(voter, "11").commitment for voter in range(BATCH_LEAST)]

    with an_hour_later():
        write_due_batches()

    assert commitments() == sorted(came)
    assert commitments() != came
    assert not PendingLeaf.objects.exists()


def test_nineteen_wait_for_one_more():
    opened(closes_at=moments.now() + timedelta(hours=5))
    for voter in range(BATCH_LEAST - 1):
        cast(voter, "11")

    with an_hour_later():
        write_due_batches()

    assert commitments() == []
    assert PendingLeaf.objects.count() == BATCH_LEAST - 1


def test_within_the_hour_nothing_enters():
    opened()
    for voter in range(BATCH_LEAST):
        cast(voter, "11")

    write_due_batches()

    assert commitments() == []


def test_two_schedulers_write_a_batch_once():
    opened(closes_at=moments.now() + timedelta(hours=5))
    for voter in range(BATCH_LEAST):
        cast(voter, "11")

    with an_hour_later():
        write_due_batches()
        write_due_batches()

    assert len(commitments()) == BATCH_LEAST
    assert Checkpoint.objects.count() == 2


def test_every_batch_has_a_head_signed_in_the_c2sp_note_format():
    opened()

    note = Checkpoint.objects.get().note

    origin, size, head, empty, signature, end = note.split("\n")
    assert (size, empty, end) == ("1", "", "")
    assert origin.endswith(f"/poll/{POLL}")
    assert signature.startswith(f"— {origin} ")
    read = notes.read(note, keys.public_key(keys.LOG))
    assert (read.origin, read.size) == (origin, 1)
    with pytest.raises(ValueError):
        notes.read(note.replace(head, head[::-1]), keys.public_key(keys.LOG))
    with pytest.raises(ValueError):
        notes.read(note, keys.public_key(keys.TICKETS))


@pytest.mark.parametrize("model", [LogLeaf, Checkpoint])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_edit_the_log(model, act):
    opened()
    row = model.objects.get()
    acts = {"update": lambda: model.objects.update(box_id=row.box_id), "delete": model.objects.all().delete}

    with pytest.raises(DatabaseError), transaction.atomic(using="urn"):
        acts[act]()

    assert model.objects.get() == row


@pytest.mark.parametrize("table", ["voting_logleaf", "voting_checkpoint"])
def test_the_database_refuses_whoever_writes(table):
    opened()

    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError), transaction.atomic(using="urn"):
            connections["urn"].cursor().execute(statement)


def test_one_position_of_the_log_is_given_once():
    box = opened()

    with pytest.raises(IntegrityError), transaction.atomic(using="urn"):
        LogLeaf.objects.create(box=box, position=0, data="{}")


def test_the_public_log_only_grows():
    """What an outside monitor does: every earlier answer is the beginning of every later one."""
    opened(closes_at=moments.now() + timedelta(hours=5))
    seen = [urn.public_log(POLL)]
    for voter in range(BATCH_LEAST):
        cast(voter, "11")
    with an_hour_later():
        write_due_batches()
    seen.append(urn.public_log(POLL))
    cast(1, "12", replaces=1)
    boxes.rewritten()
    seen.append(urn.public_log(POLL))

    for earlier, later in pairwise(seen):
        for part in ("leaves", "checkpoints"):
            assert later[part][: len(earlier[part])] == earlier[part]
            assert len(later[part]) > len(earlier[part])


def test_a_receipt_finds_its_place_in_the_log_and_the_path_to_its_head():
    opened()
    receipts = [cast(voter, "11") for voter in range(5)]
    assert urn.inclusion(POLL, receipts[0].commitment) is None
    boxes.closed()

    head = notes.read(urn.public_log(POLL)["checkpoints"][-1], keys.public_key(keys.LOG))
    for receipt in receipts:
        proof = urn.inclusion(POLL, receipt.commitment)
        leaf = merkle.leaf_hash(urn.public_log(POLL)["leaves"][proof.position].encode())
        path = [bytes.fromhex(step) for step in proof.path]
        assert merkle.included(leaf, proof.position, proof.size, path, head.root)


def test_a_keeper_of_an_early_head_is_shown_that_the_log_grew_from_it():
    opened()
    cast(1, "11")
    boxes.closed()
    first, *_between, last = [
        notes.read(note, keys.public_key(keys.LOG)) for note in urn.public_log(POLL)["checkpoints"]
    ]

    path = [bytes.fromhex(step) for step in urn.growth(POLL, first.size)]

    assert merkle.consistent(first.size, first.root, last.size, last.root, path)
    with pytest.raises(RuleBroken):
        urn.growth(POLL, last.size + 1)


def test_while_the_box_is_open_its_log_holds_no_choice_and_no_count():
    opened()
    cast(1, "11")

    published = urn.public_log(POLL)

    assert set(published) == {"poll", "leaves", "checkpoints"}
    assert [json.loads(leaf)["type"] for leaf in published["leaves"]] == ["CONFIG"]
    assert BallotBox.objects.get().pending.count() == 1
