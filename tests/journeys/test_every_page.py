"""Every public and resident page in every look: nothing scrolls sideways, nothing is too small, nobody is shut out (G1–G10).

A representative part runs with all tests; `make journeys` runs the rest of the matrix as well.
"""

import gzip
import itertools
from urllib.parse import urlsplit

import pytest

from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.services import objections
from tests import make
from tests.browser import DESK, HIDDEN_FOCUS, PHONE, THE_REST
from tests.journeys.large import LARGE
from tests.publicity import build as record
from tests.voting.polls import build as polls
from tests.wishes import build as board

SIZES = {"": (44, 48), "elder": (60, 60), "elder-xl": (60, 60)}  # least height of any target, of a main one
ALWAYS = {  # viewport, size of type, scheme, scripts: and whether axe scans each page, which takes longest
    ("phone", "", "light", True): True,
    ("phone", "elder", "dark", False): False,
    ("phone", "elder-xl", "light", True): False,
    ("desk", "", "dark", True): False,
}
MATRIX = [
    pytest.param(*look, marks=() if look in ALWAYS else THE_REST, id="-".join(map(str, look)))
    for look in itertools.product(("phone", "desk"), SIZES, ("light", "dark"), (True, False))
]
LOOKED_AT = """([least, main]) => {
  const seen = e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden';
  const all = s => [...document.querySelectorAll(s)].filter(seen);
  const name = e => e.outerHTML.slice(0, 100);
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth) faults.push('scrolls sideways');
  if (document.querySelectorAll('h1').length !== 1) faults.push('has no one heading');
  if (document.documentElement.lang !== 'zh-CN') faults.push('is in no language');
  for (const e of all('.money, .amount, .nowrap')) if (e.getClientRects().length > 1 && e.textContent.length < 16)
    faults.push('breaks ' + name(e));
  for (const e of all('.card :is(a, p, li, dd, dt, span, button)')) {
    const card = e.closest('.card');
    let box = e.parentElement;
    while (box !== card && getComputedStyle(box).overflowX === 'visible') box = box.parentElement;
    if (box === card && e.getBoundingClientRect().right > card.getBoundingClientRect().right + 1)
      faults.push('runs out of its card: ' + name(e));
  }
  for (const e of all('.tag, .chip, .lamp')) if (!e.textContent.trim()) faults.push('says nothing: ' + name(e));
  for (const e of all('button, .button, summary, select, .choice, .tabs a'))
    if (e.getBoundingClientRect().height < (e.matches('.button-primary, .tabs a') ? main : least) - 0.5)
      faults.push('is low: ' + name(e));
  for (const e of all('img')) if (!e.getAttribute('width') || !e.hasAttribute('alt')) faults.push('has no size or words: ' + name(e));
  const buttons = all('main .button, main button').map(e => [e, e.getBoundingClientRect()]);
  buttons.forEach(([a, p], i) => buttons.slice(i + 1).forEach(([b, q]) => {
    if (a.contains(b) || b.contains(a) || a.closest('.sticky-bar') || b.closest('.sticky-bar')) return;
    const across = Math.max(q.left - p.right, p.left - q.right), down = Math.max(q.top - p.bottom, p.top - q.bottom);
    if (Math.max(across, down) < 7.5) faults.push('are too near: ' + name(a) + ' and ' + name(b));
  }));
  return faults;
}"""
pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True, databases=["default", "urn"]),
    pytest.mark.timeout(300),
]


@pytest.fixture
def town():
    """A village with something on every page: a project with a record, an objection, a vote, a matter on the board."""
    make.areas()
    worker = make.officer("social_worker", name="林测试")
    project = make.project(
        state=S.FOR_APPROVAL, title="卫生站门口修一条坡道" * 4, place_text="村口大榕树往东五十米" * 4
    )
    record.events(project, 6, by=worker, role="social_worker", unit="斗门社工站", post="驻村社工")
    project = moves.advance(project, by="test", sentence="镇政府批准52,800元，比核定少7,200元")
    objection = objections.file(project, by=make.person(), what="挡住了消防通道", why="消防车转不过来")
    demand = board.reported(make.person("王测试"))
    poll = polls.opened().poll
    return {"project": project, "objection": objection, "demand": demand, "poll": poll}


