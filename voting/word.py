"""The minutes (会议纪要) as a Word file. Only whoever asks for one loads the library: it weighs more than the app."""

from io import BytesIO

from django.conf import settings
from django.utils import timezone, translation
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from proposals.sentences import yuan
from voting.documents import ItemMinutes, Minutes, Naming, masked, minutes_of
from voting.models import Meeting

FONT = "宋体"


def docx(meeting: Meeting, *, naming: Naming = masked) -> bytes:
    """The minutes as a Word file in the place's own language, ready to be signed."""
    with translation.override(settings.LANGUAGE_CODE):
        return _written(minutes_of(meeting, naming=naming))


def _written(minutes: Minutes) -> bytes:
    document = Document()
    _set_font(document)
    meeting, start = minutes.meeting, timezone.localtime(minutes.meeting.starts_at)
    title = document.add_heading(f"{meeting.assembly.name}会议纪要", level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _table(
        document,
        [
            ("时间", f"{start.year}年{start.month}月{start.day}日 {start:%H:%M}"),
            ("地点", meeting.place),
            ("主持人", minutes.chair),
            ("记录人", minutes.recorder),
            ("到会", f"应到{minutes.due}人，实到{minutes.present}人（{minutes.percent}）"),
            ("法定人数", minutes.quorum_rule),
            ("前置研究", _prior(meeting)),
            ("表决方式", meeting.get_vote_form_display()),
            ("通过规则", minutes.pass_rule),
            ("到会人员", "、".join([*minutes.here, *(f"{name}（远程）" for name in minutes.remote)])),
            ("缺席人员", "、".join(minutes.absent)),
        ],
    )
    for part in minutes.items:
        _add_item(document, part)
    _table(document, [("计票人签名", minutes.teller), ("监票人签名", minutes.monitor), ("主持人签名", minutes.chair)])
    if meeting.confirmed_at is None:
        document.add_paragraph("草稿：主持人还没确认")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_item(document: DocxDocument, part: ItemMinutes) -> None:
    item = part.item
    document.add_heading(f"第{item.order}项 {item.project.title}（{item.project.code}）", level=2)
    rows = [("表决的金额", yuan(item.amount_yuan) if item.amount_yuan else ""), ("讨论", item.discussion)]
    rows += [(f"第{number}次表决", said) for number, said in enumerate(part.earlier, start=1)]
    how = item.get_counted_from_display()
    rows += [("表决方式", f"第{item.ballot}次表决，{how}" if part.earlier and how else how)]
    rows += [(row.label, f"{row.number}（{row.percent}）") for row in part.counts]
    rows += [(f"{label}的人", "、".join(names)) for label, names in part.named]
    rows += [("回避", "、".join(part.recused)), ("结果", item.get_outcome_display())]
    rows += [("怎样算的", part.why), ("理由", item.reason)]
    _table(document, [(label, text) for label, text in rows if text])


def _prior(meeting: Meeting) -> str:
    if meeting.prior_on is None:
        return ""
    on = meeting.prior_on
    return f"{meeting.prior_body}，{on.year}年{on.month}月{on.day}日：{meeting.prior_conclusion}"


def _table(document: DocxDocument, rows: list[tuple[str, str]]) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for label, text in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, text
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Pt(110), Pt(340)
    document.add_paragraph()


def _set_font(document: DocxDocument) -> None:
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
