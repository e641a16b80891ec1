"""The list of projects: every state of it is an address; list, count and figures come from one condition."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.models import Attachment, Role
from civic.moments import now, today
from proposals.models import Programme, Project, Seconding, WorkType
from proposals.models import ProjectState as S
from tests import make

pytestmark = pytest.mark.django_db
MOST_QUERIES = 10


@pytest.fixture
def round():
    return make.round_()


def titles(answer):
    return [line.card()["title"] for line in answer.context["lines"]]


def test_the_latest_comes_first_and_the_count_is_said(client, round):
    old = make.project(round=round, title="路灯", updated_at=now() - timedelta(days=2))
    new = make.project(round=round, title="坡道", updated_at=now())
    make.project(round=round, title="草稿里的", state=S.DRAFT)

    answer = client.get("/projects/")

    assert titles(answer) == [new.title, old.title]
    assert "共2项" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=路灯", ["路灯"]),
        ("q=卫生站门口", ["坡道", "路灯"]),
        ("area=440403103201", ["路灯"]),
        ("area=440403103000", ["坡道", "路灯"]),
        ("area=440403107000", []),
        ("cat=关爱特殊群体", ["坡道"]),
        ("cat=没有的类别", []),
        ("type=service", ["路灯"]),
        ("step=2", ["路灯"]),
        ("step=1", ["坡道"]),
        ("step=5", []),
        ("status=in_review", ["路灯"]),
        ("status=nonsense", ["坡道", "路灯"]),
        ("money=5", ["坡道"]),
        ("money=20", ["路灯"]),
        ("sponsor=yes", ["坡道"]),
        ("due=over", ["路灯"]),
        ("year=1999", []),
        ("year=nonsense", ["坡道", "路灯"]),
        ("q=路灯&step=1", []),
        ("programme=micro&type=works", ["坡道"]),
    ],
)
def test_each_filter_is_a_part_of_the_address(client, round, query, found):
    make.project(
        round=round,
        title="坡道",
        updated_at=now(),
        sponsor=make.person(),
        estimate_yuan=Decimal("49999.99"),
        place_text="卫生站门口",
    )
    make.project(
        round=round,
        title="路灯",
        updated_at=now() - timedelta(days=1),
        state=S.IN_REVIEW,
        at=make.OTHER_VILLAGE,
        category="消除安全隐患",
        work_type=WorkType.SERVICE,
        due_on=today() - timedelta(days=9),
        place_text="卫生站门口",
    )

    answer = client.get(f"/projects/?{query}")

    assert titles(answer) == found
    assert answer.context["count"] == len(found)


def test_a_filter_that_is_on_can_be_taken_off_alone(client, round):
    make.project(round=round)

    answer = client.get("/projects/?q=卫生站&status=filed&page=1")

    on = {each["label"]: each["url"] for each in answer.context["active"]}
    assert on["待受理"] == "?q=%E5%8D%AB%E7%94%9F%E7%AB%99"
    assert on["卫生站"] == "?status=filed"


def test_paused_projects_are_found_at_the_step_they_stood_at(client, round):
    paused = make.project(round=round, state=S.PAUSED, resume_state=S.IN_PROGRESS)

    assert titles(client.get("/projects/?step=5")) == [paused.title]


def test_refused_and_merged_ones_stay_findable(client, round):
    make.project(round=round, state=S.DECLINED)
    make.project(round=round, state=S.MERGED)

    assert client.get("/projects/").context["count"] == 2
    assert client.get("/projects/?status=declined").context["count"] == 1


def test_precedents_from_elsewhere_come_only_when_asked_for(client, round):
    make.project(round=make.round_(programme=Programme.PRECEDENT), title="先例")
    make.project(round=round, title="本地")

    assert titles(client.get("/projects/")) == ["本地"]
    assert titles(client.get("/projects/?programme=precedent")) == ["先例"]


def test_sorting_by_day_and_by_money(client, round):
    make.project(round=round, title="贵", estimate_yuan=Decimal(90000), due_on=None)
    make.project(round=round, title="急", estimate_yuan=Decimal(10000), due_on=today())
    make.project(round=round, title="缓", estimate_yuan=None, due_on=today() + timedelta(days=9))

    assert titles(client.get("/projects/?sort=due")) == ["急", "缓", "贵"]
    by_money = client.get("/projects/?sort=money")
    assert titles(by_money) == ["贵", "急", "缓"]
    assert by_money.context["total_yuan"] == Decimal(100000)


def test_a_random_order_is_the_same_for_the_same_seed_and_loses_nobody(client, round):
    make.project(round=round)
    Project.objects.bulk_create(
        Project(
            round=round,
            area_id=make.VILLAGE,
            code=f"T-{n}",
            title=f"项目{n}",
            proposer=Project.objects.first().proposer,
            state=S.FILED,
            filed_at=now(),
        )
        for n in range(30)
    )

    pages = [titles(client.get(f"/projects/?sort=random&seed=7&page={n}")) for n in (1, 2)]

    assert pages[0] == titles(client.get("/projects/?sort=random&seed=7"))
    assert len({*pages[0], *pages[1]}) == 31
    assert pages[0] != titles(client.get("/projects/?sort=random&seed=8"))


@pytest.mark.parametrize("page", ["-1", "0", "1e99", "9" * 25, "x", "%FF"])
def test_a_senseless_page_number_is_no_error(client, round, page):
    make.project(round=round)

    assert client.get(f"/projects/?page={page}").status_code in (200, 404)


def test_senseless_parameters_are_no_error(client, round):
    for query in ("area=abc", "area=999999999999", "seed=-1", "seed=x", "q=%F0%A0%AE%B7", "sort=user__phone", "step=9"):
        assert client.get(f"/projects/?{query}").status_code == 200


def test_thirty_rows_take_as_many_queries_as_one(client, round):
    make.project(round=round)
    client.get("/projects/")  # what a process asks once and keeps is no query of the list

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get("/projects/")
        return len(taken)

    one = queries()
    for n in range(29):
        project = make.project(round=round, at=make.OTHER_VILLAGE if n % 2 else make.VILLAGE, state=list(S)[1 + n % 20])
        Seconding.objects.create(project=project, person=make.person())
    assert queries() == one <= MOST_QUERIES


def test_seconders_show_before_a_vote_and_never_while_it_runs(client, round):
    for state in (S.FILED, S.IN_POLL):
        project = make.project(round=round, state=state)
        Seconding.objects.create(project=project, person=make.person())

    cards = {line.card()["state"]: line.card() for line in client.get("/projects/").context["lines"]}

    assert (cards[S.FILED]["seconds"], cards[S.IN_POLL]["seconds"]) == (1, 0)


def test_a_card_shows_the_first_public_photo(client, round):
    project, worker = make.project(round=round), make.officer(Role.SOCIAL_WORKER)
    kept = [
        Attachment.objects.create(kind="photo", file="a", sha256=n, bytes=1, uploaded_by=worker, is_public=n == "b")
        for n in "ab"
    ]
    project.photos.set(kept)

    assert client.get("/projects/").context["lines"][0].card()["photo_url"] == f"/files/{kept[1].token}/?size=card"


def test_htmx_gets_the_rows_alone(client, round):
    make.project(round=round)

    answer = client.get("/projects/", headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode()
    assert "共1项" in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_nothing_found_says_what_to_do(client, round):
    html = client.get("/projects/?q=没有这样的&year=2025").content.decode()

    state = html.split('class="empty-state"')[1].split("</div>")[0]
    assert "没有符合的项目。去掉一个条件试试：" in state
    assert 'href="?year=2025">去掉“没有这样的”' in state and "去掉“2025年”" in state
