"""What was measured, as docs/bench.md tells it: rates only beside the floors of the same run."""

import os
import platform
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

PEER_CPU_MS = {"list": 4220, "detail": 85, "organisation": 149}  # recorded with 1,000 proposals, docs/bench.md says how
HEAD = """# Measured speed

Written by `make bench` on {day}: {machine}, {cores} cores, Python {python}, PostgreSQL with persistent connections,
gunicorn gthread 2 × 2, wrk with 8 connections on the same cores; medians of 3 runs. CPU-ms is the kernel's CPU time
of the workers and PostgreSQL per request. Rates compare within one run only: read the ratios.

A page is measured cold (no cache at all: every reader is the first), warm (parts of pages kept under keys that name
all they depend on, so any act on a project shows at once) and cached (whole pages kept some seconds: what anonymous
readers meet in the default settings).
"""
COLUMNS = "| what | req/s | CPU-ms | p95 ms | SQL | gzip kB | of the plain floor | of the SELECT floor |"

PART = re.compile(r"^<!-- part: (\w+) -->\n", re.MULTILINE)  # unseen, above each part


def together(parts: dict[str, str]) -> str:
    """The parts as one text, each under its name."""
    return "\n".join(f"<!-- part: {name} -->\n{text.strip()}\n" for name, text in parts.items())


def parted(text: str) -> dict[str, str]:
    """The parts of such a text by their names."""
    _before, *found = PART.split(text)
    return dict(zip(found[::2], found[1::2], strict=True))


def replaced(text: str, found: dict[str, str], order: list[str]) -> str:
    """The text with these parts anew, in their order; the others as they were."""
    all_parts = parted(text) | found
    return together({name: all_parts[name] for name in order if name in all_parts})


def report(found: dict[int, dict[str, Any]]) -> str:
    head = HEAD.format(
        day=date.today(), machine=platform.machine(), cores=os.cpu_count(), python=platform.python_version()
    )
    parts = [head, *("\n".join(_of_size(size, measured)) for size, measured in found.items())]
    return "\n".join([*parts, *_against_the_peer(found[min(found)])]) + "\n"


def _of_size(size: int, measured: dict[str, Any]) -> Iterator[str]:
    floors = measured["floors"]
    plain, select = floors["plain"].rate, floors["select"].rate
    yield f"## {size:,} projects\n"
    yield COLUMNS
    yield "|---|" + "---:|" * 7
    for name, floor in floors.items():
        yield _row(f"bare Django view: {name}", floor, "", "", plain, select)
    for (name, warmth), (ours, queries, kilobytes) in measured["rows"].items():
        yield _row(f"{name}: {warmth}", ours, queries, f"{kilobytes:.1f}", plain, select)
    ours, bare = measured["turns"]["list"], measured["turns"]["floor"]
    yield ""
    yield f"In turn with a bare view under Django's own page cache the cached list gives {ours.rate / bare.rate:.2f} of its rate"
    yield f"(wanted: 0.8) and takes {ours.cpu_ms / bare.cpu_ms:.2f} of its CPU."
    yield f"Start to first page {measured['start']:.2f} s (wanted: 2.5 s at most); largest worker after the load"
    yield f"{measured['rss']:.0f} MB (wanted: 110 MB at most).\n"


def _row(name: str, m: Any, queries: Any, kilobytes: str, plain: float, select: float) -> str:
    ratios = f"{m.rate / plain:.3f} | {m.rate / select:.3f}"
    return f"| {name} | {m.rate:,.0f} | {m.cpu_ms:.2f} | {m.p95_ms:.0f} | {queries} | {kilobytes} | {ratios} |"


def _against_the_peer(measured: dict[str, Any]) -> Iterator[str]:
    def ratio(peer: str, page: str, warmth: str) -> str:
        return f"{PEER_CPU_MS[peer] / measured['rows'][page, warmth][0].cpu_ms:,.0f} ×"

    yield "## Beside the closest peer\n"
    yield "Not measured in this run: Adhocracy+ v2606.1 with 1,000 proposals, in its own production settings, took"
    yield "4,220 CPU-ms for its proposal list, 85 for a proposal and 149 for an organisation's page on a machine of this"
    yield "kind (2 cores, gunicorn gthread 2 × 2, PostgreSQL). CPU-ms ratio, peer / ours, at 1,000 projects:\n"
    yield "| page | wanted | cold | warm | cached |"
    yield "|---|---:|---:|---:|---:|"
    for said, peer, page, wanted in (
        ("list / its proposal list", "list", "list", "100 ×"),
        ("project with 10 events / its proposal", "detail", "project, 10 events", "8 ×"),
        ("list / its organisation page", "organisation", "list", "7 × rendered, 100 × cached"),
    ):
        yield f"| {said} | {wanted} | {' | '.join(ratio(peer, page, w) for w in ('cold', 'warm', 'cached'))} |"
