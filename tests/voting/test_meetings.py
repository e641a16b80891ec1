"""Calling, opening, missing, reconvening and cancelling a meeting."""

from datetime import timedelta

import pytest

from civic import moments
from civic.models import Appointment, Attachment, AuditEvent, Role
from civic.rules import RuleBroken
from proposals.models import Project, ProjectState
from tests import make
from tests.voting import hall
from voting import queries
from voting.models import AgendaItem, How, Meeting, MeetingState
from voting.services import attendance, ballots, items, meetings

pytestmark = pytest.mark.django_db


def call(found: hall.Hall, *, days: int = 3, **changed) -> Meeting:
    given = {
        "by": found.chair,
        "projects": found.projects,
        "starts_at": moments.now() + timedelta(days=days),
        "place": "会议室",
        "chair": found.chair,
        "recorder": found.recorder,
    }
    return meetings.call_meeting(found.assembly, found.round, **given | changed)


def test_a_call_lists_the_projects_and_tells_each_of_them():
    found = hall.hall(projects=2, rules={"vote_form": "secret", "pass_base": "due"})

    meeting = call(found)

    assert [i.project_id for i in meeting.items.order_by("order")] == [p.pk for p in found.projects]
    assert (meeting.vote_form, meeting.pass_base, meeting.quorum_share_text) == ("secret", "due", "2/3")
    for project in found.projects:
        event = AuditEvent.objects.get(subject=project.code, action="meeting.listed")
        assert event.is_public
        assert event.documents[0]["url"] == f"/meetings/{meeting.pk}/"
    assert AuditEvent.objects.get(subject=f"meeting:{meeting.pk}").sentence.endswith("议题2项，不记名表决")


def test_a_call_with_less_notice_than_the_rules_say_is_refused():
    found = hall.hall(rules={"meeting_notice_days": 10})

    with pytest.raises(RuleBroken, match="要提前10天通知，这个时间只提前9天"):
        call(found, days=9)

    assert not Meeting.objects.exists()


