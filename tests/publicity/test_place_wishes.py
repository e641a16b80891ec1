"""Following a village, and being told once when the next call or vote opens (关注村居、到时提醒我)."""

import json
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from civic import people
from civic.audit import record
from civic.models import AuditEvent, DemoMessage
from civic.moments import at, now
from civic.rules import RuleBroken
from proposals.models import ProjectState as S
from publicity import message_rules, tasks
from publicity.models import Follow, Message, OpeningWish, Topic, Why
from publicity.services import follows, messages, openings
from tests import make
from tests.publicity.told import relayed, told
from tests.voting.polls import build

pytestmark = pytest.mark.django_db
FOLLOW, REMIND = f"/a/{make.VILLAGE}/follow/", f"/a/{make.VILLAGE}/remind/"


@pytest.fixture
def me():
    make.areas()
    return make.person("关测试")


def text_of(answer):
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


@pytest.mark.parametrize(("path", "model"), [(FOLLOW, Follow), (REMIND, OpeningWish)])
def test_wishing_twice_is_once_leaving_is_undone_for_a_minute_and_opening_the_page_changes_nothing(
    client, me, path, model
):
    client.force_login(me)
    client.get(f"{path}?just=1")
    assert not model.objects.exists()

    for _n in range(2):
        assert client.post(path)["Location"] == f"{path}?just=1"
    assert list(model.objects.values_list("person", "area")) == [(me.pk, make.VILLAGE)]
    left = client.post(path, {"act": "stop"})["Location"]
    assert not model.objects.exists()
    assert left == path

    assert "撤销" in client.get(left).content.decode()  # a minute: tests/civic/test_undo.py
    client.post(path, {"undo": "1"})
    assert model.objects.count() == 1


def test_a_stranger_presses_first_and_follows_as_soon_as_the_phone_is_proved(client, me):
    assert "用手机号核对并关注" in client.get(FOLLOW).content.decode()

    assert client.post(FOLLOW)["Location"] == f"/login/?next={FOLLOW}"
    session = client.session
    client.force_login(me)
    session = client.session
    session["follow_when_signed_in"] = f"place:{make.VILLAGE}"
    session.save()

    assert "您已关注这个村居" in text_of(client.get(FOLLOW, follow=True))
    assert Follow.objects.get().area_id == make.VILLAGE


@pytest.mark.parametrize("path", [f"/a/{make.TOWN}/follow/", "/a/440403999999/follow/", "/a/440403999999/remind/"])
def test_only_a_village_is_followed_and_only_a_known_place_waited_for(client, me, path):
    client.force_login(me)

    assert client.post(path).status_code == 404
    with pytest.raises(RuleBroken):
        follows.follow_place(make.area(make.TOWN), by=me)
    assert not Follow.objects.exists()


