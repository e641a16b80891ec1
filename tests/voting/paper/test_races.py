"""Paper against every other channel at the same instant: exactly one of them stands, and what would happen unprotected."""

import pytest
from django.db import OperationalError

from civic.rules import RuleBroken
from tests.racing import WAY, at_once
from tests.voting.paper import station
from tests.voting.paper.station import WITNESS
from tests.voting.polls import build
from voting.models import Ballot, PaperHandout, PaperSheet
from voting.receipts import Receipt
from voting.services import paper, paper_keying, tickets, urn
from voting.services.urn import putting

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, databases=build.URN)]


def race(found) -> tuple[int, int, list]:
    """One person, 64 at once: every other one hands her a paper, the rest vote with a ticket from before."""
    entry, poll = found.entries[0], found.office.poll.pk
    ticket = tickets.issue(poll, entry.person_id, channel="online")

    def either(number: int):
        if number % 2:
            return paper.hand_out(found.batch, entry, by=found.worker, witness=WITNESS)
        return urn.cast(ticket, {})

    given = at_once(either)
    return PaperHandout.objects.count(), Ballot.objects.count(), given


def test_paper_and_web_at_the_same_instant_are_one_vote():
    for _again in range(3):
        found = station.opened(size=200)
        before = Ballot.objects.count() + PaperHandout.objects.count()

        papers, ballots, given = race(found)

        assert papers + ballots - before == 1
        done = [one for one in given if isinstance(one, PaperHandout | Receipt)]
        others = [one for one in given if not isinstance(one, PaperHandout | Receipt)]
        assert len({type(one) for one in done}) == 1
        assert all(isinstance(one, RuleBroken | OperationalError) for one in others), others  # or waited too long


def test_without_the_hold_both_would_count(monkeypatch):
    """The control: a ticket from before the handing-out is good, unless the urn looks for the paper."""
    monkeypatch.setattr(putting, "HOLDS_PAPER", "SELECT 1 WHERE %s = ''")
    found = station.opened(size=200)
    entry = found.entries[0]
    ticket = tickets.issue(found.office.poll.pk, entry.person_id, channel="online")
    paper.hand_out(found.batch, entry, by=found.worker, witness=WITNESS)

    at_once(lambda _n: urn.cast(ticket, {}))

    assert (PaperHandout.objects.count(), Ballot.objects.count()) == (1, 1)


def test_sixty_four_handings_out_are_one():
    found = station.opened(size=200)

    given = at_once(lambda _n: paper.hand_out(found.batch, found.entries[0], by=found.worker, witness=WITNESS))

    assert sum(isinstance(one, PaperHandout) for one in given) == 1
    assert {one.code for one in given if isinstance(one, RuleBroken)} == {"paper_given_already"}
    assert PaperHandout.objects.count() == 1


def test_the_last_ballot_of_a_stack_is_given_once():
    found = station.opened(size=3, roll=WAY)
    entries = found.entries

    given = at_once(lambda n: paper.hand_out(found.batch, entries[n], by=found.worker, witness=WITNESS))

    assert PaperHandout.objects.count() == 3
    assert {one.code for one in given if isinstance(one, RuleBroken)} == {"batch_empty"}


def test_two_who_read_the_same_paper_at_once_are_two_readings_each_by_another():
    found = station.returned(2)
    choices = {found.codes()[0]: 1}

    given = at_once(
        lambda n: paper_keying.key(found.batch, 1, by=(found.worker, found.village)[n % 2], choices=choices)
    )

    assert PaperSheet.objects.count() == 2
    assert len(set(PaperSheet.objects.values_list("keyer", flat=True))) == 2
    odd = [one for one in given if not isinstance(one, RuleBroken | OperationalError | type(found.batch))]
    assert odd == []  # refused, or waited too long for the batch
