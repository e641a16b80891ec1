"""In Chromium without scripts: a son asks, his mother reads out the code, he hands in for her, and she ends it."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.signing import read_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("js_enabled", [False])
def test_a_son_helps_his_mother_until_she_wants_no_more(new_page, settings, accessible):
    settings.DEMO = True
    make.areas()
    son, mother, project = make.person("李测试"), make.resident(name="王测试"), make.project()
    page = new_page(son)

    page.goto("/me/")
    page.get_by_role("link", name="帮家里人办").click()
    accessible(page)
    page.get_by_role("link", name="帮一位家里人").click()
    accessible(page)
    page.get_by_label("家里人的姓名").fill("王测试")
    page.get_by_label("家里人的手机号").fill(mother.phone)
    page.get_by_role("button", name="发送验证码").click()
    accessible(page)
    page.get_by_label("验证码").fill(read_code())
    page.get_by_role("button", name="对方同意了").click()
    expect(page.locator("[data-test=helped]")).to_contain_text("王测试")
    accessible(page)
    page.goto(project.get_absolute_url())
    page.get_by_role("link", name="替家里人附议").click()
    accessible(page)
    page.get_by_role("button", name="替这位家人附议").click()
    expect(page.get_by_text("您已替着附议")).to_be_visible()

    hers = new_page(mother)
    hers.goto("/me/family/")
    hers.get_by_role("button", name="不用帮了，结束").click()
    expect(hers.locator("[data-test=ended]")).to_contain_text("李**帮您")
    accessible(hers)
