"""The items of a sitting meeting (议题): opened, closed and counted, put off, voted on anew, noted.

`_move` is the one place that assigns ``AgendaItem.state``; the meeting's row is held first.
"""

from typing import Any

from django.db import transaction

from civic.audit import record
from civic.models import Person
from civic.models.record import Channel, Kind
from civic.moments import now, today
from civic.rules import check_reason
from voting import meeting_rules as rules
from voting import queries, sentences
from voting.models import AgendaItem, CountedFrom, ItemState, Meeting, Outcome
from voting.models.meetings import COUNTS
from voting.permissions import CHAIRS
from voting.queries import Tally
from voting.rules.thresholds import votes_needed
from voting.services import ballots, meetings


def locked(item: AgendaItem) -> AgendaItem:
    """The item as it is now with its meeting, both held until the transaction ends."""
    meeting = meetings.locked(item.meeting)
    found = AgendaItem.objects.select_for_update(of=("self",)).select_related("project").get(pk=item.pk)
    found.meeting = meeting
    return found


@transaction.atomic
def open_item(item: AgendaItem, *, by: Person) -> AgendaItem:
    """Open the vote on an item (开始表决): one at a time, in a meeting with a quorum."""
    item = locked(item)
    _check_can_open(item)
    target = rules.item_target(item, "open")
    item.opened_at, item.amount_yuan = now(), item.project.best_yuan
    return _move(item, target, "item.opened", by=by, sentence=f"开始表决第{item.order}项")


@transaction.atomic
def close_item(item: AgendaItem, *, by: Person) -> AgendaItem:
    """End the vote cast on phones and count it (结束表决)."""
    item = locked(item)
    target = rules.item_target(item, "close")
    if item.meeting.is_secret:
        ballots.shuffle_slips(item)
    tally = queries.tally(item)
    rules.check_somebody_voted(tally.cast)
    return _settle(item, target, tally, CountedFrom.PHONES, by=by)


@transaction.atomic
def type_counts(
    item: AgendaItem, *, by: Person, votes_for: int, against: int, abstain: int, not_voted: int
) -> AgendaItem:
    """End the vote with the counts of a show of hands, or of paper slips in a secret vote (录入票数)."""
    item = locked(item)
    target = rules.item_target(item, "close")
    rules.check_no_phone_votes(queries.cast_count(item))
    rules.check_counts(
        votes_for=votes_for,
        against=against,
        abstain=abstain,
        not_voted=not_voted,
        present=item.meeting.attendances.count(),
        recused=queries.recused_present(item),
    )
    source = CountedFrom.PAPER if item.meeting.is_secret else CountedFrom.HANDS
    return _settle(item, target, Tally(votes_for, against, abstain), source, by=by, channel=Channel.DESK)


@transaction.atomic
def defer(item: AgendaItem, *, by: Person, reason: str) -> AgendaItem:
    """Put an item off without a decision (暂缓): the project waits for another meeting."""
    check_reason(reason)
    item = locked(item)
    rules.meeting_target(item.meeting, "close")
    target = rules.item_target(item, "defer")
    item.outcome, item.reason, item.closed_at = Outcome.DEFERRED, reason, now()
    return _move(item, target, "item.deferred", by=by, sentence=f"第{item.order}项暂缓", reason=reason)


@transaction.atomic
def reopen_item(item: AgendaItem, *, by: Person, reason: str) -> AgendaItem:
    """Vote on an item anew (重新表决) while the meeting sits: a fresh voting, so that no late vote can be read off."""
    check_reason(reason)
    item = locked(item)
    _check_can_open(item)
    target = rules.item_target(item, "reopen")
    before = {name: getattr(item, name) for name in COUNTS} | {"outcome": item.outcome}
    for name in COUNTS:
        setattr(item, name, None)
    item.outcome = item.reason = item.counted_from = ""
    item.ballot, item.opened_at, item.closed_at = item.ballot + 1, now(), None
    item.amount_yuan = item.project.best_yuan
    return _move(
        item,
        target,
        "item.reopened",
        by=by,
        on=item.project,
        sentence=f"议事会第{item.order}项重新表决",
        reason=reason,
        before=before,
    )


@transaction.atomic
def note(item: AgendaItem, *, by: Person, text: str) -> AgendaItem:
    """Write down what was asked and answered (讨论记录), until the minutes are confirmed."""
    item = locked(item)
    rules.check_can_note(item.meeting)
    item.discussion = text
    item.save(update_fields=["discussion"])
    record("item.noted", by=by, on=item.meeting, roles=CHAIRS, kind=Kind.DAILY, is_public=False)
    return item


def _check_quorum(meeting: Meeting) -> None:
    """A mistaken sign-in taken back may leave too few: nothing is put to the vote or counted then."""
    standing = queries.standing(meeting, today())
    rules.check_quorum(standing.present, standing.due, standing.share)


def _check_can_open(item: AgendaItem) -> None:
    meeting = item.meeting
    rules.check_can_open_item(
        item,
        other_open=meeting.items.filter(state=ItemState.OPEN).exclude(pk=item.pk).exists(),
        voters=meeting.attendances.count() - queries.recused_present(item),
    )
    _check_quorum(meeting)


def _settle(
    item: AgendaItem, target: str, tally: Tally, source: CountedFrom, *, by: Person, channel: Channel = Channel.WEB
) -> AgendaItem:
    """Write the counts, the figures the rule uses and the outcome."""
    meeting = item.meeting
    _check_quorum(meeting)
    item.present_count, item.recused_count = meeting.attendances.count(), queries.recused_present(item)
    item.votes_for, item.votes_against, item.votes_abstain = tally.votes_for, tally.against, tally.abstain
    item.base_count = rules.base_count(
        meeting.pass_base, present=item.present_count, due=meeting.due_count or 0, recused=item.recused_count
    )
    item.needed_count = votes_needed(item.base_count, meeting.pass_share)
    item.outcome, item.counted_from, item.closed_at = rules.outcome(item.votes_for, item.needed_count), source, now()
    return _move(
        item,
        target,
        "item.closed",
        by=by,
        channel=channel,
        sentence=sentences.item_result(item),
        rule=sentences.pass_rule(meeting),
        after={name: getattr(item, name) for name in COUNTS},
    )


def _move(item: AgendaItem, target: str, action: str, *, by: Person, **event: Any) -> AgendaItem:
    """Set the state and leave the event on the meeting's record, or ``on`` another's; the caller holds the rows."""
    before, item.state = item.state, target
    item.save()
    before_all = event.pop("before", {}) | {"state": before}
    after_all = event.pop("after", {}) | {"state": target, "item": item.order, "ballot": item.ballot}
    record(action, by=by, on=event.pop("on", item.meeting), roles=CHAIRS, before=before_all, after=after_all, **event)
    return item
