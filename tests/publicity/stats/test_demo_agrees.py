"""The demo district: home, list, statistics, screen, API and files tell one and the same number each."""

import csv
import io
from decimal import Decimal

import pytest
from django.test import Client

from civic.moments import today
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import of
from tests import make

pytestmark = [
    pytest.mark.django_db(databases=["default", "urn"]),
    pytest.mark.postgres,
    pytest.mark.timeout(600),  # the first test loads the whole demo
    pytest.mark.usefixtures("demo"),
]
SCOPE = f"area={make.DISTRICT}&year=2021"
PUBLISHED = {
    "一共": 624,
    "民生微实事": 421,
    "部门自选动作": 203,
    "民生微实事，已办成": 77,
    "民生微实事，正在实施（开工到验收）": 201,
    "领导领办": 34,
}


@pytest.fixture
def tables():
    return statistics(of(make.area(make.DISTRICT), "2021")).tables


def file_rows(path):
    whole = b"".join(Client().get(f"{path}?{SCOPE}").streaming_content)
    return list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline="")))


def test_the_published_figures_stand_on_home_statistics_and_in_the_file(tables):
    shown = {row.label: row.cells[0] for row in tables["figures"].rows}
    home = {card["label"]: card["number"] for card in Client().get("/?year=2021").context["told"]["figures"]}
    page = {card["label"]: card["number"] for card in Client().get(f"/stats/?{SCOPE}").context["figures"]}
    saved = {row["数"]: int(row["项"]) for row in file_rows("/data/stats/figures.csv")}

    for label, number in PUBLISHED.items():
        assert shown[label] == home[label] == page[label] == saved[label] == number, label
    assert page["村居有驻村社工，共129个村居"] == 129
    assert page["计划投入"] == "1.24"


def test_each_is_the_length_of_its_list_and_the_whole_is_the_file(tables):
    for table in (tables["figures"], tables["funnel"]):
        for row in table.rows:
            assert Client().get(row.url).context["count"] == row.cells[0], row.label
    assert len(file_rows("/data/projects.csv")) == 624


def test_the_screen_and_the_api_tell_the_statistics(tables):
    steps = Client().get(f"/screen/{make.DISTRICT}/?year=2021").context
    lamps = Client().get(f"/screen/{make.DISTRICT}/?year=2021&part=lamps-1").context
    told = {one["key"]: one for one in Client().get(f"/api/v1/stats/?{SCOPE}").json()["tables"]}

    assert [int(step.cells[0].replace(",", "")) for step in steps["steps"]] == tables["funnel"].column("projects")[:6]
    assert steps["count"] == 624 == told["funnel"]["total"][0]
    assert lamps["lamp_sums"] == tables["lamps"].total == tuple(told["lamps"]["total"])
    assert sum(tables["lamps"].total) == 77 + 201
    assert list(told) == list(tables)


def test_the_board_its_statistics_and_their_file_say_the_same():
    area, year = make.area(make.DISTRICT), today().year
    every_year, this_year = (statistics(of(area, which)).tables["board"] for which in ("all", str(year)))
    told = Client().get(f"/api/v1/stats/?area={make.DISTRICT}&year={year}").json()["tables"]
    whole = b"".join(Client().get(f"/data/stats/board.csv?area={make.DISTRICT}&year={year}").streaming_content)
    figures = Client().get("/board/").context["figures"]

    by_state = {row.label: row.cells[0] for row in every_year.rows}
    assert every_year.total_of("matters") == figures.received > 0
    assert (by_state["已解决"], by_state["已办理待确认"]) == (figures.solved, figures.done)
    assert next(one["total"] for one in told if one["key"] == "board") == [this_year.total_of("matters")]
    saved = csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline=""))
    assert [int(row["件"]) for row in saved] == this_year.column("matters")


def test_the_screen_tells_the_satisfaction_of_the_statistics(tables):
    screen = Client().get(f"/screen/{make.DISTRICT}/?year=2021").context

    satisfied = tables["answers"].rows[-1]
    assert screen["rated"] == str(satisfied.cells[1])


@pytest.mark.parametrize("key", ["money_categories", "money_places", "money_areas"])
def test_the_money_planned_is_the_published_sum_everywhere(tables, key):
    told = {one["key"]: one for one in Client().get(f"/api/v1/stats/?{SCOPE}").json()["tables"]}
    column = [column["key"] for column in told[key]["columns"]].index("planned")

    assert tables[key].total_of("planned") == Decimal(124_000_000)
    assert sum(Decimal(row["计划投入（元）"]) for row in file_rows(f"/data/stats/{key}.csv")) == Decimal(124_000_000)
    assert Decimal(told[key]["total"][column - 1]) == Decimal(124_000_000)


def test_the_money_of_every_project_adds_up_to_it_as_well():
    rows = file_rows("/data/money.csv")

    assert len(rows) == 624
    assert sum(Decimal(row["计划投入（元）"]) for row in rows) == Decimal(124_000_000)


def test_votes_are_added_up_from_published_polls_alone():
    channels = statistics(of(make.area(make.DISTRICT), "2026")).tables["voter_channels"]

    assert channels.rows
    assert channels.total_of("voters") == sum(int(row["投票人数"]) for row in polls())
    assert all(row["结果页"].startswith("/vote/") for row in polls())


def polls():
    whole = b"".join(Client().get(f"/data/polls.csv?area={make.DISTRICT}&year=2026").streaming_content)
    return list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline="")))


def test_every_ballots_file_that_is_offered_is_there():
    offered = [row["选票文件"] for row in polls() if row["选票文件"]]

    assert all(Client().get(url).status_code == 200 for url in offered)
