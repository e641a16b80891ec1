"""Largest Contentful Paint (最大内容绘制): when a weak phone with a weak signal shows what a page is about.

Each load is a first visit: a new browser context, nothing kept from the visit before, and no service worker yet.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from tests.bench.demo import addresses, demo
from tests.bench.load import Server, served
from tests.browser import FLAGS, PHONE

KBIT, ROUND_TRIP_MS, SLOWER = 400, 150, 4
LOADS = int(os.environ.get("LCP_LOADS", "3"))
WANTED_MS = 4000
BALLOT = "ballot, signed in"
LARGEST = """() => new Promise((found, failed) => {
  setTimeout(() => failed('nothing was painted'), 5000);
  new PerformanceObserver(list => {
    const last = list.getEntries().at(-1);
    found([last.startTime, last.url ? 'picture' : 'text']);
  }).observe({type: 'largest-contentful-paint', buffered: true});
})"""


@dataclass
class Load:
    """One first visit: when the largest thing stood there and what it was; bytes and requests, by whom they went to."""

    lcp_ms: float = 0
    largest: str = ""
    received: float = 0
    asked: Counter[str] = field(default_factory=Counter)


def section() -> str:
    with demo():
        began = os.getloadavg()[0]
        paths, voter = addresses(), _voter()
        switches = {"DEMO": "1", "CELERY_BROKER_URL": ""}
        with served("tests.bench.zipped:application", 8195, switches, "/") as server:
            found = dict(_measured(server, paths, voter))
    return "\n".join(_told(found, urlsplit(server.url).netloc, began)) + "\n"


def _voter() -> tuple[str, dict[str, str]]:
    """The address of the open ballot, and the cookie of somebody who may vote there."""
    from django.conf import settings

    from tests.bench.data import sessions
    from voting.models import Poll, PollState, RollEntry

    poll = Poll.objects.get(state=PollState.OPEN)
    person = RollEntry.objects.filter(poll=poll).select_related("person").order_by("pk")[0].person
    return f"/vote/{poll.pk}/", {"name": settings.SESSION_COOKIE_NAME, "value": sessions([person])[0]}


def _measured(server: Server, paths: dict[str, str], voter: Any) -> Iterator[tuple[str, list[Load]]]:
    from playwright.sync_api import sync_playwright

    ballot, cookie = voter
    program = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name, path in paths.items():
            yield name, [_load(browser, server.url + path) for _ in range(LOADS)]
        yield BALLOT, [_load(browser, server.url + ballot, cookie) for _ in range(LOADS)]
        browser.close()


def _load(browser: Any, url: str, cookie: dict[str, str] | None = None) -> Load:
    """Visit a page as somebody who has never been there, until nothing more comes."""
    found = Load()
    context = browser.new_context(viewport=PHONE, locale="zh-CN", service_workers="block", is_mobile=True)
    if cookie:
        context.add_cookies([{**cookie, "url": url}])
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.on("Network.requestWillBeSent", lambda event: found.asked.update([urlsplit(event["request"]["url"]).netloc]))
    wire.on("Network.loadingFinished", lambda event: _add(found, event["encodedDataLength"]))
    wire.send("Network.enable")
    speed = KBIT * 1000 / 8
    line = {"latency": ROUND_TRIP_MS, "downloadThroughput": speed, "uploadThroughput": speed, "offline": False}
    wire.send("Network.emulateNetworkConditions", line)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    answer = page.goto(url, wait_until="networkidle", timeout=60_000)
    if answer.status != 200:
        raise RuntimeError(f"{url} answered {answer.status}")
    found.lcp_ms, found.largest = page.evaluate(LARGEST)
    context.close()
    return found


def _add(found: Load, received: float) -> None:
    found.received += received


def _told(found: dict[str, list[Load]], ours: str, began: float) -> Iterator[str]:
    slow = [name for name, loads in found.items() if _lcp(loads) > WANTED_MS]
    strangers = sum(sum(load.asked.values()) - load.asked[ours] for loads in found.values() for load in loads)
    yield "## Largest Contentful Paint\n"
    yield f"{date.today()}: first visits to the demo in Chromium, {PHONE['width']} × {PHONE['height']}, a CPU {SLOWER} ×"
    yield f"slower, {KBIT} kbit/s and {ROUND_TRIP_MS} ms there and back for each request, over HTTP/1.1; texts compressed as"
    yield f"the proxy does. Medians of {LOADS}; in brackets the slowest. kB are what came over the wire until nothing more"
    yield f"did, pictures below the first screen included. Load average when it began: {began:.1f} on {os.cpu_count()} cores.\n"
    yield "| page | LCP ms | the largest is | kB | requests | to third parties |"
    yield "|---|---:|---|---:|---:|---:|"
    for name, loads in found.items():
        kilobytes = median(load.received for load in loads) / 1000
        requests = int(median(sum(load.asked.values()) for load in loads))
        others = sum(sum(load.asked.values()) - load.asked[ours] for load in loads)
        slowest = max(load.lcp_ms for load in loads)
        yield (
            f"| {name} | {_lcp(loads):,.0f} ({slowest:,.0f}) | {loads[0].largest} | {kilobytes:,.1f} | {requests} | {others} |"
        )
    yield ""
    yield f"Wanted: {WANTED_MS:,} ms at most (above: {', '.join(slow) or 'none'}); requests to third parties 0 (found: {strangers})."


def _lcp(loads: list[Load]) -> float:
    return median(load.lcp_ms for load in loads)
