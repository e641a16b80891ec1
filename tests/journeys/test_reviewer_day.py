"""A reviewer's day: from the queue into a case and to a decision in three steps, by keyboard alone."""

import pytest
from playwright.sync_api import expect

from proposals import queries
from proposals.models import ProjectState
from proposals.services import intake
from tests import make
from tests.journeys.walk import said

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("js_enabled", [True], ids=["with_scripts"]),
]


def accepted(village, title, **extra):
    return intake.accept(make.project(round=village.round, title=title, **extra), by=village.worker)


def go(page, key):
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_case_is_decided_in_three_steps_from_the_queue_by_keyboard(walk, village):
    first, second = accepted(village, "卫生站门口修坡道"), accepted(village, "村口装路灯")
    page = walk.as_(village.reviewers["建设"])
    page.goto("/desk/reviews/")
    walk.look(page, "预审台")
    links = page.get_by_role("main").locator("[data-test=queue] th a")
    links.first.focus()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")

    go(page, "Enter")  # 1: into the case
    walk.look(page, first.title)
    page.get_by_role("button", name="各条都符合，先看居民会看到什么").focus()
    go(page, "Enter")  # 2: every point met; what residents will read
    shown = page.locator("#preview")
    expect(shown).to_contain_text("居民会看到：预审通过")
    walk.look(page)
    page.get_by_role("button", name="就这样提交").focus()
    go(page, "Enter")  # 3: handed in

    said(page, "意见已提交")
    walk.code = first.code
    walk.told("预审中", "预审通过")
    assert [review.state for review in queries.reviews_of(first).order_by("pk")] == ["answered", "open"]
    assert queries.reviews_of(second).filter(state="open").count() == 2


def test_the_keys_are_switched_off_and_do_nothing_outside_the_list(walk, village):
    accepted(village, "卫生站门口修坡道")
    accepted(village, "村口装路灯")
    page = walk.as_(village.reviewers["建设"])
    page.goto("/desk/reviews/")
    links = page.get_by_role("main").locator("[data-test=queue] th a")

    page.get_by_role("heading", level=1).click()
    page.keyboard.press("j")
    expect(links.nth(0)).not_to_be_focused()
    expect(links.nth(1)).not_to_be_focused()
    page.get_by_role("button", name="关掉快捷键").click()
    links.first.focus()
    page.keyboard.press("j")

    expect(links.first).to_be_focused()


def test_a_phrase_goes_into_the_reason_to_be_changed_there(walk, village):
    project = accepted(village, "卫生站门口修坡道")
    page = walk.as_(village.reviewers["建设"])
    page.goto(f"/desk/review/{project.code}/")

    page.get_by_text("分项核价").click()
    hidden = page.locator("[data-test=costs]").evaluate("table => table.scrollWidth - table.parentElement.clientWidth")
    assert hidden <= 0, "no column of the costs lies behind a scroll"
    page.get_by_label("常用语").select_option("占用规划道路")
    page.keyboard.type("，见规划图")

    expect(page.locator("[name=reason]")).to_have_value("占用规划道路，见规划图")
    expect(page.get_by_label("常用语")).to_have_value("")
    project.refresh_from_db()
    assert project.state == ProjectState.IN_REVIEW
