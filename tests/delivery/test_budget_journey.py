"""In Chromium, with scripts and without: a handler submits, another person approves the batch, the notice pack is there."""

import pytest
from playwright.sync_api import expect

from delivery.models import Approval
from publicity.models import Notice
from tests.delivery import build
from tests.journeys.walk import attach
from tests.village import pdf

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("js_enabled", [True, False], ids=["with_scripts", "without_scripts"])
def test_two_people_approve_a_batch_and_the_pack_is_ready(new_page, accessible, js_enabled):
    town = build.town(pool="100000")
    ramp = build.asking(town, "52800", title="卫生站门口修一条坡道")
    lamp = build.submitted(town, project=build.asking(town, "30000", title="村口加装路灯")).project

    page = new_page(town.handler)
    page.goto("/desk/budget/")
    page.get_by_role("link", name=ramp.title).click()
    page.get_by_label("依据的会议纪要号").fill("镇纪要第4号")
    attach(page.get_by_label("会议纪要", exact=True), pdf())
    page.get_by_role("button", name="提交给另一位同事审批").click()
    expect(page.get_by_text("您提交的，要由另一位同事审批")).to_be_visible()

    page = new_page(town.approver)
    page.goto("/desk/budget/")
    accessible(page)
    expect(page.get_by_role("checkbox", name=lamp.title)).to_be_checked()
    page.get_by_role("button", name="批准选中的").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("批准2项，一共82,800元？")
    accessible(page)
    page.get_by_role("button", name="确认批准，马上公示").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("公示材料：2项")
    words = page.get_by_label("发到居民群、村民群").input_value()
    assert f"{ramp.title}，52,800元" in words
    assert f"{lamp.title}，30,000元" in words
    expect(page.get_by_role("img", name="扫码看全过程")).to_be_visible()
    expect(page.get_by_role("button", name="复制这段话")).to_be_visible(visible=js_enabled)
    accessible(page)
    page.get_by_role("link", name=ramp.title, exact=True).click()
    expect(page.get_by_text("公示中", exact=True).first).to_be_visible()
    assert Notice.objects.filter(state="running").count() == 2
    assert set(Approval.objects.values_list("state", flat=True)) == {"approved"}
