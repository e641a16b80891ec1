"""The map of the list: the same projects as the list, by place, without tiles or scripts; points in a file of their own."""

import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.models import Area
from proposals.models import Project
from proposals.models import ProjectState as S
from publicity import sketch
from publicity.sketch import Place
from tests import make

pytestmark = pytest.mark.django_db
FILTERS = [
    "",
    "q=路灯",
    "step=2",
    "area=440403103000",
    "area=440403103201",
    "money=5",
    "status=completed",
    "sort=money",
]
PIN = {"latitude": Decimal("22.230100"), "longitude": Decimal("113.296500")}


@pytest.fixture
def projects():
    round = make.round_()
    make.project(round=round, title="坡道", estimate_yuan=Decimal(49000), **PIN)
    make.project(round=round, title="路灯", state=S.IN_REVIEW, at=make.OTHER_VILLAGE)
    make.project(round=round, title="镇里的路灯", at=make.TOWN)
    make.project(round=round, title="井岸的花架", state=S.COMPLETED, at=make.OTHER_TOWN)
    make.project(round=round, title="草稿", state=S.DRAFT, **PIN)


def drawn(answer):
    """Number and address of every place of the sketch, as the page has them."""
    page = answer.content.decode()
    links = re.findall(r'<a href="([^"]+)" class="sketch-place">.*?sketch-number[^>]*>(\d+)项', page, re.S)
    return {url.replace("&amp;", "&"): int(count) for url, count in links}


@pytest.mark.parametrize("query", FILTERS)
def test_list_and_map_count_alike_and_each_place_leads_to_its_list(client, projects, query):
    listed = client.get(f"/projects/?{query}").context["count"]

    answer = client.get(f"/projects/?{query}&view=map")

    places = drawn(answer) if listed else {}
    assert answer.context["count"] == answer.context["map"]["spread"].total == listed
    assert sum(places.values()) + answer.context["map"]["spread"].elsewhere == listed
    assert {url: client.get(url).context["count"] for url in places} == places


def test_the_list_stands_below_the_map_and_the_map_can_be_skipped(client, projects):
    page = client.get("/projects/?view=map").content.decode()

    assert page.index('href="#found-title"') < page.index('<svg class="sketch') < page.index('id="found-title"')
    assert 'name="view" value="map"' in page
    assert "view=map&amp;sort=money" in page or "sort=money" in page


def test_the_plain_list_knows_nothing_of_the_map_but_its_link(client, projects):
    page = client.get("/projects/").content.decode()

    assert "map.js" not in page and "sketch-place" not in page
    assert 'href="?view=map"' in page


def test_where_no_place_has_a_point_the_page_says_that_this_is_no_geography(client, projects):
    page = client.get("/projects/?view=map").content.decode()

    assert "这些地方还没有坐标" in page
    assert "审图号" not in page


def test_a_background_comes_with_its_number_and_only_when_set(client, projects, settings):
    settings.MAP_TILES_URL = "https://tiles.example.cn/{z}/{x}/{y}.png"
    settings.MAP_REVIEW_NUMBER = "GS(2026)0000号"

    page = client.get("/projects/?view=map").content.decode()

    assert "审图号：GS(2026)0000号" in page


def test_points_hold_what_a_pin_needs_and_no_more(client, projects):
    answer = client.get("/projects/points.json")

    found = json.loads(answer.content)
    code = Project.objects.get(title="坡道").code
    assert answer["Content-Type"] == "application/geo+json"
    assert found["features"] == [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [113.2965, 22.2301]},
            "properties": {"id": code, "title": "坡道", "step": 1},
        }
    ]
    assert not answer.cookies


def test_points_follow_the_filters(client, projects):
    assert json.loads(client.get("/projects/points.json?q=路灯").content)["features"] == []
    assert len(json.loads(client.get("/projects/points.json?q=坡道").content)["features"]) == 1


