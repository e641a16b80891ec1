"""我的 and the desk: one list of everything I did, one list of what waits for me; the plain pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.models import Role
from civic.moments import now
from delivery.models import Rating
from proposals.models import Draft, Seconding
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.services import objections
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/me/", "/desk/", "/desk/objections/"])
def test_a_stranger_is_asked_to_sign_in_and_comes_back(client, path):
    assert client.get(path)["Location"] == f"/login/?next={path}"


def test_everything_i_did_is_in_one_list(client):
    me, other = make.person("陈测试"), make.person()
    mine = make.project(proposer=me, title="我提的坡道")
    entered = make.project(proposer=other, entered_by=me, title="我代录的路灯")
    seconded = make.project(title="我附议的广场")
    Seconding.objects.create(project=seconded, person=me)
    Draft.objects.create(owner=me, data={"title": "写了一半的事"})
    objected = moves.advance(make.project(state=S.FOR_APPROVAL), by="test")
    objections.file(objected, by=me, what="挡住消防通道", why="转不过来")
    rated = make.project(S.COMPLETED, title="我评过的广场")
    Rating.objects.create(project=rated, person=me, score=4, edit_until=now())
    client.force_login(me)

    html = client.get("/me/").content.decode()

    assert "已完成" in html.split(rated.title)[1].split("您评了“满意”")[0], "its present state beside one's own word"
    for words in (mine.title, entered.title, seconded.title, "写了一半的事", "挡住消防通道", "退出", "待受理"):
        assert words in html


def test_a_newcomer_reads_what_to_do(client):
    client.force_login(make.person())

    assert "您还没有提过事、附议过" in client.get("/me/").content.decode()


def test_others_things_are_not_mine(client):
    make.project(title="别人提的坡道")
    client.force_login(make.person())

    assert "别人提的坡道" not in client.get("/me/").content.decode()


def test_my_list_takes_the_same_queries_for_one_thing_as_for_many(client):
    me = make.person()
    client.force_login(me)
    make.project(proposer=me)

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get("/me/")
        return len(taken)

    queries()
    one = queries()
    for _n in range(5):
        make.project(proposer=me)
        Seconding.objects.create(project=make.project(), person=me)
    assert queries() == one


def test_the_desk_gathers_what_waits_from_every_app(client):
    project = moves.advance(make.project(state=S.FOR_APPROVAL), by="test")
    objections.file(project, by=make.person(), what="挡住消防通道", why="转不过来")
    client.force_login(make.officer(Role.TOWN_HANDLER, make.TOWN))

    todos = {todo.label: todo for todo in client.get("/desk/").context["todos"]}

    assert todos["异议办理"].count == 1
    assert todos["异议办理"].url == "/desk/objections/"


def test_a_clear_desk_says_so(client):
    client.force_login(make.officer(Role.AUDITOR, make.DISTRICT))

    assert "今天没有等您办的事" in client.get("/desk/").content.decode()


def test_a_leader_finds_the_projects_they_sponsor(client):
    leader = make.officer(Role.SPONSOR, make.DISTRICT)
    mine = make.project(title="我领办的水闸", sponsor=leader, state=S.IN_PROGRESS)
    make.project(title="别人领办的路灯", sponsor=make.person())
    client.force_login(leader)

    html = client.get("/desk/").content.decode()

    assert "我领办的1项" in html
    assert mine.get_absolute_url() in html
    assert "别人领办的路灯" not in html


def test_residents_have_no_desk(client):
    client.force_login(make.person())

    assert client.get("/desk/").status_code == 403


@pytest.mark.parametrize("path", ["/help/", "/rules/", "/accessibility/", "/privacy/", "/status/"])
def test_the_plain_pages_stand(client, path):
    make.round_(name="测试轮次的办法")

    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1


def test_the_status_page_publishes_the_head_of_the_seals(client):
    from civic.models import AuditSeal
    from civic.sealing import seal_new_events

    moves.advance(make.project(state=S.FOR_APPROVAL), by="test")
    seal_new_events()

    assert AuditSeal.objects.get().hash in client.get("/status/").content.decode()
