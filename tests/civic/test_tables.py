"""Tables as offices keep them: where the heading stands, in which unit, which rows count, and what is said of a fault."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from civic.areas import BadFile
from civic.tables import layout, values, writing
from civic.tables.layout import Column

COLUMNS = (
    Column("title", "项目名称", ("名称",), kind="public", required=True, most=10),
    Column("town", "镇街", repeats=True),
    Column("kind", "类型", kind="choice", choices={"工程": "works", "工程类": "works", "服务": "service"}),
    Column("money", "金额", ("预算",), kind="yuan"),
    Column("on", "日期", kind="date"),
)


def read(data: bytes, unit: str = "", columns=COLUMNS) -> list[dict]:
    table = layout.find(data, columns)
    return [
        dict(row.values) for row in layout.read(table, columns, layout.guess(table.heads, columns), unit or table.unit)
    ]


def faults(data: bytes) -> list[str]:
    with pytest.raises(BadFile) as refused:
        read(data)
    return refused.value.problems


def office_workbook() -> bytes:
    """As a town sends it: a notes sheet first, a title over all columns, the town once for its rows, sums underneath."""
    book = openpyxl.Workbook()
    book.active.append(["填表说明：请如实填写"])
    sheet = book.create_sheet("汇总")
    sheet.append(["斗门区２０２１年民生微实事项目汇总表（单位：万元）"])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(["序号", "镇 街", "项目名称*", "类型", "预算", "日期"])
    sheet.append([1, "斗门镇", "修坡道", "工程类", 5.28, datetime(2021, 3, 1)])
    sheet.append([2, None, "装路灯", "服务", "１２．３４５６", 44256])
    sheet.merge_cells("A4:A4")
    sheet.append([None, "小计", None, None, "=SUM(E4:E5)"])
    sheet.append([3, "乾务镇", "清渠", None, 0.1 + 0.2, "2021年3月1日"])
    sheet.append(["合计", None, None, None, 18])
    sheet.append(["填表人：某某"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_towns_workbook_is_read_as_it_comes():
    data, day = office_workbook(), date(2021, 3, 1)

    assert read(data) == [
        {"title": "修坡道", "town": "斗门镇", "kind": "works", "money": Decimal("52800.00"), "on": day},
        {"title": "装路灯", "town": "斗门镇", "kind": "service", "money": Decimal("123456.00"), "on": day},
        {"title": "清渠", "town": "乾务镇", "kind": None, "money": Decimal("3000.00"), "on": day},
    ]
    assert layout.find(data, COLUMNS).left_out == [(6, "小计"), (8, "合计"), (9, "填表人:某某")]


def test_a_heading_may_stand_in_two_rows_the_upper_one_over_several_columns():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2026年民生微实事项目安排表"])
    sheet.append(["序号", "项目名称", "资金（万元）", None, "实施", None, "日期"])
    sheet.append([None, None, "预算", "批复", "镇街", "类型", None])
    sheet.append([1, "修坡道", 5.28, 5, "斗门镇", "工程", "2026-03-01"])
    for merged in ("A1:G1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3"):
        sheet.merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    wide = (*COLUMNS, Column("granted", "批准金额", ("资金批复",), kind="yuan"))

    found = layout.find(file.getvalue(), wide)

    assert (found.line, found.heads[:7]) == (
        3,
        ["序号", "项目名称", "预算（万元）", "资金批复（万元）", "镇街", "类型", "日期"],
    )
    assert read(file.getvalue(), columns=wide) == [
        {
            "title": "修坡道",
            "money": Decimal("52800.00"),
            "granted": Decimal("50000.00"),
            "town": "斗门镇",
            "kind": "works",
            "on": date(2026, 3, 1),
        }
    ]


def test_a_first_row_that_reads_like_a_heading_is_still_a_row():
    data = "项目名称,类型,镇街\n金额,工程,日期\n".encode()

    assert read(data) == [{"title": "金额", "kind": "works", "town": "日期"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize(("head", "told"), [("金额", "5.28万"), ("金额（万元）", "5.28"), ("金额(元)", "￥52，800.00")])
def test_an_amount_is_the_same_in_every_unit_and_encoding(encoding, head, told):
    data = f'项目名称,{head}\n修坡道,"{told}"\n'.encode(encoding)

    assert read(data) == [{"title": "修坡道", "money": Decimal("52800.00")}]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("-5", "“金额”写的是“-5”，认不出来；请写数字，如 52800 或 5.28万元，最小到分"),
        ("1e9", "“金额”写的是“1e9”，认不出来；请写数字，如 52800 或 5.28万元，最小到分"),
        ("NaN", "“金额”写的是“NaN”，认不出来；请写数字，如 52800 或 5.28万元，最小到分"),
        ("0.001", "“金额”写的是“0.001”，认不出来；请写数字，如 52800 或 5.28万元，最小到分"),
        ("0", "“金额”：金额要大于0，没有就空着"),
        ("=B2*2", "“金额”是公式，请粘贴成数值再导入"),
    ],
)
def test_what_is_no_amount_is_said_with_its_line(cell, said):
    assert faults(f"汇总表,\n\n项目名称,金额\n修坡道,1\n清渠,{cell}\n".encode()) == [f"第5行：{said}"]


def test_all_faults_are_named_at_once_and_nothing_is_handed_back():
    rows = ["项目名称,类型,日期", ",工程,", "超过十个字的项目名称了,桥,2021-02-30", "打13800000001,,"]

    assert faults("\n".join(rows).encode()) == [
        "第2行：没有填“项目名称”",
        "第3行：“项目名称”：最多10个字，现在有11个",
        "第3行：“类型”写的是“桥”，认不出来；只能写：工程、服务",
        "第3行：“日期”写的是“2021-02-30”，认不出来；请写成 2026-03-01 或 2026年3月1日",
        "第4行：“项目名称”：这段话会公开，请去掉手机号和身份证号",
    ]


def test_columns_may_be_told_otherwise_and_none_twice_or_missing():
    table = layout.find("项目名称,备用\n甲,乙\n".encode(), COLUMNS)

    assert [row.values["title"] for row in layout.read(table, COLUMNS, {1: "title"}, "")] == ["乙"]
    for mapping, said in (({}, "缺少列：项目名称"), ({0: "title", 1: "title"}, "两列都对应“项目名称”，请只留一列")):
        with pytest.raises(BadFile, match=said):
            layout.read(table, COLUMNS, mapping, "")


@pytest.mark.parametrize("data", ["甲,乙\n1,2\n", "\n" * 11 + "项目名称\n修坡道\n", "项目名称\n合计\n"])
def test_what_has_no_heading_or_no_row_is_no_table(data):
    with pytest.raises(BadFile):
        layout.find(data.encode(), COLUMNS)


def test_a_formula_stays_text_without_the_mark_that_kept_it_so():
    assert values.unquoted("'=1+1") == "=1+1"
    assert read("项目名称\n'=cmd\n=1+1\n".encode()) == [{"title": "=cmd"}, {"title": "=1+1"}]


@pytest.mark.parametrize("form", list(writing.KINDS))
def test_a_template_is_an_empty_table_of_its_own_kind(form):
    table = writing.template(COLUMNS, form)

    with pytest.raises(BadFile, match="表头下面一行也没有"):  # the example is left out
        layout.find(table, COLUMNS)
