"""A poll prepared in Chromium: a list tried and taken, what is missing mended, asked for by one, confirmed by another."""

import pytest

from civic.models import Role
from proposals.models import ProjectState
from tests import make
from tests.voting.polls import build
from voting.models import Poll

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True, databases=build.URN)]
GOOD = "姓名,年龄\n张一,40\n张三,70\n"
BAD = "姓名,年龄\n张一,四十\n"


@pytest.mark.parametrize("js_enabled", [True, False])
def test_two_officers_bring_a_poll_to_its_opening(new_page, accessible, js_enabled):
    its_round = make.round_(route=build.ROUTE, rules={"poll_notice_days": 0})
    for _n in range(2):
        make.project(ProjectState.IN_POLL, round=its_round)
    handler, approver = (make.officer(role, make.TOWN) for role in (Role.TOWN_HANDLER, Role.TOWN_APPROVER))
    desk = new_page(handler)

    desk.goto("/desk/polls/")
    accessible(desk)
    desk.get_by_role("link", name="筹备投票").click()
    desk.get_by_label("开始投票").fill(f"{build.hour(30).astimezone(build.ZONE):%Y-%m-%dT%H:%M}")
    desk.get_by_label("截止投票").fill(f"{build.hour(90).astimezone(build.ZONE):%Y-%m-%dT%H:%M}")
    desk.get_by_role("button", name="开始筹备").click()
    desk.get_by_role("heading", name="开放前还缺2样").wait_for()
    accessible(desk)
    desk.get_by_role("link", name="没有写一共多少钱").click()
    desk.get_by_label("一共多少钱").fill("100000")
    desk.get_by_role("button", name="保存安排").click()
    desk.get_by_role("link", name="名册还是空的").click()
    desk.get_by_role("link", name="导入名单").click()
    for words in (BAD, GOOD):
        file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": words.encode()}
        desk.get_by_label("名单文件").set_input_files(files=[file])
        desk.get_by_role("button", name="先试一遍").click()
        accessible(desk)
    desk.get_by_role("button", name="导入这2人").click()
    accessible(desk)
    desk.get_by_role("link", name="测试甲村").click()
    desk.get_by_role("link", name="提请开放投票").click()
    desk.get_by_label("理由").fill("都齐了")
    desk.get_by_role("button", name="提请开放投票").click()
    desk.get_by_role("heading", name="等另一人确认").wait_for()

    second = new_page(approver)
    second.goto("/desk/polls/")
    second.get_by_role("link", name="开放投票").click()
    accessible(second)
    second.get_by_role("button", name="确认开放投票").click()
    second.get_by_text("开放已确认").wait_for()
    accessible(second)
    assert Poll.objects.get().acts.get().confirmed_by == approver
