"""The navigation of the desks: one person reads the same queues beside every desk page, whichever app shows it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic import pages
from civic.models import Appointment, Person, Role
from civic.moments import today
from proposals.models import ProjectState as S
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.core]
DESKS = [
    "/desk/",
    "/desk/residents/",
    "/desk/sign-in/",
    "/desk/intake/",
    "/desk/merge/",
    "/desk/reviews/",
    "/meetings/new/",
    "/desk/polls/",
    "/desk/budget/",
    "/desk/delivery/",
    "/desk/board/",
    "/desk/objections/",
    "/desk/calls/",
    "/desk/visits/",
    "/desk/surveys/",
    "/desk/call-backs/",
    "/district/",
]
LATE_ON = 3


@pytest.fixture
def busy():
    """One person with an office in every app's work: a small town knows such."""
    person = make.officer(Role.SOCIAL_WORKER)
    offices = [(Role.VILLAGE_OFFICE, make.VILLAGE, None), (Role.TOWN_HANDLER, make.TOWN, None)]
    offices += [(Role.REVIEWER, make.TOWN, make.organisation()), (Role.ASSEMBLY_MEMBER, make.VILLAGE, None)]
    for role, at, unit in offices:
        Appointment.objects.create(
            person=person, role=role, area=make.area(at), organisation=unit, starts_on=today() - timedelta(days=9)
        )
    for state in (S.FILED, S.FOR_ASSEMBLY, S.FOR_APPROVAL, S.AWAITING_START):
        make.project(state=state, due_on=today() - timedelta(days=LATE_ON))
    return Person.objects.get(pk=person.pk)


def nav_of(html: str) -> list[tuple[str, str]]:
    """Every queue of the page's navigation: its address and its words, whichever is the present one."""
    nav = re.search(r'<nav class="desk-nav".*?</nav>', html, re.DOTALL)
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', nav[0] if nav else "", re.DOTALL)
    return [(url, re.sub(r"<[^>]*>", " ", words)) for url, words in links]


def test_every_desk_page_shows_one_person_the_same_queues(client, busy):
    client.force_login(busy)

    shown = {path: nav_of(client.get(path).content.decode()) for path in DESKS}

    assert [words.strip() for _url, words in shown["/desk/"]] == [
        "居民核对",
        "帮居民登录",
        "导入",
        "受理 待办 1，超期 1",
        "合并",
        "上门代录",
        "批量录入纸质表",
        "预审",
        "预审督办",
        "待议事的项目 待办 1，超期 1",
        "要开的会",
        "居民投票",
        "民声黑板",
        "走访",
        "问需",
        "预算审批 待办 1，超期 1",
        "实施看板 待办 1，超期 1",
        "电话回访",
        "异议办理",
        "要打的电话",
        "公示包",
        "月报",
        "全局",
    ]
    assert [path for path in DESKS if shown[path] != shown["/desk/"]] == []


def test_each_app_counts_its_queues_in_at_most_three_queries(busy):
    busy.live_appointments  # noqa: B018  read once for a request, for whoever asks

    for waiting_for in pages.DESK:
        with CaptureQueriesContext(connection) as taken:
            waiting_for(busy)
        assert len(taken) <= 3, waiting_for.__module__


def test_more_work_costs_no_more_queries(busy):
    def queries():
        with CaptureQueriesContext(connection) as taken:
            pages.todos(Person.objects.get(pk=busy.pk))
        return len(taken)

    before = queries()
    for _n in range(3):
        make.project(state=S.FOR_ASSEMBLY)

    assert queries() == before


@pytest.mark.parametrize("path", ["/", "/projects/", "/meetings/", "/me/"])
def test_a_page_that_is_no_desk_counts_no_queue(client, busy, monkeypatch, path):
    def counted(user):
        raise AssertionError("a page without the navigation has counted a queue")

    monkeypatch.setattr(pages, "DESK", [counted])
    client.force_login(busy)

    assert client.get(path).status_code == 200


def test_who_holds_no_office_has_no_queues():
    assert pages.todos(make.resident()) == []
