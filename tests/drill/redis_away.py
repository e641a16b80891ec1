"""Redis killed and hung while people read and vote: nobody notices, and what waits is sent once (A15, A20)."""

import socket
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.drill.clients import Crowd, once
from tests.drill.crash import missing
from tests.drill.finding import Finding
from tests.drill.ground import Ground, close_connections, town
from tests.drill.machines import Redis, Worker
from tests.drill.sms import SLOW, SLOW_SECONDS, begun
from tests.drill.traffic import Traffic

MESSAGES_PER_SECOND = 5
ACKNOWLEDGING_SECONDS = 6
JUST_BEFORE_SECONDS = 0.3
HUNG_AT_WORK = 3  # times, since it may ask just then


def drill(ground: Ground, seconds: float = 6) -> Finding:
    finding = Finding("With Redis dead or hung, voting and public pages go on; messages are sent later, each once")
    redis, sent = ground.redis(), ground.folder() / "sent"
    ground.worker(REDIS_URL=redis.url, SMS_PROVIDER="tests.drill.sms.ToFile", DRILL_SMS_FILE=str(sent))
    ground.web(REDIS_URL=redis.url)
    place, written = town(2000), []
    traffic = Traffic(ground, place, ["/", "/projects/", f"/vote/{place.poll}/", f"/p/{place.seconded}/", "/notices/"])
    with Crowd(lambda _n, stop: write_messages(written, stop), 1):
        finding.at_most("first message sent by the worker", once(lambda: bool(count(sent)), 60), 60, " s")
        with traffic.running():
            silent = [away(redis, seconds, "kill"), away(redis, seconds, "hang")]
            silent += [hung_at_work(redis, sent, written, n) for n in range(HUNG_AT_WORK)]
            back = time.monotonic()
            time.sleep(seconds / 2)
    waited = time.monotonic() - back + once(lambda: set(count(sent)) >= set(written), 90)
    close_connections()
    finding.add(
        "control: Redis answered while it was dead or hung", "yes" if any(silent) else "no", "no", not any(silent)
    )
    tell(finding, traffic, count(sent), written, waited)
    if not finding.is_kept:
        finding.notes.append(f"The worker said:\n{ground.machine(Worker).said()[-6000:]}")
    missed = ground.machine(Worker).said().count("Couldn't ack")
    finding.at_least("control: what the worker could not acknowledge", missed, 1)
    lines = traffic.log.lines()
    finding.equal(f"acknowledged ballots lost, of {len(lines)}", missing(place, lines), 0)
    return finding


def tell(finding: Finding, traffic: Traffic, sent: Counter, written: list[str], waited: float) -> None:
    finding.notes.append(f"Answers by status: {traffic.statuses()}.")
    finding.at_least("pages read and ballots cast meanwhile", len(traffic.seen), 100)
    finding.equal("answers that were not 200 or 302", traffic.count(lambda answer: answer.status not in {200, 302}), 0)
    finding.at_most("reading, p95", traffic.p95("read"), 1.5, " s")
    finding.at_most("voting, p95", traffic.p95("vote"), 1.5, " s")
    finding.at_most("everything sent after Redis came back", waited, 60, " s")
    finding.equal(f"messages not sent exactly once, of {len(written)}", sum(sent[key] != 1 for key in written), 0)


def away(redis: Redis, seconds: float, how: str) -> bool:
    """Well for a while, then killed or hung, then back. Whether it answered in between."""
    time.sleep(seconds / 2)
    getattr(redis, how)()
    time.sleep(seconds / 2)
    is_answering = answers(redis)
    time.sleep(seconds / 2)
    if how == "kill":
        redis.start()
    else:
        redis.wake()
    return is_answering


def hung_at_work(redis: Redis, sent: Path, written: list[str], number: int) -> bool:
    """Hung while the worker is at work, until it has failed to acknowledge what it did."""
    begun(sent).unlink(missing_ok=True)
    write(f"{SLOW}{number}", written)
    once(begun(sent).exists, 20)
    time.sleep(SLOW_SECONDS - JUST_BEFORE_SECONDS)
    redis.hang()
    time.sleep(JUST_BEFORE_SECONDS + ACKNOWLEDGING_SECONDS)
    is_answering = answers(redis)
    redis.wake()
    return is_answering


def answers(redis: Redis) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", redis.port), timeout=0.5)) as line:
            line.sendall(b"PING\r\n")
            return bool(line.recv(16))
    except OSError:
        return False


def write_messages(written: list[str], stop: threading.Event) -> None:
    """What acts leave behind in their own transactions, at an even pace."""
    from django.db import connections

    while not stop.wait(1 / MESSAGES_PER_SECOND):
        write(f"m{len(written):04d}", written)
    connections.close_all()


def write(key: str, written: list[str]) -> None:
    from civic.outbox import later

    later("sms", key, {"phone": "+8613800000000", "template": "code", "values": {"code": key}})
    written.append(key)


def count(sent: Path) -> Counter:
    return Counter(sent.read_text().split()) if sent.exists() else Counter()
