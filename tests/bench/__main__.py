"""Fill, serve, measure, write docs/bench.md. Ends by itself; everything stays on 127.0.0.1.

``python -m tests.bench PART …`` measures only these and prints them.
"""

import gzip
import os
import shutil
import sys
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

REPORT = Path(__file__).resolve().parents[2] / "docs/bench.md"
SIZES = (1_000, 100_000)
FLOORS = {"plain": "/plain/", "select": "/select/", "cached": "/cached/"}
PAGES = {
    "list": "/projects/",
    "home": "/",
    "project, 10 events": "/p/WSS-BENCH-10/",
    "project, 300 events": "/p/WSS-BENCH-300/",
    "events API": "/api/v1/events/?project=WSS-BENCH-300",
}
CACHES = {  # how warm the server is, and the switches that make it so
    "cold": {"PUBLIC_CACHE_SECONDS": "0", "FRAGMENT_CACHE": "0"},  # every reader is the first
    "warm": {"PUBLIC_CACHE_SECONDS": "0", "FRAGMENT_CACHE": "1"},  # parts of pages kept until something happens
    "cached": {"PUBLIC_CACHE_SECONDS": "30", "FRAGMENT_CACHE": "1"},  # whole pages kept: what anonymous readers meet
}


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("bench needs wrk (Debian package wrk)")
    with TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": folder, "SECRET_KEY": "b" * 60}
        os.environ |= {"REDIS_URL": "", "LOG_LEVEL": "ERROR"}
        (Path(folder) / "static").mkdir()  # as after collectstatic
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("migrate", database="urn", verbosity=0)
        _measure(sys.argv[1:])


def _measure(named: list[str]) -> None:
    """Measure the named parts and print what was found, or all of them and write the report."""
    from tests.bench import bulk, counting, rush, voting
    from tests.bench.report import report

    parts = {
        "pages": lambda: report(measured()),
        "voting": voting.section,
        "rush": rush.section,
        "bulk": bulk.section,
        "counting": counting.section,
    }
    found = "\n".join(parts[name]() for name in named or parts).rstrip() + "\n"
    if not named:
        REPORT.write_text(found)
    print(found)


def measured() -> dict[int, dict[str, Any]]:
    """By size: the floors, our pages for each reader, and the facts of a worker."""
    from tests.bench import data

    villages, proposers = data.places(), data.people(10_000)
    place = data.build.town(pool="1000000")
    data.with_events(place, "WSS-BENCH-10", 10)
    data.with_events(place, "WSS-BENCH-300", 300)
    found, filled = {}, 0
    for size in SIZES:
        data.projects(place.round, villages, proposers, filled, size)
        filled = size
        analyse()
        found[size] = at_this_size()
    return found


def at_this_size() -> dict[str, Any]:
    from tests.bench.load import measure, served

    with served("tests.bench.bare:application", 8191, {}, "/plain/") as bare:
        floors = {name: measure(bare, path) for name, path in FLOORS.items()}
    rows, starts, rss = {}, [], []
    for number, (warmth, switches) in enumerate(CACHES.items()):
        with served("config.wsgi:application", 8192 + number, switches, "/") as server:
            starts.append(server.started_seconds)
            for name, path in PAGES.items():
                rows[name, warmth] = (measure(server, path), queries(path, warmth), weight(server.url + path))
            rss.append(server.rss_mb)
    return {"floors": floors, "rows": rows, "start": max(starts), "rss": max(rss)}


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def queries(path: str, warmth: str) -> int:
    """SQL statements of one anonymous request, by Django's own count."""
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext

    reader = Client(SERVER_NAME="127.0.0.1")
    with override_settings(PUBLIC_CACHE_SECONDS=int(CACHES[warmth]["PUBLIC_CACHE_SECONDS"])):
        for cache in caches.all(initialized_only=False):
            cache.clear()
        if warmth != "cold":
            reader.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = reader.get(path)
    if answer.status_code != 200:
        sys.exit(f"{path} answered {answer.status_code}")
    return len(captured)


def weight(url: str) -> float:
    """The page's size in kB, gzipped."""
    return len(gzip.compress(urllib.request.urlopen(url).read())) / 1000


main()
