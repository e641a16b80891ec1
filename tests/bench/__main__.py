"""Fill, serve, measure, write docs/bench.md. Ends by itself; everything stays on 127.0.0.1.

``python -m tests.bench PART …`` measures only these and prints them; with ``--write`` they take the place of their own
sections in docs/bench.md, and the others stay as they are.
"""

import os
import shutil
import sys
from compileall import compile_dir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs/bench.md"
APPS = ["config", "publicity", "delivery", "wishes", "voting", "proposals", "civic"]
SIZES = (1_000, 100_000)
FLOORS = {"plain": "/plain/", "select": "/select/", "cached": "/cached/"}
PAGES = {
    "list": "/projects/",
    "home": "/",
    "project, 10 events": "/p/WSS-BENCH-10/",
    "project, 300 events": "/p/WSS-BENCH-300/",
    "events API": "/api/v1/events/?project=WSS-BENCH-300",
}


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("bench needs wrk (Debian package wrk)")
    with TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": folder, "SECRET_KEY": "b" * 60}
        os.environ |= {"REDIS_URL": "", "LOG_LEVEL": "ERROR"}
        (Path(folder) / "static").mkdir()  # as after collectstatic
        for app in APPS:
            compile_dir(ROOT / app, quiet=1)  # as in the image: a start reads no source
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("migrate", database="urn", verbosity=0)
        _measure(sys.argv[1:])


def _measure(asked: list[str]) -> None:
    """Measure the named parts, or all, and print what was found; all of them, or ``--write``, go into the report."""
    from tests.bench import bulk, counting, desks, families, lcp, report, rush, voting

    parts = {
        "pages": lambda: report.report(measured()),
        "families": families.section,
        "desks": desks.section,
        "lcp": lcp.section,
        "voting": voting.section,
        "rush": rush.section,
        "bulk": bulk.section,
        "vast": bulk.vast,
        "counting": counting.section,
    }
    named = [name for name in asked if name != "--write"]
    found: dict[str, str] = {}
    for name in named or parts:
        found[name] = parts[name]()
        if named and asked != named:  # each as soon as it is there
            REPORT.write_text(report.replaced(REPORT.read_text(), found, list(parts)))
    if not named:
        REPORT.write_text(report.together(found))
    print(report.together(found))


def measured() -> dict[int, dict[str, Any]]:
    """By size: the floors, our pages for each reader, and the facts of a worker."""
    from tests.bench import data
    from tests.bench.warmth import analyse

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
    from tests.bench.load import Load, in_turn, measure, served
    from tests.bench.warmth import CACHES, queries, weight

    with served("tests.bench.bare:application", 8191, {}, "/plain/") as bare:
        floors = {name: measure(bare, path) for name, path in FLOORS.items()}
        with served("config.wsgi:application", 8195, CACHES["cached"], "/") as server:
            sides = {"floor": Load(bare, FLOORS["cached"]), "list": Load(server, PAGES["list"])}
            turns = in_turn(sides, rounds=5)
    rows, starts, rss = {}, [], []
    for number, (warmth, switches) in enumerate(CACHES.items()):
        with served("config.wsgi:application", 8192 + number, switches, "/") as server:
            starts.append(server.started_seconds)
            for name, path in PAGES.items():
                rows[name, warmth] = (measure(server, path), queries(path, warmth), weight(server.url + path))
            rss.append(server.rss_mb)
    return {"floors": floors, "turns": turns, "rows": rows, "start": max(starts), "rss": max(rss)}


main()
