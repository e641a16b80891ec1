"""In Chromium, by keyboard alone: an officer signs in with a code, binds an app, and signs in with its number."""

import re

import pytest
from playwright.sync_api import expect

from civic.models import Role
from tests import make
from tests.browser import DESK
from tests.signing import PASSWORD, number, read_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def go_to(field):
    """Tab to it, as one who has no mouse does."""
    for _n in range(40):
        if field.evaluate("one => one === document.activeElement"):
            return
        field.page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not come to {field}")


def fill(page, label: str, words: str) -> None:
    go_to(page.get_by_label(label))
    page.keyboard.type(words)


def with_password(page, officer) -> None:
    page.goto("/login/staff/?next=/desk/residents/")
    fill(page, "手机号", officer.phone.removeprefix("+86"))
    fill(page, "密码", PASSWORD)
    page.keyboard.press("Enter")


def test_an_officer_signs_in_by_keyboard_with_a_code_and_then_with_an_app(new_page, accessible, settings):
    settings.DEMO = True
    officer, page = make.officer(Role.SOCIAL_WORKER), new_page(viewport=DESK)
    with_password(page, officer)
    expect(page.get_by_role("heading", name="填短信验证码")).to_be_visible()
    accessible(page)
    fill(page, "验证码", "000000" if read_code() != "000000" else "000001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确或已过期")
    accessible(page)
    fill(page, "验证码", read_code())
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/residents/$"))

    page.goto("/me/second-factor/")
    accessible(page)
    secret = re.search(
        r"secret=([A-Z2-7]+)", page.get_by_role("link", name="在身份验证器里打开").get_attribute("href")
    )[1]
    fill(page, "身份验证器上的6位数字", number(secret))
    fill(page, "您的密码", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="备用码，只在这里显示一次")).to_be_visible()
    accessible(page)
    recovery = page.get_by_text(re.compile("^[0-9]{8}$")).first.inner_text()
    with page.expect_download() as kept:
        go_to(page.get_by_role("link", name="存成文件"))
        page.keyboard.press("Enter")
    assert recovery in kept.value.path().read_text(encoding="utf-8")

    page.context.clear_cookies()
    with_password(page, officer)
    expect(page.get_by_role("heading", name="填身份验证器的数字")).to_be_visible()
    accessible(page)
    fill(page, "身份验证器上的6位数字", recovery)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/residents/$"))
