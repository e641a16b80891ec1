"""One ballot a voter: cast, cast again, changed, refused; the receipt says that it counts and never what it says."""

import base64
import logging
import re
from dataclasses import asdict
from datetime import timedelta

import pytest

from civic import moments
from civic.rules import RuleBroken
from tests.voting.urn import boxes
from tests.voting.urn.boxes import POLL, cast, opened, ticket
from voting import keys, receipts
from voting.models.urn import Ballot, PendingLeaf
from voting.services import urn

pytestmark = pytest.mark.django_db(databases=["default", "urn"])


def test_a_ballot_is_kept_under_a_pseudonym_with_its_commitment_waiting_for_the_log():
    opened()

    receipt = cast(1, "11", "13")

    ballot = Ballot.objects.get()
    assert (ballot.pseudonym, ballot.choices, ballot.version) == (keys.pseudonym(POLL, 1), {"11": 1, "13": 1}, 1)
    assert ballot.commitment == receipt.commitment == PendingLeaf.objects.get().commitment
    assert receipt.commitment == receipts.commitment(POLL, ballot.box.style_hash, ballot.choices, ballot.nonce)


def test_a_receipt_is_a_short_code_and_a_signature_over_the_commitment():
    opened()

    receipt = cast(1, "11")

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}", receipt.code)
    signature = base64.b64decode(receipt.signature)
    assert keys.signed(keys.public_key(keys.LOG), signature, receipts.promise(POLL, receipt.commitment))


def test_two_receipts_of_the_same_choices_have_nothing_in_common_that_tells_them():
    opened()

    one, other = cast(1, "11"), cast(2, "11")

    assert one.commitment != other.commitment
    assert one.signature != other.signature
    assert set(asdict(one)) == {"poll", "version", "commitment"}


def test_the_same_ballot_again_gives_the_same_receipt_and_changes_nothing():
    opened()
    first = cast(1, "11", "12")

    assert cast(1, "12", "11") == first
    assert (Ballot.objects.get().version, PendingLeaf.objects.count()) == (1, 1)


def test_another_ballot_without_naming_the_version_is_refused_with_the_receipt_of_what_stands():
    opened()
    first = cast(1, "11")

    with pytest.raises(urn.AlreadyCast) as refused:
        cast(1, "12")

    assert refused.value.receipt == first
    assert Ballot.objects.get().choices == {"11": 1}


def test_a_change_erases_the_choices_before_and_keeps_their_commitment():
    opened()
    first = cast(1, "11")
    nonce = Ballot.objects.get().nonce

    second = cast(1, "12", replaces=1)

    ballot = Ballot.objects.get()
    assert (ballot.choices, ballot.version, ballot.trail) == ({"12": 1}, 2, [first.commitment])
    assert ballot.nonce != nonce
    assert {leaf.commitment for leaf in PendingLeaf.objects.all()} == {first.commitment, second.commitment}
    assert second.version == 2


def test_a_repeated_change_is_the_same_change():
    opened()
    cast(1, "11")

    assert cast(1, "12", replaces=1) == cast(1, "12", replaces=1)
    assert Ballot.objects.get().version == 2


@pytest.mark.parametrize("replaces", [1, 3])
def test_a_change_of_a_version_that_does_not_stand_is_refused(replaces):
    opened()
    cast(1, "11")
    stands = cast(1, "12", replaces=1)

    with pytest.raises(urn.AlreadyCast) as refused:
        cast(1, "13", replaces=replaces)

    assert refused.value.receipt == stands
    assert Ballot.objects.get().choices == {"12": 1}


def test_nothing_can_be_changed_where_nothing_stands():
    opened()

    with pytest.raises(RuleBroken) as refused:
        cast(1, "11", replaces=1)

    assert refused.value.code == "nothing_to_replace"
    assert not Ballot.objects.exists()


def test_a_ballot_beyond_its_style_is_refused_and_not_kept():
    opened()

    with pytest.raises(RuleBroken, match="最多选3项"):
        cast(1, "11", "12", "13", "14")

    assert not Ballot.objects.exists()


@pytest.mark.parametrize("channel", ["assisted", "paper"])
def test_what_another_enters_never_replaces_what_the_voter_cast(channel):
    opened()
    stands = cast(1, "11")

    with pytest.raises(urn.AlreadyCast) as refused:
        cast(1, "12", channel=channel, replaces=1)

    assert (refused.value.code, refused.value.receipt) == ("cast_in_person", stands)
    assert Ballot.objects.get().choices == {"11": 1}


