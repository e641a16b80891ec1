"""In Chromium: the statistics, the money, the files and the wall, with scripts on and off, for every eye."""

import itertools
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from civic.models import AuditEvent, Role
from civic.moments import today
from proposals.models import Project
from proposals.models import ProjectState as S
from tests import make
from tests.browser import DESK, SCHEMES, SCREENS, SIZES
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


def table_of(page, key) -> dict[str, list[str]]:
    """The numbers of a chart's table as they stand on the page: {label of the row: its cells}."""
    rows = page.locator(f"#{key} .chart-table tr").filter(has=page.locator("td"))
    return {label: cells for label, *cells in rows.evaluate_all(
        "all => all.map(tr => [...tr.cells].map(cell => cell.textContent.trim()))"
    )}  # fmt: skip


def in_wan(yuan: str) -> str:
    """An amount of a table in the ten thousands of the pictures; what is not told stays so."""
    digits = yuan.replace(",", "")
    return f"{Decimal(digits) / 10_000:,.2f}万元" if re.fullmatch(r"-?[\d.]+", digits) else yuan


def words_of(page, key) -> str:
    """All words of the picture that is seen, in their order, without the spaces and breaks of the drawing."""
    pictures = page.locator(f"#{key} .chart-svg").all()
    texts = [svg.locator("text").all_text_contents() for svg in pictures if svg.is_visible()]
    return re.sub(r"[\s·]", "", "".join(itertools.chain(*texts)))


def told_by(key: str, heads: list[str], label: str, cells: list[str]) -> str:
    """What the picture must say of one row of its table."""
    at = dict(zip(heads, cells, strict=True))
    parts = {"clocks": ("平均用时", "平均时限"), "money_years": ("计划投入", "已付款"), "pools": ("已批", "可用")}
    one = {"answers": "比例", "money_places": "计划投入（元）", "money_categories": "计划投入（元）"}
    if key == "funnel":
        now, reached = cells
        return "" if reached == "—" else f"{label}走到{reached}现在{now}"
    if key == "lamps":
        return label + "".join(f"{name}{cell}" for name, cell in at.items() if cell != "0")
    if key == "clocks":
        return label + "".join(f"{name}{at[name]}{'' if at[name] == '—' else '天'}" for name in parts[key])
    if key in parts:
        said = ((name, at[f"{name}（元）"]) for name in parts[key])
        return label + "".join(f"{name}{in_wan(yuan)}" for name, yuan in said if key != "pools" or yuan != "0")
    head = one.get(key, heads[-1])
    return label + (in_wan(at[head]) if head.endswith("（元）") else at[head])


@pytest.mark.parametrize(("path", "least"), [("/stats/", 20), ("/stats/money/?year=all", 5)])
def test_each_picture_says_the_numbers_of_its_table_and_no_others(new_page, year, path, least):
    filed = Project.objects.filter(state=S.FILED, round=year)
    Project.objects.filter(pk=filed.first().pk).update(channel="phone")
    build.rated(Project.objects.filter(state=S.COMPLETED, round=year).first(), 5, 4, 4, 3, 1)
    page = new_page()
    page.goto(path)
    keys = page.locator("[data-test=chart]").evaluate_all("all => all.map(e => e.id)")

    seen = 0
    for key in keys:
        heads = page.locator(f"#{key} .chart-table thead th").all_text_contents()[1:]
        rows = [(label, cells) for label, cells in table_of(page, key).items() if label != "合计"]
        expected = "".join(told_by(key, heads, label, cells) for label, cells in rows)
        assert words_of(page, key) == re.sub(r"[\s·]", "", expected), key
        seen += len(rows)
    assert seen >= least


def test_the_areas_on_a_wide_screen_say_the_amounts_of_their_table(new_page):
    page = new_page(viewport=DESK)
    page.goto("/stats/money/")

    amounts = {in_wan(cells[0]) for cells in table_of(page, "money_areas").values()}
    drawn = re.findall(r"[\d,.]+万元", words_of(page, "money_areas"))
    assert drawn and set(drawn) <= amounts


def test_what_the_words_mean_is_reached_by_keyboard(page):
    page.goto("/stats/")
    index = page.get_by_role("list", name="这一页有").get_by_role("link", name="用了几天，限几天")

    index.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#clocks")).to_be_in_viewport()
    definition = page.locator("#clocks .chart-definition")
    expect(definition).to_contain_text("按时率=按限办结的步骤÷全部办结步骤")
    assert definition.evaluate("e => !e.closest('details, [hidden], [title]')"), "it stands in the open"


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
    page.clock.install()

    page.goto(WALL)
    expect(page.get_by_role("button", name="继续轮播")).to_be_visible()
    with page.expect_response(lambda answer: "part=lamps" not in answer.url):  # fresh numbers, the same part
        page.clock.fast_forward(21_000)

    expect(page.locator("[data-test=steps]")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_wall_shows_the_numbers_of_the_public_pages(new_page, year):
    build.rated(Project.objects.filter(state=S.COMPLETED, round=year).first(), 5, 4, 4, 3, 1)
    wall, page = new_page(viewport=HD), new_page(viewport=HD)
    scope = f"?area={make.DISTRICT}"

    wall.goto(f"{WALL}?part=steps")
    page.goto(f"/stats/{scope}")
    answers = table_of(page, "answers")
    assert (
        wall.locator("[data-test=steps] strong").all_inner_texts()
        == [row[0] for row in table_of(page, "funnel").values()][:6]
    )
    satisfied = wall.locator("[data-test=satisfaction]").inner_text()
    assert (answers["满意率"][2], f"n={answers['满意率'][1]}") == (
        wall.locator("[data-test=satisfaction] strong").inner_text(),
        re.search(r"n=\d+", satisfied)[0],
    )
    lamps = table_of(page, "lamps")
    page.goto(f"/stats/money/{scope}")
    left = table_of(page, "pools")["合计"][2]
    assert wall.locator("[data-test=pool] strong").inner_text() == in_wan(left)

    wall.goto(f"{WALL}?part=lamps-1")
    shown = {
        row.get_by_role("rowheader").inner_text(): row.get_by_role("cell").all_inner_texts()
        for row in wall.locator("[data-test=lamps] tr").filter(has=wall.locator("td")).all()
    }
    assert shown == lamps


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
