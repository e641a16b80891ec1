"""In Chromium: a desk says two minutes before an idle session ends, and what was typed is there after signing in again."""

import pytest
from playwright.sync_api import expect

from civic.models import Role
from tests import make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_an_idle_desk_warns_keeps_what_was_typed_and_goes_on(new_page):
    page = new_page(make.officer(Role.SOCIAL_WORKER))
    page.clock.install()
    page.goto("/desk/residents/new/")
    bar = page.locator("[data-test=idle]")
    name = page.get_by_label("姓名")
    name.fill("王测试")

    page.clock.fast_forward("26:00")
    expect(bar).to_be_hidden()
    page.clock.fast_forward("01:30")
    expect(bar).to_contain_text("2分钟后自动退出，填的内容已存。")
    bar.get_by_role("button", name="接着办").click()
    expect(bar).to_be_hidden()
    page.clock.fast_forward("29:30")
    expect(bar).to_contain_text("已经自动退出。重新登录后，填的内容还在这一页。")
    page.reload()

    expect(name).to_have_value("王测试")
    expect(bar).to_contain_text("上次没提交的内容放回来了")


def test_a_browser_that_keeps_nothing_does_not_claim_that_it_did(new_page):
    page = new_page(make.officer(Role.SOCIAL_WORKER))
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('refused'); };")
    page.clock.install()
    page.goto("/desk/residents/new/")
    bar = page.locator("[data-test=idle]")
    page.get_by_label("姓名").fill("王测试")

    page.clock.fast_forward("27:30")
    expect(bar).to_contain_text("2分钟后自动退出。这个浏览器存不了填的内容，请现在提交")
    page.clock.fast_forward("02:00")
    expect(bar).to_contain_text("请先抄下来再登录")


def test_the_steps_of_an_entry_for_a_resident_warn_too(new_page):
    make.round_()
    page = new_page(make.officer(Role.SOCIAL_WORKER))
    page.clock.install()
    page.goto("/propose/?new=1")

    page.clock.fast_forward("27:30")

    expect(page.locator("[data-test=idle]")).to_contain_text("2分钟后自动退出，填的内容已存。")
