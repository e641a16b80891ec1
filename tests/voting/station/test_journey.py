"""At a station in Chromium: the worker finds a person, who votes on the screen; a vote entered for another; a dispute."""

import pytest
from playwright.sync_api import Error

from civic.models import Role
from tests import make
from tests.browser import DESK
from tests.journeys.walk import attach
from tests.voting.polls import build
from tests.voting.results import hall
from tests.voting.station import desk
from voting import tasks
from voting.models import AssistedEntry
from voting.models.urn import Ballot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True, databases=build.URN)]


@pytest.fixture
def at_desk():
    return desk.station_of()


@pytest.mark.parametrize("js_enabled", [True, False])
@pytest.mark.parametrize("view", ["", "elder"])
def test_a_voter_votes_on_the_worker_s_screen_and_nothing_comes_back(new_page, accessible, at_desk, live_server, view):
    screen, project = new_page(at_desk.worker), at_desk.office.projects[0]
    screen.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])

    screen.goto(at_desk.path("station"))
    accessible(screen)
    screen.get_by_label("姓名").fill("陈阿婆")
    screen.get_by_role("button", name="在名册上找").click()
    accessible(screen)
    screen.get_by_role("link", name="请本人投").click()
    screen.get_by_role("button", name="证件看过了，打开选票").click()
    screen.get_by_role("link", name="看了哪种证件").wait_for()
    accessible(screen)
    screen.get_by_role("radio", name="居民身份证").check()
    screen.get_by_role("button", name="证件看过了，打开选票").click()

    screen.get_by_role("checkbox", name=project.title).check()
    accessible(screen)
    assert screen.get_by_role("link", name="工作台").count() == 0
    screen.get_by_role("button", name="去核对").click()
    screen.get_by_role("heading", name="核对后提交").wait_for()
    accessible(screen)
    screen.get_by_role("button", name="确认投票").click()
    screen.get_by_role("heading", name="已投票").wait_for()
    accessible(screen)
    assert project.title not in screen.content()
    assert Ballot.objects.get().choices == {project.code: 1}

    address = screen.url
    screen.get_by_role("button", name="交回给工作人员").click()
    screen.get_by_text("可以接待下一位了").wait_for()
    screen.goto(address)
    screen.get_by_role("heading", name="这一屏用完了").wait_for()
    accessible(screen)
    assert project.title not in screen.content()


def test_the_back_button_shows_nothing_of_the_choice(new_page, at_desk):
    screen, project = new_page(at_desk.worker), at_desk.office.projects[0]
    screen.goto(at_desk.path("station_open", at_desk.entry.pk))
    screen.get_by_role("radio", name="户口簿").check()
    screen.get_by_role("button", name="证件看过了，打开选票").click()
    screen.get_by_role("checkbox", name=project.title).check()
    ballot = screen.url
    screen.get_by_role("button", name="去核对").click()
    screen.get_by_role("button", name="确认投票").click()
    screen.get_by_role("button", name="交回给工作人员").click()
    screen.get_by_text("可以接待下一位了").wait_for()

    for _page in ("the receipt", "the check page"):
        with pytest.raises(Error, match="ERR_CACHE_MISS"):  # an answer to a form, which no browser was to keep
            screen.go_back()
        screen.wait_for_url("chrome-error://**")
    again = screen.context.new_page()
    again.goto(ballot)
    again.get_by_role("heading", name="这一屏用完了").wait_for()
    assert project.title not in again.content()


@pytest.mark.parametrize("js_enabled", [True, False])
def test_a_vote_is_entered_for_somebody_who_disputes_it(new_page, accessible, at_desk):
    worker, project = new_page(at_desk.worker), at_desk.office.projects[0]

    worker.goto(at_desk.path("assisted", at_desk.entry.pk))
    accessible(worker)
    worker.get_by_role("checkbox", name=project.title).check()
    worker.get_by_role("button", name="去核对").click()
    worker.get_by_role("link", name="为什么要代录").wait_for()
    accessible(worker)
    assert worker.get_by_role("checkbox", name=project.title).is_checked()
    worker.get_by_role("radio", name="看不清屏幕").check()
    worker.get_by_label("在场证人").fill("陈测试，女儿")
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": desk.picture().read()}
    attach(worker.locator("input[type=file]"), picture)
    worker.get_by_role("button", name="去核对").click()
    worker.get_by_role("heading", name="核对后提交").wait_for()
    accessible(worker)
    worker.get_by_role("button", name="确认代录").click()
    worker.get_by_role("heading", name="李测试代陈阿婆录入").wait_for()
    accessible(worker)
    assert project.title not in worker.content()
    assert Ballot.objects.get().channel == "assisted"

    phone = new_page(at_desk.entry.person)
    phone.goto(at_desk.path("ballot"))
    accessible(phone)
    phone.get_by_role("link", name="这不是我的意思").click()
    accessible(phone)
    phone.get_by_label("哪里不对").fill("没有人问过我")
    phone.get_by_role("button", name="提出异议").click()
    phone.get_by_text("您的异议收到了").wait_for()

    town = new_page(at_desk.office.handler, viewport=DESK)
    town.goto(at_desk.path("poll"))
    accessible(town)
    town.get_by_role("link", name="看代录和投票站记录").click()
    town.get_by_role("link", name="答复异议").click()
    accessible(town)
    town.get_by_role("radio", name="异议不成立").check()
    town.get_by_label("理由").fill("证人说是本人的意思")
    town.get_by_role("button", name="答复", exact=True).click()
    town.get_by_text("证人说是本人的意思").wait_for()
    accessible(town)
    assert AssistedEntry.objects.get().outcome == "denied"


@pytest.mark.parametrize("js_enabled", [True, False])
def test_a_reminder_is_wished_from_an_unfinished_ballot(new_page, accessible, at_desk):
    phone, project = new_page(at_desk.entry.person), at_desk.office.projects[0]

    phone.goto(at_desk.path("ballot"))
    phone.get_by_role("checkbox", name=project.title).check()
    phone.get_by_role("button", name="截止前一天短信提醒我").click()
    phone.get_by_text("会发一条短信提醒您").wait_for()

    accessible(phone)
    assert phone.get_by_role("checkbox", name=project.title).is_checked()


def test_a_dispute_is_written_down_at_the_desk(new_page, accessible, at_desk):
    row = at_desk.enter({})
    office = new_page(make.officer(Role.VILLAGE_OFFICE), viewport=DESK)

    office.goto(at_desk.path("assisted_dispute", row.pk))
    accessible(office)
    office.get_by_label("哪里不对").fill("她说不是这样")
    office.get_by_role("button", name="记下异议").click()
    office.get_by_text("已记下，等镇街答复").wait_for()

    assert AssistedEntry.objects.get().is_disputed


def test_the_result_and_the_poll_s_desk_read_well(new_page, accessible, at_desk):
    voters = [build.on_roll(at_desk.poll).person for _n in range(12)]
    for voter in voters:
        hall.cast(at_desk.poll, voter, {at_desk.codes[0]: 1}, channel="assisted")
    desk_page, phone = new_page(at_desk.office.handler, viewport=DESK), new_page()
    desk_page.goto(at_desk.path("poll"))
    accessible(desk_page)

    at_desk.office.agree("close")
    tasks.open_and_close_polls()
    at_desk.office.fresh()
    desk_page.goto(at_desk.path("poll_result"))
    accessible(desk_page)
    at_desk.office.agree("publish")

    phone.goto(at_desk.path("results"))
    accessible(phone)
    phone.goto(at_desk.path("ballot"))
    phone.get_by_text("其中代为录入12张").wait_for()
    accessible(phone)
