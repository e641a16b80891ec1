"""The month's report (月报) as Word and Excel, made of the very tables its page shows."""

from io import BytesIO

from django.utils.translation import gettext as _

from publicity.opendata.formats import harmless
from publicity.queries.monthly import Report

TITLE_MOST = 31  # letters of a sheet's name


def title(report: Report) -> str:
    """What stands at the head of the paper: 小濠冲村2026年3月工作月报."""
    named = {"place": report.area.short_name, "year": report.first.year, "month": report.first.month}
    return _("%(place)s%(year)s年%(month)s月工作月报") % named


def docx(report: Report) -> bytes:
    """As a Word file on A4; the library is loaded by whoever asks for one."""
    from docx import Document  # it weighs more than the app
    from docx.oxml.ns import qn

    document = Document()
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = "宋体"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.add_heading(title(report), level=1)
    document.add_paragraph(_("%(first)s至%(last)s，照系统里的记录。") % {"first": report.first, "last": report.last})
    parts = [(_("总的情况"), [_("事项"), _("数量")], report.figures)]
    parts += [(table.title, table.heads, table.rows) for table in report.tables]
    for heading, heads, rows in parts:
        document.add_heading(heading, level=2)
        if not rows:
            document.add_paragraph(_("本月没有。"))
            continue
        made = document.add_table(rows=1, cols=len(heads), style="Table Grid")
        for cell, words in zip(made.rows[0].cells, heads, strict=True):
            cell.text = str(words)
        for row in rows:
            for cell, words in zip(made.add_row().cells, row, strict=True):
                cell.text = str(words)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx(report: Report) -> bytes:
    """As an Excel workbook: a sheet of figures and one for each table; a cell that looks like a formula is none."""
    from openpyxl import Workbook  # it brings numpy and lxml
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.worksheets[0])
    parts = [(_("总的情况"), [_("事项"), _("数量")], report.figures)]
    parts += [(table.title, table.heads, table.rows) for table in report.tables]
    for name, heads, rows in parts:
        sheet = book.create_sheet(str(name)[:TITLE_MOST])
        sheet.append([str(head) for head in heads])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in rows:
            sheet.append([harmless(cell) for cell in row])
        for column in sheet.columns:
            longest = max(len(str(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = min(60, 2 * longest + 2)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
