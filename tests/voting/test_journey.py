"""A meeting walked through in Chromium: the chair opens, members sign in and vote, the minutes are confirmed."""

import pytest

from tests.voting import hall
from voting.models import AgendaItem, Attendance, MeetingVote, Outcome
from voting.views.members import room_key

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


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
    screen = new_page()
    screen.goto(f"/meetings/{meeting.pk}/screen/")
    screen.get_by_text("已投1人 / 3人").wait_for()
    look(screen)

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
    chair.get_by_role("button", name="散会").click()
    chair.get_by_role("link", name="看纪要草稿").click()
    chair.get_by_role("link", name="核对后确认纪要").click()
    look(chair)
    chair.get_by_role("button", name="确认纪要并公开").click()
    screen.goto(f"/meetings/{meeting.pk}/minutes/")
    screen.get_by_text("2（66.67%）").wait_for()
    look(screen)
