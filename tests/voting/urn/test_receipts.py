"""The short form of a receipt, and the random bytes of a ballot that came with a key of its request."""

import secrets

import pytest

from voting import receipts
from voting.receipts import Receipt, beginnings, is_marked, marked

ONE, OTHER = "5b0f2a4e-1d3c-4f6a-8b7e-9c0d1e2f3a4b", "0c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f"


def test_every_short_form_leads_back_to_its_commitment():
    for _n in range(500):
        commitment = secrets.token_hex(32)
        found = beginnings(Receipt(1, 1, commitment).code)
        assert [one for one in found if commitment.startswith(one)] == [commitment[:8]]


@pytest.mark.parametrize("text", ["", "8K3F", "8K3F-27X", "8K3F-2U", "8K3F-2é", "a" * 63, "A" * 64, "%" * 6])
def test_what_is_no_receipt_leads_nowhere(text):
    assert beginnings(text) == []


def test_a_request_knows_its_own_ballot_and_no_other():
    nonce = receipts.new_nonce()
    ours = marked(nonce, "a" * 64, ONE)

    assert is_marked(ours, "a" * 64, ONE)
    assert not is_marked(ours, "a" * 64, OTHER)
    assert not is_marked(ours, "b" * 64, ONE)
    assert not is_marked(nonce, "a" * 64, ONE)
    assert not is_marked(nonce, "a" * 64, "")
    assert not is_marked(ours, "a" * 64, "")


def test_half_of_a_marked_nonce_stays_random_and_without_a_key_all_of_it():
    nonces = {marked(receipts.new_nonce(), "a" * 64, ONE) for _n in range(100)}
    plain = receipts.new_nonce()

    assert {len(nonce) for nonce in nonces} == {64}
    assert len({nonce[:32] for nonce in nonces}) == len({nonce[32:] for nonce in nonces}) == 100
    assert marked(plain, "a" * 64, "") == plain
