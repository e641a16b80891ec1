"""Paper ballots (纸质票): made in batches, given to people on the roll once, taken back after the close.

``_move`` alone assigns ``PaperBatch.state``. The poll's row is locked before a batch's, a batch's before the urn. What is
known here is that somebody was given a ballot; which one nobody knows, so nothing links a person to a choice.
docs/adr/0011; what the papers say is services/paper_keying.py, the account services/paper_account.py.
"""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Area, Person
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.permissions import require
from civic.rules import RuleBroken, check_reason
from voting import paper_queries as queries
from voting import paper_rules as rules
from voting import paper_sentences as sentences
from voting.models import PaperBatch, PaperHandout, PaperState, Poll, PollState, RollEntry
from voting.permissions import OFFICE, POLL_OFFICE
from voting.services import polls, urn

UNDO_WITHIN = timedelta(hours=1)


@transaction.atomic
def make_batch(poll: Poll, station: str, size: int, *, by: Person, area: Area | None = None) -> PaperBatch:
    """Number a stack of ballots for a station (做一批纸质票), while the poll takes ballots.

    ``area`` is whose people it is for, the poll's own place unless said; its workers hand out and key. The poll is
    open by then: what stands on a ballot can no longer change. ValidationError for a size no stack has.
    """
    poll = polls.locked(poll)
    require(by, "voting.make_paper", poll)
    _check_open(poll)
    area = area or poll.area
    if not poll.area.covers(area.code):
        raise RuleBroken(_("请选这次投票范围里的地方"), code="outside_the_poll", field="area")
    last = poll.paper_batches.order_by("-number").first()
    batch = PaperBatch(
        poll=poll,
        number=last.number + 1 if last else 1,
        area=area,
        station=station,
        first_serial=last.last_serial + 1 if last else 1,
        size=size,
        made_by=by,
    )
    batch.full_clean()
    batch.save(force_insert=True)
    note(batch, "paper.made", by=by, sentence=sentences.made(batch), is_public=True, after={"size": size})
    return batch


@transaction.atomic
def note_print(batch: PaperBatch, *, by: Person) -> None:
    """Leave on the record that the batch's papers were printed (打印), each time anew: copies would be seen."""
    require(by, "voting.make_paper", batch.poll)
    _check_open(batch.poll)
    note(batch, "paper.printed", by=by, sentence=sentences.printed(batch), is_public=True)


def hand_out(batch: PaperBatch, entry: RollEntry, *, by: Person, witness: str) -> PaperHandout:
    """Give somebody on the roll one ballot of the batch (发放); from now on she votes no other way.

    RuleBroken if a ballot of hers stands or she was given one; a try to give one to who voted leaves a trace.
    """
    try:
        return _hand_out(batch, entry, by=by, witness=witness)
    except RuleBroken as refused:
        if refused.code == "voted_already":
            _note_refused(batch, by=by)
        raise


@transaction.atomic
def _hand_out(batch: PaperBatch, entry: RollEntry, *, by: Person, witness: str) -> PaperHandout:
    batch = locked(batch)
    require(by, "voting.hand_out_paper", batch)
    _check_open(batch.poll)
    state = rules.target(batch, "hand_out")
    _check_recipient(batch, entry, by)
    if not witness.strip():
        raise RuleBroken(_("请写见证人的姓名"), code="witness_required", field="witness")
    rules.check_stack(batch, taken=queries.account(batch).handed_out)
    handout = PaperHandout(entry=entry, batch=batch, witness=witness.strip(), by=by)
    try:
        with transaction.atomic():
            handout.save(force_insert=True)
    except IntegrityError:
        raise RuleBroken(_("这个人已经领过纸质票"), code="paper_given_already") from None
    move(batch, state)
    note(batch, "paper.handed_out", by=by, sentence=sentences.handed_out(batch))
    urn.hold_paper(batch.poll_id, entry.person_id)  # last: it commits by itself, and again is harmless
    return handout


@transaction.atomic
def undo_handout(handout: PaperHandout, *, by: Person, reason: str) -> None:
    """Take back what was recorded by mistake (撤回发放): by who recorded it, within the hour, with a reason."""
    check_reason(reason)
    batch, handout = _held(handout)
    require(by, "voting.hand_out_paper", batch)
    _check_open(batch.poll)
    if handout.by_id != by.pk or handout.at <= now() - UNDO_WITHIN:
        raise RuleBroken(_("只有发放的人能在一小时内撤回"), code="too_late_to_undo")
    if handout.spoiled:
        raise RuleBroken(_("已经换过票，不能撤回"), code="exchanged_already")
    person = handout.entry.person_id
    handout.delete()
    note(batch, "paper.handout_undone", by=by, sentence=sentences.undone(batch), reason=reason, is_public=True)
    urn.release_paper(batch.poll_id, person)