def public(town) -> list[str]:
    project = town["project"].get_absolute_url()
    return [
        "/", "/areas/", f"/a/{make.VILLAGE}/", f"/a/{make.VILLAGE}/follow/", f"/a/{make.VILLAGE}/remind/", "/projects/",
        "/projects/?view=map", "/projects/?q=没有的", project,
        f"{project}object/", f"{project}follow/", f"{project}share/", f"{project}poster/", f"{project}print/",
        f"{project}documents/", f"{project}documents/proposal/",
        f"{project}ratings/", "/notices/", f"/notices/pack/?code={town['project'].code}", "/login/helper/",
        "/calendar/", "/board/", f"/board/{town['demand'].number}/", "/stats/", "/stats/money/", "/data/",
        "/data/dictionary/", "/vote/", f"/vote/{town['poll'].pk}/", "/cycles/", "/meetings/", "/help/", "/rules/",
        "/accessibility/", "/privacy/", "/status/", "/offline/", "/site/offline/", "/login/", "/login/staff/", "/no-such-page/",
    ]  # fmt: skip


def own(town) -> list[str]:
    project = town["project"].get_absolute_url()
    return [
        "/me/", "/me/messages/", "/me/follows/", "/me/settings/", "/me/looked-up/", "/propose/", f"{project}object/",
        f"{project}follow/", "/board/new/", "/me/family/", "/me/family/new/",
    ]  # fmt: skip


@pytest.mark.parametrize(("viewport", "size", "scheme", "js_enabled"), MATRIX)
def test_every_page_is_fit_for_everybody(new_page, accessible, live_server, town, viewport, size, scheme, js_enabled):
    screen = PHONE if viewport == "phone" else DESK
    faults, titles, asked = [], {}, set()
    for person, paths in ((None, public(town)), (make.resident(name="陈测试"), own(town))):
        page = new_page(person, viewport=screen)
        page.context.add_cookies([{"name": "view", "value": size, "url": live_server.url}])
        page.emulate_media(color_scheme=scheme)
        page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        for path in paths:
            page.goto(path)
            found = page.evaluate(LOOKED_AT, SIZES[size]) + (page.evaluate(LARGE) if size else [])
            faults += [f"{path} {fault}" for fault in found]
            titles.setdefault(page.title(), []).append(path)
            if ALWAYS.get((viewport, size, scheme, js_enabled), True):
                accessible(page)

    assert faults == []
    assert asked <= {urlsplit(live_server.url).netloc, ""}, "nobody else is asked for anything"
    assert [paths for title, paths in titles.items() if len({urlsplit(path).path for path in paths}) > 1] == []


def test_the_keyboard_reaches_everything_and_its_focus_is_seen(new_page, town):
    page, faults = new_page(make.resident(name="陈测试")), []
    for path in ("/", "/projects/", town["project"].get_absolute_url(), "/board/", "/me/", "/stats/"):
        page.goto(path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link", path
        for _n in range(40):
            page.keyboard.press("Tab")
            fault = page.evaluate(HIDDEN_FOCUS)
            faults += [f"{path} {fault}"] if fault else []

    assert faults == []


def test_the_first_load_of_every_public_page_weighs_at_most_150_kb(page, town):
    """HTML, styles and scripts as they travel, compressed; pictures come later and are not counted."""
    heavy, sizes = {}, {}

    def weigh(answer):
        kind = answer.headers.get("content-type", "")
        if answer.ok and any(word in kind for word in ("html", "css", "javascript")):
            sizes[answer.url] = len(gzip.compress(answer.body(), 6))

    page.on("response", weigh)
    for path in public(town):
        page.goto(path, wait_until="load")
        loaded = page.evaluate("[location.href, ...performance.getEntriesByType('resource').map(e => e.name)]")
        weight = sum(sizes.get(url, 0) for url in set(loaded))
        assert weight > 10_000, path
        if weight > 150_000:
            heavy[path] = weight

    assert heavy == {}


def test_going_back_keeps_the_filters_and_the_place_on_the_page(page, town):
    for n in range(30):
        make.project(title=f"村口路灯{n}", state=S.FILED)
    page.goto("/projects/?q=路灯&sort=money")
    page.evaluate("window.scrollTo(0, 1200)")
    page.get_by_role("link", name="村口路灯").nth(12).click()
    page.wait_for_url("**/p/**")

    page.go_back()

    assert page.url.endswith("/projects/?q=路灯&sort=money") or "sort=money" in page.url
    assert page.get_by_label("搜项目").input_value() == "路灯"
    page.wait_for_function("window.scrollY > 600")
