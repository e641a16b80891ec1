"""Who may do what at a meeting: role × act, and each act against a stranger and in the wrong state."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from civic import moments
from civic.models import Appointment, AuditEvent, Role
from civic.permissions import allowed
from tests import make
from tests.voting import hall
from voting.models import MeetingState
from voting.services import items, meetings
from voting.views import desk

pytestmark = pytest.mark.django_db

PEOPLE = [
    "anonymous",
    "resident",
    "chair",
    "recorder",
    "office",
    "other_office",
    "town",
    "member",
    "absent",
    "aside",
    "other_member",
]
ACTS = {  # act: who may
    "voting.call": {"chair", "recorder", "office"},
    "voting.prepare": {"chair", "recorder", "office"},
    "voting.run": {"chair", "recorder"},
    "voting.confirm": {"chair"},
    "voting.attend": {"member", "absent", "aside"},
    "voting.vote": {"member"},
    "voting.read_minutes": {"chair", "recorder", "office", "member", "absent", "aside"},
}


@pytest.fixture
def people():
    found = hall.sitting(members=3, present=2)
    items_aside = found.item()
    from voting.services import attendance

    attendance.declare_conflict(items_aside, member=found.members[1], by=found.members[1], reason="亲戚")
    who = {
        "anonymous": AnonymousUser(),
        "resident": make.resident(),
        "chair": found.chair,
        "recorder": found.recorder,
        "office": make.officer(Role.VILLAGE_OFFICE),
        "other_office": make.officer(Role.VILLAGE_OFFICE, make.OTHER_VILLAGE),
        "town": make.officer(Role.TOWN_APPROVER, make.TOWN),
        "member": found.members[0],
        "absent": found.members[2],
        "aside": found.members[1],
        "other_member": make.officer(Role.ASSEMBLY_MEMBER, make.OTHER_VILLAGE),
    }
    return found, {name: p if name == "anonymous" else hall.anew(p) for name, p in who.items()}


def test_the_table_of_who_may(people):
    found, who = people
    objects = {"voting.call": found.assembly.area, "voting.vote": found.item()}

    answers = {
        act: {name for name in PEOPLE if allowed(who[name], act, objects.get(act, found.meeting))} for act in ACTS
    }

    assert answers == ACTS


@pytest.mark.parametrize("name", desk.ACTS)
@pytest.mark.parametrize("person", ["resident", "member", "other_office", "town"])
def test_nobody_but_the_office_and_those_who_run_it_acts_on_a_meeting(client, people, name, person):
    found, who = people
    client.force_login(who[person])

    answer = client.post(reverse(f"voting:{name}", args=[found.meeting.pk]), {"reason": "试试"})

    assert answer.status_code == 403
    assert found.fresh().state == MeetingState.OPEN


@pytest.mark.parametrize("name", desk.ITEM_ACTS)
@pytest.mark.parametrize("person", ["resident", "member", "office", "other_office", "town"])
def test_nobody_but_chair_and_recorder_acts_on_an_item(client, people, name, person):
    found, who = people
    client.force_login(who[person])

    answer = client.post(reverse(f"voting:{name}", args=[found.meeting.pk, 1]), {"reason": "试试"})

    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["act", "item"])
def test_every_act_wants_a_post_and_a_person(client, people, name):
    found, who = people
    acts = desk.ACTS if name == "act" else desk.ITEM_ACTS
    extra = [] if name == "act" else [1]
    addresses = [reverse(f"voting:{act}", args=[found.meeting.pk, *extra]) for act in acts]

    assert {client.post(a).status_code for a in addresses} == {302}
    client.force_login(who["chair"])
    assert {client.get(a).status_code for a in addresses} == {405}


FORMS = {
    "posts": lambda f: {"chair": f.chair.pk, "recorder": f.recorder.pk, "teller": f.teller.pk, "monitor": f.monitor.pk},
    "prior_study": lambda f: {"body": "村党支部", "on": moments.today().isoformat(), "conclusion": "同意"},
    "cancel": lambda f: {"reason": "台风"},
    "reconvene": lambda f: {
        "starts_on": (moments.today() + timedelta(days=4)).isoformat(),
        "starts_time": "19:30",
        "place": "祠堂",
    },
    "tick": lambda f: {"members": [f.members[0].pk], "how": "tick"},
    "undertake": lambda f: {"text": "装路灯", "owner": f.teller.pk, "due_on": moments.today().isoformat()},
    "untick": lambda f: {"member": f.members[0].pk},
    "counts": lambda f: {"votes_for": 3, "against": 0, "abstain": 0, "not_voted": 0},
    "defer": lambda f: {"reason": "等一等"},
    "reopen": lambda f: {"reason": "按错了"},
    "note": lambda f: {"text": "改一改"},
    "conflict_of": lambda f: {"member": f.members[0].pk, "reason": "亲戚"},
}


@pytest.mark.parametrize("name", [*desk.ACTS, *desk.ITEM_ACTS])
def test_an_act_out_of_its_time_is_refused_with_the_reason_and_changes_nothing(client, name):
    """A meeting called off: every act on it is a 409 (or a form whose choices are gone), and nothing is recorded."""
    found = hall.called(members=3)
    found.sign_in(1)
    meetings.cancel(found.meeting, by=found.chair, reason="台风")
    events = AuditEvent.objects.count()
    args = [found.meeting.pk] if name in desk.ACTS else [found.meeting.pk, 1]
    client.force_login(hall.anew(found.chair))
    data = FORMS.get(name, lambda _f: {})(found)
    if name == "tick":
        data["members"] = [found.members[2].pk]

    answer = client.post(reverse(f"voting:{name}", args=args), data)

    assert answer.status_code == 409
    assert AuditEvent.objects.count() == events
    assert found.fresh().state == MeetingState.CANCELLED


def test_a_chair_who_left_office_runs_nothing_any_more():
    found = hall.sitting(members=3)
    Appointment.objects.filter(person=found.chair).update(ends_on=moments.today() - timedelta(days=1))

    assert not allowed(hall.anew(found.chair), "voting.run", found.meeting)
    assert not allowed(hall.anew(found.chair), "voting.confirm", found.meeting)


def test_a_member_may_chair_without_an_office():
    found = hall.called(members=3)
    chair = found.members[0]
    meetings.name_posts(
        found.meeting, by=found.chair, chair=chair, recorder=found.recorder, teller=found.teller, monitor=found.monitor
    )
    found.sign_in(3)

    meetings.open_meeting(found.fresh(), by=hall.anew(chair))

    assert allowed(hall.anew(chair), "voting.run", found.fresh())
    assert AuditEvent.objects.get(action="meeting.opened").actor == chair


def test_confirming_is_the_chairs_alone(client):
    found = hall.voted("FFFFF")
    address = reverse("voting:confirm", args=[found.meeting.pk])

    for person in (found.recorder, make.officer(Role.VILLAGE_OFFICE), found.members[0], make.resident()):
        client.force_login(person)
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403

    assert found.fresh().state == MeetingState.CLOSED
    client.force_login(hall.anew(found.chair))
    assert client.post(address).status_code == 302
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 409


def test_a_member_of_another_village_neither_signs_in_nor_stands_aside(client, people):
    found, who = people
    items.open_item(found.item(), by=found.chair)
    client.force_login(who["other_member"])

    for name, args in (
        ("sign_in", [found.meeting.pk]),
        ("conflict", [found.meeting.pk, 1]),
        ("vote", [found.meeting.pk, 1]),
    ):
        assert client.post(reverse(f"voting:{name}", args=args), {"choice": "for", "reason": "试试"}).status_code == 403


def test_the_office_next_door_calls_nothing_here(client):
    found = hall.hall()
    client.force_login(make.officer(Role.VILLAGE_OFFICE, make.OTHER_VILLAGE))

    page = client.get(f"/meetings/new/?assembly={found.assembly.pk}&round={found.round.pk}")

    assert page.status_code == 200
    assert found.assembly.name not in page.content.decode()
    assert client.get("/meetings/new/").status_code == 200
    client.force_login(make.resident())
    assert client.get("/meetings/new/").status_code == 403