@transaction.atomic
def exchange(handout: PaperHandout, *, by: Person) -> PaperHandout:
    """Give another ballot for a spoiled one (换票); the spoiled one stays with the station."""
    batch, handout = _held(handout)
    require(by, "voting.hand_out_paper", batch)
    _check_open(batch.poll)
    rules.check_stack(batch, taken=queries.account(batch).handed_out)
    handout.spoiled += 1
    handout.save(update_fields=["spoiled"])
    note(batch, "paper.exchanged", by=by, sentence=sentences.exchanged(batch))
    return handout


@transaction.atomic
def take_back(
    batch: PaperBatch,
    *,
    by: Person,
    left: int,
    returned: int,
    late: int = 0,
    not_on_roll: int = 0,
    voted_already: int = 0,
) -> PaperBatch:
    """Write down what the station counted after the close (收回); it may be corrected until all is keyed.

    ``late``, ``not_on_roll`` and ``voted_already`` are of ``returned`` and stay unopened: their counterfoil says so.
    """
    batch = locked(batch)
    require(by, "voting.hand_out_paper", batch)
    check_closed(batch.poll)
    is_keyed = batch.state == PaperState.KEYING  # a correction then leaves it there
    state = rules.target(batch, "key" if is_keyed else "return")
    batch.left, batch.returned, batch.returned_by = left, returned, by
    batch.late, batch.not_on_roll, batch.voted_already = late, not_on_roll, voted_already
    account = queries.account(batch)
    keyed = len(urn.sheets(batch.poll_id, batch.number))
    rules.check_return(batch, keyed=keyed)
    move(batch, state)
    sentence = sentences.returned(batch, account)
    note(batch, "paper.returned", by=by, sentence=sentence, is_public=True, after=account_after(account))
    finish_if_keyed(batch, by=by)
    return batch


def finish_if_keyed(batch: PaperBatch, *, by: Person) -> bool:
    """Once every opened paper is sure, the batch waits for its account (录完); the caller holds the batch.

    Where more came back than was given nobody can tell which: none of the batch counts.
    """
    found = urn.sheets(batch.poll_id, batch.number)
    if len(found) < batch.to_key or not all(sheet.is_sure for sheet in found):
        return False
    faults = [sheet.outcome[1] for sheet in found]
    batch.unreadable, batch.over_limit = faults.count("unreadable"), faults.count("over_limit")
    good = faults.count("")
    is_void = queries.account(batch).surplus > 0
    batch.counted, batch.void = (0, good) if is_void else (good, 0)
    move(batch, rules.target(batch, "finish"))
    note(batch, "paper.keyed", by=by, sentence=sentences.keyed(batch), is_public=True)
    return True


def locked(batch: PaperBatch) -> PaperBatch:
    """The batch as it is now, held until the transaction ends."""
    held = PaperBatch.objects.select_for_update(of=("self",)).select_related("poll__area", "poll__round", "area")
    return held.get(pk=batch.pk)


def move(batch: PaperBatch, state: str) -> None:
    """Set where the batch stands and keep what was written with it; the caller holds the row."""
    batch.state = state
    batch.full_clean()
    batch.save()


def note(batch: PaperBatch, action: str, *, by: Person, is_public: bool = False, **event: Any) -> None:
    """Leave an event on the poll's record; what concerns one person is not shown, or it would tell who came when."""
    roles = (*OFFICE, *POLL_OFFICE)
    event = {"mark": batch.poll.mark, "kind": Kind.DAILY} | event
    record(action, by=by, on=batch, roles=roles, channel=Channel.PAPER, is_public=is_public, **event)


def check_closed(poll: Poll) -> None:
    """Nothing of a paper is counted or read while others still vote (截止以后才收). RuleBroken."""
    if poll.state != PollState.CLOSED:
        raise RuleBroken(_("投票截止以后、计票以前才能办"), code="wrong_state")


def account_after(account: rules.Account) -> dict[str, Any]:
    """An account as an event keeps it."""
    return {"given": account.given, "spoiled": account.spoiled, "left": account.left, "returned": account.returned}


def _check_open(poll: Poll) -> None:
    if poll.state != PollState.OPEN:
        raise RuleBroken(_("投票期间才能办"), code="wrong_state")


def _check_recipient(batch: PaperBatch, entry: RollEntry, by: Person) -> None:
    if entry.poll_id != batch.poll_id or not batch.area.covers(entry.area_id):
        raise RuleBroken(_("这个人不在这个投票站的名册里"), code="not_on_the_roll")
    if entry.person_id == by.pk:
        raise RuleBroken(_("自己的票要由别人发"), code="own_ballot")


def _held(handout: PaperHandout) -> tuple[PaperBatch, PaperHandout]:
    """The batch first, then the handout, both held. RuleBroken where it was taken back meanwhile."""
    batch = locked(PaperBatch(pk=handout.batch_id))
    held = PaperHandout.objects.select_for_update(of=("self",)).select_related("entry").filter(pk=handout.pk).first()
    if held is None:
        raise RuleBroken(_("这次发放已经撤回"), code="undone_already")
    return batch, held


@transaction.atomic
def _note_refused(batch: PaperBatch, *, by: Person) -> None:
    note(batch, "paper.refused", by=by, sentence=sentences.refused(batch))
