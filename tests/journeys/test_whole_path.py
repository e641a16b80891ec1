"""The whole path (从提议到验收): one project carried by the people concerned, each in a browser of their own.

Without scripts on small phones with all tests; once more with scripts and at desks with ``make journeys``, since each
step has a journey of its own with scripts. At every step whoever reads without signing in finds it on the project's page.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from civic import moments
from tests.browser import THE_REST
from tests.journeys.walk import attach, choose, follow, press, said
from tests.village import pdf, photo

TITLE = "卫生站门口修一条坡道"
POINTS = ("权属清楚", "符合规划", "没有安全隐患", "不重复建设", "后期有人管养", "预算有依据")

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    "js_enabled", [pytest.param(True, id="with_scripts", marks=THE_REST), pytest.param(False, id="without_scripts")]
)
def test_a_project_goes_from_proposal_to_acceptance(walk, village, clock):
    a_resident_proposes(walk, village)
    walk.told("待受理", "王**提出")
    a_neighbour_seconds(walk, village)
    the_social_worker_accepts(walk, village)
    walk.told("预审中", "社工受理", "1人附议")
    two_departments_answer(walk, village)
    walk.told("待议事", "核定52,800元", "比提议少7,200元")
    the_village_calls_its_assembly(walk, village)
    clock.pass_days(3)
    the_assembly_votes(walk, village)
    walk.told("待审批", "议事会通过", "应到3、实到3", "赞成2、反对1、弃权0")
    two_people_of_the_town_approve(walk, village)
    walk.told("公示中", "镇政府批准50,000元，比申请少2,800元", "镇党政联席会纪要第4号")
    nothing_starts_while_the_notice_runs(walk, village)
    clock.pass_days(14)
    walk.told("待开工", "公示结束")
    the_office_contracts_and_starts(walk, village)
    walk.told("实施中", "合同价49,500元", "开工")
    the_contractor_builds(walk, village)
    walk.told("待验收", "里程碑3/3", "报完工")
    everybody_concerned_accepts(walk, village)
    walk.told("已完成", "验收合格")
    the_proposer_rates(walk, village)
    walk.told("已完成", "王**评价“非常满意”")
    the_money_is_paid_and_settled(walk, village)
    walk.told("已完成", "结算49,000元，结余1,000元退回资金池", "归档")
    the_page_shows_every_amount(walk)


def a_resident_proposes(walk, village):
    page = walk.as_(village.proposer)
    page.goto("/")
    walk.look(page)
    page.get_by_role("navigation", name="主要页面").get_by_role("link", name="提议").click()

    walk.look(page, "什么事")
    page.get_by_label("什么事").fill(TITLE)
    choose(page, "属于哪一类", "关爱特殊群体")
    page.get_by_label("为什么要办").fill("台阶太高，轮椅上不去")
    press(page, "下一步：在哪里")

    walk.look(page, "在哪里")
    attach(page.get_by_label("拍张照片"), photo())
    page.get_by_label("哪个村居").select_option(label="测试甲村")
    page.get_by_label("旁边有什么").fill("村卫生站门口")
    press(page, "下一步：谁提的")

    walk.look(page, "谁提的")
    page.get_by_text("知道得更多").click()
    page.get_by_label("大概要多少钱").fill("60000")
    choose(page, "大概是哪种", "工程")
    press(page, "去核对")

    walk.look(page, "核对后提交")
    expect(page.get_by_text(TITLE)).to_be_visible()
    press(page, "提交提议")

    walk.look(page, "已提交")
    follow(page, "看进度")
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    walk.code = page.url.rstrip("/").rsplit("/", 1)[-1]


def a_neighbour_seconds(walk, village):
    page = walk.as_(village.neighbour)
    page.goto("/projects/")
    walk.look(page)
    follow(page, TITLE)
    press(page, "我也附议")
    said(page, "已附议")
    expect(page.get_by_role("heading", name="1人附议")).to_be_visible()
    walk.look(page)


def the_social_worker_accepts(walk, village):
    page = walk.desk(village.worker, "受理")
    follow(page, TITLE)
    walk.look(page, TITLE)
    press(page, "受理，进入下一步")
    said(page, "已受理")


def two_departments_answer(walk, village):
    _review(walk, village.reviewers["建设"], amount="52800", why="按2026年定额，扶手单价下调")
    walk.told("预审中", "核定52,800元")
    _review(walk, village.reviewers["财政"])


def _review(walk, reviewer, amount="", why=""):
    page = walk.desk(reviewer, "预审")
    follow(page, TITLE)
    walk.look(page, TITLE)
    for point in POINTS:
        choose(page, point, "是")
    page.get_by_label("核定金额").fill(amount)
    page.get_by_label("核价理由").fill(why)
    page.get_by_role("radio", name="通过", exact=True).check()
    press(page, "先看居民会看到什么", exact=True)
    expect(page.get_by_text("居民会看到：")).to_be_visible()
    walk.look(page, TITLE)
    press(page, "提交意见，公开")
    said(page, "意见已提交")


def the_village_calls_its_assembly(walk, village):
    page = walk.desk(village.chair, "待议事的项目")
    page.get_by_role("checkbox", name=TITLE).check()
    page.get_by_label("哪天").fill(_day(3))
    page.get_by_label("几点").fill("23:30")
    page.get_by_label("在哪里").fill("村委会二楼会议室")
    page.get_by_label("主持人").select_option(label=village.chair.name)
    page.get_by_label("记录人").select_option(label=village.worker.name)
    for post, person in zip(("计票人", "监票人"), village.supervisors, strict=True):
        page.get_by_label(post).select_option(label=person.name)
    press(page, "发出会议通知")
    said(page, "已通知")

    page.get_by_label("哪个组织研究的").fill("测试甲村党总支")
    page.get_by_role("region", name="前置研究").get_by_label("哪天").fill(_day(0))
    page.get_by_label("结论").fill("同意提交议事会表决")
    attach(page.get_by_label("会议记录照片或PDF"), pdf())
    press(page, "存前置研究")
    said(page, "已记录前置研究")
    walk.look(page)


def the_assembly_votes(walk, village):
    *by_phone, in_the_room = village.members
    for member in by_phone:
        page = walk.project(member)
        follow(page, "去议事会")
        follow(page, "我来签到")
        walk.look(page, "签到")
        press(page, "远程签到")
        said(page, "已签到")

    chair = walk.project(village.chair)
    follow(chair, "到会场工作页")
    chair.get_by_role("checkbox", name=in_the_room.name).check()
    press(chair, "签到勾选的人")
    press(chair, "宣布开会")
    said(chair, "会议开始")
    press(chair, "开始表决")
    walk.look(chair)

    for member, choice in zip(village.members, ("赞成", "赞成", "反对"), strict=True):
        page = walk.project(member)
        follow(page, "去议事会")
        choose(page, "您的意见", choice)
        walk.look(page)
        press(page, "确认投票")
        said(page, "已投票")

    press(chair, "结束手机表决并计票")
    said(chair, "表决结束")
    press(chair, "散会")
    follow(chair, "看纪要草稿")
    walk.look(chair, "会议纪要")
    follow(chair, "核对后确认纪要")
    walk.look(chair)
    press(chair, "确认纪要并公开")
    said(chair, "纪要已确认并公开")

    anybody = walk.project()
    follow(anybody, "会议纪要")
    walk.look(anybody, "会议纪要")


def two_people_of_the_town_approve(walk, village):
    page = walk.desk(village.handler, "预算审批")
    follow(page, TITLE)
    page.get_by_label("批准金额").fill("50,000")
    page.get_by_label("与申请金额不同的原因").fill("扶手改为单侧")
    page.get_by_label("依据的会议纪要号").fill("镇党政联席会纪要第4号")
    attach(page.get_by_label("会议纪要", exact=True), pdf())
    walk.look(page, TITLE)
    press(page, "提交给另一位同事审批")
    said(page, "已提交，等另一位同事审批")
    expect(page.get_by_text("您提交的，要由另一位同事审批")).to_be_visible()

    page = walk.desk(village.approver, "预算审批")
    follow(page, TITLE)
    walk.look(page, TITLE)
    follow(page, "批准")
    walk.look(page, "批准50,000元")
    press(page, "确认批准，马上公示")
    said(page, "已批准，马上公示")


def nothing_starts_while_the_notice_runs(walk, village):
    page = walk.new_page()
    page.goto("/notices/")
    walk.look(page, "公示")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()

    page = walk.as_(village.handler)
    page.goto(f"/desk/delivery/{walk.code}/")
    expect(page.get_by_role("link", name="登记合同")).to_have_count(0)


def the_office_contracts_and_starts(walk, village):
    page = walk.desk(village.handler, "实施看板")
    follow(page, TITLE)
    walk.look(page, TITLE)
    follow(page, "登记合同")
    page.get_by_label("合同编号").fill("测试合同-1")
    page.get_by_label("承接单位").select_option(label=village.builder.name)
    choose(page, "采购方式", "询价比选")
    page.get_by_label("签订日期").fill(_day(0))
    page.get_by_label("约定完工").fill(_day(30))
    page.get_by_label("合同总价").fill("49500")
    attach(page.get_by_label("合同扫描件"), pdf())
    walk.look(page, "登记合同")
    press(page, "登记合同，公开")
    said(page, "合同已登记")
    follow(page, "开工")
    attach(page.get_by_label("公示牌照片"), photo())
    walk.look(page, "开工")
    press(page, "确认开工")
    said(page, "已开工")
    walk.look(page, TITLE)


def the_contractor_builds(walk, village):
    page = walk.desk(village.contractor, "我的工地")
    follow(page, TITLE)
    walk.look(page, TITLE)
    follow(page, "传照片")
    attach(page.get_by_label("照片"), photo())
    page.get_by_label("说一句进展").fill("材料进场")
    press(page, "交上去")
    said(page, "已收到")
    for milestone in ("进场准备", "施工过半", "全部完工"):
        follow(page, "报完成")
        walk.look(page, milestone)
        attach(page.get_by_label("照片"), photo())
        press(page, "报完成")
        said(page, "已收到")
    follow(page, "报完成")
    press(page, "报完成，申请验收")
    said(page, "已收到")
    expect(page.locator("main")).to_contain_text("已报完成，等居民代表验收")
    walk.look(page, TITLE)


def everybody_concerned_accepts(walk, village):
    chair = walk.project(village.chair)
    follow(chair, "组织验收")
    walk.look(chair, "验收")
    press(chair, "开始验收")
    follow(chair, "逐项填写")
    line = {"第1项：验收什么": "坡道", "单位": "米", "合同数量": "12", "实测数量": "12.1"}
    for label, value in line.items():
        chair.get_by_label(label).first.fill(value)
    chair.get_by_role("radio", name="合格", exact=True).first.check()
    attach(chair.get_by_label("照片").first, photo())
    walk.look(chair, "逐项填写")
    press(chair, "记下验收项")
    said(chair, "验收项已记下")

    _sign(walk, village.proposer, "居民代表")
    _sign(walk, village.supervisors[0], "监督小组", but="扶手边角再打磨")
    _sign(walk, village.chair, "村居两委")

    chair.goto(f"/desk/accept/{walk.code}/")
    walk.look(chair, "验收")
    follow(chair, "去下结论")
    walk.look(chair, "验收合格")
    expect(chair.get_by_text("扶手边角再打磨")).to_be_visible()
    press(chair, "确认合格，公开结论")
    said(chair, "验收结论已公开")


def _sign(walk, person, capacity, but=""):
    page = walk.project(person)
    follow(page, "验收签字")
    choose(page, "以什么身份", capacity)
    choose(page, "同不同意通过", "同意通过")
    page.get_by_label("不同意见").fill(but)
    walk.look(page, "验收签字")
    press(page, "签字")
    said(page, "已签字")


def the_proposer_rates(walk, village):
    page = walk.project(village.proposer)
    follow(page, "我来评价")
    walk.look(page, "您说了算")
    assert page.get_by_role("radio", checked=True).count() == 0
    choose(page, "您满意吗", "非常满意")
    page.get_by_role("checkbox", name="好用").check()
    press(page, "提交评价")
    walk.look(page)


def the_money_is_paid_and_settled(walk, village):
    site = walk.project(village.contractor)
    site.goto(f"/site/{walk.code}/")
    follow(site, "请款")
    site.get_by_label("请款金额").fill("49000")
    walk.look(site, "请款")
    press(site, "请款")
    said(site, "请款已交")

    _claim(walk, village.handler, "审核请款49,000元", "审核通过")
    _claim(walk, village.approver, "付款49,000元", "确认已付款")

    page = walk.project(village.handler)
    follow(page, "结算、归档")
    follow(page, "结算")
    page.get_by_label("结算金额").fill("49000")
    page.get_by_label("核减的原因").fill("扶手少用1米")
    attach(page.get_by_label("结算书"), pdf())
    walk.look(page, "结算")
    press(page, "结算，结余退回资金池")
    said(page, "已结算")
    follow(page, "归档")
    walk.look(page, "归档")
    press(page, "归档")
    said(page, "已归档")


def _claim(walk, person, waits, deed):
    page = walk.desk(person, "实施看板")
    follow(page, waits)
    walk.look(page, "第1批请款")
    press(page, deed)


def the_page_shows_every_amount(walk):
    money = walk.project().get_by_role("region", name="钱", exact=True)
    for amount in ("60,000元", "52,800元", "50,000元", "49,500元", "49,000元"):
        expect(money.get_by_text(amount).first).to_be_visible()


def _day(ahead: int) -> str:
    """A day from today, as a date field takes it."""
    return f"{moments.today() + timedelta(days=ahead):%Y-%m-%d}"
