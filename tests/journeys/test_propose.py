"""A resident proposes on a small phone, with scripts and without: three answers, six pages, nothing lost."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from civic.models import Role
from proposals.models import Draft, Project
from tests import make
from tests.journeys.walk import choose, press
from tests.proposals import typed
from tests.village import photo

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])


@pytest.fixture
def person():
    make.areas()
    its_round = make.round_()
    make.project(title="卫生站门口修坡道", round=its_round)
    return make.person(name="", home_area=make.area())


@BOTH
def test_a_resident_proposes_in_six_pages(new_page, accessible, person, js_enabled):
    page = new_page(person)
    loads = []
    page.on("response", lambda r: loads.append(r.url) if r.request.is_navigation_request() and r.ok else None)

    page.goto("/propose/")
    accessible(page)
    page.get_by_label("什么事", exact=True).fill("卫生站坡道太陡")
    if js_enabled:
        page.get_by_role("button", name="就是这件事，我也附议").wait_for()
    page.get_by_role("button", name="下一步").click()
    if not js_enabled:
        assert page.get_by_role("button", name="就是这件事，我也附议").is_visible()
        accessible(page)
        page.get_by_role("link", name="不一样，继续写").click()
    accessible(page)
    page.get_by_label("旁边有什么").fill("卫生站东侧")
    page.get_by_role("button", name="下一步").click()
    accessible(page)
    page.get_by_label("您的姓名").fill("何测试")
    page.get_by_role("button", name="去核对").click()
    accessible(page)
    page.get_by_role("button", name="提交提议").click()

    project = Project.objects.get(title="卫生站坡道太陡")
    assert page.locator("[data-test=receipt]").get_by_text(project.code, exact=True).is_visible()
    assert (project.proposer_name, project.place_text) == ("何**", "卫生站东侧")
    assert len(loads) <= 6
    accessible(page)


def test_the_tab_dies_while_typing_and_the_words_are_there_again(new_page, person):
    page = new_page(person)
    page.goto("/propose/")
    page.get_by_label("什么事", exact=True).fill("村口路灯不亮")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("旁边有什么").press_sequentially("村口榕")
    page.get_by_text("已存", exact=True).wait_for()
    page.close()

    again = new_page(person)
    again.goto("/propose/")

    assert again.get_by_label("旁边有什么").input_value() == "村口榕"
    assert Draft.objects.count() == 1


def test_seconding_instead_takes_the_draft_away(new_page, person):
    page = new_page(person)
    page.goto("/propose/")
    page.get_by_label("什么事", exact=True).fill("卫生站门口坡道")
    page.get_by_role("button", name="就是这件事，我也附议").click()
    page.wait_for_url("**/p/WSS-*/?just=1")

    assert Project.objects.get().secondings.count() == 1
    assert not Draft.objects.exists()


def test_the_phone_sets_the_pin_on_a_press_and_it_is_moved_by_ten_metres(new_page, accessible, person):
    page = new_page(person)
    page.context.set_geolocation({"latitude": 22.23, "longitude": 113.2965})
    page.context.grant_permissions(["geolocation"])
    page.goto(f"/propose/2/?draft={uuid4()}")
    page.get_by_text("准确位置（选填）").click()
    assert page.get_by_label("纬度").input_value() == ""

    page.get_by_role("button", name="用手机定位").click()
    page.get_by_role("button", name="往北10米").click()
    page.get_by_role("button", name="往西10米").click()

    told = page.get_by_text("现在的位置：纬度22.230090，经度113.296403 · 往北挪了10米 · 往西挪了10米")
    expect(told).to_be_visible()
    accessible(page)
    page.get_by_label("旁边有什么").fill("村口榕树下")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/propose/3/**")
    draft = Draft.objects.get().data
    assert (draft["latitude"], draft["longitude"]) == ("22.230090", "113.296403")


@BOTH
def test_a_photo_of_twelve_megabytes_is_refused_beside_it_and_all_else_stays(
    new_page, accessible, person, js_enabled, tmp_path
):
    page = new_page(person)
    page.goto(f"/propose/2/?draft={typed.draft(person).token}")
    page.get_by_label("旁边有什么").fill("卫生站东侧")
    large = tmp_path / "大.jpg"
    large.write_bytes(photo()["buffer"] + bytes(12 * 1024 * 1024))

    page.get_by_label("拍张照片").set_input_files(large)
    if not js_enabled:
        press(page, "下一步")

    expect(page.get_by_text("文件超过10MB，请换一张小一点的").first).to_be_visible()
    expect(page.get_by_label("旁边有什么")).to_have_value("卫生站东侧")
    assert "/propose/2/" in page.url
    accessible(page)
    if js_enabled:
        page.get_by_role("button", name="删除").click()
    press(page, "下一步")
    assert "/propose/3/" in page.url
    assert Draft.objects.get().data["place_text"] == "卫生站东侧"
    assert not Draft.objects.get().photos.exists()


@BOTH
def test_two_taps_on_submit_are_one_proposal(new_page, person):
    person.name = "何测试"
    person.save()
    page = new_page(person)
    page.goto(f"/propose/check/?draft={typed.draft(person).token}")

    page.get_by_role("button", name="提交提议").dblclick()

    expect(page.locator("[data-test=receipt]")).to_be_visible()
    assert Project.objects.filter(title=typed.STEP_1["title"]).count() == 1
    page.go_back()
    page.goto("/me/")
    expect(page.get_by_role("link", name=typed.STEP_1["title"])).to_have_count(1)


@pytest.mark.parametrize("js_enabled", [False], ids=["plain"])
def test_what_a_worker_enters_for_a_resident_names_both_to_everybody(new_page, person):
    unit = make.organisation("测试社工站", at=make.VILLAGE)
    page = new_page(make.officer(Role.SOCIAL_WORKER, organisation=unit, name="陈社工"))
    page.goto("/propose/?who=resident")
    page.get_by_label("什么事", exact=True).fill(typed.STEP_1["title"])
    press(page, "下一步")
    page.get_by_label("旁边有什么").fill("村口榕树下")
    press(page, "下一步")
    page.get_by_label("居民姓名").fill("王阿婆")
    choose(page, "怎样说的", "本人在场")
    page.get_by_label("说明").fill("上门时本人口述，女儿在场")
    press(page, "去核对")
    press(page, "提交提议")
    project = Project.objects.get(title=typed.STEP_1["title"])

    stranger = new_page()
    stranger.goto(project.get_absolute_url())

    expect(stranger.locator("#timeline").get_by_text("王**提出，驻村社工陈*代录（本人在场）")).to_be_visible()
    assert [name for name in ("王阿婆", "陈社工", "女儿在场") if name in stranger.content()] == []


@pytest.mark.parametrize("path", ["/cycles/", "/cycles/{pk}/"])
def test_the_pages_of_rounds_are_accessible(page, accessible, person, path):
    page.goto(path.format(pk=Project.objects.get().round_id))

    accessible(page)
