"""Files written as they are sent (边读边写): CSV that Excel opens in Chinese, an Excel workbook, JSON.

Excel is written here as the few XML files it is, because the libraries build a workbook whole before its first byte
leaves. A cell of text that a spreadsheet would take for a formula is sent as text (公式注入).
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

from django.utils.timezone import localtime

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CHUNK = 64 * 1024  # bytes that are gathered before they are sent
SHEET_ROWS = 1_000_000  # Excel holds 1,048,576; the rest goes on in another sheet
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_BEGINS = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>'.encode()
_SHEET_ENDS = b"</sheetData></worksheet>"
Rows = Iterable[Sequence[Any]]


def csv_file(heads: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """CSV in UTF-8 with the mark by which Excel knows it (BOM)."""
    buffer = io.StringIO()
    buffer.write(BOM)
    lines = csv.writer(buffer, lineterminator="\r\n")
    lines.writerow([harmless(head) for head in heads])
    for row in rows:
        lines.writerow([harmless(cell) for cell in row])
        if buffer.tell() >= CHUNK:
            yield _taken(buffer).encode()
    yield _taken(buffer).encode()


def csv_head(heads: Sequence[str]) -> bytes:
    """The beginning of such a file; ``csv_rows`` one after the other are the rest of it."""
    return BOM.encode() + csv_rows([heads])


def csv_rows(rows: Rows) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode()


def json_file(about: dict[str, Any], keys: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """What the file is, then its rows as objects."""
    head = json.dumps(about, ensure_ascii=False, indent=1)
    buffer = io.StringIO()
    buffer.write(head.removesuffix("\n}") + ',\n "rows": [')
    between = "\n"
    for row in rows:
        cells = dict(zip(keys, map(_json, row), strict=True))
        buffer.write(between + "  " + json.dumps(cells, ensure_ascii=False))
        between = ",\n"
        if buffer.tell() >= CHUNK:
            yield _taken(buffer).encode()
    buffer.write("\n ]\n}\n")
    yield _taken(buffer).encode()


def xlsx_file(title: str, heads: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """An Excel workbook, sent while it is zipped."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        sheets, left = 0, iter(rows)
        is_more = True
        while is_more:
            sheets += 1
            is_more = False
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                sheet.write(_SHEET_BEGINS + _xml_row(heads))
                for number, row in enumerate(left, start=1):
                    sheet.write(_xml_row(row))
                    if pipe.size >= CHUNK:
                        yield pipe.taken()
                    if number == SHEET_ROWS:
                        is_more = True
                        break
                sheet.write(_SHEET_ENDS)
        for name, content in _workbook(title, sheets).items():
            book.writestr(name, content)
    yield pipe.taken()


def xlsx_rows(rows: Rows) -> bytes:
    """Rows of a sheet, to be joined."""
    return b"".join(map(_xml_row, rows))


def xlsx_joined(file: IO[bytes], title: str, heads: Sequence[str], parts: Iterable[bytes], a_sheet: int) -> None:
    """A workbook of such parts, at most so many of them in a sheet."""
    sheets, left = 0, iter(parts)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        part = next(left, b"")
        while not sheets or part:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                sheet.write(_SHEET_BEGINS + _xml_row(heads))
                for _number in range(a_sheet):
                    sheet.write(part)
                    part = next(left, b"")
                sheet.write(_SHEET_ENDS)
        for name, content in _workbook(title, sheets).items():
            book.writestr(name, content)


def harmless(cell: Any) -> Any:
    """A cell as a spreadsheet may read it: numbers as they are, text never as a formula."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | Decimal):
        return cell
    text = _text(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return localtime(cell).isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _json(cell: Any) -> Any:
    """Money as text with its cents, as everywhere in the API."""
    return cell if cell is None or isinstance(cell, int | str) else _text(cell)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


class Pipe(io.RawIOBase):
    """Where the zip writes to; what it wrote is taken out and sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self.size += len(part)
        return len(part)

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return whole


def _xml_row(cells: Sequence[Any]) -> bytes:
    return f"<row>{''.join(map(_xml_cell, cells))}</row>".encode()


def _xml_cell(cell: Any) -> str:
    safe = harmless(cell)
    if isinstance(safe, int | Decimal):
        return f"<c><v>{safe}</v></c>"
    if safe == "":
        return "<c/>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(NOT_XML.sub("", safe))}</t></is></c>'


def _workbook(title: str, sheets: int) -> dict[str, str]:
    """The files that make one or more sheets a workbook."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    numbers = range(1, sheets + 1)
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:25]
    listed = "".join(f'<sheet name="{escape(name)}{n if n > 1 else ""}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers
    )
    return {
        "[Content_Types].xml": f'{head}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{parts}</Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
    }
