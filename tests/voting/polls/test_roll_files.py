"""Reading a roll file: as spreadsheet programs really write them, and what only pretends to be one."""

import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from civic.areas import BadFile
from civic.tables import reading as tables
from voting.roll_files.people import Listed, read

HEADING = "姓名,手机号,出生日期,村居,户号"
WANG = "王测试,13800000001,1980-01-31,测试甲村委会,12"
READ = Listed(2, "王测试", "+8613800000001", date(1980, 1, 31), None, "测试甲村委会", "12")


def csv(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([HEADING, *rows]).encode(encoding)


def xlsx(*rows, book=None) -> bytes:
    book = book or openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def faults(data: bytes) -> list[str]:
    with pytest.raises(BadFile) as refused:
        read(data)
    return refused.value.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_csv_is_read_in_any_encoding_villages_use(encoding):
    assert read(csv(WANG, encoding=encoding)) == [READ]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters_are_noticed(delimiter):
    assert read(csv(WANG).decode().replace(",", delimiter).encode()) == [READ]


def test_an_xlsx_is_read_with_its_dates_and_numbers():
    data = xlsx(HEADING.split(","), ["王测试", 13800000001, datetime(1980, 1, 31), "测试甲村委会", 12])

    assert read(data) == [READ]


def test_the_heading_may_stand_below_a_title_and_in_any_order_with_other_columns():
    rows = [
        "2026年选民名册,,,",
        ",,,",
        "序号,户号,出生年月日,姓 名,备注",
        "1,12,19800131,王测试,",
        "",
        "2,13,1980年1月31日,李测试,",
    ]

    found = read("\n".join(rows).encode())

    assert [(one.line, one.name, one.birth, one.household, one.phone) for one in found] == [
        (4, "王测试", date(1980, 1, 31), "12", None),
        (6, "李测试", date(1980, 1, 31), "13", None),
    ]


def test_the_sheet_with_the_heading_is_found():
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    book.active = book.create_sheet("名册")

    assert [one.name for one in read(xlsx(["姓名", "年龄"], ["王测试", 46], book=book))] == ["王测试"]


def test_a_line_is_counted_as_the_spreadsheet_shows_it():
    data = csv('"王\n测试",,1980-01-31,,', "李测试,123,1980-01-31,,")

    assert faults(data) == ["第2行：姓名超过40个字，或者有换行", "第4行：请填写11位手机号"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("王测试,1.38E+10,1980-01-31,,", "手机号被表格软件改成了1.38E+10，请先把这一列设成“文本”，再重新填写"),
        ("王测试,1.38e10,1980-01-31,,", "手机号被表格软件改成了1.38e10，请先把这一列设成“文本”，再重新填写"),
        ("王测试,0756-5551234,1980-01-31,,", "请填写11位手机号"),
        ("王测试,+1 415 555 2671,1980-01-31,,", "暂只支持中国大陆手机号"),
        (",13800000001,1980-01-31,,", "没有姓名"),
        ("\u200b,,1980-01-31,,", "只有看不见的字符，请写出内容"),
        ("王\x00测试,,1980-01-31,,", "有看不见的特殊字符，请重新输入这一段"),
        ("王" * 41 + ",,1980-01-31,,", "姓名超过40个字，或者有换行"),
        ("王测试,,1980-02-30,,", "出生日期“1980-02-30”认不出来，请写成 1980-01-31"),
        ("王测试,,31/1/80,,", "出生日期“31/1/80”认不出来，请写成 1980-01-31"),
        ("王测试,,0001-01-01,,", "出生日期“0001-01-01”太早"),
        ("王测试,,,,", "没有出生日期，也没有年龄"),
        ("王测试,,1980-01-31,," + "1" * 41, "户号超过40个字"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(row, words):
    assert faults(csv(WANG, row)) == [f"第3行：{words}"]


@pytest.mark.parametrize("age", ["46", "46岁", "４６", "46周岁"])
def test_an_age_will_do(age):
    assert read(f"姓名,年龄\n王测试,{age}".encode())[0].age == 46


@pytest.mark.parametrize("age", ["-1", "131", "46.5", "四十六"])
def test_what_is_no_age_is_named(age):
    assert faults(f"姓名,年龄\n王测试,{age}".encode()) == [f"第2行：年龄“{age}”认不出来，请写周岁数字"]


def test_every_bad_line_is_named_at_once():
    assert [fault[:4] for fault in faults(csv(",,1980-01-31,,", WANG, "李测试,,x,,", "钱测试,1,1980-01-31,,"))] == [
        "第2行：",
        "第4行：",
        "第5行：",
    ]


@pytest.mark.parametrize(
    ("again", "words"),
    [
        ("李测试,+86 138 0000 0001,1990-01-31,,", "手机号与第2行重复，一个手机号只能记一个人"),
        ("王测试,13800000002,1990-01-31,测试甲村委会,12", "与第2行同名同村同户，分不清是不是一个人"),
    ],
)
def test_nobody_stands_twice_in_a_list(again, words):
    assert faults(csv(WANG, again)) == [f"第3行：{words}"]


def test_full_width_and_prefixed_phones_are_one_number():
    assert read(csv("王测试,００８６１３８０００００００１,1980-01-31,,"))[0].phone == "+8613800000001"


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("手机号,年龄", ["前10行里找不到表头，至少要有：姓名，还有出生日期或年龄"]),
        ("姓名,手机号", ["第1行：缺少列：出生日期或年龄"]),
        ("姓名,年龄,姓名", ["第1行：“姓名”这一列出现了两次"]),
    ],
)
def test_columns_that_are_missing_or_twice_are_named(heading, words):
    assert faults(f"{heading}\n1,2,3".encode()) == words


def test_a_heading_without_people_is_no_roll():
    assert faults(HEADING.encode()) == ["表头下面一个人也没有"]


FORMULA = "=cmd|'/c calc'!A0"


def test_a_formula_stays_the_text_it_is():
    assert read(csv(f"{FORMULA},,1980-01-31,,"))[0].name == FORMULA
    assert read(xlsx(["姓名", "年龄"], ["=1+1", 46]))[0].name == "=1+1"


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def repacked(data: bytes, changed: dict[str, bytes]) -> bytes:
    """An xlsx with some of its parts exchanged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts | changed)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
GOOD = xlsx(["姓名", "年龄"], ["王测试", 46])
BROKEN = "表格打不开，请在表格软件里另存为 xlsx 再试"
NOT_OURS = "只收 xlsx 或 CSV 表格，不收带宏的表格和别的文件"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "文件是空的"),
        (b" \r\n ", "文件是空的"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "这是旧版或加了密码的表格，请另存为 xlsx，不要加密码"),
        (b"PK\x03\x04nonsense", BROKEN),
        (GOOD[: len(GOOD) // 2], BROKEN),
        (zipped({"word/document.xml": b"<x/>"}), NOT_OURS),
        (repacked(GOOD, {"xl/vbaProject.bin": b"program"}), NOT_OURS),
        (repacked(GOOD, {"xl/workbook.xml": b"<workbook"}), BROKEN),
        (repacked(GOOD, {"xl/worksheets/sheet1.xml": LAUGHS}), BROKEN),
        (repacked(GOOD, {"xl/bomb.xml": b"0" * 30_000_000}), "表格解开后太大，没有打开"),
        (b"\xff\xfe\x00\xd8", "认不出文件的编码，请另存为 UTF-8"),
        (b"\xff" * 50, "认不出文件的编码，请另存为 UTF-8"),
        (b"x" * (tables.MOST_BYTES + 1), "文件超过10MB"),
    ],
    ids=["empty", "blank", "old or locked", "no zip", "cut off", "a letter", "macros", "broken", "laughs", "bomb",
         "surrogate", "noise", "too big"],
)  # fmt: skip
def test_what_only_seems_a_table_is_refused_in_words(data, words):
    assert faults(data) == [words]


def test_words_that_spreadsheet_programs_keep_aside_are_read():
    """Excel and WPS keep text in a table of shared strings; the library that writes our files here does not."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        kinds = archive.read("[Content_Types].xml")
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument'
    part += b'.spreadsheetml.sharedStrings+xml"/></Types>'
    words = re.findall(r"<is><t>(.*?)</t></is>", sheet)
    for place, word in enumerate(words):
        sheet = sheet.replace(f't="inlineStr"><is><t>{word}</t></is>', f't="s"><v>{place}</v>')
    strings = "".join(f"<si><t>{word}</t></si>" for word in words)
    data = repacked(
        GOOD,
        {
            "xl/worksheets/sheet1.xml": sheet.encode(),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'.encode(),
            "[Content_Types].xml": kinds.replace(b"</Types>", part),
        },
    )

    assert [one.name for one in read(data)] == ["王测试"]


def test_a_sheet_that_claims_an_absurd_row_ends_where_rolls_end(monkeypatch):
    monkeypatch.setattr(tables, "MOST_LINES", 50)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    data = repacked(GOOD, {"xl/worksheets/sheet1.xml": sheet.replace(b'r="2"', b'r="999999999"')})

    assert faults(data) == ["表头下面一个人也没有"]


def test_more_lines_than_a_roll_has_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_LINES", 3)

    assert faults(csv(*[f"王{n},,1980-01-31,," for n in range(4)])) == ["超过3行，请分几个文件"]
    rows = [[f"王{n}", 46] for n in range(4)]
    assert faults(xlsx(["姓名", "年龄"], *rows)) == ["超过3行，请分几个文件"]
