"""A ballot cast on a small phone in Chromium: from home to the receipt, then changed; with and without scripts."""

from decimal import Decimal

import pytest

from tests import make
from tests.browser import HIDDEN_FOCUS, THE_REST
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


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("view", ["elder", pytest.param("elder-xl", marks=THE_REST)])
def test_a_ballot_in_large_type_by_keyboard_alone(new_page, accessible, live_server, view, js_enabled):
    office = build.opened()
    first = office.projects[0]
    phone = new_page(build.on_roll(office.poll).person)
    phone.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])

    phone.goto(f"/vote/{office.poll.pk}/")
    accessible(phone)
    tab_to(phone, f'[name=choices][value="{first.code}"]')
    phone.keyboard.press("Space")
    if js_enabled:
        assert "已选1项" in phone.locator("[data-test=ballot-bar]").inner_text()
    tab_to(phone, "[data-test=ballot-bar] button")
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="核对后提交").wait_for()
    accessible(phone)
    tab_to(phone, "button", "确认投票")
    phone.keyboard.press("Enter")

    phone.get_by_role("heading", name="已投票").wait_for()
    accessible(phone)
    assert Ballot.objects.get().choices == {first.code: 1}


def tab_to(page, selector, words=""):
    """The Tab key alone, until the focus stands there; it is seen, and no bar lies over it."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(
            "([s, w]) => document.activeElement.matches(s) && document.activeElement.innerText.includes(w)",
            [selector, words],
        ):
            assert page.evaluate(HIDDEN_FOCUS) == ""
            return
    pytest.fail(f"the keyboard does not come to {selector}")


def test_the_bar_adds_up_after_adding_taking_off_and_coming_back(new_page):
    office = build.opened(rules={"ballot_method": "budget"}, budget_yuan=Decimal(150000))
    phone = new_page(build.on_roll(office.poll).person)
    phone.on("dialog", lambda dialog: dialog.accept())
    first, second, third = (project.title for project in office.projects)
    bar = phone.locator("[data-test=ballot-bar]")
    phone.goto(f"/vote/{office.poll.pk}/")

    for title, is_on, told in (
        (first, True, "已选1项，还剩90,000元"),
        (second, True, "已选2项，还剩30,000元"),
        (third, True, "超出30,000元，先取消一项"),
        (first, False, "已选2项，还剩30,000元"),
    ):
        phone.get_by_role("checkbox", name=title).set_checked(is_on)
        assert told in bar.inner_text()
    assert bar.get_by_role("button", name="去核对").is_enabled()  # never a hard stop
    phone.reload()

    chosen = sum(phone.get_by_role("checkbox", name=title).is_checked() for title in (first, second, third))
    assert (f"已选{chosen}项" if chosen else "还没选，一共150,000元") in bar.inner_text()
    phone.get_by_role("checkbox", name=third).check()
    phone.get_by_role("button", name="去核对").click()
    phone.get_by_role("heading", name="核对后提交").wait_for()
    phone.go_back()
    phone.wait_for_function("document.querySelector('[data-told]').textContent.includes('已选')")
    ticked = sum(phone.get_by_role("checkbox", name=title).is_checked() for title in (first, second, third))
    assert f"已选{ticked}项，还剩{150000 - 60000 * ticked:,}元" in bar.inner_text()
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
def test_no_way_leads_past_the_check_page(new_page, js_enabled):
    """Nothing one can press on the ballot hands it in, the Enter key in a field included."""
    office = build.opened(rules={"ballot_method": "points", "ballot_limit": 5, "ballot_project_max": 3})
    phone = new_page(build.on_roll(office.poll).person)
    check = f"/vote/{office.poll.pk}/check/"
    phone.goto(f"/vote/{office.poll.pk}/")

    ways = phone.locator("main form").evaluate_all(
        "forms => forms.flatMap(form => [...form.querySelectorAll('button:not([type=button])')]"
        ".map(button => new URL(button.getAttribute('formaction') || form.action, location).pathname))"
    )
    phone.get_by_label(f"给几分：{office.projects[0].title}").fill("3")
    phone.keyboard.press("Enter")

    assert set(ways) <= {check, f"/vote/{office.poll.pk}/remind/"}
    phone.get_by_role("heading", name="核对后提交").wait_for()
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("js_enabled", [False], ids=["plain"])
def test_a_receipt_is_there_again_and_is_nobody_elses(new_page):
    office = build.opened()
    codes = []
    for _voter in range(2):
        phone = new_page(build.on_roll(office.poll).person)
        phone.goto(f"/vote/{office.poll.pk}/")
        phone.get_by_role("checkbox", name=office.projects[0].title).check()
        phone.get_by_role("button", name="去核对").click()
        phone.get_by_role("button", name="确认投票").click()
        code = phone.locator(".receipt-code").inner_text()
        phone.goto("/")
        phone.goto(f"/vote/{office.poll.pk}/")
        phone.get_by_role("link", name="回执").click()
        assert phone.locator(".receipt-code").inner_text() == code
        codes.append(code)

    assert len(set(codes)) == 2


@pytest.mark.parametrize("view", ["elder-xl", "elder", ""])
def test_the_ballots_bar_takes_two_lines_and_no_more_than_a_fifth_of_the_screen(new_page, live_server, view):
    office = build.opened(rules={"ballot_method": "budget"})
    phone = new_page(build.on_roll(office.poll).person, viewport={"width": 360, "height": 640})
    phone.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])

    phone.goto(f"/vote/{office.poll.pk}/")
    phone.get_by_role("checkbox", name=office.projects[0].title).check()

    bar = phone.locator("[data-test=ballot-bar]")
    assert bar.bounding_box()["height"] <= 128
    words, button = bar.locator("p").bounding_box(), bar.get_by_role("button").bounding_box()
    assert button["x"] >= words["x"] + words["width"] or button["y"] >= words["y"] + words["height"]
    assert bar.evaluate("bar => getComputedStyle(bar).backgroundColor") != "rgba(0, 0, 0, 0)"


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
