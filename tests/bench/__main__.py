"""Fill, serve, measure, write docs/bench.md. Ends by itself; everything stays on 127.0.0.1."""

import os
import platform
import shutil
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs/bench.md"
SIZES = (1_000, 100_000)
PEER_CPU_MS = {
    "list": 4220,
    "detail": 85,
    "organisation": 149,
}  # the peer as measured on such a machine, see the report
FLOOR = {"plain": "/plain/", "select": "/select/", "cached": "/cached/"}


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("bench needs wrk (Debian package wrk)")
    with TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": folder, "SECRET_KEY": "b" * 60}
        os.environ["REDIS_URL"] = ""
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        REPORT.write_text(report(*measured()))
    print(REPORT.read_text())


def measured() -> tuple[dict, dict, dict]:
    """Floors, our pages at each size, and the facts of a worker."""
    from tests.bench import data
    from tests.bench.load import measure, served

    villages, proposers = data.places(), data.people(10_000)
    round_ = data.make.round_()
    data.with_events(round_, villages[0], proposers[0], data.SHORT, 10)
    data.with_events(round_, villages[0], proposers[0], data.LONG, 300)
    pages = {
        "list": "/projects/",
        "home": "/",
        "project, 10 events": f"/p/{data.SHORT}/",
        "project, 300 events": f"/p/{data.LONG}/",
        "events API": f"/api/v1/events/?project={data.LONG}",
    }
    floors, ours, facts, filled = {}, {}, {}, 0
    for size in SIZES:
        data.projects(round_, villages, proposers, filled, size)
        filled = size
        analyse()
        with served("tests.bench.bare:application", 8191, {}, "/plain/") as bare:
            floors[size] = {name: measure(bare, path) for name, path in FLOOR.items()}
        with served("config.wsgi:application", 8193, {"PUBLIC_CACHE_SECONDS": "30"}, "/healthz") as server:
            cached = {f"{name}, cached": pages[name] for name in ("list", "home")}
            ours[size] = {name: (measure(server, path), 0, weight(server.url + path)) for name, path in cached.items()}
        with served("config.wsgi:application", 8192, {"PUBLIC_CACHE_SECONDS": "0"}, "/healthz") as server:
            facts[size] = {"start": server.started_seconds}
            ours[size] |= {
                name: (measure(server, path), queries(path), weight(server.url + path)) for name, path in pages.items()
            }
            facts[size]["rss"] = server.rss_mb
    return floors, ours, facts


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def queries(path: str) -> int:
    """SQL statements of one anonymous request, by Django's own count."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = Client(SERVER_NAME="127.0.0.1").get(path)
    if answer.status_code != 200:
        sys.exit(f"{path} answered {answer.status_code}")
    return len(captured)


def weight(url: str) -> float:
    """The page's size in kB, gzipped."""
    import gzip
    import urllib.request

    return len(gzip.compress(urllib.request.urlopen(url).read())) / 1000


def report(floors: dict, ours: dict, facts: dict) -> str:
    lines = [
        "# Measured speed",
        "",
        f"Written by `make bench` on {date.today()}: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ",
        "PostgreSQL with persistent connections, gunicorn gthread 2 × 2, wrk with 8 connections on the same cores; medians of 3 runs.",
        "CPU-ms = kernel's CPU time of workers and PostgreSQL per request. Rates are only comparable within one run:",
        "read the ratios.",
        "",
    ]
    for size in SIZES:
        lines += [
            f"## {size:,} projects",
            "",
            "| what | req/s | CPU-ms | p95 ms | SQL | gzip kB | × plain floor | × SELECT floor |",
            "|---|---|---|---|---|---|---|---|",
        ]
        plain, select = floors[size]["plain"], floors[size]["select"]
        for name, m in floors[size].items():
            lines.append(
                f"| bare Django view: {name} | {m.rate:,.0f} | {m.cpu_ms:.2f} | {m.p95_ms:.0f} | | | {m.rate / plain.rate:.2f} | {m.rate / select.rate:.2f} |"
            )
        for name, (m, sql, kb) in ours[size].items():
            lines.append(
                f"| {name} | {m.rate:,.0f} | {m.cpu_ms:.2f} | {m.p95_ms:.0f} | {sql} | {kb:.1f} | {m.rate / plain.rate:.3f} | {m.rate / select.rate:.3f} |"
            )
        lines += [
            "",
            f"Start to first answer {facts[size]['start']:.2f} s; largest worker after the load {facts[size]['rss']:.0f} MB.",
            "",
        ]
    big = ours[SIZES[0]]
    lines += [
        "## Against the closest peer",
        "",
        "Not measured in this run: the peer's CPU-ms are those recorded on a machine of the same kind with 1,000 proposals",
        "(list 4,220, detail 85, organisation page 149). CPU-ms ratio, peer / ours, at 1,000 projects:",
        "",
        f"- list page: {PEER_CPU_MS['list'] / big['list'][0].cpu_ms:,.0f} × (wanted ≥ 100 ×)",
        f"- project page with 10 events: {PEER_CPU_MS['detail'] / big['project, 10 events'][0].cpu_ms:,.1f} × (wanted ≥ 8 ×)",
        (
            f"- list page against its organisation page, rendered / cached: {PEER_CPU_MS['organisation'] / big['list'][0].cpu_ms:,.1f} × / "
            f"{PEER_CPU_MS['organisation'] / big['list, cached'][0].cpu_ms:,.0f} × (wanted ≥ 7 × / 100 ×)"
        ),
        "",
    ]
    return "\n".join(lines)


main()
