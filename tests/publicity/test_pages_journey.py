"""In Chromium, as an old neighbour would: find a project, read it, object to it. Every page: journeys/test_every_page.py."""

import pytest
from playwright.sync_api import expect

from civic.models import Role
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.services import follows, objections
from tests import make
from tests.publicity import build

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("js_enabled", [True, False])


@pytest.fixture
def project():
    worker = make.officer(Role.SOCIAL_WORKER, name="林测试")
    project = make.project(state=S.FOR_APPROVAL, title="卫生站门口修坡道")
    build.events(project, 6, by=worker, role=Role.SOCIAL_WORKER, unit="斗门社工站", post="驻村社工")
    return moves.advance(project, by="test", sentence="镇政府批准52,800元")


@BOTH
def test_a_neighbour_finds_a_project_and_objects(new_page, project, accessible):
    page = new_page(make.resident(name="陈测试"))

    page.goto("/")
    page.get_by_role("link", name="项目", exact=True).first.click()
    page.get_by_label("搜项目").fill("坡道")
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_text("共1项")).to_be_visible()
    page.get_by_role("link", name="卫生站门口修坡道").click()
    expect(page.locator("[data-test=now]")).to_contain_text("公示到")
    page.get_by_role("link", name="我有不同意见").first.click()
    page.get_by_label("您不同意什么").fill("坡道挡住了消防通道")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("heading", name="有1处要改")).to_be_visible()
    expect(page.get_by_label("您不同意什么")).to_have_value("坡道挡住了消防通道")
    page.get_by_label("为什么").fill("消防车转不过来")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("heading", name="异议已提交")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="看进展").click()
    expect(page.locator("[data-test=now]")).to_contain_text("收到1条异议")
    expect(page.get_by_text("陈**").first).to_be_visible()


def test_how_many_were_found_is_read_aloud(page, project):
    make.project(title="村口路灯")
    page.goto("/projects/")
    heard = page.locator("body > [aria-live=polite]")
    expect(heard).to_have_text("")

    page.get_by_label("搜项目").fill("坡道")
    page.get_by_role("button", name="搜索").click()

    expect(heard).to_have_text("找到1项")


@BOTH
def test_the_handler_answers_at_the_desk(new_page, project, accessible):
    objection = objections.file(project, by=make.person(), what="坡道挡住了消防通道", why="消防车转不过来")
    page = new_page(make.officer(Role.TOWN_HANDLER, make.TOWN))

    page.goto("/desk/")
    accessible(page)
    page.get_by_text("工作台的页面", exact=True).click()
    page.get_by_role("navigation", name="工作台").get_by_role("link", name="异议办理").click()
    accessible(page)
    page.get_by_role("link", name="坡道挡住了消防通道").click()
    accessible(page)
    page.get_by_label("不采纳", exact=True).check()
    page.get_by_label("理由").fill("现场量过，通道有四米宽")
    page.get_by_role("button", name="提交答复").click()
    expect(page.get_by_text("今天没有要答复的异议")).to_be_visible()
    page.goto(f"{project.get_absolute_url()}#{objection.number}")
    expect(page.get_by_text("答复：不采纳", exact=True)).to_be_visible()


def test_the_five_answers_stand_in_the_first_screen(page, project):
    page.goto(project.get_absolute_url())

    card = page.locator("[data-test=now]").bounding_box()
    assert card["y"] + card["height"] < 740
    for words in ("第4步，共6步", "现在", "谁在办", "还剩几天", "下一步"):
        assert page.get_by_text(words).first.bounding_box()["y"] < 740, words
    page.context.add_cookies([{"name": "view", "value": "elder", "url": page.url}])
    page.reload()
    assert page.locator("html.view-elder").count() == 1
    card = page.locator("[data-test=now]").bounding_box()
    assert card["y"] + card["height"] < 2 * 740


def test_home_offers_what_to_do_in_the_first_screen_and_nothing_moves_by_itself(new_page, project):
    follower = make.resident(name="陈测试")
    for _n in range(3):
        follows.follow(make.project(), by=follower)

    for person in (None, follower):
        page = new_page(person)
        page.goto("/")
        assert page.get_by_text("我来提议").first.bounding_box()["y"] < 740
        assert page.locator("marquee, video, meta[http-equiv=refresh], [aria-roledescription=carousel]").count() == 0
        assert page.evaluate("document.getAnimations().length") == 0
