"""Nothing is accepted after the closing second and nothing before it dropped, whatever a web server's clock says (A6)."""

import threading
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from tests.drill.clients import Answer, Browser, Crowd
from tests.drill.crash import chosen
from tests.drill.finding import Finding
from tests.drill.ground import Ground, Town, close_connections, town
from tests.racing import at_once
from tests.services import ROLE

VOTERS, PAUSE, HELD, HELD_SECONDS = 16, 0.2, 8, 2
SKEWS = (120, -120)
URN = f"{ROLE}_urn"
STAMP = """
CREATE TABLE drill_stamp (pseudonym text, at timestamptz);
CREATE FUNCTION drill_stamp() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO drill_stamp VALUES (NEW.pseudonym, clock_timestamp()); RETURN NEW; END $$;
CREATE TRIGGER drill_stamp BEFORE INSERT ON voting_ballot FOR EACH ROW EXECUTE FUNCTION drill_stamp();
"""
LATE = "SELECT count(*) FROM drill_stamp s JOIN voting_ballot b USING (pseudonym) WHERE s.at >= '{}'"


def drill(ground: Ground, seconds: float = 6) -> Finding:
    finding = Finding("Ballots up to the closing second count, none after it, whatever a web server's clock says")
    finding.notes.append(
        f"{VOTERS} phones each at web servers whose clock is 120 s ahead and 120 s behind (the process's own "
        f"`timezone.now` is moved), a ballot every {PAUSE} s from each phone, the clock job closing the poll meanwhile; a "
        "trigger of the drill notes the moment of every row by PostgreSQL's clock."
    )
    ground.postgres.run(STAMP, URN)
    ports = [ground.web("tests.drill.skewed:application", DRILL_SKEW_SECONDS=str(skew)).port for skew in SKEWS]
    at_the_close(finding, ground, ports, seconds)
    held(finding, town(HELD), "transactions begun before the close, held, and cast after it: taken", 0)
    control(finding)
    return finding


def soon(seconds: float) -> datetime:
    from civic.moments import now

    return now() + timedelta(seconds=seconds)


def at_the_close(finding: Finding, ground: Ground, ports: list[int], seconds: float) -> None:
    lasts = seconds + 1
    place = town(int(VOTERS * len(ports) * (lasts / PAUSE + 2)))  # as many as may be asked for in that time
    moment = put_close(place, lasts - seconds / 2)
    given: list[tuple[datetime, datetime, int, Answer]] = []
    waiting, lock = iter(place.voters), threading.Lock()

    def act(number: int, stop: threading.Event) -> None:
        browser = Browser(ports[number % len(ports)])
        while not stop.wait(PAUSE):
            with lock:
                person, session = next(waiting)
            began = soon(0)
            answer = browser.post(f"/vote/{place.poll}/", session, choices=chosen(place, person))
            given.append((began, soon(0), person, answer))

    with Crowd(act, VOTERS * len(ports)):
        while soon(0) < moment + timedelta(seconds=seconds / 2):
            close_due()
            time.sleep(0.2)
    close_connections()
    judge(finding, ground, place, moment, given)


def put_close(place: Town, seconds: float) -> datetime:
    """The close so many seconds from now, on both sides."""
    from voting.models import Poll
    from voting.models.urn import BallotBox

    moment = soon(seconds)
    Poll.objects.filter(pk=place.poll).update(closes_at=moment)
    BallotBox.objects.filter(poll=place.poll).update(closes_at=moment)
    return moment


def close_due() -> None:
    from voting.services import polls

    polls.close_due(by="drill")


def judge(finding: Finding, ground: Ground, place: Town, moment: datetime, given: list) -> None:
    from voting import keys
    from voting.models.urn import Ballot, LogLeaf

    stored = set(Ballot.objects.filter(box__poll=place.poll).values_list("pseudonym", flat=True))
    taken = {keys.pseudonym(place.poll, person) for _began, _ended, person, answer in given if answer.status == 302}
    before = [answer for _began, ended, _person, answer in given if ended < moment]
    after = [answer for began, _ended, _person, answer in given if began >= moment]
    finding.at_least("ballots sent and answered before the close", len(before), 30)
    finding.at_least("ballots sent after it", len(after), 30)
    finding.equal("answered before the close and not taken", sum(answer.status != 302 for answer in before), 0)
    finding.equal("sent after the close and not refused with 409", sum(answer.status != 409 for answer in after), 0)
    late = ground.postgres.run(LATE.format(moment.isoformat()), URN)
    finding.equal("rows at or after the closing second by PostgreSQL's clock", late[0][0], 0)
    finding.equal("acknowledged and not stored, or stored and never acknowledged", len(taken ^ stored), 0)
    logged = LogLeaf.objects.filter(box__poll=place.poll, data__contains='"type":"CAST"').count()
    finding.equal("entries of the closed log, against ballots", logged, len(stored))


def held(finding: Finding, place: Town, what: str, wanted: int | None) -> None:
    """Transactions begun a second before the close that cast a second after it."""
    taken = taken_late(place)
    if wanted is None:
        finding.at_least(what, taken, 1)
    else:
        finding.equal(f"{what}, of {HELD}", taken, wanted)


def taken_late(place: Town) -> int:
    from django.db import connections, transaction

    from voting.receipts import Receipt
    from voting.services import tickets, urn

    papers = [tickets.issue(place.poll, person, channel="online") for person, _session in place.voters]

    def late(number: int) -> Receipt:
        with transaction.atomic(using="urn"):
            with connections["urn"].cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [HELD_SECONDS])
            return urn.cast(papers[number], {place.choices[0]: 1})

    put_close(place, HELD_SECONDS / 2)
    return sum(isinstance(one, Receipt) for one in at_once(late, HELD))


def control(finding: Finding) -> None:
    """The same, with the clock of the transaction's beginning in place of the present one."""
    from voting.services.urn import locks

    with patch.object(locks, "clock_sql", lambda: ("TRANSACTION_TIMESTAMP()", ())):
        held(finding, town(HELD), "control, asking when the transaction began: taken", None)
