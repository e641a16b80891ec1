"""One queue for each person (待办): what waits from every app, the most urgent first, in a fixed number of statements."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.calendar import add_workdays
from civic.models import Appointment, Person, Role
from civic.moments import now, today
from civic.pages import todos
from delivery.models import Urge
from delivery.services import payments
from proposals import tasks
from proposals.models import Project
from proposals.models import ProjectState as S
from publicity.models import Objection
from publicity.queries import desk
from tests import make
from tests.browser import DESK
from tests.delivery import build
from voting.models import Assembly, Meeting
from wishes.models import Demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy():
    """One person with an office in every app's work: a small town knows such."""
    person = make.officer(Role.SOCIAL_WORKER)
    offices = [(Role.VILLAGE_OFFICE, make.VILLAGE, None), (Role.TOWN_HANDLER, make.TOWN, None)]
    offices += [(Role.REVIEWER, make.TOWN, make.organisation()), (Role.TOWN_APPROVER, make.TOWN, None)]
    for role, at, unit in offices:
        Appointment.objects.create(
            person=person, role=role, area=make.area(at), organisation=unit, starts_on=today() - timedelta(days=9)
        )
    return Person.objects.get(pk=person.pk)


def queue_of(person, **wanted):
    return desk.queue(todos(Person.objects.get(pk=person.pk)), desk.Wanted(**wanted))


def read(queue):
    return [(str(item.kind.act), item.title, item.clock.kind) for item in queue[:50]]


def statements(act):
    with CaptureQueriesContext(connection) as taken:
        act()
    return len(taken)


def matters(its_round):
    """Something of every app, each with another day."""
    day = {n: add_workdays(today(), n) for n in range(1, 30)}
    late = today() - timedelta(days=7)
    make.project(S.FILED, round=its_round, title="受理的", due_on=day[1])
    make.project(S.FOR_ASSEMBLY, round=its_round, title="要开会的", due_on=day[6], limit_workdays=20)
    make.project(S.FOR_APPROVAL, round=its_round, title="要批的", due_on=day[4], limit_workdays=5)
    make.project(S.IN_PROGRESS, round=its_round, title="拖着的工程", due_on=late, overdue_level=1,
                 overdue_told="town_approver")  # fmt: skip
    objected = make.project(S.OBJECTED, round=its_round, title="有人不同意的")
    Objection.objects.create(
        project=objected,
        number="YY-1",
        objector=make.person(),
        what="太吵",
        why="晚上",
        due_on=day[3],
        limit_workdays=5,
    )
    Demand.objects.create(
        number="MS-1",
        area=make.area(),
        what="路灯不亮",
        place_text="桥头",
        reporter=make.person(),
        due_on=today() + timedelta(days=60),
        first_due_on=today() + timedelta(days=60),
        limit_days=7,
    )
    assembly, chair = Assembly.objects.create(area=make.area(), name="甲村议事会"), make.person()
    Meeting.objects.create(
        assembly=assembly, round=its_round, place="村委会", starts_at=now() + timedelta(days=30), chair=chair, recorder=chair,
        vote_form="open", pass_base="present", quorum_share_text="2/3", pass_share_text="1/2", rule_book="办法",
    )  # fmt: skip


def test_one_queue_holds_what_waits_in_every_app_the_most_urgent_first(busy, client):
    matters(make.round_())
    client.force_login(busy)

    answer = client.get("/desk/")

    assert read(queue_of(busy)) == [
        ("督办", "拖着的工程", "over"),
        ("催办", "拖着的工程", "over"),
        ("受理", "受理的", "soon"),
        ("答复异议", "有人不同意的", "left"),
        ("提交审批", "要批的", "left"),
        ("召集议事会", "要开会的", "left"),
        ("开会", "甲村议事会", "left"),
        ("受理民声黑板", "路灯不亮", "left"),
    ]
    html = answer.content.decode()
    late = html[html.index("督办</span>拖着的工程") :].partition("</li>")[0]
    for words in ("测试甲村", "实施中", "已超期", "个工作日", "日起", "前办", "已报到您这里，居民看得到"):
        assert words in late
    for words in ("全部（8）", "快到期（1）", "已超期（2）", "还剩60天"):
        assert words in html


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"tab": "over"}, ["拖着的工程"] * 2),
        ({"tab": "soon"}, ["受理的"]),
        ({"kind": "answer"}, ["有人不同意的"]),
        ({"q": "路灯"}, ["路灯不亮"]),
        ({"q": "100%"}, []),
        ({"place": make.OTHER_VILLAGE}, []),
        ({"place": make.TOWN, "tab": "soon"}, ["受理的"]),
        ({"round": 0}, []),
    ],
)
def test_tabs_and_filters_leave_what_fits_and_count_it(busy, asked, found):
    matters(make.round_())

    queue = queue_of(busy, **asked)

    assert [item.title for item in queue[:50]] == found
    assert len(queue) == len(found)


