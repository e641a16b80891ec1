"""Who came and who stands aside (签到、回避)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from civic.audit import record
from civic.files import use
from civic.models import Attachment, Person, Role
from civic.models.record import Channel, Kind
from civic.moments import now, today
from civic.rules import check_reason
from voting import meeting_rules as rules
from voting import queries
from voting.models import AgendaItem, Attendance, Conflict, How, Meeting, MeetingVote
from voting.permissions import OFFICE
from voting.services.meetings import locked

CHANNELS = {How.QR: Channel.WEB, How.REMOTE: Channel.WEB, How.TICK: Channel.DESK, How.PAPER: Channel.PAPER}


@transaction.atomic
def sign_in(meeting: Meeting, *, member: Person, by: Person, how: How) -> Attendance:
    """Note that a member came (签到): by the member, or ticked by who runs the meeting. A second time changes nothing."""
    meeting = locked(meeting)
    is_due = queries.due(meeting, today()).filter(pk=member.pk).exists()
    rules.check_can_sign_in(meeting, is_due=is_due, at=now())
    helper = None if by == member else by
    found, is_new = Attendance.objects.get_or_create(
        meeting=meeting, member=member, defaults={"how": how, "at": now(), "recorded_by": helper}
    )
    if is_new:
        _note(meeting, "meeting.signed_in", member=member, by=by, channel=CHANNELS[How(how)], after={"how": how})
    return found


@transaction.atomic
def tick(meeting: Meeting, *, members: Iterable[Person], by: Person, how: How, sheet: Attachment | None = None) -> int:
    """Sign in several at once from the list or the paper sheet (勾选签到); returns how many are new."""
    meeting = locked(meeting)
    before = meeting.attendances.count()
    for member in members:
        sign_in(meeting, member=member, by=by, how=how)
    if sheet is not None:
        meeting.sign_in_sheet = use([sheet], public=False, at=meeting.audit_area_id)[0]
        meeting.save(update_fields=["sign_in_sheet"])
    return meeting.attendances.count() - before


@transaction.atomic
def untick(meeting: Meeting, *, member: Person, by: Person) -> None:
    """Take back a mistaken tick (取消签到), also while the meeting sits, until the member or an item's count tells of it.

    The items are held as well: a vote of that member comes either before this, and is seen, or after it, and is refused.
    """
    meeting = locked(meeting)
    items = list(meeting.items.select_for_update())
    found = Attendance.objects.filter(meeting=meeting, member=member).first()
    if found is None:
        return
    has_voted = MeetingVote.objects.filter(item__in=items, member=member).exists()
    rules.check_can_untick(meeting, items, since=found.at, has_voted=has_voted)
    found.delete()
    _note(meeting, "meeting.unticked", member=member, by=by, channel=Channel.DESK)


@transaction.atomic
def declare_conflict(item: AgendaItem, *, member: Person, by: Person, reason: str) -> Conflict:
    """A member stands aside on an item (回避); an open vote already cast on it falls away."""
    check_reason(reason)
    item = AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting", "project").get(pk=item.pk)
    cast = MeetingVote.objects.filter(item=item, ballot=item.ballot, member=member)
    rules.check_can_recuse(item, has_slip=item.meeting.is_secret and cast.exists())
    found, is_new = Conflict.objects.get_or_create(
        item=item, member=member, defaults={"reason": reason, "declared_at": now()}
    )
    if is_new:
        cast.delete()
        record(
            "item.conflict",
            by=by,
            on=item,
            roles=(Role.ASSEMBLY_MEMBER, *OFFICE),
            on_behalf_of=None if by == member else member,
            channel=Channel.WEB if by == member else Channel.DESK,
            kind=Kind.DAILY,
            is_public=False,
        )
    return found


def _note(meeting: Meeting, action: str, *, member: Person, by: Person, **event: Any) -> None:
    record(
        action,
        by=by,
        on=meeting,
        roles=(Role.ASSEMBLY_MEMBER,) if by == member else OFFICE,
        on_behalf_of=None if by == member else member,
        kind=Kind.DAILY,
        is_public=False,
        **event,
    )