def test_where_a_round_asks_for_seven_days_plan_cost_and_photo_of_each_item_are_public_all_that_time(client):
    found = hall.hall(rules={"meeting_notice_days": 7})
    (project,) = found.projects
    photo = Attachment.objects.create(kind="photo", file="t/before", sha256="a" * 64, bytes=9, is_public=True)
    project.photos.add(photo)
    Project.objects.filter(pk=project.pk).update(plan="沿墙铺防滑坡道，两边装扶手", reviewed_yuan=52800)

    with pytest.raises(RuleBroken, match="要提前7天通知，这个时间只提前6天"):
        call(found, days=6)
    assert not Meeting.objects.exists()
    meeting = call(found, days=7)

    for address in (meeting.get_absolute_url(), project.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "沿墙铺防滑坡道，两边装扶手" in page and "52,800" in page and str(photo.token) in page


def test_only_projects_that_wait_for_the_assembly_are_listed():
    found = hall.hall()
    found.projects.append(make.project(ProjectState.IN_REVIEW, round=found.round))

    with pytest.raises(RuleBroken, match="待议事"):
        call(found)


def test_projects_of_another_village_or_round_are_not_listed():
    found = hall.hall()
    found.projects = [
        make.project(ProjectState.FOR_ASSEMBLY, round=found.round, at=make.OTHER_VILLAGE),
        make.project(ProjectState.FOR_ASSEMBLY),
    ]

    with pytest.raises(RuleBroken, match="至少选一个项目"):
        call(found)


def test_a_project_stands_on_one_live_agenda_only():
    found = hall.hall()
    call(found)

    with pytest.raises(RuleBroken, match=f"{found.projects[0].code} 已列入另一次会议"):
        call(found)

    assert AgendaItem.objects.count() == 1


def test_teller_and_monitor_are_two_people():
    found = hall.hall()

    with pytest.raises(RuleBroken, match="不能是同一个人"):
        call(found, teller=found.teller, monitor=found.teller)


def test_a_meeting_with_a_quorum_opens_and_freezes_its_roll():
    found = hall.called(members=21)
    found.sign_in(14)

    meeting = meetings.open_meeting(found.meeting, by=found.chair)

    assert (meeting.state, meeting.due_count, meeting.present_count) == (MeetingState.OPEN, 21, 14)
    event = AuditEvent.objects.get(action="meeting.opened")
    assert event.sentence == "会议开始：应到21人，实到14人，达到三分之二（14人）"
    late = make.officer(Role.ASSEMBLY_MEMBER)
    with pytest.raises(RuleBroken, match="不在这次会议的应到名册里"):
        attendance.sign_in(meeting, member=late, by=late, how="qr")
    assert queries.standing(found.fresh(), moments.today()).due == 21


def test_below_quorum_a_meeting_does_not_open():
    found = hall.called(members=21)
    found.sign_in(12)

    with pytest.raises(RuleBroken, match="还差2人，不能表决"):
        meetings.open_meeting(found.meeting, by=found.chair)

    assert found.fresh().state == MeetingState.CALLED
    assert found.meeting.due_count is None


def test_members_are_those_of_that_very_area_in_office_today():
    found = hall.called(members=3)
    make.officer(Role.ASSEMBLY_MEMBER, make.TOWN)
    make.officer(Role.ASSEMBLY_MEMBER, make.OTHER_VILLAGE)
    former = make.officer(Role.ASSEMBLY_MEMBER)
    Appointment.objects.filter(person=former).update(ends_on=moments.today() - timedelta(days=1))

    assert set(queries.members(found.assembly, moments.today())) == set(found.members)


def test_a_meeting_opens_on_its_own_day_only():
    found = hall.hall(members=3)
    found.meeting = call(found, teller=found.teller, monitor=found.monitor)

    with pytest.raises(RuleBroken, match="会议当天"):
        meetings.open_meeting(found.meeting, by=found.chair)


def test_a_meeting_without_teller_and_monitor_does_not_open():
    found = hall.called(members=3)
    found.sign_in(3)
    meetings.name_posts(
        found.meeting, by=found.chair, chair=found.chair, recorder=found.recorder, teller=None, monitor=None
    )

    with pytest.raises(RuleBroken, match="计票人和监票人"):
        meetings.open_meeting(found.meeting, by=found.chair)


def test_where_the_rules_ask_for_it_a_meeting_waits_for_the_prior_study():
    found = hall.called(members=3, rules={"prior_study_required": True})
    found.sign_in(3)
    with pytest.raises(RuleBroken, match="前置研究"):
        meetings.open_meeting(found.meeting, by=found.chair)

    meetings.record_prior_study(
        found.meeting, by=found.chair, body="村党支部", on=moments.today(), conclusion="同意提交议事会"
    )

    assert meetings.open_meeting(found.meeting, by=found.chair).state == MeetingState.OPEN
    assert AuditEvent.objects.get(action="meeting.prior_study").sentence == "村党支部前置研究：同意提交议事会"


def test_a_miss_is_kept_and_the_next_attempt_names_it():
    found = hall.called(members=21, projects=2)
    found.sign_in(12)

    missed = meetings.record_miss(found.meeting, by=found.chair)
    again = meetings.reconvene(missed, by=found.chair, starts_at=moments.now() + timedelta(days=3), place="祠堂")

    missed.refresh_from_db()
    assert (missed.state, missed.due_count, missed.present_count) == (MeetingState.INQUORATE, 21, 12)
    assert (again.reconvenes, again.attempt, again.state, again.place) == (missed, 2, MeetingState.CALLED, "祠堂")
    assert again.due_count is None
    assert [i.project for i in again.items.order_by("order")] == found.projects
    assert missed.items.count() == 2
    event = AuditEvent.objects.get(subject=found.projects[0].code, action="meeting.missed")
    assert event.sentence == "议事会人数不足：应到21人，实到12人，要14人，没有表决，另行召集"
    assert found.projects[0].agenda_items.count() == 2


def test_a_missed_meeting_is_reconvened_once_and_with_notice():
    found = hall.called(members=3)
    missed = meetings.record_miss(found.meeting, by=found.chair)
    with pytest.raises(RuleBroken, match="要提前3天通知"):
        meetings.reconvene(missed, by=found.chair, starts_at=moments.now() + timedelta(days=1), place="祠堂")
    meetings.reconvene(missed, by=found.chair, starts_at=moments.now() + timedelta(days=3), place="祠堂")

    with pytest.raises(RuleBroken, match="已经另行召集过了"):
        meetings.reconvene(missed, by=found.chair, starts_at=moments.now() + timedelta(days=4), place="祠堂")


def test_a_miss_is_not_recorded_when_enough_came_or_before_the_hour():
    found = hall.called(members=3)
    with (
        moments.at(found.meeting.starts_at - timedelta(seconds=5)),
        pytest.raises(RuleBroken, match="还没到开会时间"),
    ):
        meetings.record_miss(found.meeting, by=found.chair)
    found.sign_in(2)

    with pytest.raises(RuleBroken, match="可以开会"):
        meetings.record_miss(found.meeting, by=found.chair)

    assert found.fresh().state == MeetingState.CALLED


def test_a_cancelled_meeting_says_why_and_frees_its_projects():
    found = hall.called()
    with pytest.raises(RuleBroken, match="理由"):
        meetings.cancel(found.meeting, by=found.chair, reason=" ")

    meetings.cancel(found.meeting, by=found.chair, reason="台风停课停工")

    assert found.fresh().state == MeetingState.CANCELLED
    assert AuditEvent.objects.get(subject=found.projects[0].code, action="meeting.cancelled").reason == "台风停课停工"
    assert list(queries.waiting_projects(found.assembly.area)) == found.projects


@pytest.mark.parametrize("act", ["open_meeting", "record_miss", "close_meeting"])
def test_a_cancelled_meeting_goes_nowhere(act):
    found = hall.called()
    meetings.cancel(found.meeting, by=found.chair, reason="台风")

    with pytest.raises(RuleBroken, match="已取消"):
        getattr(meetings, act)(found.meeting, by=found.chair)


def test_a_meeting_does_not_close_while_an_item_waits():
    found = hall.sitting(projects=2)
    found.decide(1, "FFFFF")

    with pytest.raises(RuleBroken, match="还有1项没有结果"):
        meetings.close_meeting(found.fresh(), by=found.chair)


def test_signing_in_twice_counts_once_and_a_wrong_tick_is_taken_back():
    found = hall.called(members=3)
    member = found.members[0]
    attendance.sign_in(found.meeting, member=member, by=member, how="qr")
    attendance.sign_in(found.meeting, member=member, by=found.recorder, how="tick")
    assert [a.how for a in found.meeting.attendances.all()] == ["qr"]

    attendance.untick(found.meeting, member=member, by=found.recorder)

    assert found.meeting.attendances.count() == 0


def test_a_wrong_tick_is_taken_back_while_the_meeting_sits_and_without_a_quorum_nothing_is_voted_on():
    found = hall.sitting(members=5, present=4)

    attendance.untick(found.meeting, member=found.members[3], by=found.recorder)

    assert found.meeting.attendances.count() == 3
    assert AuditEvent.objects.filter(action="meeting.unticked", on_behalf_of=found.members[3]).count() == 1
    with pytest.raises(RuleBroken, match="还差1人，不能表决"):
        items.open_item(found.item(), by=found.chair)


def test_who_is_taken_back_during_a_vote_leaves_it_without_votes_and_without_a_count():
    found = hall.sitting(members=5, present=4)
    items.open_item(found.item(), by=found.chair)
    found.vote(1, "FF-")

    attendance.untick(found.meeting, member=found.members[3], by=found.recorder)

    with pytest.raises(RuleBroken, match="还差1人，不能表决"):
        ballots.cast(found.item(), by=hall.anew(found.members[2]), choice="for")
    with pytest.raises(RuleBroken, match="还差1人，不能表决"):
        items.close_item(found.item(), by=found.chair)
    items.defer(found.item(), by=found.chair, reason="人不够了")


def test_who_voted_or_is_in_a_count_stays_signed_in_until_the_item_is_voted_on_anew():
    found = hall.sitting(members=5)
    found.decide(1, "FFF0-")
    voter, absent = found.members[0], found.members[4]

    with pytest.raises(RuleBroken, match="已经投过票"):
        attendance.untick(found.meeting, member=voter, by=found.recorder)
    with pytest.raises(RuleBroken, match="先重新表决"):
        attendance.untick(found.meeting, member=absent, by=found.recorder)
    assert found.meeting.attendances.count() == 5

    items.reopen_item(found.item(), by=found.chair, reason="有一人没来，签错了")
    attendance.untick(found.meeting, member=absent, by=found.recorder)
    found.vote(1, "FFF0")
    items.close_item(found.item(), by=found.chair)
    assert (found.item().present_count, found.item().not_voted) == (4, 0)


def test_who_came_after_a_count_is_taken_back_without_voting_anew():
    found = hall.sitting(members=5, present=4)
    found.decide(1, "FFFF")
    late = found.members[4]
    attendance.sign_in(found.meeting, member=late, by=found.recorder, how=How.TICK)

    attendance.untick(found.meeting, member=late, by=found.recorder)

    assert found.meeting.attendances.count() == 4


def test_after_the_meeting_who_came_stands():
    found = hall.voted("FFFFF")

    with pytest.raises(RuleBroken, match="不能再改"):
        attendance.untick(found.meeting, member=found.members[0], by=found.recorder)


def test_signing_in_belongs_to_the_day():
    found = hall.called(members=3)

    with (
        moments.at(found.meeting.starts_at - timedelta(days=1)),
        pytest.raises(RuleBroken, match="会议当天"),
    ):
        found.sign_in(1)
