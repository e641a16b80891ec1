"""Photos sent one by one while the form is being filled: one fails, is sent again, and nothing is lost or doubled."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from proposals.models import Project
from tests import make
from tests.proposals import typed

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def photo(name, color):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_photo_that_fails_is_sent_again_and_a_press_waits_for_the_last_one(new_page, accessible):
    make.areas()
    make.round_()
    person = make.person(home_area=make.area())
    draft = typed.draft(person)
    page, sent = new_page(person), []
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.route("**/files/", lambda asked: _first_is_lost_third_is_held(asked, sent))
    page.goto(f"/propose/2/?draft={draft.token}&back=check")
    picker, rows = page.get_by_label("拍张照片"), page.locator("[data-uploads] .kept-file")

    picker.set_input_files([photo("a.jpg", "teal"), photo("b.jpg", "red")])
    expect(rows.nth(1)).to_contain_text("已传好")
    expect(rows.nth(0)).to_contain_text("这张没传上去，其他的都在。")
    accessible(page)
    rows.nth(0).get_by_role("button", name="再传一次").click()
    picker.set_input_files([photo("c.jpg", "blue"), photo("d.jpg", "black")])
    rows.nth(3).get_by_role("button", name="删除").click()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("status").filter(has_text="照片还在传，传完马上提交")).to_be_visible()
    while len(sent) < 4:
        page.wait_for_timeout(20)
    sent[3].continue_()
    page.get_by_role("button", name="提交提议").click()

    expect(page.locator("[data-test=receipt]")).to_be_visible()
    assert len(sent) == 4
    assert Project.objects.get().photos.count() == 3


def _first_is_lost_third_is_held(asked, sent):
    sent.append(asked)
    if len(sent) == 1:
        asked.abort()
    elif len(sent) < 4:
        asked.continue_()
