"""Everybody at the same instant: one ballot per voter over every channel, one change per version, exact limits (A3, A4)."""

import threading
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from tests.drill.finding import Finding
from tests.drill.ground import Ground, Town, close_connections, town
from tests.racing import WAY, at_once
from tests.services import ROLE

POSTGRES = {"max_connections": "200"}
CHANNELS = ["online", "station", "assisted", "paper"]
VOTERS, CHANGERS, COUNTERS, MOST = 50, 20, 20, 5
UNPROTECTED = "ALTER TABLE voting_ballot DROP CONSTRAINT ballot_one_per_pseudonym"


def drill(ground: Ground) -> Finding:
    finding = Finding("However many taps at once: one ballot per voter, one change per version, limits exact")
    finding.notes.append(f"{WAY} threads, each with its own connections, meet at a barrier before every act.")
    one_each(finding, town(VOTERS))
    one_change(finding, town(CHANGERS))
    exact_counters(finding)
    controls(finding, ground)
    return finding


def one_each(finding: Finding, place: Town) -> None:
    from voting.models.urn import Ballot, PendingLeaf
    from voting.services import urn

    given = first_ballots(place)
    ballots = Ballot.objects.filter(box__poll=place.poll)
    finding.equal(f"ballots of {VOTERS} voters, {WAY} different ones each over four channels", ballots.count(), VOTERS)
    finding.equal("entries for the log", PendingLeaf.objects.filter(box__poll=place.poll).count(), VOTERS)
    stand = set(ballots.values_list("commitment", flat=True))
    others = [one for one in given if answer_of(one, urn) not in stand]
    finding.equal(f"answers that name another ballot than the one that stands, of {len(given)}", len(others), 0)


def answer_of(one: object, urn: object) -> str:
    """The commitment an answer speaks of: a receipt's, or the one a refusal shows."""
    return one.receipt.commitment if isinstance(one, urn.AlreadyCast) else getattr(one, "commitment", repr(one))


def first_ballots(place: Town) -> list[object]:
    """Every voter in every thread, on paper and online, with different choices."""
    from voting.services import tickets, urn

    def act(voter: int, thread: int) -> object:
        person, channel = place.voters[voter][0], CHANNELS[thread % len(CHANNELS)]
        ticket = tickets.issue(place.poll, person, channel=channel)
        return urn.cast(ticket, {place.choices[thread % len(place.choices)]: 1})

    return everybody(act, len(place.voters))


def everybody(act: Callable[[int, int], object], rounds: int) -> list[object]:
    """So many rounds of all threads at once; what each was given, or what it raised."""
    barrier = threading.Barrier(WAY)

    def one(thread: int) -> list[object]:
        given = []
        for turn in range(rounds):
            barrier.wait(60)
            try:
                given.append(act(turn, thread))
            except Exception as error:  # judged with the rest
                given.append(error)
        return given

    return [answer for answers in at_once(one) for answer in answers]


def one_change(finding: Finding, place: Town) -> None:
    from voting.models.urn import Ballot

    accepted = changes(place)
    ballots = Ballot.objects.filter(box__poll=place.poll)
    finding.equal(f"changes accepted, {WAY} at once by each of {CHANGERS} voters", accepted, CHANGERS)
    finding.equal("ballots in another version than the second", ballots.exclude(version=2).count(), 0)
    finding.equal("ballots dearer than the pool, which half of the changes were", sum(map(is_over, ballots)), 0)


def is_over(ballot: Any) -> bool:
    from civic.rules import RuleBroken
    from voting.ballot_rules import check_ballot

    try:
        check_ballot(ballot.choices, ballot.box.style)
    except RuleBroken:
        return True
    return False


def changes(place: Town) -> int:
    """All threads change version 1 to choices of their own, half of them dearer than the pool. How many were taken."""
    from voting.receipts import Receipt
    from voting.services import tickets, urn

    papers = [tickets.issue(place.poll, person, channel="online") for person, _session in place.voters]
    for paper in papers:
        urn.cast(paper, {place.choices[0]: 1})

    def act(voter: int, thread: int) -> object:
        wanted = place.choices if thread % 2 else [place.choices[1 + thread // 2 % 2]]
        return urn.cast(papers[voter], dict.fromkeys(wanted, 1), replaces=1)

    return len({one.commitment for one in everybody(act, len(papers)) if isinstance(one, Receipt)})


def exact_counters(finding: Finding) -> None:
    from civic.limits import Limit

    def act(turn: int, _thread: int) -> int:
        return Limit("drill", MOST, 3600).hit(turn)

    let_in = sum(isinstance(one, int) for one in everybody(act, COUNTERS))
    finding.equal(f"let in by {COUNTERS} counters with a limit of {MOST}", let_in, COUNTERS * MOST)


def controls(finding: Finding, ground: Ground) -> None:
    from voting.models.urn import Ballot
    from voting.services.urn import casting
    from voting.services.urn.casting import Sent
    from voting.styles import Fixed
    from voting.tickets import Ticket

    place = town(CHANGERS)

    def unlocked(box: Fixed, admitted: Ticket, _sent: Sent) -> Ballot | None:
        return Ballot.objects.filter(box=box.box, pseudonym=admitted.pseudonym).first()

    with patch.object(casting, "_stands", unlocked):
        accepted = changes(place)
    found = f"{accepted} for {CHANGERS} voters"
    finding.add("control, the row not locked: changes accepted", found, f"above {CHANGERS}", accepted > CHANGERS)
    close_connections()
    ground.postgres.run(UNPROTECTED, f"{ROLE}_urn")
    place = town(VOTERS)
    first_ballots(place)
    ballots = Ballot.objects.filter(box__poll=place.poll).count()
    finding.add(
        "control, the constraint dropped: ballots", f"{ballots} of {VOTERS} voters", f"above {VOTERS}", ballots > VOTERS
    )
