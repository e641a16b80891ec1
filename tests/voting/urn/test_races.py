"""Everybody at the same instant: one voter one ballot, nothing after the close, and what would happen unprotected."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections, transaction

from civic.moments import now
from civic.rules import RuleBroken
from tests.racing import WAY, at_once
from tests.voting.urn import boxes
from tests.voting.urn.boxes import POLL, cast, opened, ticket
from voting import receipts
from voting.models.urn import Ballot, LogLeaf, PendingLeaf
from voting.receipts import Receipt
from voting.services import urn
from voting.services.urn import locks

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, databases=["default", "urn"])]
CHANNELS = ["online", "station", "assisted", "paper"]


@pytest.fixture
def all_have_looked(monkeypatch):
    """Whoever saw that no ballot stands waits until all 64 saw it; only then the first one writes."""
    looked, new_nonce = threading.Barrier(WAY), receipts.new_nonce

    def wait_for_all():
        looked.wait(30)
        return new_nonce()

    monkeypatch.setattr(receipts, "new_nonce", wait_for_all)


def test_sixty_four_times_the_same_ballot_is_one_ballot_and_one_receipt(all_have_looked):
    opened()
    text = ticket(1)

    given = at_once(lambda _n: urn.cast(text, {"11": 1}))

    assert len(set(given)) == 1
    assert isinstance(given[0], Receipt)
    assert (Ballot.objects.count(), PendingLeaf.objects.count()) == (1, 1)


def test_sixty_four_different_ballots_of_one_voter_over_every_channel_are_one(all_have_looked):
    opened("points")
    texts = [ticket(1, channel=channel) for channel in CHANNELS]

    given = at_once(lambda n: urn.cast(texts[n % 4], {"11": n % 5 + 1}))

    stands = Ballot.objects.get()
    accepted = {one.commitment for one in given if isinstance(one, Receipt)}
    assert accepted == {stands.commitment}
    refused = [one for one in given if not isinstance(one, Receipt)]
    assert {type(one) for one in refused} == {urn.AlreadyCast}
    assert {one.receipt.commitment for one in refused} == {stands.commitment}
    assert (stands.version, PendingLeaf.objects.count()) == (1, 1)


def test_of_sixty_four_changes_of_one_version_one_stands():
    opened("points")
    urn.cast(ticket(1), {"12": 1})
    text = ticket(1)

    given = at_once(lambda n: urn.cast(text, {"11": n % 5 + 1, "13": n // 32 + 1}, replaces=1))

    stands = Ballot.objects.get()
    assert {one.commitment for one in given if isinstance(one, Receipt)} == {stands.commitment}
    assert (stands.version, len(stands.trail), PendingLeaf.objects.count()) == (2, 1, 2)


def test_fifty_voters_at_once_are_fifty_ballots(all_have_looked):
    opened()
    texts = [ticket(voter) for voter in range(50)]

    given = at_once(lambda n: urn.cast(texts[n % 50], {"11": 1}))

    assert all(isinstance(one, Receipt) for one in given)
    assert Ballot.objects.count() == 50


def test_without_the_constraint_a_look_before_the_write_lets_ballots_through_twice(all_have_looked):
    """The control: the same service, the protection taken away."""
    opened()
    text = ticket(1)
    constraint = next(c for c in Ballot._meta.constraints if c.name == "ballot_one_per_pseudonym")
    with connections["urn"].schema_editor() as editor:
        editor.remove_constraint(Ballot, constraint)

    try:
        at_once(lambda n: urn.cast(text, {"11": 1} if n % 2 else {"12": 1}))
        assert Ballot.objects.count() == WAY
    finally:
        Ballot.objects.all().delete()
        with connections["urn"].schema_editor() as editor:
            editor.add_constraint(Ballot, constraint)


def test_every_acknowledged_ballot_is_in_the_closed_log_and_nothing_comes_after():
    """Ballots and the close at the same moment; the last ones fall on the closing second."""
    box = opened(closes_at=now() + timedelta(seconds=1))
    texts = [ticket(voter) for voter in range(64)]

    def act(number: int):
        if number == 0:
            while True:
                try:
                    return urn.close_box(poll=POLL)
                except RuleBroken:
                    connections["urn"].ensure_connection()
        with connections["urn"].cursor() as cursor:  # spread over the second around the close
            cursor.execute("SELECT pg_sleep(%s)", [number / 40])
        return urn.cast(texts[number], {"11": 1})

    given = at_once(act)

    acknowledged = {one.commitment for one in given if isinstance(one, Receipt)}
    refused = [one for one in given if isinstance(one, Exception)]
    assert acknowledged
    assert refused
    assert {one.code for one in refused} == {"vote_closed"}
    assert set(Ballot.objects.values_list("commitment", flat=True)) == acknowledged
    assert LogLeaf.objects.filter(box=box, data__contains="CAST").count() == len(acknowledged)
    assert not PendingLeaf.objects.exists()


def test_a_transaction_begun_before_the_close_puts_nothing_in_after_it():
    """The statement's clock decides, not the transaction's: begun a second before, it is refused a second after."""
    opened(closes_at=now() + timedelta(seconds=1))
    text = ticket(1)

    def late():
        with transaction.atomic(using="urn"):
            with connections["urn"].cursor() as cursor:
                cursor.execute("SELECT pg_sleep(1.5)")
            urn.cast(text, {"11": 1})

    with pytest.raises(RuleBroken) as refused:
        late()

    assert refused.value.code == "vote_closed"
    assert not Ballot.objects.exists()


def a_ballot_on_its_way_and_the_close() -> Receipt:
    """The ballot is in, its transaction lasts another second, and meanwhile the box is closed."""
    opened()
    is_in = threading.Event()

    def act(number: int):
        if number == 1:
            is_in.wait(10)
            return boxes.closed()
        with transaction.atomic(using="urn"):
            given = cast(2, "12")
            is_in.set()
            time.sleep(1)
        return given

    given, _closed = at_once(act, 2)
    assert Ballot.objects.count() == 1
    return given


def test_the_close_waits_for_a_ballot_on_its_way():
    on_its_way = a_ballot_on_its_way_and_the_close()

    assert LogLeaf.objects.filter(data__contains=on_its_way.commitment).count() == 1


def test_without_the_lock_the_close_overlooks_a_ballot_on_its_way(monkeypatch):
    """The control: the same two, and the ballot is missing in the log of the closed box."""
    monkeypatch.setattr(locks, "_advisory", lambda _function: "id")

    on_its_way = a_ballot_on_its_way_and_the_close()

    assert LogLeaf.objects.filter(data__contains=on_its_way.commitment).count() == 0
    assert LogLeaf.objects.filter(data__contains="CLOSE").count() == 1


def test_who_comes_too_late_is_told_so_without_waiting_for_the_close():
    opened(closes_at=now() - timedelta(milliseconds=1))
    text = ticket(1)
    closing, told = threading.Event(), threading.Event()

    def act(number: int):
        if number == 0:
            with transaction.atomic(using="urn"):
                locks.alone(POLL)
                closing.set()
                return told.wait(10)
        closing.wait(10)
        with pytest.raises(RuleBroken) as refused:
            urn.cast(text, {"11": 1})
        told.set()
        return refused.value.code

    assert at_once(act, 2) == [True, "vote_closed"]


def test_two_schedulers_open_one_box():
    given = at_once(lambda _n: opened(), 16)

    assert {type(one).__name__ for one in given} == {"BallotBox"}
    assert LogLeaf.objects.count() == 1


def test_two_schedulers_close_one_box_once():
    opened(closes_at=now() - timedelta(seconds=1))

    at_once(lambda _n: urn.close_box(poll=POLL), 16)

    assert LogLeaf.objects.filter(data__contains="CLOSE").count() == 1
