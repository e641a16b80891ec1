"""People sign in, with scripts and without: a resident by phone and code, an officer by password and code."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from civic import limits, outbox
from civic.limits import Limit
from civic.models import DemoMessage, Person, Role
from tests import make
from tests.signing import read_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("js_enabled", [True, False])


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True
    settings.LOGIN_REDIRECT_URL = "/login/welcome/"
    make.areas()


@BOTH
def test_a_newcomer_signs_in_says_their_name_and_leaves(page, accessible):
    page.goto("/login/?next=/login/welcome/")
    accessible(page)
    page.get_by_label("手机号").fill("1380013800")
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写11位手机号")
    accessible(page)

    page.get_by_label("手机号").fill("138 0013 8000")
    page.get_by_role("button", name="发送验证码").click()
    accessible(page)
    outbox.run_due()
    inbox = page.context.new_page()
    inbox.goto("/demo/inbox/")
    accessible(inbox)
    code = re.search(r"验证码 ([0-9]{6})", inbox.get_by_role("main").inner_text())[1]
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("登录好了，再认识一下")
    accessible(page)
    page.get_by_label("怎么称呼您").fill("王小明")
    page.get_by_label("您在哪个村居").select_option("测试甲村")
    page.get_by_role("button", name="记下来").click()

    expect(page.get_by_label("怎么称呼您")).to_have_value("王小明")
    assert Person.objects.get().home_area_id == make.VILLAGE


@BOTH
def test_a_code_too_old_says_so_and_another_comes_after_a_minute(page, accessible, clock):
    page.goto("/login/")
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_label("验证码")).to_have_attribute("autocomplete", "one-time-code")
    page.get_by_role("button", name="再发一次").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("请 (60|59|58) 秒后再试"))
    outbox.run_due()
    old = told_code()

    clock.ahead += timedelta(minutes=6)
    page.get_by_label("验证码").fill(old)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert").first).to_contain_text("验证码不正确或已过期")
    accessible(page)
    page.get_by_role("button", name="再发一次").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    outbox.run_due()
    page.get_by_label("验证码").fill(told_code())
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("登录好了，再认识一下")


def told_code() -> str:
    """The code in the newest text message."""
    return re.search(r"验证码 ([0-9]{6})", DemoMessage.objects.order_by("-pk")[0].text)[1]


def test_a_busy_address_has_its_browser_work_and_the_code_goes_out(page, monkeypatch):
    monkeypatch.setattr(limits, "CODE_FREE_IP", Limit("code-free-ip", 0, 3600))
    page.goto("/login/")
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="发送验证码").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("填写验证码", timeout=30_000)


@BOTH
def test_a_worker_signs_in_and_verifies_a_resident(page, accessible):
    worker = make.officer(Role.SOCIAL_WORKER, name="陈测试")
    resident = make.person("王小明", home_area=make.area())
    page.goto("/desk/residents/")
    page.get_by_role("link", name="工作人员从这里登录").click()
    accessible(page)
    page.get_by_label("手机号").fill(worker.phone)
    page.get_by_label("密码").fill("test-pass-123")
    page.get_by_role("button", name="登录").click()
    accessible(page)
    page.get_by_label("验证码").fill(read_code())
    page.get_by_role("button", name="登录").click()

    accessible(page)
    page.get_by_label("手机号或姓名").fill("小明")
    page.get_by_role("button", name="找人").click()
    page.get_by_role("link", name="王小明").click()
    accessible(page)
    page.get_by_label("户籍").check()
    page.get_by_role("button", name="核对无误").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明怎样核对的")
    page.get_by_label("怎样核对的").fill("看了户口簿")
    page.get_by_role("button", name="核对无误").click()

    expect(page.locator("[data-test=residencies]")).to_contain_text("看了户口簿")
    assert resident.residencies.get().verified_by == worker
