"""Sharing in Chromium, with scripts and without, in every size."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import SCREENS, SIZES

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("js_enabled", [True, False])
def test_from_the_project_to_the_picture_and_the_poster(page, accessible):
    project = make.project(title="卫生站门口修坡道")
    page.goto(f"/p/{project.code}/")
    page.locator("main").get_by_role("link", name="分享").last.click()
    picture = page.get_by_role("img", name="扫码看全过程")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 750
    accessible(page)

    page.get_by_role("link", name="A3海报").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("卫生站门口修坡道")
    accessible(page)


def test_the_link_is_copied_with_one_press(page):
    project = make.project()
    page.goto(f"/p/{project.code}/share/")

    page.get_by_role("button", name="复制链接").click()

    expect(page.get_by_text("复制好了，去粘贴吧。")).to_be_visible()


@pytest.mark.parametrize("mode", SIZES)
@pytest.mark.parametrize("viewport", SCREENS)
def test_sharing_is_fit_for_everybody(new_page, accessible, viewport, mode, live_server):
    project = make.project(title="卫生站门口修坡道", mark="演示数据")
    page = new_page(viewport=viewport)
    page.context.add_cookies([{"name": "view", "value": mode, "url": live_server.url}])
    for name in ("share", "poster"):
        page.goto(f"/p/{project.code}/{name}/")
        accessible(page)
