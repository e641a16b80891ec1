"""Open data: every set in every form, whole, harmless in a spreadsheet, without anybody's name, however long."""

import csv
import io
import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from civic.models import AuditEvent, Role
from civic.moments import at, now, today
from proposals.models import Project
from proposals.models import ProjectState as S
from publicity.opendata import formats
from publicity.opendata.datasets import DATASETS
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import of
from tests import make
from tests.publicity.stats import build

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "＝1+1"]


def body(answer):
    return b"".join(answer.streaming_content)


def csv_rows(answer):
    return list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"), newline="")))


@pytest.fixture
def year():
    return build.year_of(1)


@pytest.mark.parametrize("name", list(DATASETS))
def test_every_form_of_a_set_holds_the_same_rows(client, year, name):
    build.work_on(Project.objects.get(state=S.IN_PROGRESS, round=year))

    lines = csv_rows(client.get(f"/data/{name}.csv"))
    workbook = openpyxl.load_workbook(io.BytesIO(body(client.get(f"/data/{name}.xlsx"))))
    told = json.loads(body(client.get(f"/data/{name}.json")))

    assert lines[0] == DATASETS[name].heads
    sheet = [["" if cell is None else str(cell) for cell in row] for row in workbook.active.iter_rows(values_only=True)]
    assert [row[0] for row in sheet] == [row[0] for row in lines]
    assert len(told["rows"]) == len(lines) - 1
    assert all(list(row) == DATASETS[name].keys for row in told["rows"])


def test_the_projects_are_as_many_as_the_list(client, year):
    for query in ("", f"?area={make.OTHER_VILLAGE}", "?programme=micro", f"?year={today().year}"):
        rows = csv_rows(client.get(f"/data/projects.csv{query}"))

        assert len(rows) - 1 == client.get(f"/projects/{query}").context["count"]


