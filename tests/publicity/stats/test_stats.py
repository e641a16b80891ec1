"""Statistics: each number is the length of its list, each total the sum of its rows, however many there are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from civic.models import AuditEvent
from civic.moments import at, now, today
from civic.templatetags.civic import day
from proposals.models import Project
from proposals.models import ProjectState as S
from publicity import tasks
from publicity.queries import figures
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import ALL, of
from publicity.services import freezing
from publicity.tables import Withheld
from tests import make
from tests.publicity.stats import build
from tests.wishes import build as board
from wishes.models import Demand
from wishes.services import answering

pytestmark = pytest.mark.django_db
PAST = today() - timedelta(days=3)


@pytest.fixture
def year():
    return build.year_of(2)


def tables(code=make.DISTRICT, year="", programme=""):
    return statistics(of(make.area(code), year, programme)).tables


def listed(client, url):
    return client.get(url).context["count"]


def test_every_number_with_a_list_is_as_long_as_it(client, year):
    for table in (tables()["figures"], tables()["funnel"]):
        for row in table.rows:
            assert listed(client, row.url) == row.cells[0], (table.key, row.label)


@pytest.mark.parametrize("programme", ["", "micro", "self_chosen"])
@pytest.mark.parametrize("place", [make.DISTRICT, make.TOWN, make.OTHER_VILLAGE])
def test_steps_and_endings_add_up_to_all_projects(client, year, programme, place):
    funnel = tables(place, programme=programme)["funnel"]

    everything = listed(client, of(make.area(place), "", programme).list_url())
    assert funnel.total_of("projects") == everything


def test_what_reached_a_step_is_what_stands_there_or_further(year):
    funnel = tables()["funnel"]

    at, reached = funnel.column("projects")[:6], funnel.column("reached")[:6]
    assert reached == [sum(at[n:]) for n in range(6)]


def test_the_four_figures_of_home_each_lead_to_what_comes_to_exactly_that(client, year):
    for project in Project.objects.filter(state=S.COMPLETED):
        build.work_on(project)
    for used in (4, 5, 6, 3):
        build.finished(Project.objects.filter(state=S.FILED).first(), "镇建设办", used, 5)

    done, doing, paid, in_time = client.get("/").context["told"]["figures"][:4]

    assert [listed(client, card["url"]) for card in (done, doing)] == [done["number"], doing["number"]] == [2, 6]
    money = client.get(paid["url"]).context["statistics"].tables["money_categories"]
    assert (paid["number"], paid["unit"], money.total_of("paid")) == ("3.6", "万元", Decimal(36000))
    clocks = client.get(in_time["url"]).context["statistics"].tables["clocks"]
    assert in_time["number"] == clocks.shown_total[-1] == "75.0%"


def test_home_list_and_statistics_say_the_same(client, year):
    home = {card["key"]: card["number"] for card in client.get("/").context["told"]["figures"]}
    shown = {card["key"]: card["number"] for card in client.get("/stats/").context["figures"]}

    assert shown == home
    counted = figures.headline(make.area(make.DISTRICT), today().year).counts
    assert sorted(tables()["figures"].column("projects")) == sorted(counted.values())


@pytest.mark.parametrize("key", ["money_categories", "money_places", "money_areas"])
def test_money_adds_up_to_what_home_says_is_planned(year, key):
    planned = figures.headline(make.area(make.DISTRICT), today().year).planned_yuan

    assert tables()[key].total_of("planned") == planned == sum(tables()[key].column("planned"))


def test_every_rung_of_the_ladder_is_the_sum_of_the_works(year):
    for project in Project.objects.filter(state=S.IN_PROGRESS):
        build.work_on(project)

    for key in ("money_categories", "money_places"):
        table = tables()[key]
        assert table.total_of("contract") == Decimal(96000)
        assert table.total_of("paid") == Decimal(24000)
        assert table.total_of("estimate") == sum(table.column("estimate"))


def test_pools_are_told_with_what_is_left(year):
    build.pool(year, 100000, 30000)
    build.pool(year, 20000, at=make.TOWN)

    pools = tables()["pools"]

    assert [pools.total_of(key) for key in ("amount", "committed", "left")] == [120000, 30000, 90000]
    assert tables(make.TOWN)["pools"].total_of("amount") == 20000


def test_a_unit_is_told_with_its_days_and_its_share_in_time(year):
    project = Project.objects.filter(state=S.IN_PROGRESS).first()
    for used in (3, 5, 10):
        build.finished(project, "镇建设办", used, 5)
    build.finished(project, "镇政府", 2, 5)
    build.finished(project, "镇政府", 9, 5, action="project.overdue")  # tells of a clock that still runs
    build.finished(project, "", 5, 5)  # a notice that ended by itself

    clocks = tables()["clocks"]

    assert [(row.label, row.cells) for row in clocks.rows] == [
        ("镇建设办", (3, 2, 1, Decimal("6.0"), Decimal("5.0"), Decimal("66.7"))),
        ("镇政府", (1, 1, 0, Decimal("2.0"), Decimal("5.0"), Decimal("100.0"))),
    ]
    assert clocks.total == (4, 3, 1, Decimal("5.0"), Decimal("5.0"), Decimal("75.0"))
    assert clocks.headline == "4个步骤里，75.0%按限办结，1个超过时限。"


def test_units_beyond_the_first_stand_together_and_nothing_is_lost(year):
    project = Project.objects.filter(state=S.IN_PROGRESS).first()
    for number in range(30):
        build.finished(project, f"单位{number:02}", 1, 5)

    clocks = tables()["clocks"]

    assert clocks.rows[-1].label == "其他22个单位"
    assert clocks.total_of("steps") == 30


def test_answers_are_shares_of_what_is_said(year):
    build.rated(Project.objects.filter(state=S.COMPLETED).first(), 5, 4, 3, 2, 1)

    rows = {row.label: row.cells for row in tables()["answers"].rows}

    everything = tables()["funnel"].total_of("projects")
    assert rows["响应率"][:2] == (everything - 4, everything - 2)  # two still wait, two were taken back
    assert rows["解决率"][:2] == (3, 7)  # done, of those that reported the works finished
    assert rows["满意率"] == (3, 5, Decimal("60.0"))


def test_too_few_ratings_are_no_rate(year):
    build.rated(Project.objects.filter(state=S.COMPLETED).first(), 5, 4, 3, 2)

    answers = tables()["answers"]

    assert answers.rows[-1].cells == (None, 4, None)
    assert answers.headline == "评价4份，满5份才计算满意率。"


def rates(found):
    """响应率 and 解决率: how many, of how many."""
    return [row.cells[:2] for row in found["answers"].rows[:2]]


def test_of_the_board_only_what_its_reporter_or_a_visit_called_solved_is_solved(client, year):
    officer, reporters = board.office(), [make.person() for _n in range(3)]
    before = rates(tables())
    board.reported()
    confirmed, denied, _unsaid = (board.done(by, officer=officer) for by in reporters)
    answering.confirm(confirmed, by=reporters[0])
    answering.reopen(denied, by=reporters[1])
    AuditEvent.objects.create(action="test", job="test")

    found = tables()
    more = [(now[0] - was[0], now[1] - was[1]) for now, was in zip(rates(found), before, strict=True)]

    assert more == [(3, 4), (1, 3)]  # taken in of all; solved of those ever reported done
    assert {row.label: row.cells[0] for row in found["board"].rows if row.cells[0]} == {
        "已登记": 1,
        "在办": 1,
        "已办理待确认": 1,
        "已解决": 1,
    }
    assert found["board"].headline == "登记4件：已解决1件，已办理、等确认1件，等受理和在办的2件。"
    assert tables(year="2021")["board"].total_of("matters") == 0
    assert tables(programme="micro")["board"].rows == ()
    everything = tables(year=ALL)["board"]
    assert client.get("/board/").context["figures"].received == everything.total_of("matters")
    demand = board.reported()
    Demand.objects.filter(pk=demand.pk).update(filed_at=demand.filed_at - timedelta(days=366))
    AuditEvent.objects.create(action="test", job="test")
    last, this = tables(year=str(today().year - 1))["board"], tables(year=str(today().year))["board"]
    assert (last.total_of("matters"), this.total_of("matters")) == (1, 4)
    for row in [*last.rows, *this.rows, *tables(year=ALL)["board"].rows, *tables(year="2021")["board"].rows]:
        assert client.get(row.url).context["count"] == row.cells[0], row.url


def test_peoples_part_is_frozen_for_the_day(client):
    round_ = make.round_(rules={"suppress_below": 1})
    make.project(round=round_)
    make.project(S.DRAFT, round=round_)
    morning = now().astimezone().replace(hour=0, minute=1)
    with at(morning):
        tasks.freeze_participation()
    make.project(round=round_)
    with at(morning + timedelta(hours=9)):
        tasks.freeze_participation()
        AuditEvent.objects.create(action="test", job="test")
        same_day = tables()["proposal_channels"]
    with at(morning + timedelta(days=1)):
        tasks.freeze_participation()
        next_day = tables()["proposal_channels"]

    assert (same_day.total_of("proposals"), next_day.total_of("proposals")) == (1, 2)
    local, following = localtime(morning), localtime(morning) + timedelta(days=1)
    assert same_day.headline == (
        f"截至{day(local, 'short')} {local:%H:%M}，收到1项提议。下一次更新：{day(following, 'short')}。"
    )


def test_refusals_are_told_by_their_rule_and_are_as_many_as_the_list(client, year):
    first, second = Project.objects.filter(state=S.DECLINED)
    for rule in ("办法第1条", "办法第8条"):
        AuditEvent.objects.create(
            subject=first.code, action="project.decline", job="test", rule=rule, happened_at=now()
        )

    refusals = tables()["refusals"]

    assert {row.label: row.cells for row in refusals.rows} == {"办法第8条": (1,), "没有写明依据": (1,)}
    scope = of(make.area(make.DISTRICT))
    assert refusals.total_of("projects") == listed(client, scope.list_url(status="declined"))
    assert second.code


def test_lamps_are_as_many_as_are_being_built_and_done(client, year):
    late, calm = Project.objects.filter(state=S.IN_PROGRESS)
    build.work_on(late, progress_percent=0).milestones.create(
        name="打底", planned_on=PAST, first_planned_on=PAST, share_percent=50, order=1
    )
    build.work_on(calm, paid_yuan=0)

    lamps = tables()["lamps"]

    assert lamps.total_of("red") == 1
    assert lamps.total_of("green") == 1
    scope = of(make.area(make.DISTRICT))
    doing, done = (listed(client, scope.list_url(status=status)) for status in ("doing", "completed"))
    assert sum(lamps.total) == doing + done
    assert lamps.total_of("blue") == done


def test_a_number_below_the_rounds_k_is_not_told(client):
    round_ = make.round_(rules={"suppress_below": 10})
    for channel, count in (("web", 12), ("desk", 11), ("phone", 3)):
        for _n in range(count):
            make.project(round=round_, channel=channel)
    freezing.freeze()

    table = tables()["proposal_channels"]

    assert [(row.label, row.cells[0]) for row in table.rows] == [
        ("网页", 12),
        ("窗口代录", Withheld()),
        ("电话", Withheld(10)),
    ]
    assert table.total == (26,)
    html = client.get("/stats/").content.decode()
    assert "少于10" in html
    assert "不公布" in html


def test_k_is_the_strictest_of_the_rounds(year):
    make.round_(rules={"suppress_below": 40})

    assert statistics(of(make.area(make.DISTRICT))).below == 40


def test_the_year_is_the_latest_unless_the_address_says_so(client, year):
    make.project(round=make.round_(year=2021))

    assert client.get("/stats/").context["scope"].year == today().year
    assert client.get("/stats/?year=2021").context["statistics"].count == 1
    both = client.get(f"/stats/?year={ALL}").context["statistics"].count
    assert both == 1 + client.get("/stats/").context["statistics"].count


@pytest.mark.parametrize("query", ["?area=x", "?area=999999999999", "?year=20x1", "?programme=no", "?area=&year=&x=1"])
def test_what_no_link_holds_is_passed_over(client, year, query):
    answer = client.get(f"/stats/{query}")

    assert answer.status_code == 200
    assert answer.context["place"].code == make.DISTRICT


def test_this_year_says_that_it_still_changes(client, year):
    make.project(round=make.round_(year=2021))

    assert "今年的数还在变" in client.get("/stats/").content.decode()
    assert "数还在变" not in client.get("/stats/?year=2021").content.decode()


@pytest.mark.parametrize("path", ["/stats/", "/stats/money/"])
def test_nothing_found_says_which_condition_to_take_off(client, year, path):
    answer = client.get(f"{path}?year=2020&programme=micro")

    html = answer.content.decode()
    assert "没有符合的项目" in html
    assert "去掉“2020年”" in html
    assert f"area={make.DISTRICT}&amp;year=all&amp;programme=micro" in html
    assert answer.context["charts"] == []


def test_before_there_are_places_the_page_says_so(client):
    assert client.get("/stats/").status_code == 200
    assert client.get("/data/").status_code == 200


@pytest.mark.parametrize("path", ["/stats/", "/stats/money/"])
def test_each_picture_has_its_table_with_the_same_numbers(client, year, path):
    for chart in client.get(path).context["charts"]:
        words = " ".join(mark.text for drawing in chart.drawings for mark in drawing.marks if mark.text)
        column = {"funnel": 1, "answers": 2, "clocks": 3, "money_categories": 1, "money_places": 1}.get(chart.key, 0)
        for row in chart.table.shown_rows:
            if chart.key.startswith(("money", "pools")):
                continue  # in 万元; the sums are compared in test_money…
            if row.cells[column] not in ("—", "0"):
                assert row.cells[column].removesuffix("天") in words, (chart.key, row)


def test_definitions_stand_in_the_page_and_need_no_mouse(client, year):
    html = client.get("/stats/").content.decode()

    assert "按时率=按限办结的步骤÷全部办结步骤" in html
    assert 'title="按时率' not in html


def test_a_change_shows_at_once_though_the_numbers_are_kept(client, year):
    before = client.get("/stats/").context["statistics"].count

    make.project(round=year)
    AuditEvent.objects.create(action="test", job="test")

    assert client.get("/stats/").context["statistics"].count == before + 1


def test_what_takes_long_to_count_is_not_counted_for_every_event(client, year, monkeypatch):
    monkeypatch.setattr("publicity.queries.stats.composed.LONG_SECONDS", 0.0)
    before = client.get("/stats/").context["statistics"]

    make.project(round=year)
    AuditEvent.objects.create(action="test", job="test")

    after = client.get("/stats/").context["statistics"]
    assert (after.count, after.counted_at) == (before.count, before.counted_at)


@pytest.mark.parametrize("path", ["/stats/", "/stats/money/", "/data/", f"/screen/{make.DISTRICT}/?part=late"])
def test_queries_do_not_grow_with_the_projects(client, path):
    build.year_of(1)
    client.get(path)
    AuditEvent.objects.create(action="test", job="test")
    with CaptureQueriesContext(connection) as few:
        client.get(path)

    build.year_of(12)
    for number, project in enumerate(Project.objects.filter(state=S.IN_PROGRESS)):
        build.work_on(project)
        build.finished(project, f"单位{number}", 1, 5)
    with CaptureQueriesContext(connection) as many:
        client.get(path)

    assert len(many) <= len(few) + 3, [query["sql"] for query in many]  # names of places, rounds' rules
    assert len(many) < 40
