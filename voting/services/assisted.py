"""Voting through a worker (代为录入): once per person, with reason, witness and consent, and the person is told.

The row stands before the ballot is cast and is settled after it, so that no such ballot is without its provenance:
what a crash left between the two, the clock settles by asking the urn.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from civic import limits
from civic.audit import record
from civic.clock import every_minute
from civic.files import use
from civic.models import Attachment, Person
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.permissions import require
from civic.rules import RuleBroken
from voting import station_rules
from voting.ballot_rules import Choices
from voting.models import AssistedEntry, AssistedState, DisputeOutcome, RollEntry
from voting.models.urn import BallotChannel
from voting.permissions import OFFICE, POLL_OFFICE
from voting.services import own_ballots, tickets, urn, voter_messages

DISPUTE_HOURS = 72
SETTLED_WITHIN = timedelta(minutes=2)


def enter(
    entry: RollEntry, choices: Choices, *, by: Person, reason: str, witness: str, documents: Sequence[Attachment]
) -> AssistedEntry:
    """Enter a person's vote on her behalf (代为录入). It never replaces one she cast herself.

    TooOften beyond 40 a day and one in 20 seconds by one worker, tries that are refused included. PermissionDenied
    for oneself and other villages; RuleBroken without evidence, a second time, and as urn.cast has it.
    """
    require(by, "voting.receive_voter", entry)
    station_rules.check_takes_ballots(entry.poll, now())
    station_rules.check_assisted(reason, witness, documents)
    limits.PROXY_PAUSE.hit(by.pk)
    limits.PROXY_DAY.hit(by.pk)
    row = _begin(entry, by=by, reason=reason, witness=witness, documents=documents)
    try:
        urn.cast(tickets.issue(entry.poll_id, entry.person_id, channel=BallotChannel.ASSISTED), choices)
    except RuleBroken:
        row.delete()
        raise
    return _settle(row)


@transaction.atomic
def dispute(row: AssistedEntry, *, by: Person, text: str, channel: Channel = Channel.WEB) -> AssistedEntry:
    """Say that the vote was not wanted so (对代录提出异议). The ballot stays; the count waits for the answer.

    PhoneNotProved where a worker let the person in (own_ballots.check_own).
    """
    own_ballots.check_own(by)
    row = _locked(row)
    require(by, "voting.dispute_assisted", row)
    station_rules.check_disputable(row, now())
    station_rules.check_said(text, "text")
    row.dispute, row.disputed_at = text, now()
    row.save(update_fields=["dispute", "disputed_at"])
    _note(row, "poll.assisted_disputed", by=by, roles=(*OFFICE, *POLL_OFFICE), kind=Kind.OBJECTION, channel=channel)
    return row


@transaction.atomic
def answer(row: AssistedEntry, *, by: Person, outcome: str, text: str) -> AssistedEntry:
    """Answer a dispute with a reason (答复异议); while the poll is open the person can still vote herself."""
    row = _locked(row)
    require(by, "voting.answer_dispute", row)
    if not row.is_disputed:
        raise RuleBroken(_("没有等答复的异议"), code="nothing_disputed")
    station_rules.check_said(text, "text")
    row.outcome, row.answer, row.answered_by = DisputeOutcome(outcome), text, by
    row.save(update_fields=["outcome", "answer", "answered_by"])
    _note(row, "poll.assisted_answered", by=by, roles=POLL_OFFICE, kind=Kind.OBJECTION, after={"outcome": outcome})
    return row


@every_minute
def settle_left_over() -> None:
    """Settle what a crash left between the row and the ballot (补记或撤去录到一半的)."""
    due = AssistedEntry.objects.filter(state=AssistedState.BEGUN, settle_after__lte=now())
    for row in due.select_related("entry"):
        with suppress(AssistedEntry.DoesNotExist):  # another scheduler has it
            _settle_by_the_urn(row)


def _begin(
    entry: RollEntry, *, by: Person, reason: str, witness: str, documents: Sequence[Attachment]
) -> AssistedEntry:
    moment = now()
    try:
        with transaction.atomic():
            row = AssistedEntry.objects.create(
                entry=entry,
                by=by,
                reason=reason,
                witness=witness,
                disputable_until=moment + timedelta(hours=DISPUTE_HOURS),
                settle_after=moment + SETTLED_WITHIN,
            )
            row.documents.set(documents)
    except IntegrityError:
        raise RuleBroken(_("已经代录过一次。要改，请本人用手机或者到投票站投"), code="assisted_already") from None
    return row


@transaction.atomic
def _settle(row: AssistedEntry) -> AssistedEntry:
    row = _waiting(row)
    row.state = AssistedState.ENTERED
    row.save(update_fields=["state"])
    use(row.documents.all(), public=False, at=row.entry.area_id)
    _note(row, "poll.assisted", by=row.by, roles=OFFICE, kind=Kind.DAILY, channel=Channel.DESK)
    voter_messages.tell(row.entry.person, "assisted", row.entry.poll, hours=DISPUTE_HOURS)
    return row


@transaction.atomic
def _settle_by_the_urn(row: AssistedEntry) -> None:
    row = _waiting(row)
    standing = urn.standing(row.entry.poll_id, row.entry.person_id)
    if standing is not None and standing.channel == BallotChannel.ASSISTED:
        _settle(row)
    else:
        row.delete()


def _waiting(row: AssistedEntry) -> AssistedEntry:
    return _rows().get(pk=row.pk, state=AssistedState.BEGUN)


def _locked(row: AssistedEntry) -> AssistedEntry:
    return _rows().get(pk=row.pk, state=AssistedState.ENTERED)


def _rows() -> QuerySet[AssistedEntry]:
    rows = AssistedEntry.objects.select_for_update(of=("self",))
    return rows.select_related("entry__poll__area", "entry__poll__round", "entry__person", "entry__area", "by")


def _note(row: AssistedEntry, action: str, *, by: Person, **event: Any) -> None:
    """Leave an event that only those inside read: it says for whom, and so that she voted."""
    record(action, by=by, on=row, on_behalf_of=row.entry.person, is_public=False, **event)
