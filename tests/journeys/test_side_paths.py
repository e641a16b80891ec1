"""Where a project does not go straight on: returned, refused, objected to, found wanting. Without scripts, on a phone."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from delivery.services import approvals
from proposals.models import ProjectState
from tests import make
from tests.journeys.walk import attach, follow, press, said
from tests.village import kept, pdf, photo

TITLE = "卫生站门口修一条坡道"

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("js_enabled", [False], ids=["without_scripts"]),
]


def stands(walk, village, state, **extra):
    """The village's project, already so far."""
    project = make.project(state, round=village.round, proposer=village.proposer, title=TITLE, **extra)
    walk.code = project.code
    return project


def test_what_is_missing_is_asked_for_and_brought(walk, village):
    stands(walk, village, ProjectState.FILED)

    page = walk.desk(village.worker, "受理")
    follow(page, TITLE)
    follow(page, "退回补充")
    page.get_by_label("要补充什么").fill("坡道位置照片1张")
    page.get_by_label("为什么要补充").fill("看不清台阶有多高")
    press(page, "退回补充")
    said(page, "已退回")
    walk.told("待补充", "请补充：坡道位置照片1张")

    page = walk.project(village.proposer)
    follow(page, "补充材料")
    walk.look(page, "补充材料")
    press(page, "提交补充")
    expect(page.get_by_role("alert")).to_contain_text("有1处要改")
    page.get_by_label("坡道位置照片1张").fill("台阶三级，高45厘米")
    attach(page.get_by_label("照片或文件"), photo())
    press(page, "提交补充")
    said(page, "已提交补充")
    walk.told("待受理", "王**补充：坡道位置照片1张：台阶三级，高45厘米")

    page = walk.desk(village.worker, "受理")
    follow(page, TITLE)
    expect(page.get_by_text("后来补充的")).to_be_visible()
    expect(page.get_by_text("台阶三级，高45厘米").first).to_be_visible()
    walk.look(page, TITLE)


def test_a_refusal_says_why_by_which_rule_and_can_be_overturned(walk, village):
    stands(walk, village, ProjectState.FILED)

    page = walk.desk(village.worker, "受理")
    follow(page, TITLE)
    follow(page, "不予采纳")
    page.get_by_label("为什么不采纳").fill("属于物业管理范围")
    page.get_by_role("radio", name="物业公司或其他单位本职的事").check()
    press(page, "不予采纳，公开理由")
    walk.told("未采纳", "属于物业管理范围", "物业公司或其他单位本职的事", "测试社工站 驻村社工 陈*", "我有不同意见")

    _object(walk, village.proposer, "不是物业的地方", "台阶在村道上，归村里管")
    _answer(walk, village.handler, "不是物业的地方", "采纳", "查明台阶在村道上，重新受理", to_step="受理")
    walk.told("待受理", "采纳", "查明台阶在村道上")


def test_nothing_starts_before_an_objection_is_answered(walk, village, clock):
    project = stands(walk, village, ProjectState.FOR_APPROVAL, reviewed_yuan=Decimal("52800.00"))
    _approve(village, project)
    walk.told("公示中", "镇政府批准52,800元")

    _object(walk, village.neighbour, "坡道占了人行道", "留给走路的人只有半米")
    walk.told("异议处理中", "坡道占了人行道", "林**")
    clock.pass_days(14)
    walk.told("异议处理中")

    _answer(walk, village.handler, "坡道占了人行道", "不采纳", "坡道宽1.5米，旁边留出1米通道")
    walk.told("待开工", "不采纳", "旁边留出1米通道")


def _approve(village, project):
    approval = approvals.submit(
        project,
        by=village.handler,
        amount_yuan=Decimal("52800.00"),
        reason="",
        minutes_no="镇党政联席会纪要第4号",
        minutes=kept(pdf(), village.handler),
        sources={},
    )
    approvals.approve(approval, by=village.approver)


def _object(walk, person, what, why):
    page = walk.project(person)
    follow(page, "我有不同意见")
    walk.look(page, "不同意见")
    page.get_by_label("不同意什么").fill(what)
    page.get_by_label("为什么").fill(why)
    press(page, "提交异议")
    walk.look(page, "异议已提交")
    expect(page.get_by_text("前答复。答复会写在项目页上")).to_be_visible()


def _answer(walk, person, what, outcome, reply, to_step=""):
    page = walk.desk(person, "异议办理")
    follow(page, what)
    page.get_by_role("radio", name=outcome, exact=True).check()
    page.get_by_label("理由").fill(reply)
    if to_step:
        page.get_by_role("radio", name=to_step, exact=True).check()
    walk.look(page)
    press(page, "提交答复")
    said(page, "答复已公开")
