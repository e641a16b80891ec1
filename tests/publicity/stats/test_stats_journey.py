"""In Chromium: the statistics, the money, the files and the wall, with scripts on and off, for every eye."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from civic.models import AuditEvent, Role
from civic.moments import today
from proposals.models import Project
from proposals.models import ProjectState as S
from tests import make
from tests.browser import SCHEMES, SCREENS, SIZES
from tests.publicity.stats import build

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("js_enabled", [True, False])
HD, OLD = {"width": 1920, "height": 1080}, {"width": 1366, "height": 768}
WALL = f"/screen/{make.DISTRICT}/"
PARTS = ("steps", "lamps-1", "late")
PAGES = ("/stats/", "/stats/money/", "/data/", "/data/dictionary/", "/stats/?year=2020&programme=micro")
SMALLEST = """() => Math.min(...[...document.querySelectorAll('#wall *')].filter(e => e.getClientRects().length &&
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
CLIPPED = """() => [...document.querySelectorAll('#wall *')].filter(e => e.getClientRects().length &&
    e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))"""
SPILT = """() => [...document.querySelectorAll('.chart-svg text')].filter(e => e.getClientRects().length)
    .filter(e => { const t = e.getBoundingClientRect(), s = e.closest('svg').getBoundingClientRect();
      return t.left < s.left - 1 || t.right > s.right + 1 || t.bottom > s.bottom + 8; }).map(e => e.textContent)"""


@pytest.fixture(autouse=True)
def year():
    """Long names, large sums, every state; more places than stand on one wall."""
    round_ = build.year_of(2)
    build.pool(round_, 124_000_000, 55_700_000)
    for project in Project.objects.filter(state=S.IN_PROGRESS):
        build.work_on(project, granted_yuan=9_876_543, contract_yuan=8_765_432, paid_yuan=1_234_567)
        build.finished(project, "斗门镇规划建设和生态环境办公室（综合行政执法队）", 7, 5)
        build.finished(project, "镇政府", 3, 5)
    office = make.organisation("斗门镇规划建设和生态环境办公室（综合行政执法队）")
    make.officer(Role.TOWN_HANDLER, make.TOWN, organisation=office)
    for days in range(6):
        late = make.project(
            S.FOR_APPROVAL,
            round=round_,
            due_on=today() - timedelta(days=7 * days + 1),
            title=f"卫生站门口台阶太高轮椅和婴儿车都上不去修一条带扶手的缓坡{days}",
        )
        AuditEvent.objects.create(
            subject=late.code, action="x", job="test", area_id=late.area_id, sentence="公示开始，有不同意见可以提" * 9
        )
    return round_


@BOTH
def test_a_reader_finds_a_number_its_table_its_meaning_and_its_list(page, accessible):
    page.goto("/")
    page.get_by_role("link", name="看统计").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("斗门区统计")
    expect(page.get_by_text("按时率=按限办结的步骤÷全部办结步骤")).to_be_visible()
    funnel = page.locator("#funnel")
    funnel.get_by_text("看表格").click()
    number = funnel.get_by_role("row").nth(2).get_by_role("cell").first.inner_text()
    accessible(page)
    funnel.get_by_role("row").nth(2).get_by_role("link").click()
    expect(page.get_by_text(re.compile(rf"共\s*{number}\s*项"))).to_be_visible()

    page.go_back()
    page.get_by_label("哪个镇、哪个村居").select_option(make.TOWN)
    page.get_by_label("哪一类项目").select_option("self_chosen")
    page.get_by_role("button", name="看结果").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("斗门镇统计")
    assert f"area={make.TOWN}" in page.url
    page.get_by_role("link", name="看钱花在哪里").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("斗门镇的钱")
    accessible(page)
    page.get_by_role("link", name="下载数据").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("开放数据")
    accessible(page)


def test_a_file_is_saved_under_its_name(page):
    page.goto("/data/")

    with page.expect_download() as saved:
        page.get_by_role("link", name="项目 CSV").click()

    assert saved.value.suggested_filename == f"projects-{make.DISTRICT}-all.csv"


def test_the_table_opens_by_keyboard(page):
    page.goto("/stats/")
    table = page.locator("#clocks .chart-table")

    table.locator("summary").focus()
    page.keyboard.press("Enter")

    expect(table.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("mode", SIZES)
@pytest.mark.parametrize("viewport", SCREENS)
def test_every_page_fits_and_is_accessible(new_page, live_server, accessible, viewport, mode, scheme):
    page = new_page(viewport=viewport)
    page.context.add_cookies([{"name": "view", "value": mode, "url": live_server.url}])
    page.emulate_media(color_scheme=scheme)

    for path in PAGES:
        page.goto(path)
        accessible(page)
        assert page.evaluate(SPILT) == [], path


@pytest.mark.parametrize("viewport", [HD, OLD], ids=["1080", "768"])
@pytest.mark.parametrize("part", PARTS)
def test_the_wall_is_read_without_scrolling(new_page, accessible, viewport, part):
    page = new_page(viewport=viewport)

    page.goto(f"{WALL}?part={part}")

    assert page.evaluate("document.documentElement.scrollHeight") <= viewport["height"]
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(SMALLEST) >= 24
    figures = page.locator(".wall-figure").evaluate_all("all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert all(size >= 72 for size in figures)
    assert part != "steps" or len(figures) >= 7
    accessible(page)


@pytest.mark.parametrize("js_enabled", [False])
def test_without_scripts_the_parts_are_links(new_page, accessible):
    page = new_page(viewport=OLD)
    page.goto(WALL)
    expect(page.get_by_role("button")).to_have_count(0)

    page.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_role("heading", name="各处实施得怎样")).to_be_visible()
    page.get_by_role("link", name="3", exact=True).click()
    expect(page.get_by_role("heading", name="最近进展")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="文字版").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("统计")


def test_the_wall_turns_by_itself_until_somebody_pauses_it(new_page):
    page = new_page(viewport=OLD)
    page.clock.install()
    page.goto(WALL)

    page.clock.fast_forward(21_000)
    expect(page.get_by_role("heading", name="各处实施得怎样")).to_be_visible()
    assert "part=lamps-1" in page.url
    page.get_by_role("button", name="暂停轮播").click()
    with page.expect_response(lambda answer: "part=lamps-1" in answer.url):  # the same part anew, not the next
        page.clock.fast_forward(21_000)
    expect(page.get_by_role("heading", name="各处实施得怎样")).to_be_visible()
    page.get_by_role("button", name="继续轮播").click()
    page.clock.fast_forward(21_000)
    expect(page.get_by_role("heading", name="最近进展")).to_be_visible()


def test_who_wants_less_motion_gets_a_wall_that_stands_still(new_page):
    page = new_page(viewport=OLD)
    page.emulate_media(reduced_motion="reduce")

    page.goto(WALL)

    expect(page.get_by_role("button", name="继续轮播")).to_be_visible()


def test_without_network_the_wall_says_how_old_it_is(new_page):
    page = new_page(viewport=OLD)
    page.clock.install()
    page.goto(WALL)
    expect(page.locator("[data-stale]")).to_be_hidden()

    page.context.set_offline(True)
    page.clock.fast_forward(3_700_000)

    expect(page.locator("[data-stale]")).to_be_visible()
    expect(page.locator("[data-stale]")).to_have_text(re.compile(r"数据停在\d\d:\d\d"))
    expect(page.locator("[data-test=steps]")).to_be_visible()
