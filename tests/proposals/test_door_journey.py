"""A proposal written at a door without a network, in a browser: sealed, there after a reload, filed exactly once."""

import pytest
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


def write(page, title):
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
