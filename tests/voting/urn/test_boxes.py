"""A box's life: opened once, moved, closed by its clock, rewritten, its key destroyed; and what its log says of it."""

import json
from datetime import timedelta

import pytest

from civic.moments import now
from civic.rules import RuleBroken
from tests.voting.urn import boxes
from tests.voting.urn.boxes import POLL, cast, opened
from voting import keys
from voting.models.urn import Ballot, BallotBox, BoxState
from voting.services import urn

pytestmark = pytest.mark.django_db(databases=["default", "urn"])


def entries() -> list[dict]:
    return [json.loads(data) for data in urn.public_log(POLL)["leaves"]]


def types() -> list[str]:
    return [entry["type"] for entry in entries()]


def test_the_log_begins_with_all_that_is_fixed_at_the_opening():
    box = opened()

    [config] = entries()
    assert config["style"] == boxes.style()
    assert config["style_hash"] == box.style_hash
    assert config["key_hash"] == keys.fingerprint(POLL)
    assert config["facts"] == {"rule_hash": "a" * 64}
    assert config["roll_size"] == 100


def test_opening_the_same_box_twice_is_once():
    opened()

    opened()

    assert (BallotBox.objects.count(), types()) == (1, ["CONFIG"])


def test_an_open_box_takes_no_other_style():
    opened("choose")

    with pytest.raises(RuleBroken) as refused:
        opened("points")

    assert refused.value.code == "box_open"


def test_the_close_is_put_off_and_the_log_says_so():
    opened()
    later = now() + timedelta(days=2)

    box = urn.move_close(poll=POLL, closes_at=later)

    assert box.closes_at == later
    assert types() == ["CONFIG", "HOURS"]


def test_the_close_is_not_put_into_the_past():
    before = opened().closes_at

    with pytest.raises(RuleBroken) as refused:
        urn.move_close(poll=POLL, closes_at=now() - timedelta(minutes=1))

    assert refused.value.code == "close_in_the_past"
    assert BallotBox.objects.get().closes_at == before


def test_a_poll_that_is_over_is_not_prolonged():
    opened(closes_at=now() - timedelta(seconds=1))

    with pytest.raises(RuleBroken) as refused:
        urn.move_close(poll=POLL, closes_at=now() + timedelta(hours=1))

    assert refused.value.code == "vote_closed"


def test_a_box_is_not_closed_before_its_time():
    opened()

    with pytest.raises(RuleBroken) as refused:
        urn.close_box(poll=POLL)

    assert refused.value.code == "vote_open"
    assert BallotBox.objects.get().state == BoxState.OPEN


def test_the_close_takes_all_that_waits_into_the_log_and_counts_the_ballots():
    opened()
    cast(1, "11")
    cast(2, "12")
    cast(2, "13", replaces=1)

    boxes.closed()
    urn.close_box(poll=POLL)  # twice is once

    assert types() == ["CONFIG", "HOURS", "CAST", "CAST", "CAST", "CLOSE"]
    assert entries()[-1]["ballots"] == 2
    assert not BallotBox.objects.get().pending.exists()


def test_a_roll_that_grew_stands_in_the_log():
    opened(roll_size=100)

    urn.enlarge_roll(poll=POLL, roll_size=101)
    urn.enlarge_roll(poll=POLL, roll_size=101)

    assert types() == ["CONFIG", "ROLL"]


def test_an_open_box_is_neither_rewritten_nor_published_nor_its_key_destroyed():
    opened()

    for act in (urn.rewrite, urn.destroy_key):
        with pytest.raises(RuleBroken):
            act(poll=POLL)
    with pytest.raises(RuleBroken):
        urn.openings(POLL)
    with pytest.raises(RuleBroken):
        urn.log_result(poll=POLL, facts={})

    assert "openings" not in urn.public_log(POLL)
    assert keys.fingerprint(POLL)


def test_rewriting_keeps_every_ballot_as_it_is():
    opened()
    for voter in range(5):
        cast(voter, "11" if voter % 2 else "12")
    cast(1, "13", replaces=1)
    before = set(Ballot.objects.values_list("pseudonym", "commitment", "nonce", "version"))

    box = boxes.rewritten()

    assert box.state == BoxState.REWRITTEN
    assert set(Ballot.objects.values_list("pseudonym", "commitment", "nonce", "version")) == before


def test_the_key_is_destroyed_once_and_the_log_says_so():
    opened()
    cast(1, "11")
    boxes.rewritten()
    fingerprint = keys.fingerprint(POLL)

    urn.destroy_key(poll=POLL)
    urn.destroy_key(poll=POLL)

    assert entries()[-1] == {"type": "KEY_DESTROYED", "key_hash": fingerprint}
    assert types().count("KEY_DESTROYED") == 1
    with pytest.raises(RuleBroken) as refused:
        urn.own_ballot(POLL, 1)
    assert refused.value.code == "key_gone"


def test_the_ballots_still_count_after_the_key_is_gone():
    opened()
    cast(1, "11")
    boxes.rewritten()

    urn.destroy_key(poll=POLL)

    assert boxes.count(urn.public_log(POLL)["openings"])["11"] == 1


def test_a_result_enters_the_log_after_the_rewriting():
    opened()
    boxes.rewritten()

    urn.log_result(poll=POLL, facts={"outcome": "b" * 64})

    assert entries()[-1] == {"type": "RESULT", "facts": {"outcome": "b" * 64}}
