"""The board in a browser: a matter's whole way on a small phone, with scripts and without; the sheet for the wall."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import DESK, SIZES
from tests.journeys.walk import arrive, attach, choose, follow, press, said
from tests.village import photo
from tests.wishes import build
from wishes.models import Demand, DemandState, Horizon
from wishes.services import handling

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
S = DemandState


@pytest.fixture
def people():
    make.areas()
    unit = make.organisation("测试甲村委会", kind="village_office", at=make.VILLAGE)
    return make.person("王测试", home_area=make.area()), make.officer(
        "village_office", organisation=unit, name="黄测试"
    )


def state():
    return Demand.objects.get().state


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
def test_a_matter_is_reported_done_not_yet_solved_and_solved(new_page, accessible, people, js_enabled):
    resident, office = (new_page(person) for person in people)

    resident.goto("/board/new/")
    accessible(resident)
    attach(resident.get_by_label("拍张照片"), photo())
    resident.get_by_label("什么事", exact=False).first.fill(build.WHAT)
    resident.get_by_label("在哪里").fill(build.PLACE)
    press(resident, "报上黑板")
    accessible(resident)
    follow(resident, "看进展")
    expect(resident.get_by_text("等村里受理")).to_be_visible()

    office.goto("/desk/board/")
    accessible(office)
    follow(office, build.WHAT)
    choose(office, "哪一类", "马上办（7天内）")
    accessible(office)
    press(office, "受理，公开答应")
    said(office, "已受理")
    _finish(office)
    accessible(office)
    assert state() == S.DONE

    resident.reload()
    accessible(resident)
    follow(resident, "还没有")
    resident.get_by_label("还差什么").fill("晚上又灭了")
    press(resident, "还没有，重新办")
    expect(resident.get_by_text(re.compile("还没有解决。时限重新算")).first).to_be_visible()
    expect(resident.get_by_text(re.compile("还剩3天")).first).to_be_visible()
    assert state() == S.DOING

    _finish(office)
    resident.reload()
    press(resident, "解决了")
    expect(resident.get_by_role("status").filter(has_text="已解决").first).to_be_visible()
    assert state() == S.SOLVED
    accessible(resident)


def _finish(office):
    office.goto("/desk/board/?tab=doing")
    follow(office, build.WHAT)
    office.get_by_label("怎样办的").fill("换了新灯泡")
    attach(office.get_by_label("办完以后的照片"), photo())
    press(office, "报已办理")


@pytest.mark.parametrize("view", SIZES)
def test_the_board_fits_a_small_phone_at_every_size(new_page, accessible, people, live_server, view):
    _resident, office = people
    demand = build.done(officer=office)
    build.reported(what="文化室门口的水龙头一直关不紧，白白流了好几天的水，没人来修过")
    build.doing(horizon=Horizon.LONG, days=60, officer=office)
    page = new_page()
    page.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])

    for path in ("/board/", demand.get_absolute_url(), "/board/print/"):
        page.goto(path)
        accessible(page)


def test_from_960_px_three_columns_stand_side_by_side(new_page, accessible, people):
    build.doing(officer=people[1])
    page = new_page(viewport=DESK)

    page.goto("/board/")

    heads = [
        page.get_by_role("heading", level=2, name=re.compile(name)).bounding_box()
        for name in ("马上办", "限期办", "长期办")
    ]
    assert len({round(head["y"]) for head in heads}) == 1
    assert heads[0]["x"] < heads[1]["x"] < heads[2]["x"]
    accessible(page)


@pytest.mark.parametrize("view", ["", "elder-xl"])
def test_twenty_long_lines_fit_on_one_a3_sheet(new_page, people, live_server, view):
    for number in range(20):
        what = f"{number:02d}" + "长" * 38
        demand = build.reported(make.person(), what=what, place_text="远" * 40)
        if number % 2:
            handling.take_in(demand, by=people[1], horizon="long", due_on=build.in_days(60))
    page = new_page(viewport=DESK)
    page.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])
    page.goto("/board/print/")

    sheet = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", sheet)
    assert (round(float(box[1]) / 72 * 25.4), round(float(box[2]) / 72 * 25.4)) == (420, 297)


def test_joining_by_keyboard_can_be_taken_back(new_page, people):
    demand = build.reported()
    page = new_page(people[0])
    page.goto(demand.get_absolute_url())

    page.get_by_role("button", name="我也碰到").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="1人也碰到")).to_be_visible()
    arrive(page, page.get_by_role("button", name="撤回"))
    expect(page.get_by_role("heading", name="您也碰到了吗？")).to_be_visible()
