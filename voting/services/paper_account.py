"""The ballot account (选票账): signed by two, gaps named; then the papers go into the urn (入票箱) and all is counted."""

from django.db import transaction
from django.utils.translation import gettext as _

from civic.models import Person
from civic.models.record import Kind
from civic.permissions import require
from civic.rules import RuleBroken
from voting import paper_queries as queries
from voting import paper_rules as rules
from voting import paper_sentences as sentences
from voting.models import PaperBatch, PaperState, Poll
from voting.services import paper, polls, urn


@transaction.atomic
def ask_signature(batch: PaperBatch, *, by: Person, reason: str = "") -> PaperBatch:
    """Sign a batch's account as the first (先签字). ``reason`` is public and wanted where it does not balance."""
    batch = paper.locked(batch)
    require(by, "voting.make_paper", batch.poll)
    paper.check_closed(batch.poll)
    rules.target(batch, "sign")
    if batch.asked_by_id is not None:
        raise RuleBroken(_("已经有人签字，等另一人确认"), code="act_pending")
    rules.check_signable(queries.account(batch), reason)
    batch.asked_by, batch.gap_reason = by, reason.strip()
    paper.move(batch, batch.state)
    paper.note(batch, "paper.account_asked", by=by, sentence=sentences.asked(batch), reason=batch.gap_reason)
    return batch


@transaction.atomic
def confirm_signature(batch: PaperBatch, *, by: Person) -> PaperBatch:
    """Sign as the second, another person (后签字): the batch is balanced."""
    batch = paper.locked(batch)
    require(by, "voting.make_paper", batch.poll)
    paper.check_closed(batch.poll)
    state = rules.target(batch, "sign")
    rules.check_second_signature(batch, by.pk)
    account = queries.account(batch)
    rules.check_signable(account, batch.gap_reason)
    batch.confirmed_by = by
    paper.move(batch, state)
    paper.note(
        batch,
        "paper.balanced",
        by=by,
        is_public=True,
        kind=Kind.DECISION,
        sentence=sentences.balanced(batch, account),
        reason=batch.gap_reason,
        after=account.totals | {"asked_by": batch.asked_by_id, "confirmed_by": by.pk},
    )
    return batch


@transaction.atomic
def into_urn(poll: Poll, *, by: Person) -> int:
    """Put all papers into the urn once every account is signed (入票箱); how many ballots. The clock counts then.

    The urn commits by itself, and a second time changes nothing there.
    """
    poll = polls.locked(poll)
    require(by, "voting.make_paper", poll)
    paper.check_closed(poll)
    batches = list(queries.batches(poll).select_for_update(of=("self",)))
    if not batches or any(batch.state != PaperState.BALANCED for batch in batches):
        raise RuleBroken(_("每一批的账都签了字，才能入票箱"), code="not_balanced")
    account = rules.together(map(queries.account, batches))
    for batch in batches:
        paper.move(batch, rules.target(batch, "urn"))
    kept = [batch.number for batch in batches if not batch.void]
    ballots = urn.take_paper(poll=poll.pk, batches=kept, figures=account.totals)
    said = {"sentence": sentences.into_urn(account, ballots), "after": {"ballots": ballots} | account.totals}
    paper.note(batches[0], "paper.in_urn", by=by, is_public=True, kind=Kind.DECISION, **said)
    return ballots
