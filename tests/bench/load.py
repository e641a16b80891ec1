"""Serving and loading: gunicorn gthread 2 × 2 with persistent connections, wrk beside it, CPU from the kernel."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")
CONNECTIONS, SECONDS, RUNS = 8, 3, 3


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
    """An application under gunicorn gthread 2 × 2, up until the block ends."""
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    command += ["--threads", "2", "--worker-class", "gthread", "--log-level", "error"]
    began = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | env)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url + first_page)
        yield Server(url, process.pid, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def measure(server: Server, path: str, headers: dict[str, str] | None = None) -> Measured:
    """Load one path: a short warm-up, then three runs; medians."""
    _wrk(server.url + path, headers, 1)
    runs = []
    for _ in range(RUNS):
        before = _cpu_seconds(server.pid)
        requests, p95 = _wrk(server.url + path, headers, SECONDS)
        used = _cpu_seconds(server.pid) - before
        runs.append((requests / SECONDS, 1000 * used / max(requests, 1), p95))
    return Measured(*(median(column) for column in zip(*runs, strict=True)))


def _wrk(url: str, headers: dict[str, str] | None, seconds: int) -> tuple[int, float]:
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        "--timeout",
        "30s",
        "-s",
        str(Path(__file__).with_name("p95.lua")),
    ]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    out = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT requests=(\d+) bad=(\d+) p95_us=(\d+)", out)
    if not found or int(found[2]):
        raise RuntimeError(f"{url}: {out}")
    return int(found[1]), int(found[3]) / 1000


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


def _cpu_seconds(server_pid: int) -> float:
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
