"""One member, one vote, whoever comes at once; and what would happen without the constraint that makes it so."""

from threading import Barrier, Event

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet

from civic.rules import RuleBroken
from tests.racing import at_once
from tests.voting import hall
from voting.models import Choice, ItemState, MeetingVote, SecretSlip
from voting.services import attendance, ballots, items

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def sitting(form: str) -> hall.Hall:
    found = hall.sitting(members=3, rules={"vote_form": form})
    items.open_item(found.item(), by=found.chair)
    return found


def many_votes(found: hall.Hall) -> list:
    item, member = found.item(), hall.anew(found.members[0])
    choices = list(Choice)
    return at_once(lambda n: ballots.cast(item, by=hall.anew(member), choice=choices[n % 3]))


def test_sixty_four_open_votes_of_one_member_are_one_vote():
    found = sitting("open")

    given = many_votes(found)

    assert MeetingVote.objects.count() == 1
    assert given.count(None) >= 1


def test_sixty_four_secret_votes_of_one_member_are_one_slip():
    found = sitting("secret")

    given = many_votes(found)

    assert (MeetingVote.objects.count(), SecretSlip.objects.count()) == (1, 1)
    assert given.count(None) == 1
    assert all(isinstance(one, Exception) for one in given if one is not None)
    assert sum(isinstance(one, RuleBroken) for one in given) >= 1


def test_without_the_constraint_a_look_before_the_write_lets_votes_through_twice():
    """The control: the same race against check-then-insert, so that the tests above are seen to measure something."""
    found = sitting("open")
    item, member = found.item(), found.members[0]
    constraint = next(c for c in MeetingVote._meta.constraints if c.name == "vote_once_per_member")
    with connection.schema_editor() as editor:
        editor.remove_constraint(MeetingVote, constraint)

    looked = Barrier(16)

    def naive(_number):
        with transaction.atomic():
            if not MeetingVote.objects.filter(item=item, ballot=1, member=member).exists():
                looked.wait(20)
                MeetingVote.objects.create(item=item, ballot=1, member=member, choice=Choice.FOR)

    try:
        at_once(naive, 16)
        assert MeetingVote.objects.count() > 1
    finally:
        MeetingVote.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(MeetingVote, constraint)


def test_a_vote_that_comes_with_the_close_is_counted_or_refused_never_lost():
    found = sitting("open")
    found.vote(1, "F")
    item, late = found.item(), found.members[1:]

    def act(number: int):
        if number == 0:
            return items.close_item(item, by=found.chair)
        return ballots.cast(item, by=hall.anew(late[number % 2]), choice=Choice.FOR)

    given = at_once(act, 12)

    closed = found.item()
    assert closed.state == ItemState.CLOSED
    assert closed.votes_for == MeetingVote.objects.count()
    assert not isinstance(given[0], Exception)


def vote_while_taken_back(found: hall.Hall, monkeypatch) -> list:
    """A member votes between the look and the write of whoever takes the member's sign-in back."""
    judged, voted, judge = Event(), Event(), attendance.rules.check_can_untick
    item, member = found.item(), found.members[0]

    def slowly(*args, **facts):
        judge(*args, **facts)
        judged.set()
        voted.wait(1)

    monkeypatch.setattr(attendance.rules, "check_can_untick", slowly)

    def act(number: int):
        if number == 0:
            return attendance.untick(found.meeting, member=member, by=found.recorder)
        judged.wait(20)
        try:
            return ballots.cast(item, by=hall.anew(member), choice=Choice.FOR)
        finally:
            voted.set()

    return at_once(act, 2)


def test_who_votes_while_the_sign_in_is_taken_back_is_refused(monkeypatch):
    found = sitting("open")

    given = vote_while_taken_back(found, monkeypatch)

    assert isinstance(given[1], PermissionDenied)
    assert (found.meeting.attendances.count(), MeetingVote.objects.count()) == (2, 0)


def test_without_the_held_rows_a_vote_of_somebody_absent_would_stand(monkeypatch):
    """The control: the same two acts with no row held."""
    found = sitting("open")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda found, **_how: found)

    vote_while_taken_back(found, monkeypatch)

    assert (found.meeting.attendances.count(), MeetingVote.objects.count()) == (2, 1)
