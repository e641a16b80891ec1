"""Every other family of public pages beside a bare view under Django's own page cache: kept whole, and made anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tests.bench.demo import addresses, demo
from tests.bench.load import Load, Measured, in_turn, measure, served
from tests.bench.warmth import CACHES, analyse, queries, weight

PAGES = ("map", "area", "board", "statistics", "money", "big screen", "notices", "votes", "calendar")
PICTURED = "project, done, with pictures"
WANTED = 0.8
MOST_QUERIES = 40  # of a page nobody asked for before; the tests hold that it does not grow with the rows


@dataclass(frozen=True)
class Family:
    """A page kept whole, in turn with the floor, and made anew; statements of both, and what it weighs."""

    floor: Measured
    kept: Measured
    made: Measured
    kept_queries: int
    made_queries: int
    kilobytes: float


def section() -> str:
    with demo():
        analyse()
        known = addresses()
        feeds = {"feed of notices": "/notices/feed.atom", "feed of a project": f"{known[PICTURED]}feed.json"}
        paths = {name: known[name] for name in PAGES} | feeds
        with (
            served("tests.bench.bare:application", 8191, {}, "/plain/") as bare,
            served("config.wsgi:application", 8196, CACHES["cached"], "/") as ours,
        ):
            kept = {
                name: in_turn({"floor": Load(bare, "/cached/"), "kept": Load(ours, path)})
                | {"kilobytes": weight(ours.url + path)}
                for name, path in paths.items()
            }
        with served("config.wsgi:application", 8197, CACHES["cold"], "/") as ours:
            made = {name: measure(ours, path) for name, path in paths.items()}
        found = {name: _family(path, made=made[name], **kept[name]) for name, path in paths.items()}
    return "\n".join(_told(found)) + "\n"


def _family(path: str, *, floor: Measured, kept: Measured, kilobytes: float, made: Measured) -> Family:
    return Family(floor, kept, made, queries(path, "cached"), queries(path, "cold"), kilobytes)


def _told(found: dict[str, Family]) -> Iterator[str]:
    slow = [name for name, one in found.items() if one.kept.rate < WANTED * one.floor.rate]
    many = [name for name, one in found.items() if one.made_queries > MOST_QUERIES]
    yield "## The other public pages\n"
    yield f"{date.today()}, on the demo (over 700 projects): kept whole as anonymous readers meet them, each beside a bare"
    yield "view under Django's own page cache and in turn with it, by rate and by the CPU it takes; and made anew for every"
    yield "reader.\n"
    yield "| page | gzip kB | req/s | bare, req/s | of the bare: rate | of the bare: CPU | SQL | made anew: CPU-ms | p95 ms | SQL |"
    yield "|---|" + "---:|" * 9
    for name, one in found.items():
        yield (
            f"| {name} | {one.kilobytes:.1f} | {one.kept.rate:,.0f} | {one.floor.rate:,.0f} |"
            f" {one.kept.rate / one.floor.rate:.2f} | {one.floor.cpu_ms / one.kept.cpu_ms:.2f} | {one.kept_queries} |"
            f" {one.made.cpu_ms:.1f} | {one.made.p95_ms:,.0f} | {one.made_queries} |"
        )
    yield ""
    yield f"Wanted: {WANTED} of the bare view's rate (below: {', '.join(slow) or 'none'}); {MOST_QUERIES} statements at most"
    yield f"made anew (above: {', '.join(many) or 'none'})."
