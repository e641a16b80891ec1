"""The house style on one page: it fits a small phone, large type and the dark, and axe finds nothing serious."""

import itertools
import re
from pathlib import Path

import pytest
from django.conf import settings as project
from playwright.sync_api import expect

from civic import contrast
from civic.sample_states import NEVER, STATES
from tests import make
from tests.browser import DESK, PHONE, THE_REST

journey = pytest.mark.journey
pytestmark = pytest.mark.django_db(transaction=True)
ALWAYS = {("", "light", "phone"), ("elder", "dark", "phone"), ("elder-xl", "light", "phone"), ("", "dark", "desk")}
LOOKS = [
    pytest.param(*look, marks=() if look in ALWAYS else THE_REST)
    for look in itertools.product(["", "elder", "elder-xl"], ["light", "dark"], ["phone", "desk"])
]
SMALL_TARGETS = """least => [...document.querySelectorAll(
    'button, .button, summary, select, .choice, nav a, .site-header a, .site-footer a, input[type=text], input[type=file]'
  )].filter(e => e.getClientRects().length && !e.closest('.breadcrumb, .field-control .choice'))
    .filter(e => e.getBoundingClientRect().height < least - 0.5)
    .map(e => `${e.outerHTML.slice(0, 90)} is ${Math.round(e.getBoundingClientRect().height)} px`)"""


@pytest.fixture
def styleguide(new_page, live_server, settings):
    """``styleguide(view, scheme, size)``: the styleguide page as a visitor with these wishes sees it."""
    settings.DEMO = True

    def look(view="", scheme="light", size="phone"):
        page = new_page(viewport=PHONE if size == "phone" else DESK)
        page.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])
        page.emulate_media(color_scheme=scheme)
        page.goto("/styleguide/")
        return page

    return look


@journey
@pytest.mark.parametrize(("view", "scheme", "size"), LOOKS)
def test_every_component_is_accessible_and_fits(styleguide, accessible, view, scheme, size):
    accessible(styleguide(view, scheme, size))


@journey
@pytest.mark.parametrize(("view", "least"), [("", 48), ("elder", 60), ("elder-xl", 60)])
def test_every_target_is_large_enough_for_a_thumb(styleguide, view, least):
    assert styleguide(view).evaluate(SMALL_TARGETS, least) == []


@journey
def test_the_list_of_errors_is_focused_and_leads_to_the_field(styleguide):
    page = styleguide()
    summary = page.get_by_role("alert").first
    assert summary.evaluate("e => e === document.activeElement")

    summary.get_by_role("link", name="金额").click()

    assert page.locator("#bad_estimate_yuan").evaluate("e => e === document.activeElement")


@journey
def test_the_elders_view_is_one_press_away_and_back(styleguide):
    page = styleguide()

    page.get_by_role("button", name="长辈版").click()
    assert page.locator("html").get_attribute("class") == "view-elder"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 23

    page.get_by_role("button", name="回标准版").click()
    assert page.locator("html").get_attribute("class") == "view-standard"


@journey
@pytest.mark.parametrize("js_enabled", [False])
def test_without_scripts_nothing_is_hidden_that_a_form_needs(styleguide, js_enabled):
    page = styleguide()

    assert page.get_by_role("button", name="提交提议").is_visible()
    assert page.get_by_text("已关注。有进展会告诉您。").is_visible()


@journey
def test_a_draft_saves_itself_and_says_so(styleguide):
    page, saved = styleguide(), []

    def answer(route):
        if route.request.method == "GET":
            return route.continue_()
        saved.append(route.request.post_data)
        return route.fulfill(status=200, body="")

    page.route("**/styleguide/", answer)
    page.locator("#id_title").fill("ramp")

    expect(page.locator("[data-autosave-status]")).to_have_text("已存")
    assert "title=ramp" in saved[0]


@journey
def test_a_second_press_sends_nothing_and_coming_back_wakes_the_button(styleguide):
    page = styleguide()
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


def test_every_colour_stands_out_from_its_ground_in_the_light_and_in_the_dark():
    faint = [f"{p.ink} on {p.ground}: {p.light:.2f} / {p.dark:.2f}" for p in contrast.pairs() if not p.is_enough]

    assert faint == []


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [("#000", "#ffffff", 21.0), ("#fff", "#fff", 1.0), ("#767676", "#fff", 4.54), ("#0a4f8f", "#fff", 8.3)],
)
def test_the_ratio_of_two_colours_is_that_of_wcag(one, other, parts):
    assert contrast.ratio(one, other) == pytest.approx(parts, abs=0.05)


@pytest.fixture
def shown(client, settings):
    """The samples of the style guide: {component: its HTML}."""
    settings.DEMO = True
    html = client.get("/styleguide/").content.decode()
    return dict(re.findall(r'data-component="(\w+)"(.*?)(?=data-component|</main>)', html, re.S))


def test_every_component_is_shown_in_every_state_it_can_be_in_and_the_others_are_explained(shown):
    components = {path.stem for path in Path(project.BASE_DIR, "templates", "cotton").glob("*.html")} | {"kept_files"}

    states = {name: set(re.findall(r'data-state="(\w+)"', sample)) for name, sample in shown.items()}

    assert set(states) == components
    explained = {name: set(NEVER.get(name, {})) for name in components}
    assert {name: set(STATES) - explained[name] for name in components} == states


def test_the_stable_hooks_of_the_tests_are_there(shown):
    hooks = {hook for sample in shown.values() for hook in re.findall(r'data-test="([\w-]+)"', sample)}

    assert hooks >= {
        "now",
        "ladder",
        "timeline",
        "stepbar",
        "ballot-bar",
        "receipt",
        "quorum",
        "pool",
        "queue",
        "offline",
    }


def test_the_style_guide_is_for_people_in_office(client):
    assert client.get("/styleguide/").status_code == 302
    client.force_login(make.resident())
    assert client.get("/styleguide/").status_code == 403
    client.force_login(make.officer("social_worker"))
    assert client.get("/styleguide/").status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("?size=elder-xl", 'class="view-elder-xl"'),
        ("?theme=dark", 'css/dark.css">'),
        ("?medium=print", 'css/print.css">'),
    ],
)
def test_the_style_guide_shows_the_look_it_is_asked_for(client, settings, asked, said):
    settings.DEMO = True

    assert said in client.get(f"/styleguide/{asked}").content.decode()
    assert said not in client.get("/styleguide/?size=none&theme=pink").content.decode()
