"""A proposal written at a door without a network, in a browser: sealed, there after a reload, filed exactly once."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from civic.models import Role
from proposals.models import Project
from tests import make
from tests.publicity.test_offline import CONTROLLED, until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHELL_KEPT = "() => caches.open('door-1').then(c => c.match('/desk/door/offline/')).then(p => !!p)"
NAME = "陈测试阿婆"


@pytest.fixture
def page(new_page, wire):
    """A worker who has opened the page once with a network."""
    make.areas()
    make.round_()
    page = new_page(make.officer(Role.SOCIAL_WORKER), at=wire.url)
    page.goto("/desk/door/")
    until(page, lambda: page.evaluate(CONTROLLED))
    page.reload()
    until(page, lambda: page.evaluate(SHELL_KEPT))
    return page


def shot(color="teal"):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "JPEG")
    return {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def write(page, title, *shots):
    for one in shots:
        page.get_by_label("照片").first.set_input_files([one])
    page.get_by_label("什么事").fill(title)
    page.get_by_label("在哪里").fill("卫生站门口")
    page.get_by_label("类别").select_option("消除安全隐患")
    page.get_by_label("居民姓名").fill(NAME)
    page.get_by_label("电话", exact=True).check()
    page.get_by_label("本人怎样同意的").fill("念给本人听过")
    page.get_by_role("button", name="记下提议").click()


def waiting(page):
    keys = "Object.keys(localStorage).filter(key => key.startsWith('door:'))"
    return page.evaluate(f"{keys}.flatMap(key => JSON.parse(localStorage[key])).length")


def test_a_proposal_written_offline_is_kept_sealed_and_filed_once_and_a_fault_says_why(page, accessible, wire):
    wire.cut()
    write(page, "门口台阶修成坡道")
    until(page, lambda: waiting(page) == 1)
    expect(page.get_by_text("待上传代录的提议1条（在这部手机里）")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="上门代录（没有网络）")).to_be_visible()
    write(page, "短")
    until(page, lambda: waiting(page) == 2)
    assert NAME not in page.evaluate("JSON.stringify(localStorage)")
    assert not Project.objects.exists()

    wire.mend()
    page.goto("/desk/door/")

    expect(page.get_by_text("已上传1条，都有了编号。")).to_be_visible()
    expect(page.locator("[data-sealed-queue]").get_by_text("什么事：至少写5个字")).to_be_visible()
    accessible(page)
    page.locator("[data-sealed-queue]").get_by_role("button", name="改").click()
    page.get_by_label("什么事").fill("屋后水沟盖板")
    page.get_by_role("button", name="记下提议").click()
    until(page, lambda: waiting(page) == 0)
    page.reload()
    kind = "消除安全隐患"
    assert sorted(Project.objects.values_list("title", "category", "assisted_how")) == sorted(
        [("门口台阶修成坡道", kind, "phone"), ("屋后水沟盖板", kind, "phone")]
    )


SEALED_PHOTOS = """() => new Promise(done => {
  indexedDB.open('sealed', 1).onsuccess = asked => {
    asked.target.result.transaction('photos').objectStore('photos').getAll().onsuccess = all =>
      done(all.target.result.flat().map(one => new TextDecoder('latin1').decode(one.text)));
  };
})"""


def test_a_photo_taken_offline_is_kept_sealed_survives_a_reload_and_goes_up_once(page, accessible, wire):
    wire.cut()
    write(page, "门口台阶修成坡道", shot(), shot("red"))
    until(page, lambda: waiting(page) == 1)
    page.reload()
    expect(page.locator("[data-sealed-queue]")).to_contain_text("2张照片")
    accessible(page)
    kept = page.evaluate(SEALED_PHOTOS)
    assert [len(kept), "JFIF" in "".join(kept), Project.objects.count()] == [2, False, 0]

    wire.mend()
    page.goto("/desk/door/")

    expect(page.get_by_text("已上传1条，都有了编号。")).to_be_visible()
    expect(page.locator("#rows").get_by_role("link", name="门口台阶修成坡道")).to_have_count(1)
    assert Project.objects.get().photos.count() == 2
    assert (waiting(page), page.evaluate(SEALED_PHOTOS)) == (0, [])


def test_a_photo_added_after_the_answer_was_lost_is_a_conflict_to_choose_from(page, accessible):
    page.route("**/desk/door/", lambda route: (route.fetch(), route.abort()) if is_post(route) else route.continue_())
    write(page, "门口台阶修成坡道", shot())
    expect(page.get_by_text("没有连上，过一会儿再传。")).to_be_visible()
    assert Project.objects.get().photos.count() == 1
    page.unroute("**/desk/door/")
    page.locator("[data-sealed-queue]").get_by_role("button", name="改").click()
    page.get_by_label("照片").first.set_input_files([shot("red")])
    page.get_by_role("button", name="记下提议").click()
    expect(page.get_by_role("heading", name="两边不一样，选一个")).to_be_visible()
    expect(page.locator("[data-sealed-queue]")).to_contain_text("2张照片")
    accessible(page)

    page.get_by_role("button", name="手机里的另外交一份").click()

    expect(page.locator("#rows").get_by_role("link", name="门口台阶修成坡道")).to_have_count(2)
    assert waiting(page) == 0
    assert sorted(project.photos.count() for project in Project.objects.all()) == [1, 2]
    assert page.evaluate(SEALED_PHOTOS) == []


def is_post(route):
    return route.request.method == "POST"
