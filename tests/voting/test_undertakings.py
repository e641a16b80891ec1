"""What a meeting settles that somebody shall do: who, by when, what became of it, and where it is shown."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from civic import moments
from civic.models import AuditEvent, Role
from civic.rules import RuleBroken
from tests import make
from tests.voting import hall
from voting import todo
from voting.models import Undertaking, UndertakingState
from voting.services import meetings, minutes, undertakings

pytestmark = pytest.mark.django_db


def promised(found: hall.Hall, *, days: int = 10, owner=None) -> Undertaking:
    due_on = moments.today() + timedelta(days=days)
    return undertakings.undertake(
        found.fresh(), by=found.recorder, text="请供电所装两盏路灯", owner=owner or found.teller, due_on=due_on
    )


def test_what_is_settled_is_on_the_log_in_the_minutes_and_in_the_queue_of_who_does_it():
    found = hall.voted("FFFFF")
    made = promised(found)

    event = AuditEvent.objects.get(action="meeting.undertaken")
    [line] = todo.undertaken_by(hall.anew(found.teller))

    assert event.subject == found.meeting.audit_subject
    assert (event.after["due_on"], event.after["undertaking"]) == (made.due_on.isoformat(), made.pk)
    assert "吴" not in event.sentence
    assert (line.count, line.overdue) == (1, 0)
    assert todo.undertaken_by(hall.anew(found.monitor)) == []


def test_the_minutes_say_who_by_when_and_the_public_reads_no_full_name(client):
    found = hall.voted("FFFFF")
    promised(found)
    minutes.confirm(found.fresh(), by=found.chair)

    page = client.get(f"/meetings/{found.meeting.pk}/minutes/").content.decode()

    assert "请供电所装两盏路灯" in page
    assert "吴*" in page
    assert "吴监督" not in page


def test_nothing_is_added_once_the_minutes_are_confirmed():
    found = hall.voted("FFFFF")
    minutes.confirm(found.fresh(), by=found.chair)

    with pytest.raises(RuleBroken, match="不能改记录"):
        promised(found)
    assert not Undertaking.objects.exists()


def test_nothing_is_promised_for_a_day_that_has_passed():
    found = hall.voted("FFFFF")

    with pytest.raises(RuleBroken, match="不能早于今天"):
        promised(found, days=-1)


def test_what_became_of_it_is_said_once_and_in_words(client):
    found = hall.voted("FFFFF")
    made = promised(found)
    client.force_login(found.teller)
    address = reverse("voting:undertaking", args=[made.pk])

    assert client.post(address, {"state": "done", "outcome": ""}).status_code == 422
    assert Undertaking.objects.get().state == UndertakingState.OPEN
    assert client.post(address, {"state": "done", "outcome": "两盏都亮了"}).status_code == 302
    assert client.post(address, {"state": "dropped", "outcome": "又不办了"}).status_code == 409

    done = Undertaking.objects.get()
    assert (done.state, done.outcome, done.settled_by) == (UndertakingState.DONE, "两盏都亮了", found.teller)
    assert AuditEvent.objects.get(action="meeting.undertaking_settled").sentence.startswith(
        "已办好：请供电所装两盏路灯"
    )
    assert todo.undertaken_by(hall.anew(found.teller)) == []


@pytest.mark.parametrize(("who", "status"), [("owner", 200), ("office", 200), ("member", 403), ("stranger", 302)])
def test_who_undertook_it_and_the_office_say_how_it_went(client, who, status):
    found = hall.voted("FFFFF")
    made = promised(found)
    person = {"owner": found.teller, "office": found.recorder, "member": found.members[0], "stranger": None}[who]
    if person:
        client.force_login(person)

    assert client.get(reverse("voting:undertaking", args=[made.pk])).status_code == status


def test_the_next_meeting_goes_through_what_the_last_one_settled(client):
    first = hall.voted("FFFFF")
    late, done = promised(first, days=0), promised(first, owner=first.monitor)
    undertakings.settle(done, by=first.monitor, state="done", outcome="亮了")
    minutes.confirm(first.fresh(), by=first.chair)
    project = make.project("for_assembly", round=first.round)
    with moments.at(moments.now() + timedelta(days=1)):
        following = meetings.call_meeting(
            first.assembly,
            first.round,
            by=first.chair,
            projects=[project],
            starts_at=moments.now() + timedelta(days=5),
            place="文化室",
            chair=first.chair,
            recorder=first.recorder,
        )
        page = client.get(f"/meetings/{following.pk}/").content.decode()

    before = page.split('data-test="before"')[1].split("</section>")[0]
    assert first.projects[0].title in before
    assert "通过；现在：" in before
    assert late.text in before
    assert "超期" in before
    assert "已办好" in before
    assert "亮了" in before
    assert 'data-test="before"' not in client.get(f"/meetings/{first.meeting.pk}/").content.decode()


def test_the_recorder_notes_it_by_a_plain_form(client):
    found = hall.sitting(members=3)
    client.force_login(found.recorder)
    due_on = moments.today() + timedelta(days=9)
    facts = {"text": "装路灯", "owner": found.teller.pk, "due_on": due_on.isoformat()}

    refused = client.post(f"/meetings/{found.meeting.pk}/undertake/", facts | {"owner": make.resident().pk})
    taken = client.post(f"/meetings/{found.meeting.pk}/undertake/", facts)

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert Undertaking.objects.get().owner == found.teller
    assert "装路灯" in client.get(f"/meetings/{found.meeting.pk}/run/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"state": "lost"},
        {"state": "done"},
        {"outcome": "好了"},
        {"state": "done", "outcome": "好了", "settled_at": moments.now() - timedelta(days=900)},
    ],
)
def test_an_undertaking_that_does_not_hold_together(wrong):
    made = promised(hall.voted("FFFFF"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Undertaking.objects.filter(pk=made.pk).update(**wrong)


def test_the_queue_asks_once_whatever_somebody_undertook(django_assert_num_queries):
    found = hall.voted("FFFFF")
    for _n in range(3):
        promised(found)
    person = hall.anew(found.teller)
    assert person.live_appointments

    with django_assert_num_queries(1):
        [line] = todo.undertaken_by(person)

    assert line.count == 3
    assert Role.SUPERVISOR in {office.role for office in person.live_appointments}
