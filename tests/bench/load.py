"""Serving and loading: gunicorn gthread 2 × 2 with persistent connections, wrk beside it, CPU from the kernel."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")
CONNECTIONS, SECONDS, RUNS = 8, 3, 3
CSRF = "bench0bench0bench0bench0bench0be"  # as posts.lua sends it
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Measured:
    """Requests per second, CPU milliseconds per request (app + PostgreSQL) and p95 in ms: medians of the runs."""

    rate: float
    cpu_ms: float
    p95_ms: float


@dataclass(frozen=True)
class Server:
    url: str
    pid: int
    started_seconds: float

    @property
    def workers(self) -> list[int]:
        return [pid for pid, ppid, _name in _processes() if ppid == self.pid]

    @property
    def rss_mb(self) -> float:
        """The largest worker's resident memory, in MB."""
        return max(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6 for pid in self.workers)


@contextmanager
def served(application: str, port: int, env: dict[str, str], first_page: str) -> Iterator[Server]:
    """An application under gunicorn gthread 2 × 2, installed and loaded as in production, up until the block ends."""
    command = [sys.executable, "-m", "tests.bench.locked", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2"]
    command += ["--threads", "2", "--worker-class", "gthread", "--preload", "--log-level", "error"]
    began = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | env)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url + first_page)
        yield Server(url, process.pid, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@dataclass
class Queue:
    """Prepared requests in a file, one a line: session key, a blank, body. A run goes on where the last one stopped."""

    file: Path
    length: int
    sent: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Load:
    """What is asked of a server: one path by so many connections; with ``posts`` each request is another one's."""

    server: Server
    path: str
    connections: int = CONNECTIONS
    posts: Queue | None = None

    def run(self, seconds: int) -> tuple[float, float, float]:
        """Requests a second, CPU milliseconds a request, p95 in ms."""
        before = cpu_seconds(self.server.pid)
        requests, p95 = _wrk(self.server.url + self.path, self.connections, seconds, self.posts)
        return requests / seconds, 1000 * (cpu_seconds(self.server.pid) - before) / max(requests, 1), p95


def measure(server: Server, path: str) -> Measured:
    """Load one path: a short warm-up, then three runs; medians."""
    return in_turn({path: Load(server, path)})[path]


def in_turn(loads: Mapping[Any, Load], rounds: int = RUNS) -> dict[Any, Measured]:
    """Load several in turn after a warm-up; medians of the rounds. What slows the machine for a while slows all alike."""
    for load in loads.values():
        load.run(1)
    runs = [{name: load.run(SECONDS) for name, load in loads.items()} for _ in range(rounds)]
    return {name: Measured(*map(median, zip(*(one[name] for one in runs), strict=True))) for name in loads}


def _wrk(url: str, connections: int, seconds: int, posts: Queue | None) -> tuple[int, float]:
    script = Path(__file__).with_name("posts.lua" if posts else "p95.lua")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s", "-s", str(script)]
    queue = ["--", str(posts.file), str(posts.sent)] if posts else []
    out = subprocess.run([*command, url, *queue], capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT requests=(\d+) bad=(\d+) p95_us=(\d+)", out)
    if not found or int(found[2]):
        raise RuntimeError(f"{url}: {out}")
    if posts:
        posts.answered += int(found[1])
        posts.sent += int(found[1]) + connections  # what was on its way when the run ended was sent as well
    return int(found[1]), int(found[3]) / 1000


def post(url: str, session: str, body: str) -> int:
    """Send one prepared form; the status of the answer, redirects not followed."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname, address.port, timeout=30)
    try:
        connection.request("POST", address.path, body, HEADERS | {"Cookie": f"csrf={CSRF}; sid={session}"})
        return connection.getresponse().status
    finally:
        connection.close()


def at_once(times: int, act: Callable[[int], Any]) -> list[Any]:
    """What so many threads got that started together."""
    barrier = Barrier(times)

    def one(number: int) -> Any:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def _processes() -> Iterator[tuple[int, int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            name, rest = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
            yield int(entry.name), int(rest[1]), name


@cache
def _postmaster() -> int:
    """The process all of our PostgreSQL's processes descend from; other servers on the machine do not count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = cursor.fetchone()[0]
    return next(ppid for pid, ppid, _name in _processes() if pid == ours)


def cpu_seconds(server_pid: int) -> float:
    """CPU used so far by the server's workers and by PostgreSQL."""
    total = 0
    for pid, ppid, _name in _processes():
        if ppid in (server_pid, _postmaster()):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
    return total / TICK


def _wait_for(url: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
