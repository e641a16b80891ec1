"""What a project's page promises (UX P3), held against a phone: five answers at once, all of it without scripts, on paper."""

import re

import pytest
from playwright.sync_api import expect

from civic.models import Role
from delivery.services import ratings
from proposals.models import ProjectState as S
from proposals.services import intake, moves
from publicity.services import objections
from tests import make
from tests.browser import PHONE
from tests.delivery import build
from tests.publicity import build as record

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TITLE = "卫生站门口修一条轮椅也能走的无障碍坡道"  # as long as a list shows
ANSWERS = ["谁在办", "还剩几天", "花多少钱", "下一步"]
PAPER_MM = 96 / 25.4  # CSS pixels


def on_notice():
    town = make.organisation("斗门镇人民政府城乡建设办公室")
    make.officer(Role.TOWN_HANDLER, make.TOWN, organisation=town, name="周测试")
    return moves.advance(make.project(S.FOR_APPROVAL, title=TITLE), by="test")


def objected_to():
    project = on_notice()
    objections.file(project, by=make.person(), what="挡住了消防通道", why="消防车转不过来")
    return project


def in_review():
    for name, duty in (("斗门镇城乡建设办公室", "建设"), ("斗门区财政局", "财政")):
        make.organisation(name, at=make.DISTRICT, duty=duty)
    return intake.accept(make.project(title=TITLE), by=make.officer(Role.SOCIAL_WORKER))


def under_way():
    return build.begun(build.town(), title=TITLE)


def lived():
    """A whole life: objections, works, acceptance, a rating, and a hundred lines of record."""
    place = build.town()
    project = build.completed(place, title=TITLE)
    ratings.rate(project, by=place.resident, score=4, words="坡道好走")
    record.events(project, 20, by=place.social)
    record.events(project, 4, by=place.social, kind="daily", sentence="巡查了一遍")
    return project


@pytest.fixture(params=[in_review, on_notice, objected_to, under_way])
def project(request):
    return request.param()


@pytest.mark.parametrize(("view", "screens"), [("", 1), ("elder", 2)])
def test_the_five_answers_are_seen_before_scrolling(new_page, live_server, project, view, screens):
    page = new_page()
    page.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])

    page.goto(project.get_absolute_url())

    free = page.locator("[data-test=project-bar]").bounding_box()["y"]  # the bars at the foot hide what is below
    assert free > 0.7 * PHONE["height"]
    answers = page.locator("[data-test=now] dt").all_inner_texts()
    assert answers == ANSWERS
    told = page.locator("[data-test=stepbar] p, [data-test=now] .now-sentence, [data-test=now] dd").all()
    ends = {each.inner_text(): each.bounding_box()["y"] + each.bounding_box()["height"] for each in told}
    assert {words: end for words, end in ends.items() if end > screens * free} == {}


def test_without_scripts_the_page_tells_all_of_it(chromium, live_server):
    path = lived().get_absolute_url()

    def told(has_scripts):
        context = chromium.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=has_scripts)
        page = context.new_page()
        page.goto(path)
        page.wait_for_load_state()
        words, places = page.locator("main").inner_text(), page.locator("main :is(a, button, img, summary)").count()
        context.close()
        return [line for line in words.splitlines() if line.strip() not in {"", "听"}], places

    (plain, places), (scripted, _places) = told(False), told(True)

    assert plain == scripted
    assert "坡道长度" in "".join(plain)
    assert places > 40


def test_every_event_stands_below_what_came_after_it(page):
    page.goto(f"{lived().get_absolute_url()}?all=1")

    moments = page.locator("#timeline li.event:not(.event-expected) time").evaluate_all(
        "all => all.map(time => time.getAttribute('datetime')).filter(at => at.includes('T'))"
    )
    ids = page.locator("#timeline li.event[id]").evaluate_all("all => all.map(event => event.id)")

    assert len(moments) >= 40
    assert moments == sorted(moments, reverse=True)
    assert len(ids) == len(set(ids))


def test_the_sheet_has_a_code_to_scan_and_nothing_to_press(page):
    project = on_notice()
    page.goto(f"{project.get_absolute_url()}print/")
    page.emulate_media(media="print")

    code = page.locator("img[src^='data:image/svg']")

    assert code.evaluate("image => image.complete && image.naturalWidth > 0")
    assert min(code.bounding_box()[side] for side in ("width", "height")) >= 25 * PAPER_MM
    assert [each for each in page.locator("nav, button, .tabs, .sticky-bar").all() if each.is_visible()] == []
    for words in (TITLE, "现在", *ANSWERS, "全部记录", "盖章"):
        expect(page.get_by_text(words).first).to_be_visible()


def test_the_page_itself_prints_without_what_can_only_be_pressed(page):
    page.goto(on_notice().get_absolute_url())
    page.emulate_media(media="print")

    pressed = page.locator(".tabs, .sticky-bar, .site-header, .site-footer, button")

    assert [each for each in pressed.all() if each.is_visible()] == []


@pytest.mark.parametrize("js_enabled", [False])
def test_from_the_code_on_the_wall_one_comes_to_the_page_as_a_stranger(new_page):
    project = make.project(title=TITLE)
    page = new_page()

    answer = page.goto(f"/q/{project.code}/")

    assert (answer.status, page.context.cookies()) == (200, [])
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


@pytest.mark.parametrize("js_enabled", [False])
def test_a_refusal_is_read_whole_in_the_first_screen_and_leads_to_the_objection(new_page):
    worker = make.officer(Role.SOCIAL_WORKER, name="林测试", organisation=make.organisation("斗门社工站"))
    refused = moves.decline(
        make.project(title=TITLE), by=worker, reason="属于物业管理范围", rule="办法第8条", roles=(Role.SOCIAL_WORKER,)
    )
    page = new_page()

    page.goto(refused.get_absolute_url())

    card = page.locator("[data-test=now]")
    told = card.inner_text()
    assert "没有采纳：属于物业管理范围（办法第8条）。" in told
    assert re.search(r"斗门社工站 驻村社工 林\*", told)
    assert re.search(r"\d+月\d+日说明", told)
    assert (
        card.bounding_box()["y"] + card.bounding_box()["height"]
        <= page.locator("[data-test=project-bar]").bounding_box()["y"]
    )
    card.get_by_role("link", name="我有不同意见").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("不同意见")
