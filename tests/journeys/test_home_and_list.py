"""What home and the list promise (UX P1, P2), held against a phone: in the first screen, by address, there and back."""

import re

import pytest
from playwright.sync_api import expect

from civic.moments import today
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.services import follows
from tests import make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
CARDS = "#rows .line-list > li"


@pytest.fixture
def year():
    """A round that takes proposals, five works of it under way or done, a notice, and 25 to page through."""
    make.areas()
    its_round = make.round_(name="测试年度民生微实事")
    for state in (S.COMPLETED, S.COMPLETED, S.IN_PROGRESS, S.IN_PROGRESS, S.FOR_ACCEPTANCE):
        make.project(state, round=its_round, title=f"装路灯{state}")
    for n in range(25):
        make.project(S.FILED, round=its_round, title=f"村口栏杆{n:02d}", at=make.OTHER_VILLAGE)
    return moves.advance(make.project(S.FOR_APPROVAL, round=its_round), by="test")


def titles(page) -> list[str]:
    return page.locator(f"{CARDS} h2, {CARDS} h3").all_inner_texts()


def found(page) -> int:
    """What the page says was found (共128项)."""
    return int(re.search(r"共(\d+)项", page.locator("#rows").inner_text())[1])


def open_filters(page) -> None:
    if not page.get_by_label("走到哪一步").is_visible():
        page.get_by_text("按村居、类别、步骤筛选").click()


@BOTH
@pytest.mark.parametrize("is_signed_in", [False, True], ids=["visitor", "follower"])
def test_the_first_thing_to_do_stands_in_the_first_screen_above_the_tabs(new_page, year, is_signed_in):
    person = make.resident(name="陈测试") if is_signed_in else None
    if person:
        follows.follow(year, by=person)
    page = new_page(person)

    page.goto("/")

    button = page.locator("#main .phase-card .button").first
    assert button.inner_text() == "我来提议"
    box, tabs = button.bounding_box(), page.get_by_role("navigation", name="主要页面").bounding_box()
    assert box["y"] + box["height"] <= min(tabs["y"], 740)


def test_nothing_on_home_moves_by_itself(page, year):
    page.goto("/")
    page.wait_for_load_state("networkidle")
    at_first = page.screenshot()

    page.wait_for_timeout(1500)

    assert page.screenshot() == at_first
    assert page.locator("marquee, video, audio, meta[http-equiv=refresh], [aria-roledescription=carousel]").count() == 0
    assert page.evaluate("document.getAnimations().length") == 0


@BOTH
def test_the_chosen_village_stands_in_the_address_and_is_there_again(new_page, accessible, year):
    page = new_page()
    page.goto("/")

    page.get_by_role("link", name="选镇街、村居").click()
    page.get_by_label("找村居").fill("测试甲")
    page.get_by_role("button", name="找").click()
    accessible(page)
    page.get_by_role("link", name="测试甲村", exact=True).click()
    expect(page).to_have_url(re.compile(f"/a/{make.VILLAGE}/$"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("测试甲村")
    page.get_by_role("button", name="以后先看测试甲村").click()
    expect(page).to_have_url(re.compile(f"/a/{make.VILLAGE}/$"))

    for _again in range(2):
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("测试甲村")
    expect(page.get_by_role("button", name="以后先看")).to_have_count(0)


@BOTH
def test_each_figure_of_home_leads_to_what_comes_to_the_same(new_page, year):
    page = new_page()
    page.goto("/")
    shown = page.locator(".figures").first.get_by_role("link").all()
    told = {card.get_attribute("data-figure"): card.locator(".figure").inner_text() for card in shown}
    assert (told["micro_done"], told["micro_in_progress"], len(told)) == ("2项", "3项", 4)

    for key, figure in told.items():
        page.goto("/")
        page.locator(f"[data-figure={key}]").first.click()
        page.wait_for_url(re.compile(r"/(projects|stats|stats/money)/\?"))
        if "/projects/" in page.url:
            assert f"{found(page)}项" == figure
        elif "/money/" in page.url:
            paid = re.search(r"已付款([\d.]+)万元", page.get_by_role("main").inner_text())[1]
            assert f"{round(float(paid), 1)}万元" == figure
        else:
            assert page.locator(":target").get_by_text("按时率").count(), figure  # its number: stats/test_stats.py


@BOTH
def test_what_was_filtered_is_an_address_and_gives_a_stranger_the_same_list(new_page, accessible, year):
    page = new_page()
    page.goto("/projects/")
    assert found(page) == 31
    page.get_by_label("搜项目").fill("装路灯")
    page.get_by_role("button", name="搜索").click()
    expect(page).to_have_url(re.compile("q="))
    assert found(page) == 5
    open_filters(page)
    page.get_by_label("走到哪一步").select_option(label="实施")
    if page.evaluate("!window.htmx"):
        page.get_by_role("button", name="看结果").click()
    expect(page).to_have_url(re.compile("step="))
    expect(page.locator("#rows")).to_contain_text("共2项")
    page.get_by_role("link", name="金额", exact=True).click()
    expect(page).to_have_url(re.compile("sort=money"))
    accessible(page)

    stranger = new_page()
    stranger.goto(page.url)

    assert (found(stranger), titles(stranger)) == (2, titles(page))
    assert stranger.get_by_label("搜项目").input_value() == "装路灯"
    # one condition is taken off by itself
    stranger.get_by_role("link", name="装路灯").first.click()
    expect(stranger).not_to_have_url(re.compile("q=[^&]"))
    expect(stranger).to_have_url(re.compile("step="))


@BOTH
def test_back_brings_the_list_as_it_was_before(new_page, year):
    page = new_page()
    page.goto("/projects/?q=装路灯")
    before = titles(page)
    page.get_by_label("搜项目").fill("村口栏杆")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator("#rows")).to_contain_text("共25项")

    page.go_back()

    expect(page.locator("#rows")).to_contain_text("共5项")
    assert (titles(page), page.get_by_label("搜项目").input_value()) == (before, "装路灯")
    page.go_forward()
    expect(page.locator("#rows")).to_contain_text("共25项")


@BOTH
def test_the_second_page_is_a_link_and_shows_the_others(new_page, year):
    page = new_page()
    page.goto("/projects/?q=村口栏杆")
    first = titles(page)

    page.get_by_role("link", name="下一页").click()
    expect(page).to_have_url(re.compile("page=2"))

    second = titles(page)
    assert len(first) + len(second) == 25
    assert not set(first) & set(second)
    assert page.get_by_role("link", name="下一页").count() == 0
    page.go_back()
    expect(page.locator("#rows")).to_contain_text("第1页")
    assert titles(page) == first


@BOTH
def test_list_and_map_tell_the_same_number_under_the_same_filter(new_page, year):
    page = new_page()
    page.goto("/projects/?q=村口栏杆")
    listed = found(page)

    page.get_by_role("link", name="地图", exact=True).click()
    expect(page).to_have_url(re.compile("view=map"))

    assert (found(page), listed) == (25, 25)
    assert page.get_by_label("搜项目").input_value() == "村口栏杆"
    drawn = re.findall(r"(\d+)项", page.locator(".sketch").text_content())
    assert sum(map(int, drawn)) == 25


def test_nothing_found_names_the_condition_to_take_off(page, year):
    page.goto(f"/projects/?q=没有的事&year={today().year}")

    expect(page.get_by_text("没有符合的项目。去掉一个条件试试：")).to_be_visible()
    page.get_by_role("link", name="去掉“没有的事”").click()

    assert found(page) == 31
