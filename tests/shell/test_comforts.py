"""Small comforts in Chromium: a slow page says so, WeChat is told where to download, a desk's pages fold on a phone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from civic.models import Role
from civic.moments import today
from proposals.models import ProjectState
from tests import make
from tests.browser import DESK, PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WECHAT = "Object.defineProperty(navigator, 'userAgent', {get: () => 'Mozilla/5.0 MicroMessenger/8.0.50'})"
IMPATIENT = """(wait => { window.setTimeout = (act, ms, ...more) => wait(act, ms === 8000 ? 1500 : ms, ...more); })(setTimeout)"""


def test_a_list_that_does_not_come_says_so_and_is_asked_for_once_more(page):
    held = []
    page.add_init_script("delete Navigator.prototype.serviceWorker")  # what it fetches cannot be held back from here
    page.add_init_script(IMPATIENT)
    page.goto("/projects/")
    page.route("**/projects/?*", lambda asked: _held_back(asked, held))

    page.locator("[name=q]").fill("ramp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("正在加载…").first).to_be_visible()
    expect(page.get_by_text("网络有点慢。").first).to_be_visible()
    page.get_by_role("button", name="重试").click()

    expect(page).to_have_url(re.compile(r"/projects/\?.*q=ramp"))
    expect(page.get_by_text("网络有点慢。")).to_have_count(0)
    assert held


def _held_back(asked, held):
    """The network keeps what HTMX asks for to itself, and lets a whole page through."""
    if "hx-request" in asked.request.headers:
        held.append(asked)
    else:
        asked.continue_()


def test_in_wechat_a_download_says_where_it_can_be_done(page, accessible):
    project = make.project()
    page.add_init_script(WECHAT)
    page.goto(f"/p/{project.code}/poster/")

    page.get_by_role("link", name="下载PDF").click()

    expect(page.get_by_text("点右上角“…”，选“在浏览器打开”", exact=True)).to_be_focused()
    expect(page.get_by_label("这一页的网址")).to_have_value(page.url)
    accessible(page)


def a_worker():
    """A social worker for whom two proposals wait, one of them too long."""
    make.project(state=ProjectState.FILED)
    make.project(state=ProjectState.FILED, due_on=today() - timedelta(days=9))
    return make.officer(Role.SOCIAL_WORKER)


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("path", ["/desk/", "/desk/intake/", "/desk/calls/"])
def test_on_a_phone_the_desks_pages_are_folded_and_the_keyboard_opens_them(new_page, accessible, path):
    page = new_page(a_worker(), viewport=PHONE)
    page.goto(path)
    nav = page.get_by_role("navigation", name="工作台")
    intake = nav.get_by_role("link", name="受理 待办 2，超期 1")

    expect(nav.get_by_text("待办 2，超期 1").first).to_be_visible()
    expect(intake).to_be_hidden()
    nav.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(intake).to_be_visible()
    accessible(page)
    page.keyboard.press("Tab")

    expect(nav.get_by_role("link").first).to_be_focused()


def test_on_a_wide_screen_the_desks_pages_stand_open(new_page):
    page = new_page(a_worker(), viewport=DESK)
    page.goto("/desk/")
    nav = page.get_by_role("navigation", name="工作台")

    expect(nav.get_by_role("link", name="受理 待办 2，超期 1")).to_be_visible()
    expect(nav.get_by_text("工作台的页面")).to_be_hidden()