def test_csv_opens_in_a_spreadsheet_in_chinese(client, year):
    answer = client.get("/data/projects.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="projects-{make.DISTRICT}-all.csv"'
    assert body(answer).startswith(b"\xef\xbb\xbf")


def test_the_money_of_the_file_is_the_money_of_the_page(client, year):
    for project in Project.objects.filter(state=S.IN_PROGRESS):
        build.work_on(project)

    rows = json.loads(body(client.get("/data/money.json")))["rows"]

    table = statistics(of(make.area(make.DISTRICT), "all")).tables["money_places"]
    for key in ("planned", "estimate", "contract", "changes", "paid"):
        assert sum(Decimal(row[f"{key}_yuan"] or 0) for row in rows) == table.total_of(key), key


def test_the_file_of_every_table_adds_up_to_the_total_on_the_page(client, year):
    for key, table in statistics(of(make.area(make.DISTRICT))).tables.items():
        lines = csv_rows(client.get(f"/data/stats/{key}.csv?year={today().year}"))

        assert lines[0] == [column.label for column in table.columns]
        for number, (column, total) in enumerate(zip(table.columns[1:], table.total, strict=True), start=1):
            if column.adds_up and total is not None and key != "figures":
                assert sum(Decimal(line[number] or 0) for line in lines[1:]) == total, (key, column.key)


def test_a_table_of_the_statistics_comes_in_every_form(client, year):
    for kind in formats.TYPES:
        assert client.get(f"/data/stats/funnel.{kind}").status_code == 200

    told = json.loads(body(client.get("/data/stats/clocks.json")))
    assert "按时率=" in told["definition"]


@pytest.mark.parametrize(
    "path", ["/data/nothing.csv", "/data/projects.pdf", "/data/stats/nothing.csv", "/data/stats/funnel.exe"]
)
def test_what_there_is_not_is_not_found(client, year, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(client, year, text):
    Project.objects.filter(state=S.COMPLETED, round=year).update(title=text)

    cells = [row[1] for row in csv_rows(client.get("/data/projects.csv"))]
    sheet = openpyxl.load_workbook(io.BytesIO(body(client.get("/data/projects.xlsx")))).active
    titles = [row[1] for row in sheet.iter_rows()]

    assert f"'{text}" in cells
    assert not any(cell.startswith(formats.FORMULA) for cell in cells)
    assert f"'{text}" in [cell.value for cell in titles]
    assert {cell.data_type for cell in titles} == {"s"} | {cell.data_type for cell in titles if cell.value is None}


def test_numbers_below_zero_stay_numbers():
    assert formats.harmless(Decimal("-12.50")) == Decimal("-12.50")
    assert formats.harmless("-12.50") == "'-12.50"


def test_no_set_has_a_personal_field(client):
    worker = make.officer(Role.SOCIAL_WORKER, name="林代录")
    resident = make.person("欧阳提议", phone="13912345678")
    project = make.project(S.FILED, proposer=resident, entered_by=worker, place_text="12号门牌")
    AuditEvent.objects.create(
        subject=project.code, action="project.submit", actor=worker, on_behalf_of=resident, area_id=project.area_id
    )

    for name, one in DATASETS.items():
        assert not {"proposer", "person", "phone", "name_of", "place_text", "entered_by"} & set(one.keys)
        for kind in ("csv", "json"):
            text = body(client.get(f"/data/{name}.{kind}")).decode()
            for private in ("欧阳", "欧**", "林代录", "13912345678", "12号门牌"):
                assert private not in text, (name, private)
    assert "居民提交提议" in body(client.get("/data/events.csv")).decode()


def test_drafts_and_what_is_not_public_are_in_no_file(client, year):
    project = Project.objects.get(state=S.COMPLETED, round=year)
    AuditEvent.objects.create(subject=project.code, action="secret.act", job="test", is_public=False)

    assert "secret.act" not in body(client.get("/data/events.csv")).decode()
    assert "draft" not in body(client.get("/data/projects.csv")).decode()


@pytest.mark.parametrize("name", [name for name in DATASETS if name != "statistics"])
def test_a_long_file_takes_as_few_queries_as_a_short_one(client, name):
    round_ = build.year_of(1)
    path = f"/data/{name}.csv"

    def queries():
        with CaptureQueriesContext(connection) as asked:
            body(client.get(path))
        return len(asked)

    few = queries()
    proposer = make.person()
    for _n in range(60):
        project = make.project(S.IN_PROGRESS, round=round_, proposer=proposer)
        build.finished(project, "镇政府", 1, 5)

    assert queries() <= few


@pytest.mark.parametrize("kind", list(formats.TYPES))
def test_thirty_thousand_rows_pass_through_little_memory(kind):
    rows = (("WSS-2026-0001", "卫生站门口修坡道", Decimal(n), today()) for n in range(30_000))
    heads = ["编号", "什么事", "元", "日期"]
    tracemalloc.start()

    if kind == "csv":
        parts = formats.csv_file(heads, rows)
    elif kind == "json":
        parts = formats.json_file({"name": "x"}, heads, rows)
    else:
        parts = formats.xlsx_file("项目", heads, rows)
    sizes = [len(part) for part in parts]
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 4_000_000  # the rows themselves are three times that
    assert max(sizes) < 1_000_000
    assert len(sizes) > 1


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(formats, "SHEET_ROWS", 3)

    whole = b"".join(formats.xlsx_file("项目", ["甲"], [(n,) for n in range(7)]))

    book = openpyxl.load_workbook(io.BytesIO(whole))
    rows = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert rows == [["甲", 0, 1, 2], ["甲", 3, 4, 5], ["甲", 6]]


def test_control_characters_do_not_break_the_workbook():
    whole = b"".join(formats.xlsx_file("a[b]:c", ["<甲>&"], [("a\x0bb\x00 <&>",)]))

    sheet = openpyxl.load_workbook(io.BytesIO(whole)).active
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["<甲>&", "ab <&>"]


def test_an_unchanged_file_is_not_sent_again(client, year):
    first = client.get("/data/projects.csv")

    again = client.get("/data/projects.csv", headers={"If-None-Match": first["ETag"]})
    AuditEvent.objects.create(action="test", job="test", recorded_at=now() + timedelta(seconds=2))
    changed = client.get("/data/projects.csv", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert changed.status_code == 200
    assert changed["Last-Modified"]
    assert "public" in first["Cache-Control"]
    assert not first.cookies


def test_one_address_cannot_have_files_written_without_end(client, year, monkeypatch):
    from civic import limits

    monkeypatch.setattr(limits, "DATA_IP", limits.Limit("open-data", 2, 3600))

    codes = [client.get(f"/data/areas.csv?x={n}").status_code for n in range(3)]

    assert codes == [200, 200, 429]


def test_two_files_are_written_at_once_and_the_third_is_told_when_to_come_back(client, year):
    moment = now()
    with at(moment):
        first, _second = client.get("/data/areas.csv?x=1"), client.get("/data/areas.csv?x=2")
        refused = client.get("/data/areas.csv?x=3")
        rows = csv_rows(first)  # sent to its end, its place is free
        later = [client.get(f"/data/areas.csv?x={n}").status_code for n in (4, 5)]
    with at(moment + timedelta(minutes=11)):  # what a dying process kept is free as well
        forgotten = client.get("/data/areas.csv?x=6").status_code

    assert (refused.status_code, refused["Retry-After"]) == (429, "30")
    assert "全站同时只写两份数据文件" in refused.content.decode()
    assert len(rows) > 1
    assert later == [200, 429]
    assert forgotten == 200


def test_the_page_leads_to_every_file_and_names_the_licence(client, year, settings):
    settings.OPEN_DATA_LICENCE = "测试许可"

    assert "数据更新时间" not in client.get("/data/").content.decode()
    AuditEvent.objects.create(action="test", job="test", recorded_at=datetime(2026, 3, 1, 1, 30, tzinfo=UTC))

    html = client.get("/data/").content.decode()

    assert "数据更新时间：3月1日 09:30。" in strip_tags(html)
    for name in DATASETS:
        for kind in formats.TYPES:
            assert f"/data/{name}.{kind}?area={make.DISTRICT}&amp;year=all" in html
    assert "测试许可" in html


def test_the_dictionary_names_every_column(client, year):
    html = client.get("/data/dictionary/").content.decode()
    told = client.get("/data/dictionary.json").json()["datasets"]

    assert list(told) == list(DATASETS)
    for name, one in DATASETS.items():
        assert [field["key"] for field in told[name]["fields"]] == one.keys
        assert all(f"<code>{key}</code>" in html for key in one.keys)
