"""The map in Chromium: with scripts its pins open, without them the sketch leads to the same lists."""

import gzip
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import SCREENS, SIZES

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def projects():
    round = make.round_()
    make.project(round=round, title="坡道", latitude=Decimal("22.23"), longitude=Decimal("113.29"))
    make.project(round=round, title="路灯", latitude=Decimal("22.33"), longitude=Decimal("113.19"))
    make.project(round=round, title="花架", at=make.OTHER_TOWN)


@pytest.mark.parametrize("js_enabled", [True, False])
def test_from_the_map_to_the_list_of_a_place(page, projects, accessible):
    page.goto("/projects/")
    page.get_by_role("link", name="地图").click()
    expect(page.get_by_text("共3项")).to_be_visible()
    accessible(page)

    page.get_by_role("link", name="斗门镇 2项").click()

    expect(page.get_by_text("共2项")).to_be_visible()
    expect(page.get_by_role("link", name="花架")).to_have_count(0)


def test_a_pin_opens_its_project_by_keyboard(page, projects):
    page.goto("/projects/?view=map")
    page.get_by_role("button", name="坡道").focus()
    page.keyboard.press("Enter")

    page.get_by_role("link", name="坡道 第1步，共6步").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("坡道")


def test_a_filter_on_the_map_keeps_the_map(page, projects):
    page.goto("/projects/?view=map")
    page.get_by_label("搜项目").fill("路灯")
    page.get_by_role("button", name="搜索").click()

    expect(page.get_by_text("共1项")).to_be_visible()
    expect(page.get_by_role("button", name="路灯")).to_be_visible()
    expect(page.get_by_role("button", name="坡道")).to_have_count(0)
    assert "view=map" in page.url


def test_where_the_map_does_not_come_the_page_says_so_and_the_list_is_there(page, projects):
    page.add_init_script("delete Navigator.prototype.serviceWorker")  # what it fetches cannot be held back from here
    page.route("**/leaflet.js", lambda route: route.abort())

    page.goto("/projects/?view=map")

    expect(page.get_by_text("地图没加载出来，先看列表。")).to_be_visible()
    expect(page.get_by_role("link", name="坡道", exact=True)).to_be_visible()


@pytest.mark.parametrize("mode", SIZES)
@pytest.mark.parametrize("viewport", SCREENS)
def test_the_map_is_fit_for_everybody(new_page, projects, accessible, viewport, mode, live_server):
    page = new_page(viewport=viewport)
    page.context.add_cookies([{"name": "view", "value": mode, "url": live_server.url}])
    page.goto("/projects/?view=map")
    expect(page.get_by_role("button", name="坡道")).to_be_visible()

    accessible(page)


def test_the_map_stays_within_its_weight(page, projects):
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/projects/?view=map")
    expect(page.get_by_role("button", name="坡道")).to_be_visible()

    weights = {answer.url: len(gzip.compress(answer.body())) for answer in answers if answer.ok}

    assert any(url.endswith("leaflet.js") for url in weights)
    assert sum(weights.values()) <= 150_000


def test_a_projects_own_pin_comes_when_scrolled_to_and_the_page_stays_within_its_weight(page, projects):
    from proposals.models import Project

    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(Project.objects.get(title="坡道").get_absolute_url())
    assert not [answer.url for answer in answers if "leaflet" in answer.url]

    page.get_by_role("heading", name="在哪里").scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    expect(page.locator(".pin-here")).to_be_visible()
    expect(page.get_by_role("button", name="路灯")).to_be_visible()

    weights = {answer.url: len(gzip.compress(answer.body())) for answer in answers if answer.ok}
    assert any(url.endswith("leaflet.js") for url in weights)
    assert sum(weights.values()) <= 150_000