def test_the_database_keeps_a_follow_to_one_project_or_one_village(me):
    follows.follow_place(make.area(), by=me)

    for wrong in ({}, {"area": make.area(), "project": make.project()}, {"area": make.area()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Follow.objects.create(person=me, **wrong)


def test_mine_shows_what_is_followed_and_waited_for_each_with_a_way_out_and_back(client, me):
    client.force_login(me)
    follows.follow_place(make.area(), by=me)
    openings.wish(make.area(make.TOWN), by=me)

    mine, listed = text_of(client.get("/me/")), text_of(client.get("/me/follows/"))
    assert "我关注的 测试甲村 村居 斗门镇下一次开始征集或投票 到时提醒" in mine
    assert "您还没有提过事" not in mine
    assert "斗门镇 测试甲村 取消关注" in listed and "斗门镇下一次开始征集或投票 不用提醒了" in listed
    assert "测试甲村" in client.get("/").content.decode()

    for key, words in ((f"place:{make.VILLAGE}", "已取消关注“测试甲村”。"), (f"opening:{make.TOWN}", "不再提醒您。")):
        left = client.post("/me/follows/", {"code": key})["Location"]
        assert words in text_of(client.get(left))
        client.post("/me/follows/", {"code": key, "act": "follow"})
    assert Follow.objects.count() == OpeningWish.objects.count() == 1
    assert client.post("/me/follows/", {"code": "place:440403999999"}).status_code == 404


def test_a_follower_of_a_village_hears_of_its_projects_milestones_once_and_of_no_other_village(me):
    follows.follow_place(make.area(), by=me)
    project = make.project(state=S.IN_PROGRESS, title="村口坡道")
    elsewhere = make.project(state=S.IN_PROGRESS, at=make.OTHER_VILLAGE)
    heard = {"project.advance>on_notice", "project.start", "milestone.finish", "project.finish", "project.accept"}

    for key in (*sorted(heard), "project.advance>in_review"):
        action, _to, state = key.partition(">")
        for one in (project, elsewhere):
            event = record(action, by="test", on=one, after={"state": state})
            for _n in range(2):
                messages.tell(event)
    follows.follow(project, by=me)
    messages.tell(record("project.pause", by="test", on=project))

    mine = Message.objects.filter(person=me)
    assert set(mine.values_list("why", "event__subject")) == {("place", project.code), ("follower", project.code)}
    assert mine.filter(why=Why.PLACE).count() == len(heard)


def test_who_asked_is_told_once_when_the_next_call_opens_in_the_inbox_and_by_text_with_a_way_to_stop(
    client, me, settings, django_capture_on_commit_callbacks
):
    settings.DEMO, settings.SITE_URL = True, "https://wss.example"
    follower, far = make.person(), make.person()
    openings.wish(make.area(), by=me)
    openings.wish(make.area(make.OTHER_TOWN), by=far)
    follows.follow_place(make.area(), by=follower)
    make.round_(at=make.TOWN, name="秋季征集", opens_at=now() + timedelta(hours=1), closes_at=now() + timedelta(days=9))
    make.round_(at=make.TOWN, opens_at=now() - timedelta(minutes=1), rules={"who_may_propose": ["department"]})

    tasks.tell_of_openings()
    assert not AuditEvent.objects.filter(action="round.opened").exists()
    with at((now() + timedelta(days=1)).replace(hour=4)):  # noon in Zhuhai
        with django_capture_on_commit_callbacks(execute=True):
            for _n in range(2):
                tasks.tell_of_openings()
        relayed()
        relayed()

    assert AuditEvent.objects.filter(action="round.opened").count() == 1
    assert set(Message.objects.values_list("person", "why", "topic")) == {
        (me.pk, Why.REMINDED, Topic.CALL),
        (follower.pk, Why.PLACE, Topic.CALL),
    }
    assert list(OpeningWish.objects.values_list("person", flat=True)) == [far.pk]
    sent = DemoMessage.objects.get()
    assert sent.phone == me.phone
    assert (
        "您要的提醒：斗门镇开始征集提议。去看：https://wss.example/propose/ 不想收：https://wss.example/stop/"
        in sent.text
    )
    client.force_login(me)
    inbox = text_of(client.get("/me/messages/"))
    assert "您要的提醒 斗门镇征集提议 “秋季征集”开始征集提议 下一步：" in inbox


@pytest.mark.django_db(databases=build.URN)
def test_a_vote_that_opens_reminds_too_and_a_voter_who_asked_hears_it_as_a_reminder(me):
    office = build.opened(rules={"ballot_limit": 2})
    voter = build.on_roll(office.poll).person
    for person in (me, voter):
        openings.wish(make.area(), by=person)

    told(action="poll.opened")

    assert set(Message.objects.filter(person__in=[me, voter]).values_list("person", "why", "topic")) == {
        (me.pk, Why.REMINDED, Topic.CALL),
        (voter.pk, Why.REMINDED, Topic.CALL),
    }
    assert not OpeningWish.objects.exists()


def test_an_erased_person_leaves_no_wish(me, django_capture_on_commit_callbacks):
    follows.follow_place(make.area(), by=me)
    openings.wish(make.area(), by=me)

    with django_capture_on_commit_callbacks(execute=True):
        people.erase(me)
    relayed()

    assert not Follow.objects.exists() and not OpeningWish.objects.exists()


def test_hundreds_are_enough(me, monkeypatch):
    monkeypatch.setattr(message_rules, "MOST_FOLLOWED", 1)
    follows.follow_place(make.area(), by=me)
    openings.wish(make.area(), by=me)

    with pytest.raises(RuleBroken):
        follows.follow_place(make.area(make.OTHER_VILLAGE), by=me)
    with pytest.raises(RuleBroken):
        openings.wish(make.area(make.OTHER_VILLAGE), by=me)


def test_a_village_is_followed_over_the_api_as_a_project_is(client, me):
    client.force_login(me)

    def post(path, **body):
        return client.post(f"/api/v1/followed-areas/{path}", json.dumps(body), content_type="application/json")

    assert [post("", area=make.VILLAGE).status_code for _n in range(2)] == [201, 201]
    assert client.get("/api/v1/followed-areas/").json()["results"][0]["name"] == "测试甲村"
    assert client.get("/api/v1/follows/").json()["results"] == []
    assert post("", area=make.TOWN).status_code == 400
    assert [post(f"{make.VILLAGE}/stop/").status_code for _n in range(2)] == [204, 204]
    assert not Follow.objects.exists()
    client.logout()
    assert client.get("/api/v1/followed-areas/").status_code in (401, 403)


def test_a_reminder_is_wished_for_and_taken_back_over_the_api_as_on_its_page(client, me):
    client.force_login(me)

    def post(path, **body):
        return client.post(f"/api/v1/reminders/{path}", json.dumps(body), content_type="application/json")

    assert [post("", area=make.area(make.TOWN).code).status_code for _n in range(2)] == [201, 201]
    assert OpeningWish.objects.get().area_id == make.TOWN
    assert [one["area"] for one in client.get("/api/v1/reminders/").json()["results"]] == [make.TOWN]
    assert post("", area="440403999999").status_code == 400
    assert [post(f"{make.TOWN}/stop/").status_code for _n in range(2)] == [204, 204]
    assert not OpeningWish.objects.exists()
    client.force_login(make.resident())
    assert client.get("/api/v1/reminders/").json()["results"] == []
    client.logout()
    assert client.get("/api/v1/reminders/").status_code in (401, 403)


def test_when_nothing_is_called_for_the_wizard_offers_the_reminder(client, me):
    client.force_login(me)

    html = client.get("/propose/").content.decode()

    assert re.search(r'href="/a/\d{12}/remind/">到时提醒我', html)
