"""Meetings over the API, the desk's queue and the project's acts."""

from datetime import timedelta

import pytest

from civic import moments
from civic.models import AuditEvent, Role
from civic.pages import Act
from proposals.models import ProjectState
from tests import make
from tests.voting import hall
from voting import acts, todo
from voting.models import MeetingVote, Undertaking
from voting.services import attendance, items, meetings, minutes, undertakings

pytestmark = pytest.mark.django_db


def api(client, path: str, **given):
    return client.post(path, given, content_type="application/json")


def test_the_list_filters_by_place_and_state_and_refuses_what_it_does_not_know(client):
    found = hall.called()

    assert client.get("/api/v1/meetings/").json()["count"] == 1
    assert client.get(f"/api/v1/meetings/?area={make.OTHER_VILLAGE}").json()["count"] == 0
    assert client.get(f"/api/v1/meetings/?area={make.VILLAGE}&state=called").json()["count"] == 1
    assert client.get("/api/v1/meetings/?state=nonsense").status_code == 400
    assert client.get("/api/v1/meetings/?colour=red").status_code == 400
    assert client.get(f"/api/v1/meetings/{found.meeting.pk}/").json()["items"][0]["project"] == found.projects[0].code


def test_a_meeting_tells_figures_after_the_close_and_never_a_name(client):
    found = hall.voted("FFFA0", members=7, present=5)

    told = client.get(f"/api/v1/meetings/{found.meeting.pk}/")

    item = told.json()["items"][0]
    assert (item["votes_for"], item["votes_against"], item["votes_abstain"], item["outcome"]) == (3, 1, 1, "passed")
    assert (told.json()["due_count"], told.json()["present_count"], told.json()["minutes_confirmed"]) == (7, 5, False)
    assert "成员" not in told.content.decode()


def test_what_a_meeting_settled_and_what_its_minutes_had_wrong_are_told_without_names(
    client, django_assert_max_num_queries
):
    found = hall.voted("FFFFF")
    for text in ("装路灯", "修水沟", "量尺寸"):
        undertakings.undertake(
            found.fresh(), by=found.recorder, text=text, owner=found.teller, due_on=moments.today(), item=found.item()
        )
    undertakings.settle(Undertaking.objects.earliest("pk"), by=found.teller, state="done", outcome="亮了")
    minutes.confirm(found.fresh(), by=found.chair, closing="下月再看")
    for right in ("会议在三楼开", "会议在四楼开"):
        minutes.correct(found.meeting, by=found.chair, recorded="二楼", right=right, reason="录入错误")

    with django_assert_max_num_queries(8):
        answer = client.get("/api/v1/meetings/")

    [told] = answer.json()["results"]
    assert told["closing"] == "下月再看"
    assert [(one["item"], one["right"]) for one in told["corrections"]] == [
        (None, "会议在三楼开"),
        (None, "会议在四楼开"),
    ]
    states = {one["text"]: (one["item"], one["state"], one["outcome"]) for one in told["undertakings"]}
    assert states["装路灯"] == (1, "done", "亮了")
    assert states["修水沟"] == (1, "open", "")
    assert told["undertakings"][0]["settled_on"] == moments.today().isoformat()
    assert not any(name in answer.content.decode() for name in (found.teller.name, found.chair.name))


def test_a_member_votes_over_the_api(client):
    found = hall.sitting(members=3)
    items.open_item(found.item(), by=found.chair)
    path = f"/api/v1/meetings/{found.meeting.pk}/items/1/vote/"
    client.force_login(found.members[0])

    assert api(client, path, choice="for").status_code == 204

    assert MeetingVote.objects.get().choice == "for"
    assert AuditEvent.objects.get(action="item.voted").channel == "api"


@pytest.mark.parametrize(
    ("who", "choice", "order", "status", "code"),
    [
        ("anonymous", "for", 1, 403, "not_authenticated"),
        ("resident", "for", 1, 403, "permission_denied"),
        ("aside", "for", 1, 403, "permission_denied"),
        ("member", "maybe", 1, 400, "invalid"),
        ("member", "for", 9, 404, "not_found"),
        ("member", "for", 2, 409, "wrong_state"),
    ],
)
def test_the_api_refuses_as_the_page_does(client, who, choice, order, status, code):
    found = hall.sitting(members=3, projects=2)
    attendance.declare_conflict(found.item(), member=found.members[1], by=found.members[1], reason="亲戚")
    items.open_item(found.item(), by=found.chair)
    person = {"resident": make.resident(), "aside": found.members[1], "member": found.members[0]}.get(who)
    if person:
        client.force_login(hall.anew(person))

    answer = api(client, f"/api/v1/meetings/{found.meeting.pk}/items/{order}/vote/", choice=choice)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not MeetingVote.objects.exists()
    assert AuditEvent.objects.filter(action="item.vote_refused").exists() is (who == "aside")


def test_a_list_asks_as_much_for_one_meeting_as_for_three(client, django_assert_num_queries):
    found = hall.called()
    with django_assert_num_queries(5):
        client.get("/api/v1/meetings/")
    for _n in range(2):
        meetings.cancel(found.fresh(), by=found.chair, reason="台风")
        found.meeting = meetings.call_meeting(
            found.assembly,
            found.round,
            by=found.chair,
            projects=found.projects,
            starts_at=found.meeting.starts_at + (found.meeting.starts_at - found.meeting.notice_at),
            place="祠堂",
            chair=found.chair,
            recorder=found.recorder,
        )

    with django_assert_num_queries(5):
        assert client.get("/api/v1/meetings/").json()["count"] == 3


def test_the_desk_counts_what_waits(django_assert_max_num_queries):
    found = hall.voted("FFFFF", projects=1)
    make.project(ProjectState.FOR_ASSEMBLY, round=found.round)
    late = make.project(ProjectState.FOR_ASSEMBLY, round=found.round)
    late.due_on = late.due_on.replace(year=2020)
    late.save()

    chair = hall.anew(found.chair)
    with django_assert_max_num_queries(3):
        todos = {t.label: (t.count, t.overdue) for t in todo.waiting_for(chair)}

    assert todos == {"待议事的项目": (2, 1), "要开的会": (0, 0), "待确认的纪要": (1, 0)}
    assert [t.label for t in todo.waiting_for(hall.anew(found.members[0]))] == ["要参加的会"]
    assert todo.waiting_for(make.resident()) == []


def test_the_project_page_offers_the_act_that_fits(django_assert_max_num_queries):
    found = hall.hall()
    project = found.projects[0]
    office, member = hall.anew(found.recorder), hall.anew(found.members[0])
    with django_assert_max_num_queries(3):
        assert acts.for_project(office, project) == [Act("安排议事", f"/meetings/new/?project={project.pk}")]
    assert acts.for_project(member, project) == []
    assert acts.for_project(make.officer(Role.VILLAGE_OFFICE, make.OTHER_VILLAGE), project) == []

    again = _called(found)

    assert acts.for_project(office, project) == [Act("到会场工作页", f"/meetings/{again.pk}/run/")]
    assert acts.for_project(member, project) == [Act("去议事会", f"/meetings/{again.pk}/")]
    assert acts.for_project(make.resident(), project) == []


def _called(found: hall.Hall):
    return meetings.call_meeting(
        found.assembly,
        found.round,
        by=found.chair,
        projects=found.projects,
        starts_at=moments.now() + timedelta(days=3),
        place="祠堂",
        chair=found.chair,
        recorder=found.recorder,
    )
