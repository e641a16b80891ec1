"""A project's place on its page (位置): drawn where its village is known by more than a name; no query, no third party."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.models import Area
from publicity import pinned
from tests import make

PIN = {"latitude": Decimal("22.230100"), "longitude": Decimal("113.296500")}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.29, 22.22], [113.3, 22.22], [113.3, 22.24], [113.29, 22.24], [113.29, 22.22]]],
}


def village(**known) -> Area:
    return Area(code=make.VILLAGE, name="测试甲村委会", level="village", **known)


def test_where_the_village_is_a_name_alone_nothing_is_drawn():
    assert pinned.drawn(22.23, 113.29, village()) is None


@pytest.mark.parametrize(
    ("south", "west", "said"),
    [
        ("-0.0027", "0", "北边，直线约300米"),
        ("0", "-0.02", "东边，直线约2.1公里"),
        ("0.01", "0.0108", "西南边，直线约1.6公里"),
    ],
)
def test_the_words_say_how_far_from_the_villages_point_and_which_way(south, west, said):
    area = village(latitude=Decimal("22.23") + Decimal(south), longitude=Decimal("113.29") + Decimal(west))

    assert said in pinned.drawn(22.23, 113.29, area).words


def test_who_stands_at_the_villages_point_is_told_no_direction():
    area = village(latitude=Decimal("22.23"), longitude=Decimal("113.29"))

    drawing = pinned.drawn(22.23, 113.29, area)

    assert drawing.words == "就在测试甲村的坐标点旁边。"
    assert drawing.centre == (drawing.x, drawing.y)


@pytest.mark.parametrize("step", ["0.0001", "0.01", "1"])
def test_pin_and_village_are_within_the_picture_north_up_and_the_bar_has_room(step):
    area = village(latitude=Decimal("22.23") - Decimal(step), longitude=Decimal("113.29") - Decimal(step))

    drawing = pinned.drawn(22.23, 113.29, area)

    assert drawing.x > drawing.centre[0] and drawing.y < drawing.centre[1]
    for x, y in ((drawing.x, drawing.y), drawing.centre):
        assert 0 < x < drawing.width and 0 < y < drawing.height
    assert 20 < drawing.bar_px <= pinned.BAR
    assert str(drawing.bar_metres)[0] in "125"


def test_an_outline_is_drawn_with_the_pin_inside():
    drawing = pinned.drawn(22.23, 113.295, village(outline=SQUARE))

    corners = [tuple(map(float, at.split(","))) for at in re.findall(r"[\d.]+,[\d.]+", drawing.path)]
    assert drawing.centre is None
    assert min(x for x, _y in corners) < drawing.x < max(x for x, _y in corners)
    assert drawing.words == "圆点是这个项目，线是测试甲村的边界。"


@pytest.fixture
def project(db):
    return make.project(title="坡道", **PIN)


def page(client, project) -> str:
    return client.get(project.get_absolute_url()).content.decode()


def test_the_page_shows_the_sketch_with_its_words_and_a_link_to_the_whole_map(client, project):
    Area.objects.filter(pk=make.VILLAGE).update(latitude=PIN["latitude"], longitude=Decimal("113.290000"))

    html = page(client, project)

    assert 'class="place-pin"' in html
    assert "在测试甲村坐标点的东边，直线约670米。" in html
    assert f"?view=map&amp;area={make.VILLAGE}" in html
    assert "data-pins" not in html


def test_where_the_village_has_no_point_its_pins_are_the_map(client, project):
    html = page(client, project)

    assert 'class="place-pin"' not in html
    assert f'data-pins="/projects/points.json?area={make.VILLAGE}" data-here="{project.code}"' in html


def test_a_citys_own_map_takes_the_place_of_the_sketch_and_says_its_number(client, project, settings):
    Area.objects.filter(pk=make.VILLAGE).update(latitude=PIN["latitude"], longitude=PIN["longitude"])
    settings.MAP_TILES_URL, settings.MAP_REVIEW_NUMBER = "https://tiles.example.cn/{z}/{x}/{y}.png", "GS(2026)0000号"

    html = page(client, project)

    assert "data-instead" in html and 'class="place-pin"' in html
    assert "审图号：GS(2026)0000号" in html


@pytest.mark.parametrize("known", [{}, PIN | {"crs": "GCJ-02"}], ids=["words alone", "another system"])
def test_without_a_point_on_the_ground_the_page_says_the_place_in_words_alone(client, db, known):
    html = page(client, make.project(place_text="卫生站门口", **known))

    assert "卫生站门口" in html
    assert 'class="place-pin"' not in html and "data-pins" not in html


def test_the_drawing_costs_no_query(client, db):
    bare, drawn = make.project(), make.project(**PIN)
    Area.objects.filter(pk=make.VILLAGE).update(latitude=PIN["latitude"], longitude=PIN["longitude"])
    page(client, make.project())

    def queries(project):
        with CaptureQueriesContext(connection) as taken:
            page(client, project)
        return len(taken)

    assert queries(drawn) == queries(bare)
