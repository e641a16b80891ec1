"""A reminder before the close (到时提醒我), for who asked for one and has not voted by then. It keeps no choice.

Whether somebody voted is asked of the urn at the moment of sending and written nowhere: the wish is erased either way.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from civic.clock import every_minute
from civic.models import Person
from civic.moments import by_database
from civic.permissions import require
from civic.rules import RuleBroken
from voting.models import Poll, PollState, ReminderWish
from voting.services import urn, voter_messages

BEFORE = timedelta(hours=24)


def wish(poll: Poll, *, by: Person) -> None:
    """Ask for the message (到时提醒我); twice is once. RuleBroken without a phone, and when its time is past."""
    require(by, "voting.cast", poll)
    if not by.phone:
        raise RuleBroken(_("您没有登记手机号，收不到提醒"), code="no_phone")
    found = Poll.objects.annotate(clock=by_database()).get(pk=poll.pk)
    if not can_be_wished(found, found.clock):
        raise RuleBroken(_("离截止不到一天，不再提醒"), code="reminder_too_late")
    ReminderWish.objects.bulk_create([ReminderWish(poll=poll, person=by)], ignore_conflicts=True)


def wish_for(poll: Poll, people: QuerySet[Person]) -> None:
    """Wish it for those who switched it on beforehand (开了投票提醒的); twice is once, without a phone none."""
    found = Poll.objects.annotate(clock=by_database()).get(pk=poll.pk)
    if can_be_wished(found, found.clock):
        keys = people.exclude(phone=None).values_list("pk", flat=True)
        wishes = [ReminderWish(poll=poll, person_id=key) for key in keys]
        ReminderWish.objects.bulk_create(wishes, ignore_conflicts=True, batch_size=500)


def unwish_all(person: Person) -> None:
    """No reminder of any poll (停收短信)."""
    ReminderWish.objects.filter(person=person).delete()


def unwish(poll: Poll, *, by: Person) -> None:
    """No reminder after all (不用提醒了)."""
    ReminderWish.objects.filter(poll=poll, person=by).delete()


def can_be_wished(poll: Poll, at: datetime) -> bool:
    """Whether there is a day left in which to be reminded; ``at`` is the database's time."""
    return poll.state == PollState.OPEN and poll.closes_at is not None and poll.closes_at > at + BEFORE


@every_minute
def send_due() -> None:
    """Send what is due a day before the close (发提醒); each wish is locked and erased, so twice is once."""
    due = ReminderWish.objects.filter(poll__closes_at__lte=by_database() + BEFORE).values_list("pk", flat=True)
    for pk in due:
        _send(pk)


@transaction.atomic
def _send(pk: UUID) -> None:
    waiting = ReminderWish.objects.select_for_update(of=("self",), skip_locked=True).select_related(
        "person", "poll__area"
    )
    one = waiting.filter(pk=pk).first()
    if one is None:  # another scheduler has it
        return
    if one.poll.state == PollState.OPEN and urn.standing(one.poll_id, one.person_id) is None:
        until = date_format(timezone.localtime(one.poll.closes_at), "DATETIME_FORMAT")
        voter_messages.tell(one.person, "vote_reminder", one.poll, until=until)
    one.delete()
