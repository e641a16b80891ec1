"""The pages of a meeting, as residents, members, chair and office see them; without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from civic import moments
from civic.models import AuditEvent, Role
from proposals.models import ProjectState
from tests import make
from tests.voting import hall
from voting.models import Assembly, Attendance, Choice, Conflict, Meeting, MeetingState, MeetingVote
from voting.services import items, meetings, minutes
from voting.views.members import room_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.logout()
        if person is not None:
            client.force_login(person)
        return client

    return as_


def url(name: str, meeting: Meeting, order: int | None = None) -> str:
    return reverse(f"voting:{name}", args=[meeting.pk] if order is None else [meeting.pk, order])


def text(response) -> str:
    return response.content.decode()


def test_the_list_shows_what_comes_and_what_was_held(client):
    found = hall.voted()
    minutes.confirm(found.meeting, by=found.chair)
    more = make.project(ProjectState.FOR_ASSEMBLY, round=found.round)
    coming = meetings.call_meeting(
        found.assembly,
        found.round,
        by=found.chair,
        projects=[more],
        starts_at=moments.now() + timedelta(days=5),
        place="祠堂",
        chair=found.chair,
        recorder=found.recorder,
    )

    page = client.get("/meetings/")

    assert list(page.context["coming"]) == [coming]
    assert list(page.context["held"]) == [found.meeting]
    assert "安排议事" not in text(page)


def test_the_meeting_page_says_the_quorum_the_agenda_and_the_rule(client):
    found = hall.called(members=21)
    found.sign_in(12)

    page = text(client.get(url("meeting", found.meeting)))

    assert "应到21人，实到12人，三分之二要14人：还差2人，不能表决" in page
    assert found.projects[0].title in page
    assert "赞成票要超过实到人数（回避的除外）的二分之一" in page
    assert "12人" in page


def test_a_refused_act_leads_back_to_the_page_it_was_pressed_on(sign_in):
    found = hall.called(members=21)
    found.sign_in(12)
    page, elsewhere = f"http://testserver{url('run', found.meeting)}", "https://example.org/"

    refused, foreign = (
        sign_in(found.chair).post(url("open", found.meeting), headers={"referer": came_from})
        for came_from in (page, elsewhere)
    )

    assert refused.status_code == 409
    assert f'href="{page}"' in text(refused)
    assert elsewhere not in text(foreign)


def test_no_answer_holds_the_split_before_the_close(sign_in):
    found = hall.sitting(members=7, rules={"vote_form": "open"})
    items.open_item(found.item(), by=found.chair)
    found.vote(1, "FFFFFA")
    found.members.reverse()
    watcher = found.members[0]

    for person in (None, watcher, found.chair, make.resident()):
        visitor = sign_in(person)
        for name in ("meeting", "screen", "minutes", "run"):
            answer = visitor.get(url(name, found.meeting))
            said = text(answer)
            assert "已投6人 / 7人" in said or answer.status_code in {302, 403, 404} or name == "minutes", (person, name)
            assert 'data-test="counts"' not in said
            assert "赞成：" not in said
            assert "赞成的人" not in said
        api = visitor.get(f"/api/v1/meetings/{found.meeting.pk}/").json()
        assert {key: api["items"][0][key] for key in ("votes_for", "votes_against", "outcome", "needed_count")} == {
            "votes_for": None,
            "votes_against": None,
            "outcome": "",
            "needed_count": None,
        }


def test_after_the_close_an_open_vote_names_who_voted_how_with_masked_names(client):
    found = hall.sitting(members=5)
    found.decide(1, "FFFA0")

    page = text(client.get(url("meeting", found.meeting)))

    assert "通过" in page
    assert "反对：李**" in page
    assert "成员" not in page.replace("成员，", "").replace("议事会成员", "")


def test_after_the_close_a_secret_vote_names_nobody(client):
    found = hall.sitting(members=5, rules={"vote_form": "secret"})
    found.decide(1, "FFFA0")

    page = text(client.get(url("meeting", found.meeting)))

    assert 'data-test="counts"' in page
    assert "反对：" not in page
    assert "李**" in page  # among those who signed in, beside no choice


def test_a_member_signs_in_by_the_code_in_the_room_or_from_afar(sign_in):
    found = hall.called(members=2)
    here, afar = found.members

    sign_in(here).post(url("sign_in", found.meeting), {"k": room_key(found.meeting)})
    sign_in(afar).post(url("sign_in", found.meeting), {"k": "guess"})

    assert dict(Attendance.objects.values_list("member_id", "how")) == {here.pk: "qr", afar.pk: "remote"}


def test_the_sign_in_code_leads_a_stranger_to_sign_in_first_and_a_resident_nowhere(sign_in):
    found = hall.called(members=2)
    address = url("sign_in", found.meeting)

    assert sign_in(None).get(f"{address}?k=abc").url == f"/login/?next={address}%3Fk%3Dabc"
    assert sign_in(make.resident()).get(address).status_code == 403
    assert sign_in(make.resident()).post(address).status_code == 403
    assert not Attendance.objects.exists()


def test_a_member_votes_changes_the_vote_and_sees_only_their_own(sign_in):
    found = hall.sitting(members=3)
    items.open_item(found.item(), by=found.chair)
    member = sign_in(found.members[0])

    first = member.post(url("vote", found.meeting, 1), {"choice": "for"})
    member.post(url("vote", found.meeting, 1), {"choice": "against"})

    assert first.status_code == 302
    assert MeetingVote.objects.get().choice == Choice.AGAINST
    page = text(member.get(url("meeting", found.meeting)))
    assert "您投了“反对”" in page
    assert "您投了" not in text(sign_in(found.members[1]).get(url("meeting", found.meeting)))


def test_a_vote_without_a_choice_is_a_form_to_mend(sign_in):
    found = hall.sitting(members=3)
    items.open_item(found.item(), by=found.chair)

    answer = sign_in(found.members[0]).post(url("vote", found.meeting, 1), {"choice": "maybe"})

    assert answer.status_code == 422
    assert "请选赞成、反对或弃权" in text(answer)
    assert not MeetingVote.objects.exists()


def test_a_secret_vote_asks_once_more_because_it_cannot_be_changed(sign_in):
    found = hall.sitting(members=3, rules={"vote_form": "secret"})
    items.open_item(found.item(), by=found.chair)
    member, address = sign_in(found.members[0]), url("vote", found.meeting, 1)

    asked = member.post(address, {"choice": "for"})
    assert "您选了“赞成”" in text(asked)
    assert not MeetingVote.objects.exists()

    assert member.post(address, {"choice": "for", "sure": "1"}).status_code == 302
    assert member.post(address, {"choice": "against", "sure": "1"}).status_code == 409
    page = text(member.get(url("meeting", found.meeting)))
    assert "您已投票" in page
    assert 'name="choice"' not in page


def test_refusals_of_a_vote_have_their_own_answers(sign_in):
    """Row 53 no quorum 409, row 54 conflict of interest 403 and audited, row 55 after the close 409; a stranger 403."""
    below = hall.called(members=21)
    below.sign_in(12)
    vote = {"choice": "for"}
    assert sign_in(below.members[0]).post(url("vote", below.meeting, 1), vote).status_code == 409
    hall.dissolve()

    found = hall.sitting(members=3)
    assert sign_in(found.members[0]).post(url("conflict", found.meeting, 1), {"reason": "亲戚"}).status_code == 302
    items.open_item(found.item(), by=found.chair)
    address = url("vote", found.meeting, 1)
    assert sign_in(found.members[0]).post(address, vote).status_code == 403
    assert AuditEvent.objects.filter(action="item.vote_refused", actor=found.members[0]).count() == 1
    assert sign_in(make.resident()).post(address, vote).status_code == 403
    assert sign_in(None).post(address, vote).status_code == 302
    found.vote(1, "-FF")
    items.close_item(found.item(), by=found.chair)
    assert sign_in(found.members[1]).post(address, vote).status_code == 409


def test_a_member_who_stands_aside_has_no_buttons(sign_in):
    found = hall.sitting(members=3)
    items.open_item(found.item(), by=found.chair)
    member = sign_in(found.members[0])
    assert 'name="choice"' in text(member.get(url("meeting", found.meeting)))

    blank = member.post(url("conflict", found.meeting, 1), {"reason": " "})
    assert blank.status_code == 422
    assert not Conflict.objects.exists()
    member.post(url("conflict", found.meeting, 1), {"reason": "施工单位是亲戚开的"})

    page = text(member.get(url("meeting", found.meeting)))
    assert 'name="choice"' not in page
    assert "您已声明回避" in page
    assert "施工单位是亲戚开的" not in page
    assert "施工单位是亲戚开的" not in text(sign_in(None).get(url("meeting", found.meeting)))


def called_form(found: hall.Hall, **changed) -> dict:
    return {
        "projects": [p.pk for p in found.projects],
        "starts_on": (moments.today() + timedelta(days=3)).isoformat(),
        "starts_time": "19:30",
        "place": "村委会二楼",
        "chair": found.chair.pk,
        "recorder": found.recorder.pk,
        "teller": found.teller.pk,
        "monitor": found.monitor.pk,
    } | changed


def test_the_office_calls_a_meeting_by_a_plain_form(sign_in):
    found = hall.hall(projects=2)
    office = sign_in(found.recorder)
    offered = text(office.get("/meetings/new/"))
    assert "至少提前3天通知，记名表决" in offered
    assert f'value="{moments.today() + timedelta(days=3)}"' in offered  # the first day that keeps the notice

    answer = office.post("/meetings/new/", called_form(found))

    meeting = Meeting.objects.get()
    assert answer.url == f"/meetings/{meeting.pk}/run/"
    assert meeting.items.count() == 2


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"starts_on": moments.today().isoformat(), "starts_time": "23:59"}, 409, "要提前3天通知"),
        ({"starts_on": "2001-01-01"}, 409, "已经过了"),
        ({"projects": []}, 409, "请至少选一个项目"),
        ({"place": ""}, 422, "在哪里"),
        ({"starts_on": "31/31"}, 422, "哪天"),
        ({"chair": "999999"}, 422, "主持人"),
        ({"projects": ["x", "99999999999999999999"]}, 422, "议题"),
    ],
)
def test_a_call_to_mend_keeps_what_was_typed(sign_in, changed, status, words):
    found = hall.hall()

    answer = sign_in(found.chair).post("/meetings/new/", called_form(found, **{"place": "祠堂门口"} | changed))

    assert answer.status_code == status
    assert words in text(answer)
    assert changed.get("place") == "" or "祠堂门口" in text(answer)
    assert not Meeting.objects.exists()


def test_the_next_call_begins_where_the_last_one_was_with_the_project_that_waits(sign_in):
    found = hall.called(members=3, projects=1)
    Meeting.objects.update(place="文化室二楼")
    waiting = make.project(ProjectState.FOR_ASSEMBLY, round=found.meeting.round)

    form = sign_in(found.recorder).get("/meetings/new/").context["form"]

    assert (form["place"].value(), form["chair"].value()) == ("文化室二楼", found.meeting.chair_id)
    assert (form["projects"].value(), form["recorder"].value()) == ([waiting.pk], found.recorder.pk)


def test_where_projects_wait_without_an_assembly_the_office_founds_one(sign_in):
    office = make.officer(Role.VILLAGE_OFFICE)
    make.project(ProjectState.FOR_ASSEMBLY)
    client = sign_in(office)
    assert f"/meetings/assembly/?area={make.VILLAGE}" in text(client.get("/meetings/new/"))

    answer = client.post(f"/meetings/assembly/?area={make.VILLAGE}", {"name": "甲村居民议事会", "kind": "council"})

    assembly = Assembly.objects.get()
    assert answer.url == f"/meetings/new/?assembly={assembly.pk}"
    again = client.post(f"/meetings/assembly/?area={make.VILLAGE}", {"name": "再来", "kind": "council"})
    assert again.status_code == 409
    assert client.get(f"/meetings/assembly/?area={make.OTHER_VILLAGE}").status_code == 403
    assert client.get("/meetings/assembly/?area=x").status_code == 404


def test_the_whole_meeting_runs_on_plain_forms(sign_in):
    """Prior study, ticks, opening, hands, deferral, closing, notes, confirmation: the desk alone, no scripts."""
    found = hall.called(members=3, projects=2, rules={"prior_study_required": True})
    desk = sign_in(found.recorder)
    meeting = found.meeting

    def post(name: str, order: int | None = None, **data):
        answer = desk.post(url(name, meeting, order), data)
        assert answer.status_code == 302, text(answer)

    assert desk.post(url("open", meeting)).status_code == 409
    post("prior_study", body="村党支部", on=moments.today().isoformat(), conclusion="同意提交")
    post("tick", members=[m.pk for m in found.members], how="paper")
    post("untick", member=found.members[2].pk)
    post("open")
    post("tick", members=[found.members[2].pk], how="tick")
    post("open_item", 1)
    bad = desk.post(url("counts", meeting, 1), {"votes_for": 9, "against": 0, "abstain": 0, "not_voted": 0})
    assert bad.status_code == 409
    assert "四个数合计9，应为3" in text(bad)
    assert 'value="9"' in text(bad)
    assert desk.post(url("counts", meeting, 1), {"votes_for": "很多"}).status_code == 422
    post("counts", 1, votes_for=2, against=1, abstain=0, not_voted=0)
    post("defer", 2, reason="等量好尺寸")
    post("note", 1, text="问：谁来管养？")
    post("close")
    assert "纪要还没上传" in text(sign_in(None).get(url("meeting", meeting)))
    assert sign_in(None).get(url("minutes", meeting)).status_code == 404
    chair = sign_in(found.chair)
    assert "通过，进入下一步" in text(chair.get(url("confirm", meeting)))
    assert chair.post(url("confirm", meeting)).status_code == 302

    public = sign_in(None)
    shown = text(public.get(url("minutes", meeting)))
    assert "2（66.67%）" in shown
    assert "问：谁来管养？" in shown
    assert "计票人：吴*；监票人：郑*" in shown
    assert public.get(f"/meetings/{meeting.pk}/minutes.docx").status_code == 200
    assert found.item(1).project.state == ProjectState.FOR_APPROVAL
    assert found.item(2).project.state == ProjectState.FOR_ASSEMBLY


def test_a_missed_meeting_is_called_again_from_its_page(sign_in):
    found = hall.called(members=3)
    desk = sign_in(found.chair)
    assert desk.post(url("miss", found.meeting)).status_code == 302
    day = (moments.today() + timedelta(days=3)).isoformat()

    short = desk.post(
        url("reconvene", found.meeting),
        {"starts_on": moments.today().isoformat(), "starts_time": "23:59", "place": "祠堂"},
    )
    done = desk.post(url("reconvene", found.meeting), {"starts_on": day, "starts_time": "19:30", "place": "祠堂"})

    assert (short.status_code, done.status_code) == (409, 302)
    again = Meeting.objects.get(reconvenes=found.meeting)
    assert "第2次召集" in text(desk.get(url("meeting", again)))
    assert f"/meetings/{again.pk}/" in text(desk.get(url("meeting", found.meeting)))


def test_the_projector_shows_how_many_voted_then_the_result(client):
    found = hall.sitting(members=3)
    items.open_item(found.item(), by=found.chair)
    found.vote(1, "FF")
    assert "已投2人 / 3人" in text(client.get(url("screen", found.meeting)))
    part = text(client.get(url("screen", found.meeting), headers={"HX-Request": "true"}))
    assert part.lstrip().startswith("<div") or "<html" not in part

    items.close_item(found.item(), by=found.chair)

    shown = text(client.get(url("screen", found.meeting)))
    assert 'data-test="counts"' in shown
    assert "至少要2票赞成才通过（按3人算）" in shown
    assert "qr.svg" not in shown


def test_only_those_who_run_the_meeting_get_the_code_and_full_names(sign_in):
    found = hall.voted("FFFFF")

    assert sign_in(found.chair).get(url("qr", found.meeting))["Content-Type"] == "image/svg+xml"
    assert sign_in(found.members[0]).get(url("qr", found.meeting)).status_code == 403
    assert "成员0" in text(sign_in(found.recorder).get(url("minutes", found.meeting)))
    assert "成员0" not in text(sign_in(found.members[1]).get(url("minutes", found.meeting)))


def test_a_cancelled_meeting_stays_and_explains(sign_in):
    found = hall.called()
    assert sign_in(found.chair).post(url("cancel", found.meeting), {"reason": ""}).status_code == 422

    assert sign_in(found.chair).post(url("cancel", found.meeting), {"reason": "台风"}).status_code == 302

    assert found.fresh().state == MeetingState.CANCELLED
    assert "会议取消：台风" in text(sign_in(None).get(url("meeting", found.meeting)))


@pytest.mark.parametrize("path", ["/meetings/999999/", "/meetings/99999999999999999999999/", "/meetings/0/screen/"])
def test_a_meeting_that_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def queries_of(django_assert_max_num_queries, client, address: str) -> int:
    with django_assert_max_num_queries(40) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


@pytest.mark.parametrize("who", ["anonymous", "member"])
def test_a_meeting_page_asks_as_much_for_one_item_as_for_five_and_for_5_members_as_for_40(
    client, who, django_assert_max_num_queries
):
    asked = []
    for members, projects in ((5, 1), (40, 5)):
        found = hall.sitting(members=members, projects=projects)
        found.decide(1, "F" * members)
        if who == "member":
            client.force_login(found.members[0])
        pages = {"meeting": url("meeting", found.meeting), "screen": url("screen", found.meeting), "list": "/meetings/"}
        asked += [(name, queries_of(django_assert_max_num_queries, client, page)) for name, page in pages.items()]
        client.logout()
        hall.dissolve()

    assert asked[:3] == asked[3:]
    assert dict(asked)["meeting"] <= 18
