"""A foreman without a network: what is photographed waits on the phone and arrives once (3张照片等网络，别删)."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from delivery.models import ProgressReport
from tests.delivery import build

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


def photo(name, color="teal"):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture
def town():
    return build.town(pool="1000000")


def written(page, *photos, note="基础挖好了"):
    picker = page.get_by_label("照片", exact=False).first
    for one in photos:
        picker.set_input_files([one])
    page.get_by_label("说一句进展").fill(note)
    page.get_by_role("button", name="交上去").click()


def test_photos_taken_without_a_network_go_up_once_when_it_is_back(new_page, accessible, town):
    project, page = build.begun(town), new_page(town.foreman)
    page.goto(f"/site/{project.code}/photos/")
    page.context.set_offline(True)

    written(page, photo("a.jpg"), photo("b.jpg", "red"), photo("c.jpg", "blue"))

    queue = page.locator("[data-test=queue]")
    expect(queue).to_contain_text("3张照片等网络，别删")
    accessible(page)
    assert ProgressReport.objects.count() == 0
    page.context.set_offline(False)
    expect(queue).to_contain_text("都传上去了")
    page.goto(f"/site/{project.code}/")
    expect(page.locator("[data-test=reports]")).to_contain_text("基础挖好了")
    assert ProgressReport.objects.get().photos.count() == 3


def test_an_answer_lost_on_the_way_is_asked_for_again_and_nothing_stands_twice(new_page, town):
    project, page, sent = build.begun(town), new_page(town.foreman), []
    page.add_init_script("delete Navigator.prototype.serviceWorker")

    def the_first_answer_is_lost(route):
        sent.append(route.request.post_data_buffer)
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.goto(f"/site/{project.code}/photos/")
    page.route("**/photos/", the_first_answer_is_lost)

    written(page, photo("a.jpg"))
    expect(page.locator("[data-test=queue]")).to_have_text(re.compile("^\\s*1张照片等网络，别删"))
    assert ProgressReport.objects.count() == 1
    page.get_by_role("button", name="现在就传").click()

    expect(page.locator("[data-test=queue]")).to_contain_text("都传上去了")
    assert len(sent) == 2
    assert ProgressReport.objects.get().photos.count() == 1


def test_a_page_opened_without_a_network_takes_the_report_too(new_page, accessible, town, wire):
    project, page = build.begun(town), new_page(town.foreman, at=wire.url)
    page.goto("/site/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    wire.cut()
    page.context.set_offline(True)
    page.goto(f"/site/{project.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("工地，没有网络")
    page.get_by_role("link", name="报问题").click()
    page.get_by_label("遇到什么问题").fill("地下有旧水管")
    page.get_by_role("button", name="报问题").click()
    expect(page.locator("[data-test=queue]")).to_contain_text("1条消息等网络，别删")
    accessible(page)

    wire.mend()
    page.context.set_offline(False)

    expect(page.locator("[data-test=queue]")).to_contain_text("都传上去了")
    assert ProgressReport.objects.get().note == "地下有旧水管"


def test_what_the_rules_refuse_stays_in_the_form_to_be_mended(new_page, town):
    project, page = build.begun(town), new_page(town.foreman)
    page.goto(f"/site/{project.code}/photos/")
    page.get_by_label("做到百分之几").fill("101")
    page.get_by_role("button", name="交上去").click()
    expect(page.locator("[data-test=queue]")).to_contain_text("没有收下")

    page.get_by_label("做到百分之几").fill("40")
    page.get_by_role("button", name="交上去").click()

    page.wait_for_url(f"**/site/{project.code}/")
    assert ProgressReport.objects.get().percent == 40


def test_another_person_on_the_same_phone_neither_sees_nor_sends_it(new_page, live_server, town):
    from tests.browser import _session_cookie

    project, page = build.begun(town), new_page(town.foreman)
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto(f"/site/{project.code}/photos/")
    page.context.set_offline(True)
    written(page, photo("a.jpg"))
    expect(page.locator("[data-test=queue]")).to_contain_text("1张照片等网络，别删")
    page.close()

    context = page.context
    context.add_cookies([_session_cookie(town.other_foreman, live_server.url)])
    context.set_offline(False)
    other = context.new_page()
    other.goto("/site/")
    other.wait_for_timeout(500)

    expect(other.locator("[data-test=queue]")).to_be_hidden()
    assert ProgressReport.objects.count() == 0


@pytest.mark.parametrize("js_enabled", [False])
def test_without_scripts_the_three_buttons_do_the_same(new_page, accessible, town):
    project, page = build.begun(town), new_page(town.foreman)
    page.goto("/site/")
    buttons = page.locator(".site-buttons").first
    assert buttons.bounding_box()["y"] + buttons.bounding_box()["height"] < 740
    accessible(page)
    page.get_by_role("link", name="传照片").click()
    written(page, photo("a.jpg"))

    expect(page.get_by_role("status").filter(has_text="已收到")).to_be_visible()
    assert ProgressReport.objects.get().photos.count() == 1
    assert project.pk == ProgressReport.objects.get().work.project_id
