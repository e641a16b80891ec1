"""A ballot cast on a small phone in Chromium: from home to the receipt, then changed; with and without scripts."""

import pytest

from tests import make
from tests.voting.polls import build
from voting.models.urn import Ballot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True, databases=build.URN)]


@pytest.mark.parametrize("js_enabled", [True, False])
def test_from_home_to_the_receipt_and_a_change(new_page, accessible, js_enabled):
    office = build.opened(rules={"ballot_method": "budget"})
    voter = build.on_roll(office.poll).person
    first, second, _third = office.projects
    phone = new_page(voter)

    phone.goto(f"/a/{make.VILLAGE}/")
    phone.get_by_role("link", name="投票中").click()
    bar = phone.locator("[data-test=ballot-bar]")
    assert "未提交 · 还没选，一共100,000元" in bar.inner_text()
    accessible(phone)
    phone.get_by_role("checkbox", name=first.title).check()
    if js_enabled:
        assert "已选1项，还剩40,000元" in bar.inner_text()
        assert phone.get_by_text("选它会超出20,000元").count() == 2
    phone.get_by_role("checkbox", name=second.title).check()
    phone.get_by_role("button", name="去核对").click()
    phone.get_by_role("alert").get_by_text("超出20,000.00元").wait_for()
    accessible(phone)
    assert phone.get_by_role("checkbox", name=first.title).is_checked()
    phone.get_by_role("checkbox", name=second.title).uncheck()
    phone.get_by_role("button", name="去核对").click()
    phone.get_by_role("heading", name="核对后提交").wait_for()
    accessible(phone)
    phone.get_by_role("button", name="修改").click()
    assert phone.get_by_role("checkbox", name=first.title).is_checked()
    phone.get_by_role("button", name="去核对").click()
    assert not Ballot.objects.exists()
    phone.get_by_role("button", name="确认投票").click()

    phone.get_by_role("heading", name="已投票").wait_for()
    assert first.title not in phone.content()
    if js_enabled:
        phone.get_by_role("button", name="存成图片").click()
        picture = phone.get_by_role("img", name=phone.locator(".receipt-code").inner_text())
        assert picture.get_attribute("src").startswith("data:image/png")
        assert first.title not in picture.get_attribute("alt")
    accessible(phone)
    phone.get_by_role("button", name="显示我的选择").click()
    phone.get_by_text(first.title).wait_for()
    phone.get_by_role("link", name="更改投票").click()
    phone.get_by_role("checkbox", name=first.title).uncheck()
    phone.get_by_role("checkbox", name=second.title).check()
    accessible(phone)
    phone.get_by_role("button", name="去核对").click()
    phone.get_by_role("button", name="确认投票").click()
    phone.get_by_text("第2次提交").wait_for()
    assert Ballot.objects.get().choices == {second.code: 1}


@pytest.mark.parametrize("js_enabled", [True])
def test_points_are_given_by_plus_and_minus_and_the_bar_adds_them_up(new_page, accessible):
    office = build.opened(rules={"ballot_method": "points", "ballot_limit": 5, "ballot_project_max": 3})
    phone = new_page(build.on_roll(office.poll).person)
    first, second, _third = office.projects

    phone.goto(f"/vote/{office.poll.pk}/")
    for _tap in range(4):  # three is the most for one
        phone.get_by_role("button", name=f"加1分：{first.title}").click()
    phone.get_by_label(f"给几分：{second.title}").fill("1")

    assert "已给4分，还剩1分" in phone.locator("[data-test=ballot-bar]").inner_text()
    accessible(phone)
    phone.get_by_role("button", name="去核对").click()
    phone.get_by_role("button", name="确认投票").click()
    phone.get_by_role("heading", name="已投票").wait_for()
    assert Ballot.objects.get().choices == {first.code: 3, second.code: 1}


@pytest.mark.parametrize("view", ["elder", "elder-xl"])
def test_a_ballot_in_large_type_by_keyboard_alone(new_page, accessible, live_server, view):
    office = build.opened()
    phone = new_page(build.on_roll(office.poll).person)
    phone.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])

    phone.goto(f"/vote/{office.poll.pk}/")
    accessible(phone)
    phone.get_by_role("checkbox", name=office.projects[0].title).focus()
    phone.keyboard.press("Space")
    assert "已选1项" in phone.locator("[data-test=ballot-bar]").inner_text()
    phone.get_by_role("button", name="去核对").focus()
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="核对后提交").wait_for()
    accessible(phone)
    phone.get_by_role("button", name="确认投票").focus()
    phone.keyboard.press("Enter")

    phone.get_by_role("heading", name="已投票").wait_for()
    accessible(phone)
    assert Ballot.objects.get().choices == {office.projects[0].code: 1}


def test_who_leaves_a_ballot_that_is_not_handed_in_is_asked_first(new_page):
    office = build.opened()
    phone, asked = new_page(build.on_roll(office.poll).person), []
    phone.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    phone.goto(f"/vote/{office.poll.pk}/")
    phone.goto(f"/vote/{office.poll.pk}/")  # nothing is chosen, nothing is lost
    assert asked == []
    phone.get_by_role("checkbox", name=office.projects[0].title).check()
    phone.goto("/")

    assert asked == ["beforeunload"]
