"""The house style on one page: it fits a small phone, large type and the dark, and axe finds nothing serious."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LOOKS = list(itertools.product(["", "elder", "elder-xl"], ["light", "dark"], ["phone", "desk"]))
SMALL_TARGETS = """least => [...document.querySelectorAll(
    'button, .button, summary, select, .choice, nav a, .site-header a, .site-footer a, input[type=text], input[type=file]'
  )].filter(e => e.getClientRects().length && !e.closest('.breadcrumb, .field-control .choice'))
    .filter(e => e.getBoundingClientRect().height < least - 0.5)
    .map(e => `${e.outerHTML.slice(0, 90)} is ${Math.round(e.getBoundingClientRect().height)} px`)"""


@pytest.fixture
def gallery(new_page, live_server, settings):
    """``gallery(view, scheme, size)``: the gallery page as a visitor with these wishes sees it."""
    settings.DEMO = True

    def look(view="", scheme="light", size="phone"):
        page = new_page(viewport=PHONE if size == "phone" else DESK)
        page.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])
        page.emulate_media(color_scheme=scheme)
        page.goto("/gallery/")
        return page

    return look


@pytest.mark.parametrize(("view", "scheme", "size"), LOOKS)
def test_every_component_is_accessible_and_fits(gallery, accessible, view, scheme, size):
    accessible(gallery(view, scheme, size))


@pytest.mark.parametrize(("view", "least"), [("", 48), ("elder", 60), ("elder-xl", 60)])
def test_every_target_is_large_enough_for_a_thumb(gallery, view, least):
    assert gallery(view).evaluate(SMALL_TARGETS, least) == []


def test_the_list_of_errors_is_focused_and_leads_to_the_field(gallery):
    page = gallery()
    summary = page.get_by_role("alert")
    assert summary.evaluate("e => e === document.activeElement")

    summary.get_by_role("link", name="金额").click()

    assert page.locator("#bad_estimate_yuan").evaluate("e => e === document.activeElement")


def test_the_elders_view_is_one_press_away_and_back(gallery):
    page = gallery()

    page.get_by_role("button", name="长辈版").click()
    assert page.locator("html").get_attribute("class") == "view-elder"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 23

    page.get_by_role("button", name="回标准版").click()
    assert page.locator("html").get_attribute("class") == "view-standard"


@pytest.mark.parametrize("js_enabled", [False])
def test_without_scripts_nothing_is_hidden_that_a_form_needs(gallery, js_enabled):
    page = gallery()

    assert page.get_by_role("button", name="提交提议").is_visible()
    assert page.get_by_text("已关注。有进展会告诉您。").is_visible()


def test_a_draft_saves_itself_and_says_so(gallery):
    page, saved = gallery(), []

    def answer(route):
        if route.request.method == "GET":
            return route.continue_()
        saved.append(route.request.post_data)
        return route.fulfill(status=200, body="")

    page.route("**/gallery/", answer)
    page.locator("#id_title").fill("ramp")

    expect(page.locator("[data-autosave-status]")).to_have_text("已存")
    assert "title=ramp" in saved[0]


def test_a_second_press_sends_nothing_and_coming_back_wakes_the_button(gallery):
    page = gallery()
    page.evaluate(
        """() => {
            window.sent = [];
            window.addEventListener("submit", e => { window.sent.push(!e.defaultPrevented); e.preventDefault(); });
        }"""
    )
    button = page.get_by_role("button", name="长辈版")

    button.evaluate("b => { b.form.requestSubmit(b); b.form.requestSubmit(b); }")

    assert page.evaluate("window.sent") == [True, False]
    expect(button).to_be_disabled()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(button).to_be_enabled()
