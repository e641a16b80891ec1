"""In Chromium, without scripts: a neighbour finds her village, follows it, takes that back; with them, the nearest one."""

import pytest
from playwright.sync_api import expect

from civic.models import Area
from tests import make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("js_enabled", [False])
def test_a_neighbour_follows_her_village_and_takes_it_back(new_page, accessible):
    page = new_page(make.resident(name="陈测试"))

    page.goto("/areas/?q=甲")
    page.get_by_role("link", name="测试甲村").click()
    page.get_by_role("link", name="关注这个村居").click()
    page.get_by_role("button", name="关注这个村居").click()
    expect(page.get_by_text("您已关注这个村居。")).to_be_visible()
    page.get_by_role("button", name="取消关注").click()
    page.get_by_role("button", name="撤销").click()
    page.goto(f"/a/{make.VILLAGE}/")
    expect(page.get_by_role("link", name="已关注，看设置")).to_be_visible()
    accessible(page)


def test_the_nearest_village_is_found_on_the_phone_itself(page):
    make.areas()
    Area.objects.filter(pk=make.VILLAGE).update(latitude="22.20", longitude="113.20")
    Area.objects.filter(pk=make.OTHER_VILLAGE).update(latitude="22.30", longitude="113.30")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 22.29, "longitude": 113.30})
    page.goto("/areas/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.get_by_role("button", name="看离我最近的村居").click()

    expect(page.locator("[data-test=near]")).to_contain_text("离您最近（约1.1公里）： 测试乙村")
    assert asked == []
