"""PostgreSQL is stopped, crashes, loses connections: visitors are told to come back, and it heals (RELIABILITY A16)."""

import signal
import time

from tests.drill.crash import missing
from tests.drill.finding import Finding
from tests.drill.ground import Ground, close_connections, town
from tests.drill.traffic import GOOD, Traffic, is_rightly_refused

AWAY_SECONDS = 1.5
STOPS = {"fast stop": signal.SIGINT, "immediate stop": signal.SIGQUIT}
KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT 1"
)


def drill(ground: Ground, seconds: float = 6) -> Finding:
    finding = Finding("PostgreSQL stopped or cut off while people read and vote heals by itself")
    ground.web()
    place = town(1000)
    pages = ["/", "/projects/", "/me/", f"/vote/{place.poll}/", "/api/v1/projects/", f"/p/{place.seconded}/"]
    traffic = Traffic(ground, place, pages)
    with traffic.running():
        time.sleep(seconds / 3)
        for name, how in STOPS.items():
            finding.at_most(f"normal after a {name} and start", healed(ground, traffic, how, seconds), 10, " s")
        finding.at_least("connections cut off one by one", cut_off(ground, seconds), 3)
        time.sleep(seconds / 3)
    close_connections()
    tell(finding, traffic)
    lines = traffic.log.lines()
    finding.equal(f"acknowledged ballots lost, of {len(lines)}", missing(place, lines), 0)
    return finding


def healed(ground: Ground, traffic: Traffic, how: signal.Signals, seconds: float) -> float:
    """Stop, wait, start; how long after the start anybody still met trouble."""
    ground.postgres.stop(how)
    time.sleep(AWAY_SECONDS)
    ground.postgres.start()
    up = time.monotonic()
    time.sleep(seconds)
    return traffic.last_trouble(up)


def cut_off(ground: Ground, seconds: float) -> int:
    """One connection after the other is ended by the server."""
    ended = 0
    for _n in range(int(seconds * 2)):
        ended += len(ground.postgres.run(KILL))
        time.sleep(0.5)
    return ended


def tell(finding: Finding, traffic: Traffic) -> None:
    finding.notes.append(
        f"Answers by status: {traffic.statuses()}. The database was away {AWAY_SECONDS:g} s each time."
    )
    finding.at_least("answers", len(traffic.seen), 100)
    finding.at_least("refused with 503 and Retry-After", traffic.count(is_rightly_refused), 1)
    bad = traffic.count(lambda answer: answer.status not in GOOD and not is_rightly_refused(answer))
    finding.equal("any other trouble (500, broken connection, 503 without Retry-After)", bad, 0)
