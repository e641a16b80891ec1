"""A meeting walked through in Chromium: the chair opens, members sign in and vote, the minutes are confirmed."""

import pytest
from playwright.sync_api import expect

from proposals.models import Project
from tests.voting import hall
from voting.models import AgendaItem, Attendance, MeetingVote, Outcome
from voting.services import attendance, items
from voting.views.members import room_key

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


FROM_AFAR = 32  # px, as the last row of a meeting room reads


def smallest_letters(page) -> float:
    """The size of the smallest letters on the page, in px."""
    return page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('main *')]
            .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    )


@pytest.mark.parametrize("js_enabled", [True, False])
def test_a_meeting_from_sign_in_to_minutes(new_page, accessible, js_enabled):
    found = hall.called(members=3, rules={"vote_form": "open"})
    meeting, member = found.meeting, found.members[0]
    chair, phone = new_page(found.chair), new_page(member)
    look = accessible if js_enabled else lambda _page: None

    chair.goto(f"/meetings/{meeting.pk}/run/")
    chair.get_by_label("钱成员1", exact=True).check()
    chair.get_by_label("孙成员2", exact=True).check()
    look(chair)
    chair.get_by_role("button", name="签到勾选的人").click()
    phone.goto(f"/meetings/{meeting.pk}/sign-in/?k={room_key(meeting)}")
    phone.get_by_role("button", name="我来签到").click()
    phone.get_by_text("您已签到（扫码签到").wait_for()
    look(phone)
    assert Attendance.objects.count() == 3

    chair.get_by_role("button", name="宣布开会").click()
    chair.get_by_role("button", name="开始表决").click()
    phone.goto(f"/meetings/{meeting.pk}/")
    phone.get_by_role("radio", name="赞成").check()
    look(phone)
    phone.get_by_role("button", name="确认投票").click()
    phone.get_by_text("您投了“赞成”").wait_for()
    assert MeetingVote.objects.get().choice == "for"
    screen = new_page(viewport={"width": 1366, "height": 768})
    screen.goto(f"/meetings/{meeting.pk}/screen/")
    screen.get_by_text("已投1人 / 3人").wait_for()
    look(screen)
    assert smallest_letters(screen) >= FROM_AFAR

    chair.reload()
    chair.get_by_role("button", name="结束手机表决并计票").click()
    assert AgendaItem.objects.get().outcome == Outcome.NOT_PASSED
    chair.get_by_text("重新表决", exact=True).first.click()
    chair.get_by_label("理由").fill("两位没来得及投")
    chair.get_by_role("button", name="重新表决这一项").click()
    chair.get_by_text("录入举手票数").click()
    for label, number in (("赞成", 2), ("反对", 1), ("弃权", 0), ("未投", 0)):
        chair.get_by_label(label, exact=True).fill(str(number))
    look(chair)
    chair.get_by_role("button", name="录入并结束表决").click()
    screen.goto(f"/meetings/{meeting.pk}/screen/")
    screen.get_by_text("举手表决").first.wait_for()
    assert smallest_letters(screen) >= FROM_AFAR
    chair.get_by_role("button", name="散会").click()
    chair.get_by_role("link", name="看纪要草稿").click()
    chair.get_by_role("link", name="核对后确认纪要").click()
    look(chair)
    chair.get_by_role("button", name="确认纪要并公开").click()
    screen.goto(f"/meetings/{meeting.pk}/minutes/")
    screen.get_by_text("2（66.67%）").wait_for()
    look(screen)


@pytest.mark.parametrize("wall", [(1280, 800), (1920, 1080)], ids=str)
def test_a_whole_result_stands_on_one_wall_beside_the_code_to_sign_in(new_page, wall):
    found = hall.sitting(members=21, present=16, rules={"vote_form": "secret"})
    Project.objects.update(title="村道转弯处装反光镜、画线并加装警示牌和夜间照明灯", reviewed_yuan=128800)
    attendance.declare_conflict(found.item(), member=found.members[0], by=found.chair, reason="就在家门口")
    items.open_item(found.item(), by=found.chair)
    items.type_counts(found.item(), by=found.chair, votes_for=9, against=3, abstain=1, not_voted=2)
    width, height = wall
    screen = new_page(found.chair, viewport={"width": width, "height": height})

    screen.goto(f"/meetings/{found.meeting.pk}/screen/")

    screen.get_by_text("未投").wait_for()
    screen.get_by_role("img", name="签到二维码").wait_for()
    assert smallest_letters(screen) >= FROM_AFAR
    assert screen.evaluate("document.documentElement.scrollHeight") <= height
    assert screen.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("form", ["open", "secret"])
def test_a_vote_without_a_network_waits_on_the_phone_and_arrives_once(new_page, accessible, form):
    found = hall.sitting(members=3, rules={"vote_form": form})
    items.open_item(found.item(), by=found.chair)
    phone = new_page(found.members[0])
    phone.goto(f"/meetings/{found.meeting.pk}/")
    phone.get_by_role("radio", name="反对").check()
    if form == "secret":
        phone.get_by_role("button", name="确认投票").click()
        phone.get_by_role("heading", name="您选了“反对”").wait_for()
    phone.context.set_offline(True)

    phone.get_by_role("button", name="确认投票").click()

    queue = phone.locator("[data-test=offline]")
    expect(queue).to_contain_text("未送达：1票")
    accessible(phone)
    assert not MeetingVote.objects.exists()
    phone.context.set_offline(False)
    expect(queue).to_contain_text("已送达")
    phone.goto(f"/meetings/{found.meeting.pk}/")
    phone.get_by_text("您投了“反对”" if form == "open" else "您已投票").wait_for()
    assert MeetingVote.objects.count() == 1
    items.close_item(found.item(), by=found.chair)
    assert found.item().votes_against == 1


def test_the_last_choice_made_without_a_network_is_the_one_that_counts(new_page):
    found = hall.sitting(members=3, rules={"vote_form": "open"})
    items.open_item(found.item(), by=found.chair)
    phone = new_page(found.members[0])
    phone.goto(f"/meetings/{found.meeting.pk}/")
    phone.context.set_offline(True)
    for choice in ("反对", "赞成"):
        phone.get_by_role("radio", name=choice).check()
        phone.get_by_role("button", name="确认投票").click()
        expect(phone.locator("[data-test=offline]")).to_contain_text("未送达：1票")

    phone.context.set_offline(False)

    expect(phone.locator("[data-test=offline]")).to_contain_text("已送达")
    assert MeetingVote.objects.get().choice == "for"