def test_what_is_near_is_each_rounds_own_rule(busy):
    early = make.round_(rules={"near_due_workdays": 4, "near_due_share": "1/2"})
    for its_round in (early, make.round_()):
        make.project(S.FILED, round=its_round, due_on=add_workdays(today(), 4))
        make.project(S.FILED, round=its_round, due_on=add_workdays(today(), 9), limit_workdays=20)
        make.project(S.FILED, round=its_round, due_on=add_workdays(today(), 2))

    near = queue_of(busy, tab="soon", round=early.pk)

    assert (len(near), len(near[:50])) == (3, 3)
    assert queue_of(busy).counts() == {"all": 6, "soon": 4, "over": 0}


@pytest.mark.parametrize(
    "nonsense", ["tab=x&kind=x&place=x&round=x&page=x", "round=9999999999999&q=%25", "place=٤&q='"]
)
def test_an_address_that_makes_no_sense_is_the_plain_queue(busy, client, nonsense):
    client.force_login(busy)

    assert client.get(f"/desk/?{nonsense}").status_code == 200


def test_a_thousand_items_take_the_statements_of_ten_and_turn_pages(busy, client):
    its_round = make.round_()
    client.force_login(busy)
    few = [make.project(S.FILED, round=its_round) for _n in range(10)]
    client.get("/desk/")
    ten = statements(lambda: client.get("/desk/"))
    rows = [
        Project(
            round=its_round, area=few[0].area, code=f"WSS-2099-{n:04d}", title=f"第{n}件", need="要", category="其他",
            place_text="村口", proposer=few[0].proposer, state=S.FILED, filed_at=now(), limit_workdays=5,
            due_on=today() + timedelta(days=n % 40 - 10),
        )
        for n in range(990)
    ]  # fmt: skip
    Project.objects.bulk_create(rows)

    assert statements(lambda: client.get("/desk/")) == ten
    last = client.get("/desk/?page=50")
    assert (len(last.context["items"]), last.context["found"].paginator.count) == (20, 1000)
    assert "第50页，共50页" in last.content.decode()


@pytest.mark.parametrize("tab", ["all", "soon", "over"])
def test_pages_are_read_by_their_days_and_hold_together_every_line_once_in_order(busy, tab):
    its_round = make.round_()
    matters(its_round)
    for n in range(24):  # several of a day, some late, some without a day
        due = None if n % 6 == 5 else today() + timedelta(days=n % 4 - 2)
        make.project(S.FILED, round=its_round, title=f"第{n}件", due_on=due, limit_workdays=5)
    found = queue_of(busy, tab=tab)

    pages = [item.number for start in range(0, len(found) + 5, 5) for item in found[start : start + 5]]

    assert len(pages) == len(found) > 5
    assert pages == [item.number for item in found[: len(found)]]
    with CaptureQueriesContext(connection) as taken:
        list(queue_of(busy, tab="all")[0:5])
    of_lines = next(one["sql"] for one in taken.captured_queries if one["sql"].endswith("LIMIT 5"))
    assert str(today() - timedelta(days=7)) in of_lines  # only from the first day on that page …
    assert str(today() + timedelta(days=2)) not in of_lines  # … to its last


