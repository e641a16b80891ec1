"""What the database refuses, whoever writes it."""

import pytest
from django.db import IntegrityError, transaction

from tests.voting import hall
from voting.models import AgendaItem, Assembly, Attendance, Conflict, Meeting, MeetingVote, SecretSlip

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided():
    found = hall.sitting(members=5)
    found.decide(1, "FFFA0")
    return found


def refused(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "wrong",
    [
        {"votes_for": 9},  # more votes than people
        {"recused_count": 1},
        {"votes_for": 2, "needed_count": 3},  # passed without the votes
        {"outcome": "not_passed"},  # lost with the votes
        {"votes_for": None},  # half a count
        {"counted_from": ""},
        {"outcome": "maybe"},
        {"state": "gone"},
        {"state": "open"},  # open with an outcome
        {"outcome": "deferred"},  # put off with a count
        {"outcome": ""},
    ],
    ids=str,
)
def test_a_count_that_does_not_hold_together(decided, wrong):
    assert refused(lambda: AgendaItem.objects.update(**wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"present_count": 6},  # more present than due
        {"due_count": 0},
        {"due_count": None},
        {"teller": None},
        {"state": "confirmed"},  # by nobody
        {"state": "cancelled"},  # for no reason
        {"state": "later"},
        {"vote_form": "shouted"},
        {"pass_base": "friends"},
        {"attempt": 0},
        {"prior_body": "村党支部"},  # a study without day and conclusion
    ],
    ids=str,
)
def test_a_meeting_that_does_not_hold_together(decided, wrong):
    assert refused(lambda: Meeting.objects.update(**wrong))


def test_teller_and_monitor_are_two_even_for_the_database(decided):
    assert refused(lambda: Meeting.objects.update(monitor=decided.teller))


def test_a_meeting_is_not_given_notice_of_after_it_began(decided):
    assert refused(lambda: Meeting.objects.update(notice_at="2999-01-01T00:00:00Z"))


def test_one_row_per_member(decided):
    item, member = decided.item(), decided.members[0]
    Conflict.objects.create(item=item, member=member, reason="亲戚")

    assert refused(lambda: Attendance.objects.create(meeting=decided.meeting, member=member, how="qr"))
    assert refused(lambda: Conflict.objects.create(item=item, member=member, reason="再来"))
    assert refused(lambda: MeetingVote.objects.create(item=item, ballot=1, member=member, choice="for"))
    assert refused(lambda: Conflict.objects.create(item=item, member=decided.members[1], reason=""))


def test_choices_are_the_three_and_places_have_one_assembly(decided):
    item = decided.item()

    assert refused(lambda: SecretSlip.objects.create(item=item, ballot=1, choice=""))
    assert refused(lambda: MeetingVote.objects.update(choice="yes"))
    assert refused(lambda: Assembly.objects.create(area=decided.assembly.area, name="又一个", kind="council"))
    assert refused(lambda: Assembly.objects.update(kind="club"))
