"""Bytes into numbered rows of text (读表): whatever spreadsheet program wrote them, and nothing that only seems a table."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from civic.areas import BadFile

Line = tuple[int, list[str]]
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;，"
MOST_BYTES = 10 * 1024 * 1024
MOST_LINES, MOST_COLUMNS, MOST_SHEETS = 200_000, 50, 20
MOST_UNPACKED, MOST_RATIO, RATIO_FROM = 60 * 1024 * 1024, 100, 1024 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .xls, and any office file behind a password
ZIP = b"PK\x03\x04"


def tables(data: bytes) -> Iterator[list[Line]]:
    """The sheets of a file, a CSV being one, as rows with the line each stands in. BadFile for what is no table."""
    if not data.strip():
        raise BadFile([_("文件是空的")])
    if len(data) > MOST_BYTES:
        raise BadFile([_("文件超过%(size)dMB") % {"size": MOST_BYTES // 1024 // 1024}])
    if data.startswith(OLD_OFFICE):
        raise BadFile([_("这是旧版或加了密码的表格，请另存为 xlsx，不要加密码")])
    if data.startswith(ZIP):
        return _sheets(data)
    return _csv(data)


def _csv(data: bytes) -> Iterator[list[Line]]:
    text = _decoded(data)
    head = text[:4000]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Line] = []
    start = 1
    try:
        for row in reader:
            rows.append((start, [cell.strip() for cell in row[:MOST_COLUMNS]]))
            start = reader.line_num + 1
    except csv.Error:
        raise BadFile([_("第%(line)d行读不出来，请检查引号") % {"line": start}]) from None
    _check_length(len(rows))
    yield rows


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, or GBK. BadFile otherwise."""
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile([_("认不出文件的编码，请另存为 UTF-8")])


def _sheets(data: bytes) -> Iterator[list[Line]]:
    _check_package(data)
    from openpyxl import load_workbook  # it brings numpy and lxml: only whoever reads a workbook loads them

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        for sheet in book.worksheets[:MOST_SHEETS]:
            sheet.reset_dimensions()  # a file may lie about its size
            rows = list(_rows(sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_LINES + 1, values_only=True)))
            _check_length(len(rows))
            yield rows
    except BadFile:
        raise
    except Exception:  # a broken or hostile file fails in many ways, none of which is ours to tell apart
        raise BadFile([_("表格打不开，请在表格软件里另存为 xlsx 再试")]) from None


def _check_package(data: bytes) -> None:
    """An XLSX is a zip: refuse what would unpack to far more than it weighs, and what carries programs."""
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile:
        raise BadFile([_("表格打不开，请在表格软件里另存为 xlsx 再试")]) from None
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names or "xl/vbaProject.bin" in names:
        raise BadFile([_("只收 xlsx 或 CSV 表格，不收带宏的表格和别的文件")])
    swollen = any(
        member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if swollen or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise BadFile([_("表格解开后太大，没有打开")])


def _rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        cells = [_text(value) for value in row]
        if any(cells):
            yield number, cells


def _text(value: Any) -> str:
    """A cell as text. A formula stays the text it is and is never worked out."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")  # what the spreadsheet itself shows
    return str(value).strip()


def _check_length(rows: int) -> None:
    if rows > MOST_LINES:
        raise BadFile([_("超过%(most)d行，请分几个文件") % {"most": MOST_LINES}])
