"""When nobody may object to the result any longer the poll's key is destroyed, in the log and in public."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from civic import moments
from civic.models import AuditEvent
from publicity import tasks as publicity_tasks
from publicity.services import objections
from tests import make
from tests.voting.polls import build
from tests.voting.results import hall
from voting import keys
from voting.models import LogLeaf
from voting.services import key_ends, polls

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=build.URN)]
LATER = timedelta(days=30)


def tick(days: int) -> None:
    with moments.at(moments.now() + timedelta(days=days)):
        publicity_tasks.end_poll_keys()


def has_key(office: build.Office) -> bool:
    try:
        return bool(keys.fingerprint(office.poll.pk))
    except keys.KeyGone:
        return False


def last_entry() -> dict:
    return json.loads(LogLeaf.objects.order_by("-position").first().data)


def test_the_key_stays_while_the_result_may_be_objected_to_and_goes_after():
    office = hall.published(hall.votes(2, 1))
    tick(1)
    assert has_key(office)

    tick(30)

    assert not has_key(office)
    assert office.fresh().key_ended_at is not None
    assert last_entry()["type"] == "KEY_DESTROYED"
    event = AuditEvent.objects.get(action="poll.key_ended")
    assert event.is_public and "已销毁" in event.sentence
    tick(31)
    assert AuditEvent.objects.filter(action="poll.key_ended").count() == 1


def test_an_objection_that_waits_for_its_answer_keeps_the_key():
    office = hall.published(hall.votes(2, 1), rules={"poll_reserve": 0})
    objection = objections.file(office.projects[1], by=make.resident(), what="结果", why="少算了我们队的票")
    tick(30)
    assert has_key(office)

    objections.reply(objection, by=office.handler, outcome="not_upheld", reply="重算过，一致。")
    tick(30)
    assert not has_key(office)


def test_a_recount_that_waits_keeps_the_key():
    office = hall.published(hall.votes(2, 1))
    office.ask("recount")
    tick(30)
    assert has_key(office)


def test_a_poll_called_off_after_it_began_loses_its_key_too():
    office = build.opened()
    hall.cast(office.poll, hall.voters(office.poll)[0], {office.projects[0].code: 1})
    office.agree("cancel")
    tick(30)
    assert has_key(office), "its box still keeps the order of coming"
    polls.rewrite_due(by="test")
    tick(30)
    assert not has_key(office)


def test_an_open_poll_and_one_not_yet_published_keep_their_keys():
    for office in (build.opened(), hall.counted(hall.votes(1))):
        tick(300)
        assert has_key(office)
    assert key_ends.due() == []


def test_afterwards_the_pages_still_open_and_the_count_can_be_repeated(client):
    office = hall.published(hall.votes(3, 1))
    voter = hall.voters(office.poll)[0]
    tick(30)

    client.force_login(voter)
    assert client.get(reverse("voting:ballot", args=[office.poll.pk])).status_code == 200
    assert client.get(reverse("voting:receipt", args=[office.poll.pk])).status_code == 302
    page = client.get(reverse("voting:results", args=[office.poll.pk])).content.decode()
    assert "已销毁，从此谁也查不到谁投了什么" in page
    office.agree("recount")
    assert AuditEvent.objects.filter(action="poll.rechecked").exists()


def test_the_page_says_until_when_to_object_and_where(client):
    office = hall.published(hall.votes(2, 1), rules={"poll_reserve": 0})
    page = client.get(reverse("voting:results", args=[office.poll.pk])).content.decode()

    address = reverse("publicity:object", args=[office.projects[1].code])
    assert f'href="{address}"' in page
    client.force_login(make.resident())
    assert client.get(address).status_code == 200
