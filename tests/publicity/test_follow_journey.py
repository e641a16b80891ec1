"""In Chromium, with scripts and without: follow from the project page, hear of what happens, leave, take that back."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from civic.audit import record
from civic.models import Role
from civic.moments import today
from proposals.models import ProjectState as S
from publicity import stops
from publicity.models import Follow, Via
from publicity.services import follows, messages
from tests import make
from tests.browser import SIZES
from tests.publicity.told import relayed

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("js_enabled", [True, False])
PAGES = "/me/", "/me/messages/", "/me/follows/", "/me/settings/", "/me/looked-up/"


@pytest.fixture
def project():
    return make.project(state=S.IN_PROGRESS, title="卫生站门口修坡道")


def happens(project, sentence="坡道基层浇筑完成，里程碑3/5"):
    with transaction.atomic():
        event = record("milestone.finish", by="test", on=project, sentence=sentence)
    messages.tell(event)


@BOTH
def test_a_neighbour_follows_hears_and_leaves(new_page, project, accessible):
    me = make.resident(name="陈测试")
    page = new_page(me)

    page.goto(project.get_absolute_url())
    page.locator("[data-test=project-bar]").get_by_role("link", name="关注进度").click()
    accessible(page)
    page.get_by_role("button", name="关注进度").click()
    expect(page.get_by_text("您已关注。")).to_be_visible()
    accessible(page)
    happens(project)
    page.goto("/me/")
    expect(page.get_by_text("1条没看")).to_be_visible()
    page.get_by_role("link", name="我的消息").click()
    expect(page.get_by_text("坡道基层浇筑完成")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="标为已读 卫生站门口修坡道").click()
    expect(page.get_by_text("没看")).to_have_count(0)
    page.locator("[data-test=messages]").get_by_role("link", name="卫生站门口修坡道").click()
    expect(page).to_have_url(re.compile(r"/p/WSS-[\d-]+/#e\d+$"))
    page.goto("/me/follows/")
    accessible(page)
    page.get_by_role("button", name="取消关注").click()
    expect(page.get_by_text("已取消关注“卫生站门口修坡道”。")).to_be_visible()
    assert not Follow.objects.exists()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("link", name="卫生站门口修坡道")).to_be_visible()
    assert Follow.objects.get().person == me


@BOTH
def test_a_stranger_follows_after_one_phone_check(new_page, project, settings):
    from civic.models import DemoMessage

    settings.DEMO = True
    page = new_page()

    page.goto(project.get_absolute_url())
    page.locator("[data-test=project-bar]").get_by_role("link", name="关注进度").click()
    page.get_by_role("button", name="用手机号核对并关注").click()
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_label("验证码")).to_be_visible()
    relayed()
    page.get_by_label("验证码").fill(DemoMessage.objects.get().text.split("验证码 ")[1][:6])
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="以后再说").click()

    expect(page.get_by_text("您已关注。")).to_be_visible()
    page.get_by_role("button", name="取消关注").click()
    expect(page.get_by_text("已取消关注“卫生站门口修坡道”。")).to_be_visible()
    assert not Follow.objects.exists()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("您已关注。")).to_be_visible()
    assert Follow.objects.get().project == project


@BOTH
def test_messages_are_stopped_from_a_link_in_one_tap(new_page, accessible):
    someone = make.person()
    page = new_page()

    page.goto(f"/stop/{stops.token(someone.pk, Via.SMS, today())}/")
    accessible(page)
    page.get_by_role("button", name="停发短信").click()
    expect(page.get_by_role("heading", name="已经停发短信")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="撤销，接着收").click()
    expect(page.get_by_role("heading", name="不再收短信？")).to_be_visible()
    page.goto("/stop/nonsense/")
    accessible(page)


@pytest.mark.parametrize("mode", SIZES)
def test_one_s_own_pages_are_fit_for_everybody(new_page, project, accessible, mode, live_server):
    me = make.resident(name="陈测试")
    for _n in range(2):
        follows.follow(project, by=me)
        happens(project, "镇建设办同意变更：扶手改不锈钢，工期增加三天，" * 3)
    page = new_page(me)
    page.context.add_cookies([{"name": "view", "value": mode, "url": live_server.url}])

    for path in (*PAGES, project.get_absolute_url(), f"{project.get_absolute_url()}follow/"):
        page.goto(path)
        accessible(page)


@pytest.mark.parametrize("mode", ["", "elder", "elder-xl"])
def test_the_bar_takes_no_more_than_a_fifth_of_the_screen(new_page, project, mode, live_server):
    page = new_page(viewport={"width": 360, "height": 640})
    page.context.add_cookies([{"name": "view", "value": mode, "url": live_server.url}])

    page.goto(project.get_absolute_url())

    bar = page.locator("[data-test=project-bar]")
    assert bar.bounding_box()["height"] <= 128
    buttons = bar.get_by_role("link").all()
    heights = [button.bounding_box()["height"] for button in buttons if button.is_visible()]
    assert min(heights) >= (60 if mode else 48)
    assert len(heights) <= (2 if mode else 3)
    assert bar.evaluate("bar => getComputedStyle(bar).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_the_worker_sees_whom_to_call(new_page, accessible):
    project = make.project(state=S.FILED, proposer=make.person("陈测试", phone=None))
    with transaction.atomic():
        event = record("project.return", by="test", on=project, after={"state": S.RETURNED})
    messages.tell(event)
    page = new_page(make.officer(Role.SOCIAL_WORKER))

    page.goto("/desk/calls/")
    accessible(page)
    page.get_by_role("button", name="已经告知").click()

    expect(page.get_by_text("没有要打的电话。")).to_be_visible()
