"""Forms as Word files, to be filled in and signed: the same parts as the page and the PDF. Knows nothing of projects."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from unicodedata import east_asian_width

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.text.paragraph import Paragraph

from civic import qr
from publicity.documents.content import Field, Fields, Form, Grid, Part, Pictures, Signs

FONT = "宋体"
WIDTH = Cm(17)
LABEL = Cm(3.6)
LINE = Cm(0.9)
SEAL = Cm(2.6)
LEAST, MOST, PADDING = 6, 30, 2  # of a column, in Latin letters
PADDING_OF_DAYS = 5  # Word sets figures and Chinese letters apart
SIGNED = 3  # rows that stay with the signatures below them
CODE = Mm(30)
MARGIN = Cm(2)
AFTER_EDGE = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")  # the order the format prescribes
RIGHT = WD_ALIGN_PARAGRAPH.RIGHT


def docx(form: Form) -> bytes:
    """The form as a Word file on A4, with its page numbers and its square code."""
    document = Document()
    _set_up(document, form)
    _head(document, form)
    for part in form.parts:
        if part.heading:
            document.add_heading(part.heading, level=2)
        _draw(document, part)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _draw(document: Any, part: Part) -> None:
    if isinstance(part, Fields):
        _fields(document, part)
    elif isinstance(part, Grid):
        _grid(document, part)
    elif isinstance(part, Signs):
        _signs(document, part)
    elif isinstance(part, Pictures):
        _pictures(document, part)
    else:
        document.add_paragraph(part.text)


def _fields(document: Any, part: Fields) -> None:
    table = _table(document, (LABEL, WIDTH - LABEL))
    for field in part.rows:
        row = table.add_row()
        _fill(row, (field.label, field.value))
        for number in field.ruled:
            _ruled(row.cells[1], number)
    _apart(document)


def _ruled(cell: Any, number: int) -> None:
    """One more dotted line to write on."""
    line = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
    line.paragraph_format.space_before = Pt(6)
    edge = OxmlElement("w:pBdr")
    for side in ("w:bottom", "w:between"):
        dots = OxmlElement(side)
        for name, value in (("val", "dotted"), ("sz", "4"), ("space", "1"), ("color", "auto")):
            dots.set(qn(f"w:{name}"), value)
        edge.append(dots)
    line._p.get_or_add_pPr().insert_element_before(edge, *AFTER_EDGE)


def _grid(document: Any, part: Grid) -> None:
    table = _table(document, _widths(part))
    head = table.add_row()
    _fill(head, part.heads, bold=True)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cells in part.rows:
        row = table.add_row()
        _fill(row, cells, numbers=part.numbers)
        if not any(cells):
            row.height = LINE
    if part.foot:
        _fill(table.add_row(), part.foot, numbers=part.numbers, bold=True)
    _apart(document)


def _widths(part: Grid) -> list[int]:
    """The sheet shared out by the longest word of each column, so that a day or an amount stays on one line."""
    columns = enumerate(zip(part.heads, *part.rows, *([part.foot] if part.foot else []), strict=True))
    asked = [
        min(max(LEAST, *map(_letters, cells)), MOST) + (PADDING_OF_DAYS if at in part.days else PADDING)
        for at, cells in columns
    ]
    return [WIDTH * each // sum(asked) for each in asked]


def _letters(text: str) -> int:
    """How wide a text is, in Latin letters: a Chinese one takes two."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def _signs(document: Any, part: Signs) -> None:
    """Two boxes side by side: who, what is known, and room for a name, a seal and a day."""
    table = _table(document, (WIDTH // 2,) * 2)
    for pair in part.pairs:
        row = table.add_row()
        row.height = SEAL
        _keep_whole(row)
        if len(pair) == 1:
            row.cells[0].merge(row.cells[1])
        for cell, place in zip(row.cells, pair, strict=False):
            _sign(cell, place)
    _keep_together(document, table)


def _keep_together(document: Any, table: Any) -> None:
    """Signatures stand whole, on the sheet of what is signed: they stay with the last rows before them."""
    tables = document.tables
    above = tables[-2].rows[-SIGNED:] if len(tables) > 1 else []
    kept = [line for row in [*above, *table.rows[:-1]] for cell in row.cells for line in cell.paragraphs]
    between = table._tbl.getprevious()
    while between is not None and between.tag == qn("w:p"):
        kept.append(Paragraph(between, document))
        between = between.getprevious()
    for line in kept:
        line.paragraph_format.keep_with_next = True


def _apart(document: Any) -> None:
    """A little room between one table and the next."""
    document.add_paragraph().paragraph_format.line_spacing = Pt(8)


def _sign(cell: Any, place: Field) -> None:
    cell.text = f"{place.label}：{place.value}"
    foot = cell.add_paragraph("签字（盖章）：")
    foot.paragraph_format.space_before = Pt(24)
    cell.add_paragraph("年　　月　　日").alignment = RIGHT


def _pictures(document: Any, part: Pictures) -> None:
    """Side by side, each over its words; a drawing that no JPEG holds is told by its words alone."""
    width = WIDTH // len(part.pictures)
    for cell, picture in zip(
        _table(document, (width,) * len(part.pictures)).add_row().cells, part.pictures, strict=True
    ):
        if picture.jpeg:
            cell.paragraphs[0].add_run().add_picture(BytesIO(picture.jpeg), width=width - Mm(5))
        cell.add_paragraph(picture.words)
    _apart(document)


def _fill(row: Any, cells: Sequence[str], *, numbers: Sequence[int] = (), bold: bool = False) -> None:
    _keep_whole(row)
    for at, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        cell.text = text
        if bold:
            cell.paragraphs[0].runs[0].bold = bool(text) or None
        if at in numbers:
            cell.paragraphs[0].alignment = RIGHT


def _keep_whole(row: Any) -> None:
    """A row is not broken over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _table(document: Any, widths: Sequence[int], style: str = "Table Grid") -> Any:
    table = document.add_table(rows=0, cols=len(widths), style=style)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def _head(document: Any, form: Form) -> None:
    title = document.add_heading(form.title, level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    words, code = _table(document, (WIDTH - CODE, CODE), "Normal Table").add_row().cells
    words.text = f"{form.issuer}\n编号：{form.code}　　制表：{form.drawn_on}\n{form.scan}：{form.address}"
    picture = BytesIO()
    qr.image(form.address).save(picture, "PNG")
    picture.seek(0)
    code.paragraphs[0].add_run().add_picture(picture, width=CODE - Mm(5))
    _apart(document)


def _set_up(document: Any, form: Form) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = FONT, None
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    document.core_properties.title = f"{form.title} {form.code}"
    document.core_properties.author = form.issuer
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run(f"{form.title}　{form.code}　第")
    _number(foot, "PAGE")
    foot.add_run("页，共")
    _number(foot, "NUMPAGES")
    foot.add_run("页")


def _number(paragraph: Any, what: str) -> None:
    """A field that Word counts by itself (页码)."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), what)
    paragraph._p.append(field)
