"""What the room and the phones in it are told: the queue of a phone without a network, the projector's rule and hour."""

import pytest
from django.urls import reverse

from tests import make
from tests.voting import hall
from voting.models import MeetingVote
from voting.services import items

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