def test_a_point_of_another_system_is_not_drawn_in_the_wrong_street(client, projects):
    Project.objects.filter(title="坡道").update(crs="GCJ-02")

    assert json.loads(client.get("/projects/points.json").content)["features"] == []
    assert client.get("/projects/?view=map").context["map"]["spread"].pinned == 0


def test_unchanged_points_are_not_sent_twice(client, projects):
    first = client.get("/projects/points.json?step=1")

    again = client.get("/projects/points.json?step=1", headers={"If-None-Match": first["ETag"]})
    other = client.get("/projects/points.json?step=2", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, other.status_code) == (304, 200)


def test_three_and_three_hundred_projects_cost_the_same_queries(client):
    round = make.round_()

    def asked(address):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        return len(queries)

    for _n in range(3):
        make.project(round=round, **PIN)
    few = asked("/projects/points.json"), asked("/projects/?view=map")
    for _n in range(297):
        make.project(round=round, **PIN)
    many = asked("/projects/points.json"), asked("/projects/?view=map")

    assert few == many
    assert many[0] <= 3 and many[1] <= 10


# --- The drawing -----------------------------------------------------------------------------------


def place(n, **extra):
    return Place(f"4404031032{n:02d}", f"测试{n}村", n, **extra)


@pytest.mark.parametrize("mode", ["", "elder", "elder-xl"])
def test_no_two_places_of_a_sketch_cover_each_other_or_leave_it(mode):
    crowded = [place(n, point=(113.2 + n / 1e5, 22.2)) for n in range(20)]

    found = sketch.drawn(crowded, mode)

    boxes = [(s.x, s.y) for s in found.spots]
    assert found.kind == "points"
    assert len(set(boxes)) == 20
    assert all(s.x >= 0 and s.x + s.width <= found.width + 0.1 and s.y + s.height <= found.height for s in found.spots)
    assert all(min(s.width, s.height) >= 60 for s in found.spots)


def test_what_lies_north_is_drawn_above_and_east_to_the_right():
    corners = {"西北": (113.0, 22.4), "东北": (113.4, 22.4), "西南": (113.0, 22.0), "东南": (113.4, 22.0)}
    found = sketch.drawn([Place(name, name, 1, point) for name, point in corners.items()])

    at = {spot.place.name: (spot.x, spot.y) for spot in found.spots}

    assert at["西北"][1] == at["东北"][1] < at["西南"][1] == at["东南"][1]
    assert at["西北"][0] == at["西南"][0] < at["东北"][0] == at["东南"][0]


def test_outlines_are_drawn_where_every_place_has_one():
    square = {"type": "Polygon", "coordinates": [[[113.0, 22.0], [113.1, 22.0], [113.1, 22.1], [113.0, 22.1]]]}
    other = {"type": "MultiPolygon", "coordinates": [[[[113.1, 22.0], [113.2, 22.0], [113.2, 22.1]]]]}

    both = sketch.drawn([place(1, outline=square), place(2, outline={"type": "Feature", "geometry": other})])
    half = sketch.drawn([place(1, outline=square), place(2)])

    assert (both.kind, half.kind) == ("outlines", "order")
    assert both.spots[0].path.startswith("M0.0,")
    assert both.width == round(both.spots[1].x + both.spots[1].width)


def test_a_long_name_is_broken_and_then_cut():
    [spot] = sketch.drawn([Place("440403106400", "白蕉工业开发区社区居民委员会", 1)], "elder-xl").spots

    assert [line for _y, line in spot.lines] == ["白蕉工业开", "发区社区…"]


def test_villages_of_a_town_are_its_places(client, projects):
    Area.objects.filter(pk=make.VILLAGE).update(latitude=PIN["latitude"], longitude=PIN["longitude"])
    Area.objects.filter(pk=make.OTHER_VILLAGE).update(latitude=22, longitude=113)

    told = client.get("/projects/?view=map&area=440403103000").context["map"]

    assert [spot.place.name for spot, _url in told["spots"]] == ["测试甲村", "测试乙村"]
    assert (told["sketch"].kind, told["spread"].elsewhere) == ("points", 1)
