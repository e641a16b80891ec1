"""More people than the database has connections: who gets none is told at once to come back (RELIABILITY A17)."""

import time

from tests.drill.clients import Browser, Crowd
from tests.drill.finding import Finding
from tests.drill.ground import Ground, town
from tests.drill.machines import Web
from tests.drill.traffic import GOOD, Traffic, is_rightly_refused
from tests.services import ROLE

POSTGRES = {"max_connections": "30", "superuser_reserved_connections": "3"}
ROLE_OF_THE_WEB = "CREATE ROLE web LOGIN; GRANT pg_read_all_data, pg_write_all_data TO web"


def drill(ground: Ground, seconds: float = 6) -> Finding:
    finding = Finding("With too few connections to the database some are told to come back, and nobody meets an error")
    place = town(1000)
    ground.postgres.run(ROLE_OF_THE_WEB)
    web = Web(ground.folder(), **{name: as_web(ground, database) for name, database in DATABASES.items()})
    web.threads = 20
    ground.up(web)
    pages = ["/me/", f"/vote/{place.poll}/", "/projects/"]
    traffic = Traffic(ground, place, pages, readers=32, voters=8, pause=0.1)
    warm(web, pages)
    with traffic.running():
        time.sleep(seconds / 2)
        is_open = ground.postgres.run("SELECT 1") == [(1,)]
        time.sleep(seconds / 2)
    finding.notes.append(
        f"PostgreSQL takes {POSTGRES['max_connections']} connections, three of them reserved; 40 threads of gunicorn want "
        f"two each. Answers by status: {traffic.statuses()}."
    )
    tell(finding, traffic, is_open)
    return finding


def warm(web: Web, pages: list[str]) -> None:
    """Templates are read and code is loaded by the first visitor of each worker, not by the crowd."""
    for _n in range(4):
        with Crowd(lambda _number, _stop: [Browser(web.port).get(page) for page in pages], 2):
            pass


DATABASES = {"DATABASE_URL": ROLE, "URN_DATABASE_URL": f"{ROLE}_urn"}


def as_web(ground: Ground, database: str) -> str:
    """The database as a role that has no reserved connections."""
    return ground.postgres.url(database).replace(f"//{ROLE}@", "//web@")


def tell(finding: Finding, traffic: Traffic, is_open: bool) -> None:
    refused = [one.answer.seconds for one in traffic.seen if is_rightly_refused(one.answer)]
    finding.at_least("answered with a page", traffic.count(lambda answer: answer.status in GOOD), 20)
    finding.at_least("told to come back (503 with Retry-After)", len(refused), 1)
    finding.at_most("the slowest of these", max(refused, default=0.0), 2, " s")
    bad = traffic.count(lambda answer: answer.status not in GOOD and not is_rightly_refused(answer))
    finding.equal("any other trouble", bad, 0)
    finding.equal("the administrator's reserved connection", "open" if is_open else "taken", "open")
