"""听: the card of the five answers read aloud, where the phone has a voice; a second press stops it."""

import pytest
from playwright.sync_api import expect

from civic.models import Role
from proposals.models import ProjectState
from tests import make
from tests.publicity import build

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
A_VOICE = """() => {
  window.heard = [];
  window.voices = %s;
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: function () { return window.voices; },
    addEventListener: function () {},
    cancel: function () { window.heard.push("stop"); },
    speak: function (piece) { window.heard.push(piece.lang + " " + piece.text); }
  } });
}"""


@pytest.mark.parametrize("view", ["elder"])
def test_the_card_is_read_in_chinese_and_a_second_press_stops_it(new_page, accessible, live_server, view):
    worker = make.officer(Role.SOCIAL_WORKER, name="林测试")
    project = make.project(state=ProjectState.IN_REVIEW, title="卫生站门口修坡道")
    build.events(project, 2, by=worker, role=Role.SOCIAL_WORKER, unit="斗门社工站", post="驻村社工")
    page = new_page()
    page.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])
    page.add_init_script("(" + A_VOICE % '[{lang: "zh-CN"}]' + ")()")
    page.goto(project.get_absolute_url())
    card = page.locator("[data-test=now]")

    card.get_by_role("button", name="听").click()
    heard = page.evaluate("window.heard")
    expect(card.get_by_role("button", name="停")).to_have_attribute("aria-pressed", "true")
    size = card.get_by_role("button", name="停").bounding_box()
    accessible(page)
    card.get_by_role("button", name="停").click()

    assert heard[0] == "stop"
    assert all(piece.startswith("zh-CN ") for piece in heard[1:])
    assert any("下一步：" in piece for piece in heard)
    assert not any(mark in piece for piece in heard for mark in "*●▲■")
    assert size["height"] >= 60
    assert page.evaluate("window.heard[window.heard.length - 1]") == "stop"
    expect(card.get_by_role("button", name="听")).to_be_visible()


def test_without_a_voice_there_is_no_button(new_page):
    page = new_page()
    page.add_init_script("(" + A_VOICE % '[{lang: "en-US"}]' + ")()")
    page.goto(make.project(title="卫生站门口修坡道").get_absolute_url())

    expect(page.locator("[data-listen]")).to_be_hidden()
