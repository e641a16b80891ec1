"""长辈版 on a small phone: large enough to read and to press on every page named for it, and nothing left out of it.

The largest type runs with all tests; `make journeys` runs the middle one as well.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.services import objections
from tests import make
from tests.browser import THE_REST
from tests.delivery import build as works
from tests.journeys.large import LARGE
from tests.journeys.walk import arrive, press
from tests.voting.polls import build as polls
from tests.wishes import build as board

SIZES = [pytest.param("elder", marks=THE_REST), "elder-xl"]
pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True, databases=["default", "urn"]),
    pytest.mark.timeout(300),
]


@pytest.fixture
def town():
    """A village with something to propose, vote on, rate and report, and somebody who may do all of it."""
    place = works.town()
    poll = polls.opened(projects=2).poll
    polls.on_roll(poll, place.resident)
    accepted = works.completed(place, title="卫生站门口修一条坡道" * 3)
    noticed = moves.advance(
        make.project(S.FOR_APPROVAL, round=place.round, title="村口装三盏路灯"),
        by="test",
        sentence="镇政府批准60,000元",
    )
    objections.file(noticed, by=make.person(), what="挡住了消防通道", why="消防车转不过来")
    reported = board.done(place.resident, officer=place.village)
    return {"me": place.resident, "poll": poll, "accepted": accepted, "noticed": noticed, "reported": reported}


@pytest.mark.parametrize("size", SIZES)
def test_pages_of_the_elders_fit_and_everything_to_press_is_large(new_page, live_server, town, size):
    page, faults = new_page(town["me"]), []
    page.context.add_cookies([{"name": "view", "value": size, "url": live_server.url}])

    def look():
        path = urlsplit(page.url).path
        faults.extend(f"{path} {fault}" for fault in page.evaluate(LARGE))
        expect(page.get_by_role("button", name="回标准版").first).to_be_visible()

    for path in reading(town):
        page.goto(path)
        look()
    for _page in (proposing(page), voting(page, town["poll"]), rating(page, town["accepted"]), confirming(page, town)):
        for _step in _page:
            look()

    assert sorted(set(faults)) == []


VISIBLE = """() => [...document.querySelectorAll('a[href], form[method=post] button')]
  .filter(e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden')
  .map(e => e.matches('a') ? e.getAttribute('href').split(/[?#]/)[0] || location.pathname : e.form.getAttribute('action') + ' ' + e.value)"""


def test_every_task_of_the_standard_version_is_there_in_the_elders_as_well(new_page, live_server, town):
    page, offered = new_page(town["me"]), {}
    for size in ("", "elder", "elder-xl"):
        page.context.add_cookies([{"name": "view", "value": size, "url": live_server.url}])
        offered[size] = set()
        for path in reading(town):
            page.goto(path)
            offered[size] |= set(page.evaluate(VISIBLE))

    switch = {entry for found in offered.values() for entry in found if entry.startswith("/view-mode/")}
    assert len(offered[""]) > 50
    assert offered[""] - offered["elder"] - switch == set()
    assert offered[""] - offered["elder-xl"] - switch == set()


def test_home_is_four_doors_and_the_size_stays_after_signing_out(new_page, town):
    page = new_page(town["me"])
    page.goto("/")
    press(page, "字太小？换长辈版")

    doors = page.get_by_role("navigation", name="常用").get_by_role("link")
    assert doors.all_inner_texts() == ["我要提事", "我要投票", "看进度", "打电话问"]
    tops = [door.bounding_box() for door in doors.all()]
    assert len({box["x"] for box in tops}) == 1, "one below the other"
    press(page, "特大")
    page.goto("/me/")
    press(page, "退出")
    page.goto("/board/")

    expect(page.locator("html")).to_have_class("view-elder-xl")
    press(page, "回标准版")
    expect(page.locator("html")).to_have_class("view-standard")


def reading(town) -> list[str]:
    accepted, noticed = town["accepted"].get_absolute_url(), town["noticed"].get_absolute_url()
    return [
        "/", f"/a/{make.VILLAGE}/", "/areas/", "/projects/", "/projects/?view=map", "/projects/?q=没有的", accepted, noticed,
        f"{accepted}ratings/", f"{noticed}object/", f"{noticed}follow/", "/vote/", "/board/", "/board/new/", "/notices/",
        "/me/", "/me/messages/", "/me/settings/", "/help/",
    ]  # fmt: skip


def proposing(page):
    """P4: three questions, a check, a receipt."""
    page.goto("/propose/")
    yield
    page.get_by_label("什么事", exact=True).fill("村口桥面裂了一道缝")
    press(page, "下一步")
    yield
    page.get_by_label("旁边有什么").fill("村口石桥")
    press(page, "下一步")
    yield
    press(page, "去核对")
    yield
    press(page, "提交提议")
    yield


def voting(page, poll):
    """P5: the ballot, a check, a receipt."""
    page.goto(f"/vote/{poll.pk}/")
    yield
    page.get_by_role("checkbox").first.check()
    press(page, "去核对")
    yield
    press(page, "确认投票")
    yield


def rating(page, project):
    """P10: five labels, thanks, and one's own rating."""
    page.goto(f"{project.get_absolute_url()}rate/")
    yield
    press(page, "提交评价")
    yield
    page.get_by_role("radio", name="满意", exact=True).check()
    press(page, "提交评价")
    yield


def confirming(page, town):
    """P13: what was done is confirmed or not."""
    page.goto(town["reported"].get_absolute_url())
    yield
    arrive(page, page.get_by_role("link", name="还没有"))
    yield
