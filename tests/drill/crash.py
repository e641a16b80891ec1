"""What was acknowledged survives SIGKILL, and what was not is settled by sending it again (RELIABILITY A1, A2)."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.drill.clients import CLIENTS, CODE, Answer, Browser, Crowd, Log
from tests.drill.finding import Finding
from tests.drill.ground import Ground, Town, close_connections, town
from tests.drill.machines import Machine, Postgres, Web

VOTERS_PER_ROUND = 600
SHARE_OF_WISHES = 8  # every eighth client shares a wish: that is a row in the other database
Faults = Callable[[Ground, float], None]


@dataclass
class Kept:
    """What clients were told, and what they were not."""

    log: Log
    unanswered: list[tuple[str, int, str]] = field(default_factory=list)  # act, person, session
    statuses: dict[int, int] = field(default_factory=dict)


def drill(ground: Ground, rounds: int = 3, seconds: float = 6) -> Finding:
    finding = Finding(
        "An acknowledged ballot survives kill -9 of web, worker, Redis and PostgreSQL; resending settles it"
    )
    redis = ground.redis()
    ground.worker(REDIS_URL=redis.url)
    ground.web(REDIS_URL=redis.url)
    place = town(VOTERS_PER_ROUND * (rounds + 2))
    voters = iter(place.voters)
    finding.notes.append(
        "Each machine is killed with all its children once a round at a random moment of "
        f"{seconds:g} s and started again; {CLIENTS} clients write every acknowledgement to disk before the next request. "
        "The control also lets PostgreSQL put off writing for 2 s (`wal_writer_delay`), since a machine of this speed "
        "makes few commits in the usual 0.2 s."
    )
    totals = {"acknowledged": 0, "lost": 0, "unanswered": 0, "unsettled": 0}
    for number in range(rounds):
        random.seed(number)
        kept = one_round(ground, place, voters, seconds, everything_dies)
        ground.say(f"round {number + 1}: answers by status {kept.statuses}; sending {len(kept.unanswered)} again")
        for name, figure in judged(ground.machine(Web), place, kept).items():
            totals[name] += figure
    tell(finding, totals, rounds)
    control(finding, ground, place, voters, seconds)
    return finding


def tell(finding: Finding, totals: dict[str, int], rounds: int) -> None:
    finding.at_least(f"acts acknowledged in {rounds} rounds of everything killed", totals["acknowledged"], 100)
    finding.equal("of these missing in either database", totals["lost"], 0)
    finding.at_least("requests without an answer, sent again", totals["unanswered"], 1)
    finding.equal("of these not exactly one ballot and one receipt, or one shared wish", totals["unsettled"], 0)


def one_round(ground: Ground, place: Town, voters: Iterator[tuple[int, str]], seconds: float, faults: Faults) -> Kept:
    """Sixteen clients act while machines die and come back."""
    kept, lock = Kept(Log(ground.folder() / "acknowledged")), threading.Lock()
    port = ground.machine(Web).port

    def act(number: int, stop: threading.Event) -> None:
        browser = Browser(port)
        kind = "second" if number % SHARE_OF_WISHES == 0 else "vote"
        for _n in count():
            with lock:
                person, session = next(voters)
            while not stop.is_set():
                answer = sent(browser, place, kind, session, person)
                kept.statuses[answer.status] = kept.statuses.get(answer.status, 0) + 1
                if answer.is_sent:
                    note(kept, browser, place, kind, person, session, answer)
                    break
                time.sleep(0.05)  # nobody listens: it never left
            if stop.is_set():
                return

    with Crowd(act, CLIENTS):
        faults(ground, seconds)
    close_connections()  # ours died with the server
    return kept


def sent(browser: Browser, place: Town, kind: str, session: str, person: int) -> Answer:
    if kind == "second":
        return browser.post(f"/p/{place.seconded}/second/", session)
    return browser.post(f"/vote/{place.poll}/", session, choices=chosen(place, person))


def chosen(place: Town, person: int) -> str:
    return place.choices[person % len(place.choices)]


def note(kept: Kept, browser: Browser, place: Town, kind: str, person: int, session: str, answer: Answer) -> None:
    """302 is our word that it counts; a voter then looks at her receipt."""
    if answer.status != 302:
        kept.unanswered.append((kind, person, session))
        time.sleep(1)  # as people do who are told to come back
        return
    kept.log.write(kind, person)
    if kind == "vote" and (code := receipt(browser, place, session)):
        kept.log.write("receipt", person, code)


def receipt(browser: Browser, place: Town, session: str) -> str:
    page = browser.get(f"/vote/{place.poll}/receipt/", session)
    found = CODE.search(page.text) if page.status == 200 else None
    return found[0] if found else ""


def everything_dies(ground: Ground, seconds: float) -> None:
    """Each machine is killed once at a random moment, in random order, and started again."""
    victims = random.sample(ground.machines, len(ground.machines))
    for machine in victims:
        time.sleep(random.uniform(0.3, 1) * seconds / len(victims))
        machine.kill()
        machine.start()
    time.sleep(0.3)


def postgres_dies(ground: Ground, seconds: float) -> None:
    time.sleep(random.uniform(0.5, 1) * seconds)
    ground.postgres.kill()
    ground.postgres.start()


def judged(web: Machine, place: Town, kept: Kept) -> dict[str, int]:
    """Acknowledged, and of these lost; unanswered, and of these not settled by sending them again."""
    lines = kept.log.lines()
    lost = missing(place, lines)
    unsettled = sum(not is_settled for is_settled in sent_again(web, place, kept))
    return {
        "acknowledged": sum(kind != "receipt" for kind, *_rest in lines),
        "lost": lost,
        "unanswered": len(kept.unanswered),
        "unsettled": unsettled + extra_leaves(place),
    }


def sent_again(web: Machine, place: Town, kept: Kept) -> list[bool]:
    """Whether each act without an answer is there exactly once after it was sent twice more."""
    waiting, lock, settled = iter(kept.unanswered), threading.Lock(), []

    def act(_number: int, _stop: threading.Event) -> None:
        browser = Browser(web.port)
        while True:
            with lock:
                found = next(waiting, None)
            if found is None:
                return close_connections()
            kind, person, session = found
            statuses = {sent(browser, place, kind, session, person).status for _again in range(2)}
            settled.append(statuses == {302} and is_once(browser, place, kind, person, session))

    with Crowd(act, CLIENTS // 2) as crowd:
        for thread in crowd.threads:
            thread.join()
    return settled


def missing(place: Town, lines: list[list[str]]) -> int:
    """Acknowledged acts that no database has, or has otherwise."""
    from proposals.models import Seconding
    from voting import keys
    from voting.models.urn import Ballot
    from voting.receipts import Receipt

    ballots = {one.pseudonym: one for one in Ballot.objects.filter(box__poll=place.poll)}
    wishes = set(Seconding.objects.filter(withdrawn_at=None).values_list("person_id", flat=True))
    lost = 0
    for kind, person, *code in ((kind, int(person), *code) for kind, person, *code in lines):
        if kind == "second":
            lost += person not in wishes
            continue
        stands = ballots.get(keys.pseudonym(place.poll, person))
        is_right = stands is not None and stands.choices == {chosen(place, person): 1}
        if is_right and kind == "receipt":
            is_right = Receipt(place.poll, stands.version, stands.commitment).code == code[0]
        lost += not is_right
    return lost


def is_once(browser: Browser, place: Town, kind: str, person: int, session: str) -> bool:
    """One row, and the receipt is of that row."""
    from proposals.models import Seconding
    from voting import keys
    from voting.models.urn import Ballot
    from voting.receipts import Receipt

    if kind == "second":
        return Seconding.objects.filter(person=person, withdrawn_at=None).count() == 1
    found = list(Ballot.objects.filter(box__poll=place.poll, pseudonym=keys.pseudonym(place.poll, person)))
    if len(found) != 1 or found[0].version != 1:
        return False
    return Receipt(place.poll, 1, found[0].commitment).code == receipt(browser, place, session)


def extra_leaves(place: Town) -> int:
    """Entries for the public log without a ballot, and ballots without one."""
    from voting.models.urn import Ballot, PendingLeaf

    waiting = set(PendingLeaf.objects.filter(box__poll=place.poll).values_list("commitment", flat=True))
    return len(waiting ^ set(Ballot.objects.filter(box__poll=place.poll).values_list("commitment", flat=True)))


def control(finding: Finding, ground: Ground, place: Town, voters: Iterator[tuple[int, str]], seconds: float) -> None:
    """With durable commits switched off the same harness must see a loss, or it sees nothing."""
    ground.postgres.stop()
    ground.postgres.options |= Postgres.CARELESS
    ground.postgres.start()
    losses = []
    for number in range(3):
        random.seed(100 + number)
        kept = one_round(ground, place, voters, seconds / 3, postgres_dies)
        losses.append(missing(place, kept.log.lines()))
        if losses[-1]:
            break
    found = f"{sum(losses)} in {len(losses)} rounds"
    finding.add("control, synchronous_commit off: acknowledged and lost", found, "at least 1", sum(losses) > 0)
