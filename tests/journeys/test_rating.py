"""A resident says how the finished work is (评价), on a small phone, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from delivery.models import Rating, Rectification
from delivery.services import ratings
from tests import make
from tests.delivery import build
from tests.journeys.walk import choose, follow, press, said

LABELS = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
BOTH = pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "plain"])

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True, databases=["default", "urn"]),
    pytest.mark.timeout(120),
]


@pytest.fixture
def town():
    return build.town()


def counted(page) -> list[int]:
    """How many chose each label, as the page tells it."""
    told = page.locator("[data-test=satisfaction] dd").all_inner_texts()
    return [int(re.match(r"\d+", words)[0]) for words in told]


@BOTH
def test_nothing_is_chosen_beforehand_and_one_s_word_may_change_for_seven_days(new_page, accessible, clock, town):
    project = build.completed(town)
    for score in (5, 4):
        ratings.rate(project, by=make.resident(name="林测试"), score=score)
    page = new_page(town.resident)

    page.goto(project.get_absolute_url())
    follow(page, "我来评价")
    radios = page.get_by_role("group", name="您满意吗").get_by_role("radio")
    assert [radios.nth(n).evaluate("e => e.closest('label').innerText.trim()") for n in range(radios.count())] == LABELS
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    accessible(page)
    press(page, "提交评价")
    expect(page.get_by_role("alert")).to_contain_text("有1处要改")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    accessible(page)

    choose(page, "您满意吗", "满意")
    press(page, "提交评价")
    said(page, "谢谢。您的评价会公开，名字显示为陈**。")
    expect(page.get_by_text("评价3份，暂不计算")).to_be_visible()
    expect(page.get_by_text("平均")).to_have_count(0)
    assert counted(page) == [1, 2, 0, 0, 0]

    for _n in range(2):
        ratings.rate(project, by=make.resident(name="何测试"), score=3)
    clock.pass_days(6)
    page.reload()
    expect(page.get_by_text("评价5份，平均3.8分")).to_be_visible()
    choose(page, "您满意吗", "非常满意")
    press(page, "修改评价")
    expect(page.get_by_text("您评了“非常满意”，")).to_be_visible()
    expect(page.get_by_text("评价5份，平均4.0分")).to_be_visible()
    assert counted(page) == [2, 1, 2, 0, 0]

    clock.pass_days(2)
    page.reload()
    expect(page.get_by_text("您评了“非常满意”，已过修改的日子")).to_be_visible()
    expect(page.get_by_role("button", name="修改评价")).to_have_count(0)
    assert list(Rating.objects.filter(person=town.resident).values_list("score", flat=True)) == [5]
    accessible(page)


@BOTH
def test_who_is_not_satisfied_gets_a_dated_answer_and_is_asked_again(new_page, accessible, town):
    project = build.completed(town)
    page, office = new_page(town.resident), new_page(town.village)

    page.goto(f"{project.get_absolute_url()}rate/")
    choose(page, "您满意吗", "不满意")
    page.get_by_label("想说的话").fill("扶手松了，一扶就晃")
    press(page, "提交评价")
    expect(page.get_by_text(re.compile(r"正在整改，\d+月\d+日.*前改好"))).to_be_visible()
    accessible(page)

    office.goto("/desk/")
    line = office.get_by_role("listitem").filter(has_text=project.title).filter(has_text="还剩15个工作日")
    expect(line.first).to_be_visible()
    office.goto(f"/desk/fixes/{Rectification.objects.get().pk}/")
    expect(office.get_by_text("扶手松了，一扶就晃")).to_be_visible()
    expect(office.get_by_text("陈**")).to_have_count(0)
    accessible(office)
    office.get_by_label("怎样改的").fill("换了膨胀螺栓，已经加固")
    press(office, "答复，公开")

    page.reload()
    expect(page.get_by_text("换了膨胀螺栓，已经加固")).to_be_visible()
    choose(page, "现在解决了吗？", "解决了")
    press(page, "告诉他们")
    said(page, "谢谢您的回答，已经记下")
    expect(page.get_by_role("group", name="现在解决了吗？")).to_have_count(0)
    accessible(page)
