"""What is read of paper ballots (纸质票): batches, who was given one, the order in which projects stand on a batch."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from voting import paper_rules, poll_queries, poll_rules
from voting.models import PaperBatch, PaperState, Poll, PollProject, PollState, RollEntry
from voting.paper_rules import Account
from voting.queries import within

MOST_FOUND = 20
TO_READ = (PaperState.PRINTED, PaperState.HANDING, PaperState.RETURNED, PaperState.KEYING)
TO_SIGN = (PaperState.KEYED, PaperState.BALANCED)
UNFINISHED = ~Q(state=PaperState.IN_URN)


def batches(poll: Poll) -> QuerySet[PaperBatch]:
    """The poll's batches in order, with the people and places a page names."""
    people = ("made_by", "returned_by", "asked_by", "confirmed_by")
    return poll.paper_batches.select_related("poll__area", "poll__round", "area", *people).order_by("number")


def polls_whose_paper_waits() -> QuerySet[Poll]:
    """Polls with paper that is not in the urn yet: they are neither written anew nor counted. A cancelled one is not."""
    waiting = PaperBatch.objects.filter(UNFINISHED, poll=OuterRef("pk"))
    return Poll.objects.filter(Exists(waiting)).exclude(state=PollState.CANCELLED)


def account(batch: PaperBatch) -> Account:
    """The batch's account as it stands (选票账)."""
    taken = batch.handouts.aggregate(spoiled=Sum("spoiled", default=0))
    return paper_rules.account(batch, given=batch.handouts.count(), spoiled=taken["spoiled"])


def account_of_poll(poll: Poll) -> Account:
    """All batches in one account (总账)."""
    return paper_rules.together(account(batch) for batch in batches(poll))


def entries_named(batch: PaperBatch, text: str) -> list[RollEntry]:
    """People on the roll this batch is for, by name, household or the end of their phone (在名册里找人)."""
    tail = text.isascii() and text.isdigit() and len(text) >= 4
    wanted = Q(person__name__icontains=text) | Q(household=text) | (Q(person__phone__endswith=text) if tail else Q())
    found = RollEntry.objects.filter(wanted, poll=batch.poll_id, area__code__startswith=batch.area.prefix)
    return list(found.select_related("person", "area", "paper__batch").order_by("person__name", "pk")[:MOST_FOUND])


def projects(batch: PaperBatch) -> list[PollProject]:
    """The projects as they stand on the batch's paper, first to last (票上的先后): another order on every batch.

    Who knows the poll's seed commitment can work it out.
    """
    by_code = {entry.project.code or "": entry for entry in poll_queries.poll_projects(batch.poll)}
    voter = f"paper-{batch.number}"
    return [by_code[code] for code in poll_rules.shuffled(by_code, commitment=batch.poll.seed_commitment, voter=voter)]


def codes(batch: PaperBatch) -> list[str]:
    return [entry.project.code or "" for entry in projects(batch)]


def batches_in(states: Collection[str], prefixes: Collection[str]) -> QuerySet[PaperBatch]:
    """Batches in such a state for people of these places, until their poll is counted (待办)."""
    here = within("area__code", list(prefixes))
    polls = (PollState.OPEN, PollState.CLOSED)
    return (
        PaperBatch.objects.filter(here, state__in=states, poll__state__in=polls).select_related("poll").order_by("pk")
    )
