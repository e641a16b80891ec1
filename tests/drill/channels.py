"""One person through every door at the same instant, over HTTP: one ballot counts (RELIABILITY A1, A2, A31)."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.drill.clients import Answer, Browser, Crowd
from tests.drill.finding import Finding
from tests.drill.ground import Ground, Town, close_connections, signed_in, town
from tests.drill.races import UNPROTECTED
from tests.services import ROLE

POSTGRES = {"max_connections": "100"}
VOTERS, TAPS, THREADS = 64, 2, 8  # every door is pressed twice; so many threads in each of two workers
REFUSED = {"station": {403, 409}, "assisted": {409, 429}}  # a screen that is over; one entry in 20 s by one worker
AHEAD_SECONDS = 0.15  # a worker's page asks more before it acts: alone it would always come last
Door = Callable[[Browser], Answer]


@dataclass
class Voter:
    """Somebody on the roll, a worker of her own who receives her, and all that is ready before the instant."""

    person: int
    doors: dict[str, Door]
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    def statuses(self, door: str) -> set[int]:
        return {answer.status for answer in self.answers[door]}


def drill(ground: Ground) -> Finding:
    finding = Finding("One person through page, API, station, worker and paper at once counts once")
    web = ground.web()
    web.stop()
    web.threads = THREADS
    web.start()
    place, voters = everybody_at_once(web.port)
    ground.say("all doors pressed")
    tell(finding, place, voters)
    finding.notes.append(
        f"{VOTERS} voters one after the other; for each, {TAPS} taps at each of the five doors start together, for every "
        f"other one after a door that is {AHEAD_SECONDS} s ahead, each in its turn. Answers by door and status: "
        f"{statuses(voters)}."
    )
    close_connections()
    ground.postgres.run(UNPROTECTED, f"{ROLE}_urn")
    control(finding, web.port)
    return finding


def everybody_at_once(port: int) -> tuple[Town, list[Voter]]:
    place = town(VOTERS)
    voters = received(place)
    names = [name for name in voters[0].doors for _tap in range(TAPS)]
    barrier, lock = threading.Barrier(len(names)), threading.Lock()

    def act(number: int, _stop: threading.Event) -> None:
        browser, name = Browser(port, timeout=30), names[number]
        for turn, voter in enumerate(voters):
            barrier.wait(60)
            first = list(voter.doors)[turn // 2 % len(voter.doors)]
            if turn % 2 and name != first:
                time.sleep(AHEAD_SECONDS)
            answer = voter.doors[name](browser)
            with lock:
                voter.answers.setdefault(name, []).append(answer)

    with Crowd(act, len(names)) as crowd:
        for thread in crowd.threads:
            thread.join()
    return place, voters


def received(place: Town) -> list[Voter]:
    """Every voter with a screen opened for her, evidence for an entry, and a stack of papers."""
    from civic.models import Role
    from tests import make
    from voting.models import Poll, RollEntry
    from voting.services import paper

    poll = Poll.objects.get(pk=place.poll)
    batch = paper.make_batch(poll, "小濠冲站", VOTERS, by=make.officer(Role.TOWN_HANDLER, make.TOWN))
    entries = {one.person_id: one for one in RollEntry.objects.filter(poll=poll).select_related("poll", "person")}
    workers = [make.officer(Role.SOCIAL_WORKER) for _voter in place.voters]
    sessions = dict(signed_in(workers))
    return [
        Voter(person, doors(place, batch.number, entries[person], worker, session, sessions[worker.pk]))
        for (person, session), worker in zip(place.voters, workers, strict=True)
    ]


def doors(place: Town, batch: int, entry: Any, worker: Any, session: str, at_desk: str) -> dict[str, Door]:
    """The five doors: whoever is told at two of them chose otherwise at each."""
    from tests.voting.station.desk import consent
    from voting.services import station

    screen = station.open_screen(entry, by=worker, session=at_desk, paper="id_card")
    evidence = {"reason": "sight", "witness": "陈测试，女儿", "documents-kept": consent(worker).token, "sure": "1"}
    one, other, third = place.choices[:3]
    desk, key = f"/desk/polls/{place.poll}", str(UUID(int=entry.pk))
    give = f"{desk}/paper/{batch}/hand-out/{entry.pk}/"
    return {
        "page": lambda browser: browser.post(f"/vote/{place.poll}/", session, choices=one),
        "API": lambda browser: browser.call(f"/api/v1/polls/{place.poll}/ballot/", session, key, choices={other: 1}),
        "station": lambda browser: browser.post(f"/vote/{place.poll}/station/{screen}/", at_desk, choices=third),
        "assisted": lambda browser: browser.post(
            f"{desk}/station/{entry.pk}/assist/", at_desk, choices=one, **evidence
        ),
        "paper": lambda browser: browser.post(give, at_desk, text=entry.person.name, witness="见证人老陈"),
    }


def tell(finding: Finding, place: Town, voters: list[Voter]) -> None:
    from voting.models import PaperHandout

    count = ballots(place, voters)
    on_paper = set(PaperHandout.objects.filter(entry__poll=place.poll).values_list("entry__person_id", flat=True))
    held = [count[voter.person] + (voter.person in on_paper) for voter in voters]
    finding.equal(f"of {VOTERS} voters, those with one ballot, in the urn or on paper", held.count(1), VOTERS)
    wrong = [one for voter in voters for name in voter.doors for one in voter.answers[name] if not fits(name, one)]
    finding.equal("answers that were neither taken nor refused, a 500 included", len(wrong), 0)
    given = {voter.person for voter in voters if 302 in voter.statuses("paper")}
    finding.equal("people told that they hold a paper, against the handouts", len(given ^ on_paper), 0)
    finding.equal("voters whose two calls with one Idempotency-Key got different receipts", sum(map(differ, voters)), 0)
    tell_of_receipts(finding, place, voters)
    tell_of_entries(finding, place, voters)
    won = [name for name in voters[0].doors if any(voter.statuses(name) & {200, 201, 302} for voter in voters)]
    finding.equal("doors at which somebody was let in", len(won), len(voters[0].doors))


def tell_of_receipts(finding: Finding, place: Town, voters: list[Voter]) -> None:
    """A receipt is of the ballot that stands, or of one that the same voter's own hand replaced later."""
    from voting import keys
    from voting.models.urn import Ballot

    known: dict[str, set[str]] = {}
    for ballot in Ballot.objects.filter(box__poll=place.poll):
        known.setdefault(ballot.pseudonym, set()).update([ballot.commitment, *ballot.trail])
    lost = [
        receipt
        for voter in voters
        for receipt in receipts(voter)
        if receipt not in known.get(keys.pseudonym(place.poll, voter.person), set())
    ]
    finding.equal("receipts given over the API for a ballot that never stood", len(lost), 0)


