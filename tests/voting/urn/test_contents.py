"""What the rewriting adds up for the count is what the ballots say, tells of nobody, and any change of it is found."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from civic.rules import RuleBroken
from tests.voting.urn import boxes
from tests.voting.urn.boxes import POLL, opened
from voting.models.urn import Ballot, BallotBox, BoxContents, BoxState
from voting.rules.model import Ballot as Merged
from voting.services import urn
from voting.services.urn import contents

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=["default", "urn"])]

BALLOTS = {  # method: (what four voters chose, what it comes to: places, points, how many)
    "choose": (
        [{"11": 1, "14": 1}, {"14": 1, "11": 1}, {"12": 1}, {}],
        [((), (), 1), ((0, 3), (), 2), ((1,), (), 1)],
    ),
    "budget": ([{"13": 1}, {"13": 1}, {"11": 1}, {"13": 1}], [((0,), (), 1), ((2,), (), 3)]),
    "points": (
        [{"11": 5, "12": 2}, {"12": 2, "11": 5}, {"11": 2, "12": 5}, {}],
        [((), (), 1), ((0, 1), (2, 5), 1), ((0, 1), (5, 2), 2)],
    ),
    "rank": (
        [{"14": 1, "11": 2}, {"11": 2, "14": 1}, {"11": 1, "14": 2}, {"12": 1}],
        [((0, 3), (), 1), ((1,), (), 1), ((3, 0), (), 2)],
    ),
    "yes_no": (
        [{"11": 1, "12": 0}, {"12": 0, "11": 1}, {"11": 0}, {}],
        [((), (), 1), ((0,), (0,), 1), ((0, 1), (1, 0), 2)],
    ),
}


def voted(choices: list[dict[str, int]], method: str = "choose", *, poll: int = POLL, first_voter: int = 0) -> None:
    """A box into which these ballots were cast in turn, closed and written anew."""
    opened(method, poll=poll)
    for voter, chosen in enumerate(choices, start=first_voter):
        urn.cast(boxes.ticket(voter, poll=poll), chosen)
    boxes.rewritten(poll)


def columns(poll: int) -> list[tuple]:
    return list(BoxContents.objects.filter(box__poll=poll).order_by("number").values_list(*contents.COLUMNS))


def told() -> list[tuple]:
    return sorted(tuple(ballot) for ballot in urn.counted_ballots(POLL).ballots)


@pytest.mark.parametrize("method", BALLOTS)
def test_every_way_of_voting_is_added_up_each_different_ballot_once(method):
    chosen, comes_to = BALLOTS[method]

    voted(chosen, method)

    assert told() == comes_to
    assert urn.counted_ballots(POLL) == urn.counted_ballots(POLL, from_rows=True)


def test_the_channels_are_counted_apart_from_what_was_chosen():
    opened()
    for voter, channel in enumerate(["online", "online", "station", "assisted"]):
        boxes.cast(voter, "11", channel=channel)
    boxes.rewritten()

    counted = urn.counted_ballots(POLL)

    assert counted.channels == {"online": 2, "station": 1, "assisted": 1}
    assert [tuple(ballot) for ballot in counted.ballots] == [((0,), (), 4)]


def test_the_last_ballot_of_a_voter_is_what_counts():
    opened()
    boxes.cast(1, "11")
    boxes.cast(1, "12", replaces=1)
    boxes.rewritten()

    assert told() == [((1,), (), 1)]


def test_an_empty_box_holds_nothing():
    voted([])

    assert (told(), urn.counted_ballots(POLL).channels, columns(POLL)) == ([], {}, [])
    assert urn.contents_are_whole(POLL)


def test_the_same_ballots_by_others_in_another_order_leave_the_same_bytes():
    chosen = [{"11": 1}, {"12": 1, "13": 1}, {"11": 1}, {}, {"14": 1}]
    voted(chosen)
    voted(chosen[::-1], poll=8, first_voter=50)

    one, other = BallotBox.objects.order_by("poll")
    assert columns(POLL) == columns(8) != []
    assert one.contents_hash == other.contents_hash


def test_what_is_added_up_has_no_field_for_a_person_a_time_or_a_commitment():
    fields = {field.attname: type(field) for field in BoxContents._meta.local_fields}

    assert set(fields) == {"id", "box_id", "number", "lengths", "choices", "points", "voters"}
    assert {fields[name] for name in contents.COLUMNS} == {models.BinaryField}


def test_many_ballots_stand_in_several_blocks(monkeypatch):
    with monkeypatch.context() as small:
        small.setattr(contents, "BLOCK", 2)
        voted([{"11": 1, "12": 1}, {"12": 1, "13": 1}, {"14": 1}, {}, {"14": 1}])

    assert len(columns(POLL)) == 3
    assert told() == [((), (), 1), ((0, 1), (), 1), ((1, 2), (), 1), ((3,), (), 2)]
    assert urn.contents_are_whole(POLL)  # wherever a later program begins its blocks


def test_a_rewriting_that_was_cut_off_is_taken_up_again(monkeypatch):
    opened()
    boxes.cast(1, "11")
    boxes.closed()
    with monkeypatch.context() as cut:
        cut.setattr(contents, "_channels", lambda box: _cut_off())
        with pytest.raises(OSError, match="cut off"):
            urn.rewrite(poll=POLL)
    assert (BallotBox.objects.get().state, columns(POLL)) == (BoxState.CLOSED, [])

    urn.rewrite(poll=POLL)

    assert (BallotBox.objects.get().state, told()) == (BoxState.REWRITTEN, [((0,), (), 1)])


def _cut_off():
    raise OSError("cut off")


def test_a_box_that_was_rewritten_before_there_were_contents_is_counted_from_its_rows():
    voted([{"11": 1}, {"11": 1}])
    BoxContents.objects.all().delete()
    BallotBox.objects.update(contents_hash="", channels=None)

    assert told() == [((0,), (), 2)]
    assert urn.counted_ballots(POLL).channels == {"online": 2}
    assert urn.contents_are_whole(POLL)


@pytest.mark.parametrize(
    "change",
    [
        lambda: BoxContents.objects.update(voters=b"\x09\x00\x00\x00" * 2),
        lambda: BoxContents.objects.all().delete(),
        lambda: BallotBox.objects.update(contents_hash="0" * 64),
    ],
)
def test_contents_that_were_changed_are_not_counted(change):
    voted([{"11": 1}, {"12": 1}, {"12": 1}])
    change()

    with pytest.raises(RuleBroken) as refused:
        urn.counted_ballots(POLL)

    assert refused.value.code == "contents_changed"
    assert [tuple(one) for one in urn.counted_ballots(POLL, from_rows=True).ballots] == [((0,), (), 1), ((1,), (), 2)]


@pytest.mark.parametrize(
    "change",
    [
        lambda: Ballot.objects.filter(choices={"11": 1}).update(choices={"12": 1}),
        lambda: Ballot.objects.filter(choices={"11": 1}).update(channel="paper"),
        lambda: Ballot.objects.filter(choices={"11": 1}).delete(),
        lambda: BoxContents.objects.update(voters=b"\x09\x00\x00\x00" * 2),
    ],
)
def test_the_check_finds_ballots_and_contents_that_differ(change):
    voted([{"11": 1}, {"12": 1}, {"12": 1}])
    out = StringIO()
    call_command("verify_urn", POLL, stdout=out)
    assert out.getvalue().startswith("whole")
    change()

    with pytest.raises(CommandError, match="what was added up for the count is not what the ballots say"):
        call_command("verify_urn", POLL)


def test_ballots_in_columns_are_the_same_one_by_one():
    voted([{"11": 5}, {}, {"11": 2, "12": 5}], "points")

    held = urn.counted_ballots(POLL).ballots

    assert len(held) == 3
    assert list(held) == [Merged((0, 1), (2, 5)), Merged((0,), (5,)), Merged(())]
