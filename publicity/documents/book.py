"""A workbook of a ledger and its sums (台账、汇总表), written row by row: what a step makes is XML, the end only joins it.

The sums are formulas beside the values they have, so that a reader who does not reckon shows them too. In 万元, exactly:
a fen is a millionth of it, and nothing is rounded but in what the cell shows.
"""

import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any, NamedTuple
from xml.sax.saxutils import escape

from publicity.opendata.formats import MAIN, NOT_XML, PACKAGE, RELS, harmless

PLAIN, HEAD, AMOUNT, SUM, TITLE = range(5)  # the styles below, in their order
FIRST_ROW = 3  # of the ledger, below title and headings
LEDGER, SUMS = "台账", "汇总表"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}">'
    '<fonts count="3"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font><font><b/><sz val="14"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="5"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="4" applyNumberFormat="1"/>'
    '<xf numFmtId="4" fontId="1" applyNumberFormat="1" applyFont="1"/><xf fontId="2" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class Formula(NamedTuple):
    """A formula and the value it has."""

    text: str
    value: Decimal | int


class Group(NamedTuple):
    """Rows of the ledger that stand together: their name, how many, and the sum of each amount in 万元."""

    name: str
    rows: int
    sums: tuple[Decimal, ...]


def wan(yuan: Decimal | None) -> Decimal | None:
    """5.28 for 52,800 yuan (万元), to the fen."""
    return None if yuan is None else yuan / 10_000


def row(number: int, cells: Sequence[Any], styles: Sequence[int] = ()) -> str:
    """One row as XML; ``styles`` of the cells, plain where none is named."""
    drawn = (_cell(f"{letter(at)}{number}", value, style) for at, (value, style) in enumerate(_styled(cells, styles)))
    return f'<row r="{number}">{"".join(drawn)}</row>'


def _styled(cells: Sequence[Any], styles: Sequence[int]) -> Iterable[tuple[Any, int]]:
    return zip(cells, [*styles, *[PLAIN] * (len(cells) - len(styles))], strict=True)


def _cell(at: str, value: Any, style: int) -> str:
    if isinstance(value, Formula):
        return f'<c r="{at}" s="{style}"><f>{escape(value.text)}</f><v>{value.value:f}</v></c>'
    safe = harmless(value)
    if isinstance(safe, int | Decimal):
        return f'<c r="{at}" s="{style}"><v>{safe:f}</v></c>'
    if safe == "":
        return f'<c r="{at}" s="{style}"/>'
    text = escape(NOT_XML.sub("", safe))
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def letter(at: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    above, own = divmod(at, 26)
    return (letter(above - 1) if above else "") + chr(ord("A") + own)


class Layout(NamedTuple):
    """What both sheets need to know: the title, how rows are put together, the headings, which of them are amounts."""

    title: str
    by: str
    heads: tuple[str, ...]
    amounts: tuple[int, ...]
    widths: tuple[int, ...]


def write(file: IO[bytes], layout: Layout, groups: Sequence[Group], parts: Iterable[Iterable[bytes]]) -> None:
    """The whole workbook into a file: the sums first, then the ledger of the parts as they were made."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        for name, content in _frame().items():
            book.writestr(name, content)
        book.writestr("xl/worksheets/sheet1.xml", _sums(layout, groups))
        with book.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as sheet:
            sheet.write(_ledger_head(layout).encode())
            for part in parts:
                for chunk in part:
                    sheet.write(chunk)
            sheet.write(_ledger_foot(layout, groups).encode())


def _ledger_head(layout: Layout) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{wide}" customWidth="1"/>' for n, wide in enumerate(layout.widths, 1)
    )
    heads = row(1, [layout.title], [TITLE]) + row(2, layout.heads, [HEAD] * len(layout.heads))
    frozen = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" state="frozen"/></sheetView></sheetViews>'
    return f'{XML}<worksheet xmlns="{MAIN}">{frozen}<cols>{columns}</cols><sheetData>{heads}'


def _ledger_foot(layout: Layout, groups: Sequence[Group]) -> str:
    """The last row: the sum of every amount (合计)."""
    count = sum(group.rows for group in groups)
    last = FIRST_ROW + count - 1
    cells: list[Any] = ["合计", *[""] * (len(layout.heads) - 1)]
    for nth, at in enumerate(layout.amounts):
        total = sum((group.sums[nth] for group in groups), Decimal(0))
        cells[at] = Formula(f"SUM({letter(at)}{FIRST_ROW}:{letter(at)}{last})", total)
    return f"{row(last + 1, cells, [SUM] * len(cells))}</sheetData></worksheet>"


def _sums(layout: Layout, groups: Sequence[Group]) -> str:
    """汇总表: for each group how many and how much, as sums over its rows of the ledger; then the sum of these."""
    heads = [layout.by, "项目数", *(layout.heads[at] for at in layout.amounts)]
    lines = [row(1, [layout.title], [TITLE]), row(2, heads, [HEAD] * len(heads))]
    first, styles = FIRST_ROW, [PLAIN, PLAIN, *[AMOUNT] * len(layout.amounts)]
    for number, group in enumerate(groups, start=FIRST_ROW):
        last = first + group.rows - 1
        cells: list[Any] = [group.name, Formula(f"ROWS({_range(0, first, last)})", group.rows)]
        for nth, at in enumerate(layout.amounts):
            cells.append(Formula(f"SUM({_range(at, first, last)})", group.sums[nth]))
        lines.append(row(number, cells, styles))
        first = last + 1
    lines.append(_sum_of_sums(layout, groups))
    columns = f'<cols><col min="1" max="1" width="28" customWidth="1"/><col min="2" max="{len(heads)}" width="14" customWidth="1"/></cols>'
    return f'{XML}<worksheet xmlns="{MAIN}">{columns}<sheetData>{"".join(lines)}</sheetData></worksheet>'


def _sum_of_sums(layout: Layout, groups: Sequence[Group]) -> str:
    last = FIRST_ROW + len(groups) - 1
    totals = [sum((group.sums[nth] for group in groups), Decimal(0)) for nth in range(len(layout.amounts))]
    values: list[Decimal | int] = [sum(group.rows for group in groups), *totals]
    cells: list[Any] = ["合计"]
    cells += [Formula(f"SUM({letter(at)}{FIRST_ROW}:{letter(at)}{last})", value) for at, value in enumerate(values, 1)]
    return row(last + 1, cells, [HEAD, HEAD, *[SUM] * len(totals)])


def _range(at: int, first: int, last: int) -> str:
    return f"'{LEDGER}'!{letter(at)}{first}:{letter(at)}{last}"


def _frame() -> dict[str, str]:
    """The files that make two sheets a workbook."""
    named = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate((SUMS, LEDGER), 1))
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in (1, 2)
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>' for n in (1, 2)
    )
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{parts}'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{related}'
        f'<Relationship Id="rId3" Type="{RELS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
