"""Keys lie in a folder of ours alone, in neither database; half of one says nothing."""

import hmac
import stat
from hashlib import sha256

import pytest

from tests.racing import at_once
from voting import keys


def test_a_key_is_32_bytes_in_a_file_only_we_can_read(poll_keys):
    fingerprint = keys.make(7)

    file = poll_keys / "poll-7.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(poll_keys.stat().st_mode) == 0o700
    assert len(file.read_bytes()) == 32
    assert fingerprint == sha256(file.read_bytes()).hexdigest()
    assert [found.name for found in poll_keys.iterdir()] == ["poll-7.key"]


def test_sixty_four_who_make_the_same_key_at_once_have_one(poll_keys):
    assert len(set(at_once(lambda _n: keys.make(7)))) == 1


def test_a_pseudonym_is_one_per_voter_and_poll():
    keys.make(7)
    keys.make(8)

    assert keys.pseudonym(7, 1) == keys.pseudonym(7, 1)
    assert len({keys.pseudonym(7, 1), keys.pseudonym(7, 2), keys.pseudonym(8, 1)}) == 3


def test_a_pseudonym_is_made_by_hmac_and_of_many_voters_as_of_one(poll_keys):
    keys.make(7)

    secret = (poll_keys / "poll-7.key").read_bytes()
    made = hmac.new(secret, b"7:1", sha256).hexdigest()
    assert keys.pseudonym(7, 1) == keys.pseudonyms(7)(1) == made


def test_both_halves_give_the_key_back_and_one_alone_does_not(poll_keys):
    published, before = keys.make(7), keys.pseudonym(7, 1)
    one, other = keys.halves(7)
    (poll_keys / "poll-7.key").unlink()

    with pytest.raises(ValueError):
        keys.restore(7, one, one, expected=published)
    keys.restore(7, one, other, expected=published)

    assert keys.pseudonym(7, 1) == before


def test_halves_differ_every_time_they_are_made():
    keys.make(7)

    assert not set(keys.halves(7)) & set(keys.halves(7))


def test_a_destroyed_key_is_gone_for_good(poll_keys):
    keys.make(7)

    keys.destroy(7)
    keys.destroy(7)  # twice is once

    assert list(poll_keys.iterdir()) == []
    with pytest.raises(keys.KeyGone):
        keys.pseudonym(7, 1)


def test_a_signature_is_good_for_its_own_message_and_key_alone():
    signature = keys.sign(keys.LOG, b"one")

    assert keys.signed(keys.public_key(keys.LOG), signature, b"one")
    assert not keys.signed(keys.public_key(keys.LOG), signature, b"two")
    assert not keys.signed(keys.public_key(keys.TICKETS), signature, b"one")
    assert not keys.signed(b"short", signature, b"one")


def test_a_folder_that_others_can_read_is_not_ready(poll_keys):
    assert keys.folder_ready()
    poll_keys.chmod(0o755)

    assert not keys.folder_ready()
