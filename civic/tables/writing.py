"""Templates to fill in (模板): a CSV, and an Excel file with an example row and a sheet of notes."""

import csv
import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from civic.tables.layout import Column, hint

EXAMPLE = "示例"  # the reader leaves a row out that begins so
BOM = "\ufeff"
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def template(columns: Sequence[Column], form: str) -> bytes:
    """An empty table in one of KINDS: heading, and a row that shows how and is never imported."""
    heads = [_("序号"), *(f"{one.title}*" if one.required else one.title for one in columns)]
    example = [EXAMPLE, *(one.example for one in columns)]
    return _csv([heads, example]) if form == "csv" else _workbook([heads, example], columns)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return (BOM + file.getvalue()).encode()


def _workbook(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet, notes = book.active, book.create_sheet(_("填写说明"))
    sheet.title = _("填这里")
    for row in rows:
        sheet.append(row)
    for at in range(1, len(rows[0]) + 1):
        letter = get_column_letter(at)
        sheet.cell(1, at).font = Font(bold=True)
        sheet.column_dimensions[letter].width = 16
        sheet.column_dimensions[letter].number_format = "@"  # a phone or a code stays the text it is
    sheet.freeze_panes = "A2"
    for words in _notes(columns):
        notes.append(words)
    for letter, width in zip("ABC", (16, 8, 70), strict=True):
        notes.column_dimensions[letter].width = width
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _notes(columns: Sequence[Column]) -> list[list[str]]:
    notes = [
        [_("说明"), "", _("带 * 的必填。“示例”那一行不会导入，合计行也不会。金额的单位写在表头或标题里，没写就是元。")]
    ]
    for one in columns:
        means = "；".join(part for part in (str(one.means), hint(one)) if part)
        notes.append([one.title, _("必填") if one.required else _("选填"), means])
    return notes
