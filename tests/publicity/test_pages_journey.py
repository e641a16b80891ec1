"""In Chromium, as an old neighbour would: find a project, read it, object to it; every page fit for everybody."""

import pytest
from playwright.sync_api import expect

from civic.models import Role
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.services import objections
from tests import make
from tests.browser import DESK, PHONE
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
    page.locator("main").get_by_role("link", name="异议办理").last.click()
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


def test_home_offers_what_to_do_in_the_first_screen(page, project):
    page.goto("/")

    assert page.get_by_text("我来提议").first.bounding_box()["y"] < 740


@BOTH
def test_every_public_page_is_fit_for_everybody(new_page, project, accessible):
    page = new_page()
    objections.file(project, by=make.person(), what="挡路", why="过不去")

    for path in public_paths(project):
        page.goto(path)
        accessible(page)


def public_paths(project):
    return [
        "/",
        "/areas/",
        f"/a/{make.VILLAGE}/",
        "/projects/",
        "/projects/?q=没有的",
        project.get_absolute_url(),
        f"{project.get_absolute_url()}?log=objection",
        f"{project.get_absolute_url()}object/",
        f"{project.get_absolute_url()}print/",
        "/notices/",
        "/help/",
        "/rules/",
        "/accessibility/",
        "/privacy/",
        "/status/",
        "/cycles/",
        f"/cycles/{project.round_id}/",
        "/meetings/",
        "/login/",
        "/login/staff/",
        "/no-such-page/",
    ]


@pytest.mark.parametrize(("viewport", "mode"), [(PHONE, ""), (PHONE, "elder-xl"), (DESK, ""), (DESK, "elder-xl")])
def test_no_public_page_scrolls_sideways(new_page, project, live_server, viewport, mode):
    objections.file(project, by=make.person(), what="挡路" * 20, why="过不去" * 40)
    project.title, project.place_text = "卫生站门口修一条坡道" * 4, "村口大榕树往东五十米" * 4
    project.save()
    page = new_page(viewport=viewport)
    page.context.add_cookies([{"name": "view", "value": mode, "url": live_server.url}])

    wide = {}
    for path in public_paths(project):
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    assert {path: over for path, over in wide.items() if over > 0} == {}


@pytest.mark.parametrize("mode", ["elder", "elder-xl"])
def test_the_largest_type_keeps_within_the_screen(new_page, project, accessible, mode):
    page = new_page()
    page.goto("/")
    page.evaluate(f"document.cookie = 'view={mode}; path=/'")

    for path in ("/", "/projects/", project.get_absolute_url(), "/notices/", "/areas/"):
        page.goto(path)
        accessible(page)