@pytest.mark.parametrize("channel", ["assisted", "paper"])
def test_nobody_finds_out_a_choice_by_trying_what_gives_the_same_receipt(channel):
    """A helper who guesses right hears the very words of one who guesses wrong, before the close and after."""
    opened()
    cast(1, "11")
    said = []

    for guess in ("11", "12"):
        with pytest.raises(urn.AlreadyCast) as refused:
            cast(1, guess, channel=channel)
        said.append((refused.value.code, refused.value.message, refused.value.receipt))
    urn.move_close(poll=POLL, closes_at=None)
    for guess in ("11", "12"):
        with pytest.raises(RuleBroken) as refused:
            cast(1, guess, channel=channel)
        said.append((refused.value.code, refused.value.message))

    assert said[0] == said[1]
    assert said[2] == said[3]


def test_the_voter_may_replace_what_was_entered_for_her():
    opened()
    cast(1, "11", channel="assisted")

    cast(1, "12", replaces=1)

    assert (Ballot.objects.get().choices, Ballot.objects.get().channel) == ({"12": 1}, "online")


def test_who_voted_on_paper_cannot_vote_online():
    opened()
    cast(1, "11", channel="paper")

    with pytest.raises(urn.AlreadyCast) as refused:
        cast(1, "12", replaces=1)

    assert refused.value.code == "cast_on_paper"


def test_whether_somebody_voted_is_asked_of_the_urn():
    opened()
    receipt = cast(1, "11")

    assert urn.standing(POLL, 1) == urn.Standing(1, "online", receipt)
    assert urn.standing(POLL, 2) is None


def test_a_voter_sees_what_was_kept_of_her_own_ballot():
    opened("points")
    urn.cast(ticket(1), {"11": 4, "12": 2})

    assert urn.own_ballot(POLL, 1) == {"11": 4, "12": 2}
    assert urn.own_ballot(POLL, 2) is None


def test_before_the_opening_nothing_is_taken():
    opened(opens_at=moments.now() + timedelta(minutes=5))

    with pytest.raises(RuleBroken) as refused:
        cast(1, "11")

    assert refused.value.code == "vote_not_open"
    assert not Ballot.objects.exists()


def test_after_the_closing_second_nothing_is_taken_though_the_box_is_not_closed_yet():
    opened(closes_at=moments.now() - timedelta(milliseconds=1))

    with pytest.raises(RuleBroken) as refused:
        cast(1, "11")

    assert refused.value.code == "vote_closed"
    assert (Ballot.objects.count(), PendingLeaf.objects.count()) == (0, 0)


def test_after_the_closing_second_a_ballot_is_not_changed_and_its_receipt_is_still_given():
    opened()
    stands = cast(1, "11")
    urn.move_close(poll=POLL, closes_at=None)

    with pytest.raises(RuleBroken) as refused:
        cast(1, "12", replaces=1)

    assert refused.value.code == "vote_closed"
    assert Ballot.objects.get().choices == {"11": 1}
    assert cast(1, "11") == stands


def test_the_clock_of_a_web_server_decides_nothing(monkeypatch):
    """The application believes it is two minutes earlier; the urn's database knows better."""
    opened(closes_at=moments.now() - timedelta(seconds=1))
    early = moments.now() - timedelta(minutes=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: early)

    with pytest.raises(RuleBroken) as refused:
        cast(1, "11")

    assert refused.value.code == "vote_closed"


def test_a_story_told_of_a_past_year_opens_and_closes_at_its_own_time():
    """The demo tells 2021 through the same services."""
    then = moments.now() - timedelta(days=1800)
    with moments.at(then):
        opened()
        cast(1, "11")
    with moments.at(then + timedelta(hours=2)):
        with pytest.raises(RuleBroken):
            cast(2, "11")
        urn.close_box(poll=POLL)

    assert Ballot.objects.count() == 1


def test_nothing_of_a_vote_is_logged(caplog):
    opened()

    with caplog.at_level(logging.DEBUG):
        cast(1, "11")

    assert [record for record in caplog.records if record.name != "django.db.backends"] == []


def test_voting_needs_no_redis(monkeypatch):
    import redis.connection

    def dead(*_args, **_kwargs):
        raise AssertionError("a ballot waited for Redis")

    for name in ("ConnectionPool", "BlockingConnectionPool"):
        monkeypatch.setattr(getattr(redis.connection, name), "get_connection", dead)
    opened()

    cast(1, "11")
    boxes.closed()

    assert Ballot.objects.count() == 1
