"""Every public and resident page in every look: nothing scrolls sideways, nothing is too small, nobody is shut out (G1–G10).

A representative part runs with all tests; `make journeys` runs the rest of the matrix as well.
"""

import gzip
import itertools
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.timezone import localtime
from playwright.sync_api import expect

from civic.moments import today
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.models import AccountLine, Quarter, VillageAccount
from publicity.services import accounts, objections
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
  for (const e of all('.tag, .chip, .lamp')) if (!/[\u4e00-\u9fff]/.test(e.textContent)) faults.push('says nothing: ' + name(e));
  const standsAlone = e => {
    let box = e;
    while (getComputedStyle(box).display.startsWith('inline') && box.parentElement) box = box.parentElement;
    return !e.closest('.visually-hidden, svg') && box.textContent.trim() === e.textContent.trim();
  };
  const fields = 'input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file])';
  for (const e of all(`button, .button, summary, select, textarea, ${fields}, .choice, .choice-pick, nav a, header a, footer a, a`)) {
    if (e.matches('a:not(.button):not(nav a):not(.site-header a):not(.site-footer a)') && !standsAlone(e)) continue;
    if (e.matches('.skip-link') || getComputedStyle(e, '::after').position === 'absolute') continue;
    if (e.getBoundingClientRect().height < (e.matches('.button-primary, .tabs a') ? main : least) - 0.5)
      faults.push('is low: ' + name(e));
  }
  const told = e => [...e.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  for (const e of all('main *, header *, footer *').filter(told)) {
    const r = e.getBoundingClientRect();
    for (let box = e; box && !box.matches('.visually-hidden, body'); box = box.parentElement) {
      const {overflowX, overflowY} = getComputedStyle(box), b = box.getBoundingClientRect(), cuts = ['hidden', 'clip'];
      if (b.width < 3 || b.height < 3) break;  // for readers alone
      if (cuts.includes(overflowX) && r.right > b.right + 1 || cuts.includes(overflowY) && r.bottom > b.bottom + 1)
        faults.push('is cut off: ' + name(e));
    }
  }
  for (const e of all('img')) if (!e.getAttribute('width') || !e.hasAttribute('alt')) faults.push('has no size or words: ' + name(e));
  for (const e of all('main img')) if (e.loading !== 'lazy' && !e.src.startsWith('data:') && e.getBoundingClientRect().top > 2 * innerHeight)
    faults.push('comes before it is seen: ' + name(e));
  if (document.querySelector('[tabindex]:not([tabindex="0"]):not([tabindex^="-"])')) faults.push('has an order of its own');
  const buttons = all('main .button, main button').map(e => [e, e.getBoundingClientRect()]);
  buttons.forEach(([a, p], i) => buttons.slice(i + 1).forEach(([b, q]) => {
    if (a.contains(b) || b.contains(a) || a.closest('.sticky-bar') || b.closest('.sticky-bar')) return;
    const across = Math.max(q.left - p.right, p.left - q.right), down = Math.max(q.top - p.bottom, p.top - q.bottom);
    if (Math.max(across, down) < 7.5) faults.push('are too near: ' + name(a) + ' and ' + name(b));
  }));
  return faults;
}"""
OUT_OF_ORDER = """before => {
  const e = document.activeElement, floats = n => n.closest('.sticky-bar, .tabs, .skip-link') || n === document.body;
  if (floats(before) || floats(e)) return '';
  const [p, q] = [before.getBoundingClientRect(), e.getBoundingClientRect()];
  const isOnward = q.bottom > p.top + 1 && (q.top > p.bottom - 1 || q.left > p.left - 1 || q.top > p.top);
  return isOnward ? '' : 'goes back from ' + before.outerHTML.slice(0, 80) + ' to ' + e.outerHTML.slice(0, 80);
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
    return {
        "project": project,
        "objection": objection,
        "demand": demand,
        "poll": poll,
        "account": hung(project, worker),
    }


def hung(project, worker) -> VillageAccount:
    """A village's account on its board, of which a line has changed since."""
    quarter = Quarter.over(today())
    days = {"starts_on": quarter.starts_on, "ends_on": quarter.ends_on, "due_on": today(), "limit_workdays": 10}
    account = VillageAccount.objects.create(area=project.area, round=project.round, **days)
    account = accounts.post(account, by=worker, posted_on=today(), place="村委会门口公开栏")
    amounts = {f"{name}_yuan": 1234567 for name in ("approved", "paid_now", "paid", "rest")}
    AccountLine.objects.create(account=account, project=project, state=project.state, **amounts)
    return account


def public(town) -> list[str]:
    project = town["project"].get_absolute_url()
    return [
        "/", "/areas/", f"/a/{make.VILLAGE}/", f"/a/{make.VILLAGE}/follow/", f"/a/{make.VILLAGE}/remind/", "/projects/",
        town["account"].get_absolute_url(),
        "/projects/?view=map", "/projects/?q=没有的", project,
        f"{project}object/", f"{project}follow/", f"{project}share/", f"{project}poster/", f"{project}print/",
        f"{project}documents/", f"{project}documents/proposal/",
        f"{project}ratings/", "/notices/", f"/notices/pack/?code={town['project'].code}", "/login/helper/",
        "/calendar/", "/board/", f"/board/{town['demand'].number}/", "/stats/", "/stats/money/", "/data/",
        "/data/dictionary/", "/vote/", f"/vote/{town['poll'].pk}/", "/cycles/", "/meetings/", "/help/", "/rules/",
        "/accessibility/", "/privacy/", "/mailbox/x/", "/status/", "/offline/", "/site/offline/",
        "/desk/door/offline/", "/suppliers/", "/login/", "/login/staff/", "/no-such-page/",
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

    assert not faults, "\n".join(faults)
    assert asked <= {urlsplit(live_server.url).netloc, ""}, "nobody else is asked for anything"
    assert [paths for title, paths in titles.items() if len({urlsplit(path).path for path in paths}) > 1] == []


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
def test_the_keyboard_reaches_everything_in_order_and_its_focus_is_seen(new_page, town):
    page, faults = new_page(make.resident(name="陈测试")), []
    project = town["project"].get_absolute_url()
    for path in (
        "/",
        "/projects/",
        project,
        f"{project}object/",
        "/board/",
        "/board/new/",
        "/me/",
        "/propose/",
        "/stats/",
    ):
        page.goto(path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link", path
        assert not page.evaluate(HIDDEN_FOCUS), path
        for _n in range(40):
            before = page.evaluate_handle("document.activeElement")
            page.keyboard.press("Tab")
            fault = page.evaluate(HIDDEN_FOCUS) or page.evaluate(OUT_OF_ORDER, before)
            faults += [f"{path} {fault}"] if fault else []

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
def test_the_first_link_jumps_over_what_every_page_begins_with(new_page, town):
    page = new_page()
    page.goto("/projects/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


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

    assert parse_qs(urlsplit(page.url).query) == {"q": ["路灯"], "sort": ["money"]}
    assert page.get_by_label("搜项目").input_value() == "路灯"
    page.wait_for_function("window.scrollY > 600")


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("path", ["object", "board"])
def test_going_back_keeps_what_was_typed(new_page, town, path):
    page = new_page(make.resident(name="陈测试"))
    page.goto("/board/new/" if path == "board" else f"{town['project'].get_absolute_url()}object/")
    page.locator("main :is(textarea, input[type=text])").first.fill("消防车转不过来")
    page.get_by_role("link", name="无障碍说明").click()
    page.wait_for_url("**/accessibility/")

    page.go_back()

    expect(page.locator("main :is(textarea, input[type=text])").first).to_have_value("消防车转不过来")


def test_times_are_the_village_s_wherever_the_phone_is(chromium, live_server, town):
    told = {}
    for zone in ("Asia/Shanghai", "America/New_York"):
        context = chromium.new_context(base_url=live_server.url, viewport=PHONE, timezone_id=zone, locale="zh-CN")
        page = context.new_page()
        page.goto(town["project"].get_absolute_url())
        told[zone] = page.locator("#timeline").inner_text()
        page.goto("/calendar/")
        told[zone] += page.get_by_role("main").inner_text()
        context.close()

    assert told["America/New_York"] == told["Asia/Shanghai"]
    here = localtime(town["objection"].filed_at)  # TIME_ZONE is Asia/Shanghai
    assert here.strftime("%H:%M") in told["Asia/Shanghai"]


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
def test_at_400_kbit_a_second_the_first_page_can_be_read_and_used_soon(new_page, town):
    """A first visit, nothing kept; at the speed of a weak signal, with 300 ms to and fro (G6)."""
    page = new_page()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 300, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8},
    )
    for path, words in (("/", "现在能做什么"), (town["project"].get_absolute_url(), "谁在办")):
        page.goto(path, wait_until="commit")
        page.get_by_text(words).first.wait_for(timeout=8_000)

    page.get_by_role("link", name="我有不同意见").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("不同意见", timeout=8_000)
