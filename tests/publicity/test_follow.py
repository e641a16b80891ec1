"""Following a project (关注): once per person, after a phone check, with a minute to undo; the project page knows nothing of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.moments import now
from civic.rules import RuleBroken
from proposals.models import ProjectState as S
from publicity import message_rules
from publicity.models import Follow
from publicity.services import follows
from tests import make
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make.project(state=S.IN_PROGRESS, title="村口坡道")


def path(project):
    return f"/p/{project.code}/follow/"


def test_following_twice_is_once_and_leaving_twice_is_once(client, project):
    me = make.person()
    client.force_login(me)

    for _n in range(2):
        assert client.post(path(project))["Location"] == f"{path(project)}?just=1"
    assert list(Follow.objects.values_list("person", "project")) == [(me.pk, project.pk)]
    for _n in range(2):
        client.post(path(project), {"act": "stop"})
    assert not Follow.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixteen_presses_at_once_are_one_follow(project):
    me = make.person()

    came = at_once(lambda _n: follows.follow(project, by=me), times=16)

    assert came == [None] * 16
    assert Follow.objects.count() == 1


def test_a_stranger_presses_first_and_follows_as_soon_as_the_phone_is_proved(client, project, settings):
    settings.DEMO = True
    asked = client.get(path(project))
    assert "用手机号核对并关注" in asked.content.decode()

    answer = client.post(path(project))
    assert answer["Location"] == f"/login/?next={path(project)}"
    login = answer["Location"]
    client.post(login, {"step": "phone", "phone": "13800138000", "next": path(project)})
    from civic.models import DemoMessage
    from tests.publicity.told import relayed

    relayed()
    code = re.search(r"\d{6}", DemoMessage.objects.get().text)[0]
    client.post(login, {"step": "code", "code": code, "next": path(project)})
    client.get(path(project), follow=True)

    assert Follow.objects.get().person.phone == "+8613800138000"
    assert "您已关注" in client.get(path(project)).content.decode()


def test_opening_the_page_changes_nothing(client, project):
    client.force_login(make.person())

    for query in ("", "?just=1", "?act=follow"):
        client.get(path(project) + query)

    assert not Follow.objects.exists()


def test_my_follows_are_a_list_with_a_way_out_and_a_way_back(client, project):
    me = make.person()
    client.force_login(me)
    follows.follow(project, by=me)
    follows.follow(make.project(title="别的路灯"), by=make.person())

    shown = client.get("/me/follows/").content.decode()
    assert "村口坡道" in shown and "别的路灯" not in shown
    left = client.post("/me/follows/", {"code": project.code}, follow=True).content.decode()
    assert not Follow.objects.filter(person=me).exists()
    assert "已取消关注“村口坡道”。" in left and "撤销" in left
    client.post("/me/follows/", {"code": project.code, "act": "follow", "undo": "1"})
    assert Follow.objects.filter(person=me, project=project).exists()


def test_who_follows_nothing_reads_how_to(client):
    client.force_login(make.person())

    assert "您还没有关注项目" in client.get("/me/follows/").content.decode()


def test_the_public_page_offers_it_to_everybody_alike_and_sets_no_cookie(client, project):
    answer = client.get(project.get_absolute_url())

    assert f'href="{path(project)}"' in answer.content.decode()
    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_a_draft_and_a_code_nobody_has_cannot_be_followed(client):
    me = make.person()
    client.force_login(me)

    assert client.post("/p/WSS-2099-0001/follow/").status_code == 404


def test_hundreds_are_enough(project, monkeypatch):
    monkeypatch.setattr(message_rules, "MOST_FOLLOWED", 1)
    me = make.person()
    follows.follow(project, by=me)
    follows.follow(project, by=me)

    with pytest.raises(RuleBroken):
        follows.follow(make.project(), by=me)


def test_my_follows_take_the_same_queries_for_three_as_for_twenty(client, project):
    me = make.person()
    client.force_login(me)

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get("/me/follows/")
        return len(taken)

    for _n in range(3):
        follows.follow(make.project(), by=me)
    queries()
    three = queries()
    for _n in range(15):
        follows.follow(make.project(), by=me)
    assert queries() == three
    assert Follow.objects.filter(followed_at__gt=now() - timedelta(minutes=5)).count() == 18
