"""Anyone checks the log from what is published: whole it passes, and each way to cheat is named."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.voting.urn import boxes
from tests.voting.urn.boxes import POLL, cast, opened
from voting import merkle, notes, receipts
from voting.models.urn import Ballot
from voting.services import urn
from voting.services.urn.log import origin
from voting.urn_check import findings

pytestmark = pytest.mark.django_db(databases=["default", "urn"])


@pytest.fixture
def published():
    """A poll of six voters, one of whom changed her mind, closed and rewritten."""
    opened()
    for voter in range(6):
        cast(voter, "11" if voter < 4 else "12")
    cast(0, "13", replaces=1)
    boxes.rewritten()
    return json.loads(json.dumps(urn.public_log(POLL)))  # as it is downloaded


def resign(published: dict) -> None:
    """What an operator who cheats would do: sign the changed log anew, one head for all."""
    hashes = [merkle.leaf_hash(data.encode()) for data in published["leaves"]]
    published["checkpoints"] = [notes.write(notes.Head(origin(POLL), len(hashes), merkle.root(hashes)))]


def place_of(published: dict, kind: str) -> int:
    return next(n for n, data in enumerate(published["leaves"]) if json.loads(data)["type"] == kind)


def test_a_whole_log_passes(published):
    assert list(findings(published)) == []


def test_the_openings_recount_to_what_was_cast(published):
    assert boxes.count(published["openings"]) == {"11": 3, "12": 2, "13": 1, "14": 0}


def test_a_chain_of_commitments_shows_how_often_a_voter_voted(published):
    assert sorted(len(opening["commitments"]) for opening in published["openings"]) == [1, 1, 1, 1, 1, 2]


def test_a_changed_entry_is_found(published):
    place = place_of(published, "CAST")
    published["leaves"][place] = receipts.canonical({"type": "CAST", "commitment": "0" * 64}).decode()

    assert any("changed, removed or put in" in finding for finding in findings(published))


def test_a_removed_entry_is_found(published):
    del published["leaves"][place_of(published, "CAST")]

    assert any("only" in finding for finding in findings(published))


def test_an_entry_after_the_last_head_is_found(published):
    published["leaves"].append(receipts.canonical({"type": "RESULT"}).decode())

    assert any("covers" in finding for finding in findings(published))


def test_a_log_rewritten_as_a_whole_is_found_by_who_kept_a_checkpoint(published):
    kept = published["checkpoints"][-1]
    place = place_of(published, "CAST")
    published["leaves"][place] = receipts.canonical({"type": "CAST", "commitment": "0" * 64}).decode()
    resign(published)
    del published["openings"]

    assert list(findings(published)) == []
    assert any(finding.startswith("the checkpoint that was kept") for finding in findings(published, kept))


def test_a_ballot_put_in_after_the_close_is_found(published):
    published["leaves"].append(receipts.canonical({"type": "CAST", "commitment": "0" * 64}).decode())
    resign(published)

    assert "a ballot entered the log after the close" in list(findings(published))


def test_a_ballot_counted_twice_is_found(published):
    published["openings"].append(published["openings"][0] | {"tag": "twice"})

    found = list(findings(published))

    assert "the chains of the openings are not the commitments in the log" in found
    assert "7 ballots are opened, the close counted 6" in found


def test_a_ballot_left_out_is_found(published):
    published["openings"].pop()

    assert "5 ballots are opened, the close counted 6" in list(findings(published))


def test_an_exchanged_choice_is_found(published):
    opening = published["openings"][0]
    opening["choices"] = {"14": 1}

    assert list(findings(published)) == [f"opening {opening['tag']}: the ballot is not the one its commitment promised"]


def test_more_ballots_than_people_on_the_roll_are_found():
    opened(roll_size=2)
    for voter in range(3):
        cast(voter, "11")
    boxes.rewritten()

    assert list(findings(urn.public_log(POLL))) == ["3 ballots are opened, 2 people are on the roll"]


def test_a_sealed_box_shows_that_ballots_count_and_not_what_they_say():
    opened(openings="sealed")
    receipt = cast(1, "11")
    boxes.rewritten()

    published = urn.public_log(POLL)

    [opening] = published["openings"]
    assert (opening["commitments"], opening["choices"], opening["nonce"]) == ([receipt.commitment], None, None)
    assert list(findings(published)) == []
    assert Ballot.objects.get().nonce not in json.dumps(published)


@pytest.mark.parametrize("broken", [{"leaves": []}, {"leaves": ["{}"]}, {"leaves": ["no json"]}, {"leaves": ["[1]"]}])
def test_what_is_no_log_is_a_finding_and_no_crash(broken):
    assert list(findings({"poll": POLL, "checkpoints": []} | broken)) != []


def test_the_command_works_from_the_database_and_from_a_file_alone(published, tmp_path, django_assert_num_queries):
    file, kept = tmp_path / "log.json", tmp_path / "note.txt"
    file.write_text(json.dumps(published))
    kept.write_text(published["checkpoints"][0])
    from_database, from_file = StringIO(), StringIO()

    call_command("verify_urn", str(POLL), stdout=from_database)
    with django_assert_num_queries(0, using="urn"):
        call_command("verify_urn", str(POLL), "--file", str(file), "--kept", str(kept), stdout=from_file)

    assert from_database.getvalue() == from_file.getvalue()
    assert from_file.getvalue().startswith("whole: ")


def test_the_command_names_what_is_wrong(published, tmp_path):
    published["openings"].pop()
    file = tmp_path / "log.json"
    file.write_text(json.dumps(published))

    with pytest.raises(CommandError, match="5 ballots are opened, the close counted 6"):
        call_command("verify_urn", str(POLL), "--file", str(file))