def test_whoever_is_above_finds_what_is_late_below_until_it_is_done(client):
    approver, district = make.officer(Role.TOWN_APPROVER, make.TOWN), make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)
    elsewhere = make.officer(Role.TOWN_APPROVER, make.OTHER_TOWN)
    project = make.project(S.FOR_ASSEMBLY, due_on=today() - timedelta(days=20), limit_workdays=60)
    money = make.project(S.FOR_APPROVAL, due_on=today() - timedelta(days=7), limit_workdays=60)

    assert read(queue_of(approver)) == []
    tasks.tell_overdue()

    assert [item.number for item in queue_of(approver)[:9]] == [project.code]
    assert [item.number for item in queue_of(district)[:9]] == [money.code], "a late approval is the town's own"
    assert read(queue_of(elsewhere)) == []
    Project.objects.filter(pk=project.pk).update(state=S.FOR_APPROVAL, overdue_level=0)
    assert read(queue_of(approver)) == []


def test_late_works_are_urged_together_each_at_most_once_in_two_days(client):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    late = {"due_on": today() - timedelta(days=7)}
    codes = [make.project(S.IN_PROGRESS, **late).code for _n in range(2)]
    client.force_login(handler)
    html = client.get("/desk/").content.decode()
    assert [f'value="{code}" form="bulk"' in html for code in codes] == [True, True]

    for asked, said in (
        ({"code": codes[:1]}, "已催办1件"),
        ({"code": codes}, "1件没有催"),
        ({}, "还没有选要催的"),
    ):
        assert said in client.post("/desk/urge/", asked | {"next": "/desk/?tab=over"}, follow=True).content.decode()
    assert list(Urge.objects.order_by("pk").values_list("project__code", "by")) == [(c, handler.pk) for c in codes]
    client.force_login(make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN))
    assert client.post("/desk/urge/", {"code": codes}).status_code == 403


def test_an_empty_queue_and_an_empty_choice_say_so_in_words(client):
    client.force_login(make.officer(Role.SOCIAL_WORKER))

    for address, words in (
        ("/desk/", "今天没有等您办的事"),
        ("/desk/?tab=soon", "没有快到期的"),
        ("/desk/?tab=over", "没有超期的"),
        ("/desk/?q=坡道", "没有符合的待办"),
    ):
        assert words in client.get(address).content.decode()


def test_htmx_asks_for_the_list_alone(busy, client):
    matters(make.round_())
    client.force_login(busy)

    part = client.get("/desk/?tab=over", headers={"HX-Request": "true"}).content.decode()

    assert "<h1" not in part
    assert part.count("</span>拖着的工程<") == 2


def test_a_contractor_reads_what_to_build_and_by_when_the_site_wants_news_and_the_town_by_when_to_pay():
    place = build.town(stale_days=12)
    project = build.begun(place)
    payments.request(project, by=place.foreman, amount_yuan=Decimal(9000))

    site = {item.kind.key: item for item in queue_of(place.foreman)[:9]}
    town = {item.kind.key: item for item in queue_of(place.handler)[:9]}

    assert {key: item.due_on for key, item in site.items()} == {
        "build": Project.objects.get(pk=project.pk).due_on,
        "news": today() + timedelta(days=12),
    }
    assert site["news"].url == f"/site/{project.code}/"
    assert town["claim"].due_on == add_workdays(today(), 20)


@pytest.mark.journey
def test_the_queue_is_walked_by_keyboard_while_it_has_the_focus_and_the_keys_can_be_switched_off(new_page, accessible):
    from playwright.sync_api import expect

    worker, its_round = make.officer(Role.SOCIAL_WORKER), make.round_()
    for n in range(3):
        make.project(S.FILED, round=its_round, title=f"第{n + 1}件", due_on=today() + timedelta(days=n))
    page = new_page(worker, viewport=DESK)
    page.goto("/desk/")
    links = page.locator("[data-test=queue] h2 a")

    page.keyboard.press("j")
    expect(links.nth(0)).not_to_be_focused()
    links.nth(0).focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    page.get_by_role("button", name="关掉快捷键").click()
    links.nth(1).focus()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    accessible(page)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("第2件"))
