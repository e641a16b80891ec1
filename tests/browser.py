"""Chromium for the journeys: one browser per worker, a new context (cookies, storage) per person.

Debian's chromium is driven as it is, nothing is downloaded; CHROMIUM names another one.
"""

import os
import shutil
from contextlib import contextmanager

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--lang=zh-CN"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
THE_REST = pytest.mark.matrix  # of the looks: one of each runs with all tests, every other with make journeys
SIZES = ["elder-xl", pytest.param("elder", marks=THE_REST), pytest.param("", marks=THE_REST)]
SCREENS = [pytest.param(PHONE, id="phone"), pytest.param(DESK, id="desk", marks=THE_REST)]
SCHEMES = ["light", pytest.param("dark", marks=THE_REST)]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
HIDDEN_FOCUS = """() => {
  const e = document.activeElement, r = e.getBoundingClientRect();
  if (e === document.body || !r.width) return '';
  const x = Math.min(Math.max(r.left + r.width / 2, 1), innerWidth - 1), y = r.top + Math.min(r.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  const rings = s => s.outlineStyle !== 'none' || s.boxShadow !== 'none';
  const shown = rings(getComputedStyle(e)) || [e, ...e.parentElement.children].some(kin => rings(getComputedStyle(kin, '::after')));
  if (!shown) return 'no focus to see: ' + e.outerHTML.slice(0, 100);
  return top && (e.contains(top) || top.contains(e)) ? '' : 'focus under a bar: ' + e.outerHTML.slice(0, 100);
}"""


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    found = (shutil.which(name) for name in ("chromium-headless-shell", "chromium", "chromium-browser"))
    path = os.environ.get("CHROMIUM") or next(filter(None, found), None)
    if path is None:
        pytest.fail("Chromium is missing: apt-get install chromium-headless-shell, or name one in CHROMIUM")
    # Playwright's event loop runs in this thread, where Django would otherwise refuse every query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def js_enabled():
    """Scripts on. A journey without: ``@pytest.mark.parametrize("js_enabled", [True, False])``."""
    return True


@pytest.fixture
def new_page(chromium, live_server, js_enabled):
    """Makes pages, each of a new visitor: ``new_page()`` or ``new_page(person, viewport=DESK)``.

    Addresses are relative to the live server (``at=wire.url``: over a wire that can be cut). A script error or a
    refusal by the Content-Security-Policy on any of them fails the test.
    """
    contexts, complaints = [], []

    def make(person=None, viewport=PHONE, at=live_server.url):
        context = chromium.new_context(
            base_url=at,
            viewport=viewport,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=js_enabled,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if person is not None:
            context.add_cookies([_session_cookie(person, live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_fault(message) else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page):
    """The page of a visitor nobody knows, on a small phone."""
    return new_page()


@pytest.fixture
def accessible(chromium, js_enabled):
    """``accessible(page)``: no serious finding of the accessibility scan, no sideways scroll, one h1."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page):
        page.wait_for_load_state()
        scanned = page if js_enabled else _twin(chromium, page)
        with _at_full_height(scanned):
            found = Axe().run(scanned, options=WCAG).response["violations"]
        if scanned is not page:
            scanned.context.close()
        serious = [
            f"{finding['id']}: {node['html']}"
            for finding in found
            if finding["impact"] in ("serious", "critical")
            for node in finding["nodes"]
        ]
        assert serious == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{page.url} scrolls sideways"
        )
        assert page.locator("h1").count() == 1, page.url

    return check


@contextmanager
def _at_full_height(page):
    """As tall as the page is: bars at the foot cover nothing, as they cover nothing that one has scrolled to."""
    size = page.viewport_size
    page.set_viewport_size(
        size | {"height": max(size["height"], page.evaluate("document.documentElement.scrollHeight"))}
    )
    yield
    page.set_viewport_size(size)


def _twin(chromium, page):
    """The same page as it stands without its scripts, where the scan can run its own."""
    context = chromium.new_context(
        viewport=page.viewport_size, locale="zh-CN", storage_state=page.context.storage_state()
    )
    twin, html = context.new_page(), page.content()
    twin.route("**/*.js", lambda route: route.abort())
    twin.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    twin.goto(page.url)
    return twin


def _session_cookie(person, url):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


def _is_fault(message):
    """Browsers report a refused form (409, 422) as a console error too: that is an answer, not a fault."""
    return message.type == "error" and "Failed to load resource" not in message.text
