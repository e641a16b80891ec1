"""The village's own papers: the month's report (月报) with its files, and what a notice is spread by (公示包)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from civic.models import Role
from civic.moments import today
from proposals.models import ProjectState
from publicity.models import Notice
from publicity.queries import monthly
from tests import make
from tests.wishes import build as board
from tests.wishes.test_visits import kept, spoken
from wishes.services import visits

pytestmark = pytest.mark.django_db
THIS = f"?month={today():%Y-%m}"


@pytest.fixture
def worker():
    make.areas()
    return make.officer(Role.SOCIAL_WORKER, name="林测试")


def told(worker):
    """Two visits of which one came to the board, one more matter, one proposal; and next door what does not count."""
    visits.to_demand(kept(worker), by=worker, what="门口的井盖松了", resident=spoken())
    kept(worker, who="李阿公", visited_on=today().replace(day=1))
    kept(worker, who="王伯", visited_on=today().replace(day=1) - timedelta(days=1))
    board.reported()
    board.reported(what="乙村的一件小事", area=make.area(make.OTHER_VILLAGE))
    make.project(title="村口修一条坡道", state=ProjectState.FILED)
    make.project(title="乙村修一座小桥", at=make.OTHER_VILLAGE)


def test_the_figures_are_the_months_and_the_villages_own(worker):
    told(worker)

    found = monthly.report(make.area(), today().replace(day=1))

    figures = {label.split("（")[0]: count for label, count in found.figures}
    assert figures == {
        "走访": 2,
        "走访后报上黑板": 1,
        "走访后转为提议": 0,
        "收到提议": 1,
        "其中替居民代录": 0,
        "民声黑板登记": 2,
        "民声黑板当月解决、至今没有重开": 0,
        "开会": 0,
        "开始公示": 0,
        "打电话或当面告知": 0,
        "电话回访": 0,
        "其中评了满意度": 0,
    }
    assert [row[1] for row in found.tables[0].rows] == ["村口修一条坡道"]
    assert [row[1] for row in found.tables[1].rows] == ["门口的井盖松了", board.WHAT]


def test_the_page_word_and_excel_say_the_same(client, worker):
    told(worker)
    client.force_login(worker)
    page = client.get(f"/desk/month/{THIS}")

    words = Document(BytesIO(client.get(f"/desk/month/report.docx{THIS}").content))
    book = load_workbook(BytesIO(client.get(f"/desk/month/report.xlsx{THIS}").content))

    report = page.context["report"]
    expected = [[label, str(count)] for label, count in report.figures]
    assert [[cell.text for cell in row.cells] for row in words.tables[0].rows][1:] == expected
    assert [[str(cell) for cell in row] for row in book["总的情况"].iter_rows(min_row=2, values_only=True)] == expected
    assert page.context["title"] == words.paragraphs[0].text == f"测试甲村{today().year}年{today().month}月工作月报"
    assert book.sheetnames == ["总的情况", *(table.title for table in report.tables)]
    assert [row[1] for row in book["收到的提议"].iter_rows(min_row=2, values_only=True)] == ["村口修一条坡道"]


def test_nobody_is_named_in_it(client, worker):
    told(worker)
    client.force_login(worker)

    page = client.get(f"/desk/month/{THIS}").content.decode()

    for name in ("陈阿婆", "李阿公", "林测试", "王测试"):
        assert name not in page


def test_what_looks_like_a_formula_is_none(client, worker):
    make.project(title="=1+1 这样的题目", state=ProjectState.FILED)
    client.force_login(worker)

    book = load_workbook(BytesIO(client.get(f"/desk/month/report.xlsx{THIS}").content))

    cell = book["收到的提议"]["B2"]
    assert cell.data_type == "s"
    assert not str(cell.value).startswith("=")


def test_the_last_whole_month_is_shown_first_and_nonsense_is_left_out(client, worker):
    client.force_login(worker)
    last = today().replace(day=1) - timedelta(days=1)

    for query in ("", "?month=nonsense", "?month=1999-01"):
        assert client.get(f"/desk/month/{query}").context["report"].last == last


def test_another_villages_worker_gets_the_own_village_and_a_stranger_nothing(client, worker):
    client.force_login(board.office("邻测试", Role.SOCIAL_WORKER, make.OTHER_VILLAGE))
    assert client.get(f"/desk/month/?area={make.VILLAGE}").context["report"].area.pk == make.OTHER_VILLAGE

    client.force_login(make.person())
    for path in ("/desk/month/", "/desk/month/report.docx", "/desk/notices/"):
        assert client.get(path).status_code == 403


def test_the_report_asks_as_often_for_three_as_for_one(worker):
    asked = []

    for count in (1, 2):
        for _n in range(count):
            told(worker)
        with CaptureQueriesContext(connection) as queries:
            monthly.report(make.area(), today().replace(day=1))
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 9


def test_a_notice_has_two_sheets_and_words_for_the_group(client, worker):
    project = make.project(title="村口修一条坡道", state=ProjectState.ON_NOTICE)
    ends_at = project.state_since + timedelta(days=5)
    notice = Notice.objects.create(
        project=project, starts_at=project.state_since, first_ends_at=ends_at, ends_at=ends_at, workdays=5
    )
    client.force_login(worker)

    page = client.get("/desk/notices/").content.decode()

    assert "【公示】测试甲村“村口修一条坡道”" in page
    sheet = reverse("publicity:notice_sheet", args=[notice.pk])
    assert f'href="{sheet}"' in page and f'href="{sheet}?size=a3"' in page
    assert ("sheet-a3" in client.get(sheet).content.decode()) is False
    assert ("sheet-a3" in client.get(f"{sheet}?size=a3").content.decode()) is True
