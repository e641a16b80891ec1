"""The board's menu of moves and its sortable table (看板): a card moves by an act, and only where the rules allow it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from civic.models import Role
from civic.moments import today
from delivery.models import Work
from delivery.services import settlement, works
from delivery.views.moving import moves_of, stands_because
from proposals.models import Project, ProjectState
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db
BOARD = reverse("delivery:board")


@pytest.fixture
def town():
    return build.town(pool="1000000")


def loaded(project) -> tuple[Project, Work | None]:
    project = Project.objects.select_related("area", "round").get(pk=project.pk)
    return project, Work.objects.filter(project=project).first()


def words(user, project) -> list[str]:
    return [move.words for move in moves_of(user, *loaded(project))]


def test_each_column_offers_the_act_that_leads_on(town):
    approved, contracted = build.approved(town), build.contracted(town)
    finished, completed = build.finished(town), build.completed(town)

    assert words(town.handler, approved) == ["移到“进行中”：先登记合同", "移到“已暂停”：暂停"]
    assert words(town.handler, contracted) == ["移到“进行中”：开工", "移到“已暂停”：暂停"]
    assert words(town.handler, finished) == ["移到“已完工”：组织验收", "移到“已暂停”：暂停"]
    assert words(town.handler, completed) == ["移出看板：先结算"]
    settlement.settle(completed, by=town.handler, settled_yuan=Decimal("48000"), sheet=build.file(town.handler))
    assert words(town.handler, completed) == ["移出看板：归档"]


def test_every_move_leads_to_a_page_that_opens(town, client):
    projects = [
        build.approved(town),
        build.contracted(town),
        build.begun(town),
        build.finished(town),
        build.completed(town),
    ]
    paused = build.stand(build.begun(town), ProjectState.PAUSED)
    client.force_login(town.handler)

    urls = [move.url for each in [*projects, paused] for move in moves_of(town.handler, *loaded(each))]

    assert len(urls) >= 8
    assert {client.get(url).status_code for url in urls} == {200}


def test_what_is_under_way_is_not_moved_by_the_office_and_says_why(town):
    project = build.begun(town)

    assert words(town.village, project) == []
    assert stands_because(*loaded(project)) == "还有3个里程碑没有完成"
    for stage in project.work.milestones.all():
        works.finish_milestone(stage, by=town.foreman, photo=build.photo(town.foreman))
    assert stands_because(*loaded(project)) == "等承接单位报完成"


def test_who_may_only_look_has_no_moves(town):
    auditor = make.officer(Role.AUDITOR, make.DISTRICT)

    assert [words(auditor, each) for each in (build.contracted(town), build.finished(town))] == [[], []]


def test_a_paused_card_is_moved_back(town):
    project = build.stand(build.begun(town), ProjectState.PAUSED)

    assert words(town.handler, project) == ["移回原来的栏：恢复"]


def test_the_menu_is_on_every_card_and_needs_no_script(town, client):
    project = build.finished(town)
    client.force_login(town.handler)

    html = client.get(BOARD).content.decode()

    assert '<details class="card-menu"><summary>移到哪一栏' in html
    assert f'href="{reverse("delivery:accept", args=[project.code])}">移到“已完工”：组织验收' in html


def test_the_board_costs_the_same_with_one_card_and_with_eight(town, client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    build.begun(town)
    client.force_login(town.handler)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as one:
        client.get(BOARD)
    for make_one in (build.approved, build.contracted, build.begun, build.finished, build.completed) * 2:
        make_one(town)

    with CaptureQueriesContext(connection) as many:
        client.get(BOARD)

    assert len(many) == len(one)


def rows(html: str) -> list[str]:
    return re.findall(r'<td><a href="/desk/delivery/([^/]+)/', html)


@pytest.mark.parametrize("sort", ["title", "state", "lamp", "due", "stages", "progress", "paid", "quiet"])
def test_the_table_is_sorted_by_any_column_both_ways_by_the_server(town, client, sort):
    projects = [build.begun(town), build.contracted(town), build.completed(town)]
    Project.objects.filter(pk=projects[0].pk).update(due_on=today() + timedelta(days=1))
    client.force_login(town.handler)

    there = client.get(BOARD, {"view": "table", "sort": sort}).content.decode()
    back = client.get(BOARD, {"view": "table", "sort": sort, "way": "back"}).content.decode()

    assert sorted(rows(there)) == sorted(rows(back)) == sorted(project.code for project in projects)
    assert there.count('aria-sort="ascending"') == 1
    assert back.count('aria-sort="descending"') == 1
    again = f'href="?view=table&amp;sort={sort}&amp;way=back"'
    assert again in there and again not in back


def test_the_table_sorted_by_title_is_the_other_way_round_when_pressed_again(town, client):
    for title in ("甲路", "丙路", "乙路"):
        project = build.begun(town)
        Project.objects.filter(pk=project.pk).update(title=title)
    client.force_login(town.handler)

    def titles(**asked):
        html = client.get(BOARD, {"view": "table", "sort": "title"} | asked).content.decode()
        return re.findall(r">(.路)</a><br>", html)

    assert titles() == sorted(["甲路", "丙路", "乙路"])
    assert titles(way="back") == sorted(["甲路", "丙路", "乙路"], reverse=True)


def sixty_more(base: Project) -> None:
    fields = [f.attname for f in Project._meta.concrete_fields if f.attname not in ("id", "code")]
    same = {name: getattr(base, name) for name in fields} | {"approved_yuan": Decimal(1)}
    Project.objects.bulk_create(Project(**same, code=f"WSS-2099-{n:04d}") for n in range(60))


def test_a_column_draws_its_first_cards_and_leads_to_the_rest(town, client):
    sixty_more(build.begun(town))
    build.finished(town)
    client.force_login(town.handler)

    board = client.get(BOARD).content.decode()
    (there,) = re.findall(r'<a href="(\?column=[a-z]+)">看“进行中”其余49项</a>', board)
    first, second = client.get(BOARD + there).content.decode(), client.get(BOARD + there + "&page=2").content.decode()

    assert (board.count('class="line-card"'), "61项" in board) == (12 + 1, True)  # one waits for its acceptance
    assert (first.count('class="line-card"'), second.count('class="line-card"')) == (50, 11)
    assert first.count('<details class="card-menu">') == 50
    assert '<a href="?">回到全部栏</a>' in first
    assert client.get(BOARD, {"column": "nonsense"}).content.decode().count('class="line-card"') == 13


def test_the_table_has_fifty_rows_a_page(town, client):
    sixty_more(build.begun(town))
    client.force_login(town.handler)

    first = client.get(BOARD, {"view": "table"}).content.decode()
    second = client.get(BOARD, {"view": "table", "page": 2}).content.decode()

    assert (len(rows(first)), len(rows(second))) == (50, 11)
