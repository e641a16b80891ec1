"""Home, places and the headline figures: each figure is the length of the list it leads to."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from django.utils.timezone import localtime

from civic.calendar import overrides
from civic.models import Area, Role
from civic.moments import now, today
from proposals.models import Programme
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.queries import figures
from tests import make
from tests.publicity import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make.area(make.DISTRICT)


@pytest.fixture
def year(district):
    """Eleven projects of two programmes in all sorts of states, a draft, a precedent, another year, another place."""
    micro = make.round_(closes_at=now() + timedelta(days=6), name="2026年民生微实事")
    own = make.round_(
        programme=Programme.SELF_CHOSEN, route=["approval", "notice"], rules={"who_may_propose": ["department"]}
    )
    for state in (S.FILED, S.IN_PROGRESS, S.FOR_ACCEPTANCE, S.COMPLETED, S.COMPLETED, S.DECLINED, S.ON_NOTICE):
        make.project(round=micro, state=state, estimate_yuan=Decimal(10000))
    make.project(round=micro, state=S.AWAITING_START, sponsor=make.person(), approved_yuan=Decimal(20000))
    make.project(round=micro, state=S.IN_REVIEW, due_on=today() - timedelta(days=9), at=make.OTHER_VILLAGE)
    for state in (S.FOR_APPROVAL, S.COMPLETED):
        make.project(round=own, state=state, estimate_yuan=None)
    make.project(round=micro, state=S.DRAFT)
    make.project(round=make.round_(programme=Programme.PRECEDENT))
    make.project(round=make.round_(year=today().year - 1))
    make.officer(Role.SOCIAL_WORKER, make.VILLAGE)
    return today().year


def test_each_figure_is_the_length_of_its_list(client, district, year):
    found = figures.headline(district, year)

    assert found.counts == {
        "projects": 11,
        "micro_projects": 9,
        "self_chosen": 2,
        "micro_done": 2,
        "micro_in_progress": 2,
        "leader_sponsored_inside": 1,
        "overdue": 1,
    }
    for name, query in found.lists.items():
        assert client.get(f"/projects/?{query}").context["count"] == found.counts[name], name
    assert found.planned_yuan == Decimal(7 * 10000 + 20000 + 60000)
    assert client.get(f"/projects/?{found.lists['projects']}&sort=money").context["total_yuan"] == found.planned_yuan


def test_the_figures_of_a_village_are_its_own(client, year):
    found = figures.headline(make.area(make.OTHER_VILLAGE), year)

    assert found.counts["projects"] == 1
    assert client.get(f"/projects/?{found.lists['projects']}").context["count"] == 1


def test_home_and_api_say_the_same(client, district, year):
    cards = {card["key"]: card for card in client.get("/").context["figures"]}

    stats = client.get("/api/v1/stats/").json()

    for key in figures.COUNTED:
        assert cards[key]["number"] == stats[key]
    assert stats["planned_yuan"] == "150000.00"
    assert stats["year"] == year
    assert cards["villages_with_social_worker"]["number"] == 1
    assert cards["villages_with_social_worker"]["label"] == "村居有驻村社工，共2个村居"


def test_the_worker_figure_leads_to_a_list_of_that_length(client, district, year):
    answer = client.get(figures.headline(district, year).workers_list)

    assert answer.context["count"] == 1
    assert "有驻村社工的村居：共1个（全部2个）" in answer.content.decode()


def test_a_worker_over_the_town_serves_its_villages(client, district):
    make.officer(Role.SOCIAL_WORKER, make.TOWN)

    assert figures.headline(district, None).villages_with_social_worker == 2


def test_zones_and_villages_of_the_past_do_not_count(district):
    make.areas()
    Area.objects.filter(pk=make.VILLAGE).update(is_zone=True)
    Area.objects.filter(pk=make.OTHER_VILLAGE).update(valid_to="2023-12-31")

    assert figures.headline(district, None).villages == 0


def test_home_has_one_card_for_each_open_phase(client, year):
    moves.advance(make.project(state=S.FOR_APPROVAL), by="test")

    cards = client.get("/").context["told"]["cards"]

    assert [(card.title, card.button) for card in cards] == [
        ("征集中 · 还有6天", "我来提议"),
        ("公示中 · 1项", "看公示"),
    ]
    assert client.get(cards[1].url).context["found"].paginator.count == 1


def test_an_act_shows_at_once_though_the_page_is_kept(client, year):
    assert "测试新进展" not in client.get("/").content.decode()

    build.events(make.project(), 1, by=make.officer(Role.SOCIAL_WORKER), sentence="测试新进展")

    assert "测试新进展" in client.get("/").content.decode()


def test_home_says_when_nothing_is_open(client, district):
    make.round_(opens_at=now() + timedelta(days=9), name="下一轮征集")

    html = client.get("/").content.decode()

    assert "现在没有进行中的征集和投票。下一轮“下一轮征集”" in html
    assert f'href="/a/{make.DISTRICT}/remind/">到时提醒我' in html


def test_home_says_when_it_was_counted_and_offers_no_reminder_while_something_is_open(client, year):
    html = client.get("/").content.decode()

    assert f"数据更新于今天{localtime(now()):%H:%M}" in html
    assert "到时提醒我" not in html


def test_the_latest_events_are_five_of_five_projects(client, district):
    worker = make.officer(Role.SOCIAL_WORKER)
    projects = [make.project() for _n in range(6)]
    for project in projects:
        build.events(project, 3, by=worker)
    build.events(make.project(state=S.DRAFT, code=None), 1, by=worker, subject="draft:1")

    latest = client.get("/").context["told"]["latest"]

    assert len(latest) == len({project.pk for project, _event in latest}) == 5
    assert {event.text for _project, event in latest} == {"第3条进展"}


def test_home_takes_the_same_queries_for_one_project_as_for_many(client, district):
    worker = make.officer(Role.SOCIAL_WORKER)
    round = make.round_()
    build.events(make.project(round=round), 1, by=worker)
    overrides()

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get("/")
        return len(taken)

    one = queries()
    for _n in range(9):
        build.events(make.project(round=round), 5, by=worker)
    assert queries() == one <= 13


def test_a_village_has_its_page_with_who_serves_there(client):
    make.officer(Role.SOCIAL_WORKER, name="林测试", organisation=make.organisation("斗门社工站", at=make.VILLAGE))

    html = client.get(f"/a/{make.VILLAGE}/").content.decode()

    assert "<h1>测试甲村</h1>" in html
    assert "斗门社工站 驻村社工 林*" in strip_tags(html)
    assert "林测试" not in html


def test_a_place_is_remembered_only_when_asked(client):
    make.areas()
    assert client.get(f"/a/{make.VILLAGE}/").cookies == {}

    answer = client.post("/areas/remember/", {"area": make.VILLAGE})

    assert (answer.status_code, answer["Location"]) == (302, f"/a/{make.VILLAGE}/")
    assert client.get("/").context["place"].code == make.VILLAGE
    assert client.get(f"/?area={make.TOWN}").context["place"].code == make.TOWN
    assert client.post("/areas/remember/", {"area": "440403999999"}).status_code == 404


def test_villages_are_found_by_a_part_of_their_name(client):
    make.areas()

    assert client.get("/areas/?q=甲").context["count"] == 1
    assert "没有找到这个村居" in client.get("/areas/?q=没有").content.decode()


@pytest.mark.parametrize("path", ["/a/440403999999/", "/a/abc/", "/areas/?area=abc"])
def test_an_unknown_place_is_not_found(client, path):
    make.areas()

    assert client.get(path).status_code == 404


def test_a_fresh_install_has_a_home_page(client):
    answer = client.get("/")

    assert answer.status_code == 200
    assert "还没有导入村居" in answer.content.decode()
