"""What the room and the phones in it are told: the queue of a phone without a network, the projector's rule and hour."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from civic.models import AuditEvent, Role
from tests import make
from tests.voting import hall
from voting import meeting_words, sentences
from voting.models import Meeting, MeetingVote
from voting.services import attendance, items, meetings, minutes

pytestmark = pytest.mark.django_db


def url(name: str, meeting, *args) -> str:
    return reverse(f"voting:{name}", args=[meeting.pk, *args])


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("who", "choice", "ballot", "status", "words"),
    [
        ("member", "for", 1, 201, ""),
        ("member", "", 1, 422, "请选赞成、反对或弃权"),
        ("member", "for", 2, 409, "已经重新表决"),
        ("stranger", "for", 1, 403, "没有签到，或已声明回避"),
    ],
)
def test_the_queue_of_a_phone_hears_whether_its_vote_is_in(client, who, choice, ballot, status, words):
    found = hall.sitting(members=3)
    items.open_item(found.item(), by=found.chair)
    client.force_login(found.members[0] if who == "member" else make.resident())

    answer = client.post(
        url("vote", found.meeting, 1), {"choice": choice, "ballot": ballot}, headers={"Accept": "application/json"}
    )

    assert answer.status_code == status
    assert words in answer.json().get("error", "")
    assert MeetingVote.objects.count() == (1 if status == 201 else 0)


def test_the_projector_says_the_rule_and_when_it_was_read(client):
    found = hall.sitting(members=3)
    items.open_item(found.item(), by=found.chair)
    found.vote(1, "FF")
    under_vote = text(client.get(url("screen", found.meeting)))
    items.close_item(found.item(), by=found.chair)

    closed = text(client.get(url("screen", found.meeting)))

    assert "赞成票要超过" not in under_vote
    assert "赞成票要超过实到人数（回避的除外）的二分之一" in closed
    assert "数据时间" in under_vote
    assert "成员0" not in closed


def _as(client, person):
    client.force_login(person)
    return client


def test_the_projector_is_never_behind_for_who_did_not_sign_in(client, settings):
    settings.PUBLIC_CACHE_SECONDS = 50
    found = hall.sitting(members=3)
    items.open_item(found.item(), by=found.chair)
    wall, part = url("screen", found.meeting), url("screen", found.meeting) + "?screen=1"
    assert "已投0人 / 3人" in text(client.get(wall)) and "已投0人 / 3人" in text(client.get(part))

    found.vote(1, "FF")

    assert "已投2人 / 3人" in text(client.get(wall))
    assert "已投2人 / 3人" in text(client.get(part, headers={"HX-Request": "true"}))


def test_the_queue_leads_each_to_where_they_act(client):
    found = hall.called(members=3)
    desks = {who: text(_as(client, who).get("/desk/")) for who in (found.recorder, found.members[0])}
    assert f"/meetings/{found.meeting.pk}/run/" in desks[found.recorder]
    assert f'href="/meetings/{found.meeting.pk}/"' in desks[found.members[0]]
    assert all(found.assembly.name in desk for desk in desks.values())

    found.sign_in(3)
    meetings.open_meeting(found.fresh(), by=found.chair)
    found.decide(1, "FFF")
    meetings.close_meeting(found.fresh(), by=found.chair)

    assert f"/meetings/{found.meeting.pk}/minutes/" in text(_as(client, hall.anew(found.chair)).get("/desk/"))


def test_a_member_in_the_chair_is_told_as_one_and_the_four_numbers_make_the_whole(client):
    found = hall.called(members=4)
    Meeting.objects.update(chair=found.members[0])
    found.fresh()
    chair = hall.anew(found.members[0])
    found.sign_in(4)
    attendance.declare_conflict(found.item(), member=found.members[3], by=found.members[3], reason="是我家的地")
    meetings.open_meeting(found.fresh(), by=chair)
    items.open_item(found.item(), by=chair)
    found.vote(1, "FF-")
    items.close_item(found.item(), by=chair)
    meetings.close_meeting(found.fresh(), by=chair)
    minutes.confirm(found.fresh(), by=chair)

    told = AuditEvent.objects.filter(actor=chair, action__startswith="meeting.")
    assert {event.role for event in told} == {Role.ASSEMBLY_MEMBER}
    html = text(client.get(url("minutes", found.meeting)))
    assert [part in html for part in ("2（66.67%）", "0（0.00%）", "1（33.33%）")] == [True] * 3


@pytest.mark.parametrize("base", ["present", "due"])
def test_the_rule_reads_as_in_the_record_and_in_english_for_who_reads_english(base):
    meeting = hall.called(rules={"pass_base": base}).meeting

    assert meeting_words.pass_rule(meeting) == sentences.pass_rule(meeting)
    with translation.override("en"):
        said = meeting_words.pass_rule(meeting)
    assert not re.search(r"[\u4e00-\u9fff]", said.replace(meeting.rule_book, ""))
