"""Casting a vote on a member's own phone (手机表决).

In a secret vote the mark on the roll and the slip carry no time, no event is written, and the slip's key is
random; at the close the slips are written anew in key order, so that the order of rows tells nothing either.
"""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Person, Role
from civic.models.record import Channel, Kind
from civic.moments import today
from civic.permissions import allowed
from civic.rules import RuleBroken
from voting import meeting_rules as rules
from voting import queries
from voting.models import AgendaItem, Choice, MeetingVote, SecretSlip


def cast(
    item: AgendaItem, *, by: Person, choice: str, ballot: int | None = None, channel: Channel = Channel.WEB
) -> None:
    """Vote on an item (表决): an open vote may be changed until the close, a secret one is given once.

    ``ballot`` is the voting the member saw; one held anew since then takes no late vote. The same open vote sent twice
    is one vote and one event. PermissionDenied for who is no member, has not signed in or stands aside; the last is written down.
    """
    rules.check_choice(choice)
    _admit(item, by=by)
    _cast(item, by=by, choice=Choice(choice), ballot=ballot, channel=channel)


def _admit(item: AgendaItem, *, by: Person) -> None:
    """403 for who may not vote here; a member who stands aside and tries all the same leaves a trace (audited)."""
    if allowed(by, "voting.vote", item):
        return
    if item.conflicts.filter(member=by).exists():
        _note_refused(item, by=by)
    raise PermissionDenied("voting.vote")


@transaction.atomic
def _note_refused(item: AgendaItem, *, by: Person) -> None:
    record(
        "item.vote_refused",
        by=by,
        on=item,
        roles=(Role.ASSEMBLY_MEMBER,),
        kind=Kind.DAILY,
        is_public=False,
        reason="已声明回避，不能表决",
    )


@transaction.atomic
def _cast(item: AgendaItem, *, by: Person, choice: Choice, ballot: int | None, channel: Channel) -> None:
    item = (
        AgendaItem.objects.select_for_update(of=("self",))
        .select_related("meeting__assembly", "project")
        .get(pk=item.pk)
    )
    standing = queries.standing(item.meeting, today())
    rules.check_can_vote(item, present=standing.present, due=standing.due)
    rules.check_same_voting(item, ballot)
    if not allowed(by, "voting.vote", item):  # stood aside while this waited for the row
        raise PermissionDenied("voting.vote")
    if item.meeting.is_secret:
        _drop_slip(item, by, choice)
    else:
        _set_vote(item, by, choice, channel)


def _set_vote(item: AgendaItem, by: Person, choice: Choice, channel: Channel) -> None:
    """One row per member, whatever comes at once: the unique constraint decides, the last choice stands."""
    if MeetingVote.objects.filter(item=item, ballot=item.ballot, member=by, choice=choice).exists():
        return  # sent again by a phone that did not hear the answer
    MeetingVote.objects.bulk_create(
        [MeetingVote(item=item, ballot=item.ballot, member=by, choice=choice)],
        update_conflicts=True,
        unique_fields=["item", "ballot", "member"],
        update_fields=["choice"],
    )
    record(
        "item.voted", by=by, on=item, roles=(Role.ASSEMBLY_MEMBER,), kind=Kind.DAILY, is_public=False, channel=channel
    )


def _drop_slip(item: AgendaItem, by: Person, choice: Choice) -> None:
    """Mark the roll and drop the slip; the unique mark is what makes a second slip impossible."""
    try:
        with transaction.atomic():
            MeetingVote.objects.create(item=item, ballot=item.ballot, member=by)
    except IntegrityError:
        raise RuleBroken(_("您已投过票，不记名票投出后不能改"), code="voted_already") from None
    SecretSlip.objects.create(item=item, ballot=item.ballot, choice=choice)


def shuffle_slips(item: AgendaItem) -> None:
    """Write the slips of the present voting anew under fresh keys, in key order (打乱); for the close alone."""
    slips = SecretSlip.objects.filter(item=item, ballot=item.ballot)
    fresh = [
        SecretSlip(item=item, ballot=item.ballot, choice=choice) for choice in slips.values_list("choice", flat=True)
    ]
    slips.delete()
    SecretSlip.objects.bulk_create(sorted(fresh, key=lambda slip: slip.key))