def tell_of_entries(finding: Finding, place: Town, voters: list[Voter]) -> None:
    """What a worker entered is on record for whom, and she is told (A31)."""
    from civic.models import AuditEvent, Outbox
    from voting.models import AssistedEntry, AssistedState

    entered = {voter.person for voter in voters if 302 in voter.statuses("assisted")}
    rows = AssistedEntry.objects.filter(entry__poll=place.poll, state=AssistedState.ENTERED)
    of_whom = AuditEvent.objects.filter(action="poll.assisted").values_list("on_behalf_of_id", flat=True)
    finding.equal(
        "people entered for, against rows that say so",
        len(entered ^ set(rows.values_list("entry__person_id", flat=True))),
        0,
    )
    finding.equal("people entered for, against events on their behalf", len(entered ^ set(of_whom)), 0)
    finding.equal("messages that tell them", Outbox.objects.filter(payload__template="assisted").count(), len(entered))


def control(finding: Finding, port: int) -> None:
    place, voters = everybody_at_once(port)
    count = ballots(place, voters)
    found, most = f"{count.total()} of {VOTERS} voters", max(count.values(), default=0)
    finding.add("control, the constraint dropped: ballots", found, f"above {VOTERS}", most > 1)


def ballots(place: Town, voters: list[Voter]) -> Counter[int]:
    """How many ballots in the urn each voter has."""
    from voting import keys
    from voting.models.urn import Ballot

    names = Counter(Ballot.objects.filter(box__poll=place.poll).values_list("pseudonym", flat=True))
    return Counter({voter.person: names[keys.pseudonym(place.poll, voter.person)] for voter in voters})


def fits(name: str, answer: Answer) -> bool:
    return answer.status in {200, 201, 302} | REFUSED.get(name, {409})


def receipts(voter: Voter) -> set[str]:
    """The commitments the API gave."""
    return {json.loads(one.text)["commitment"] for one in voter.answers["API"] if one.status in {200, 201}}


def differ(voter: Voter) -> bool:
    return len(receipts(voter)) > 1


def statuses(voters: list[Voter]) -> str:
    found = Counter((name, one.status) for voter in voters for name in voter.doors for one in voter.answers[name])
    return ", ".join(f"{name} {status}: {count}" for (name, status), count in sorted(found.items()))
