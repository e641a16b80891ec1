"""Visits in a browser: written without a network, there after a reload, uploaded exactly once; conflicts; shared phones."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import DESK, SIZES, _session_cookie
from tests.publicity.test_offline import CONTROLLED, until
from tests.wishes import build
from tests.wishes.test_visits import SAID, kept
from wishes.models import Visit

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHELL_KEPT = "() => caches.open('visits-1').then(c => c.match('/desk/visits/offline/')).then(p => !!p)"
WAITS = re.compile(r"待上传1条（在这部手机里）")


@pytest.fixture
def worker():
    make.areas()
    return build.office("林测试", "social_worker")


def ready(page):
    """The worker has opened the page once with a network."""
    page.goto("/desk/visits/")
    until(page, lambda: page.evaluate(CONTROLLED))
    page.reload()
    until(page, lambda: page.evaluate(SHELL_KEPT))
    return page


def write(page, said=SAID):
    page.get_by_label("谁说的").last.fill("陈阿婆")
    page.get_by_label("说了什么").last.fill(said)
    page.get_by_label("在哪里").last.fill("村口第二家")
    page.get_by_role("button", name="记下").last.click()


def waiting(page):
    keys = "Object.keys(localStorage).filter(key => key.startsWith('visits:'))"
    return page.evaluate(f"{keys}.flatMap(key => JSON.parse(localStorage[key])).length")


def test_a_visit_written_offline_survives_a_reload_and_is_uploaded_once(new_page, accessible, worker, wire):
    page = ready(new_page(worker, at=wire.url))
    wire.cut()
    write(page)
    until(page, lambda: waiting(page) == 1)
    expect(page.get_by_text(WAITS)).to_be_visible()

    page.reload()

    expect(page.get_by_role("heading", name="记走访（没有网络）")).to_be_visible()
    expect(page.get_by_text(SAID)).to_be_visible()
    write(page, "想要一张长椅坐坐")
    expect(page.get_by_text("想要一张长椅坐坐")).to_be_visible()
    assert SAID not in page.evaluate("JSON.stringify(localStorage)")
    assert Visit.objects.count() == 0

    wire.mend()
    page.goto("/desk/visits/")

    expect(page.get_by_text("已上传2条。")).to_be_visible()
    expect(page.locator("#rows").get_by_text(SAID)).to_be_visible()
    page.reload()
    expect(page.get_by_text(WAITS)).to_be_hidden()
    assert sorted(Visit.objects.values_list("said", flat=True)) == sorted([SAID, "想要一张长椅坐坐"])
    accessible(page)


def test_an_answer_that_got_lost_makes_no_second_visit(new_page, worker):
    page = ready(new_page(worker))
    lost = []

    def answer_lost(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.fallback()

    page.route("**/desk/visits/", answer_lost)
    write(page)
    until(page, lambda: lost == [200])
    assert Visit.objects.count() == 1
    expect(page.get_by_text("没有连上")).to_be_visible()
    assert waiting(page) == 1

    page.reload()

    expect(page.get_by_text("已上传1条。")).to_be_visible()
    assert waiting(page) == 0
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(("choice", "stands"), [("用手机里的", "在手机上改的"), ("用已上传的", "在电脑上改过")])
def test_a_visit_changed_on_both_sides_shows_both_to_choose(new_page, accessible, worker, choice, stands):
    visit = kept(worker)
    phone = ready(new_page(worker))
    phone.goto(visit.get_absolute_url())
    phone.get_by_text("改这条走访").click()
    phone.context.set_offline(True)
    phone.get_by_label("说了什么").fill("在手机上改的")
    phone.get_by_role("button", name="改好了，记下").click()
    until(phone, lambda: waiting(phone) == 1)
    computer = new_page(worker, viewport=DESK)
    computer.goto(visit.get_absolute_url())
    computer.get_by_text("改这条走访").click()
    computer.get_by_label("说了什么").fill("在电脑上改过")
    computer.get_by_role("button", name="改好了，记下").click()
    until(computer, lambda: Visit.objects.get().version == 2)

    phone.context.set_offline(False)
    phone.goto("/desk/visits/")

    expect(phone.get_by_role("heading", name="两边不一样，选一个")).to_be_visible()
    for said in ("在手机上改的", "在电脑上改过"):
        expect(phone.locator("[data-sealed-queue]").get_by_text(said)).to_be_visible()
    accessible(phone)
    phone.get_by_role("button", name=choice).click()
    until(phone, lambda: waiting(phone) == 0)
    assert Visit.objects.get().said == stands


def test_on_a_shared_phone_drafts_stay_with_their_account(new_page, worker, wire):
    page = ready(new_page(worker, at=wire.url))
    wire.cut()
    write(page)
    until(page, lambda: waiting(page) == 1)
    page.route("**/desk/visits/", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    wire.mend()
    page.goto("/desk/")
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.goto("/me/")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/")
    assert page.evaluate("localStorage['visits-now']") is None
    assert waiting(page) == 1

    wire.cut()
    page.goto("/desk/visits/")
    expect(page.get_by_text("登录后才能在没有网络时记走访。")).to_be_visible()
    assert SAID not in page.content()
    wire.mend()
    _sign_in(page, build.office("黄测试"))
    page.goto("/desk/visits/")
    expect(page.get_by_text(WAITS)).to_be_hidden()
    assert SAID not in page.content()

    page.unroute("**/desk/visits/")
    _sign_in(page, worker)
    page.goto("/desk/visits/")
    expect(page.get_by_text("已上传1条。")).to_be_visible()
    expect(page.locator("#rows").get_by_text(SAID)).to_be_visible()
    assert Visit.objects.get().by == worker


def _sign_in(page, person):
    page.context.add_cookies([_session_cookie(person, page.url.split("/desk")[0].rstrip("/"))])


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])
def test_a_visit_is_written_and_turned_in_one_press(new_page, accessible, worker, js_enabled):
    page = new_page(worker)
    page.goto("/desk/visits/")
    write(page)
    expect(page.locator("#rows").get_by_text(SAID)).to_be_visible()
    accessible(page)

    page.get_by_role("link", name="陈阿婆").click()
    accessible(page)
    page.get_by_role("button", name="报上黑板").click()

    expect(page.get_by_text("已报上民声黑板")).to_be_visible()
    assert Visit.objects.get().demand.what == SAID


@pytest.mark.parametrize("view", SIZES)
def test_the_pages_fit_a_small_phone_at_every_size(new_page, accessible, live_server, worker, view):
    visit = kept(worker)
    page = new_page(worker)
    page.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])

    for path in ("/desk/visits/", visit.get_absolute_url(), "/desk/visits/offline/"):
        page.goto(path)
        accessible(page)
