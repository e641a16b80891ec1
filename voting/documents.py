"""The minutes (会议纪要) as data for the page, and as a Word file: both are read off the record, nothing is typed twice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from civic.models import Person
from voting import queries, sentences
from voting.models import AgendaItem, Choice, Meeting, MeetingVote

FONT = "宋体"
Naming = Callable[[Person], str]


@dataclass(frozen=True)
class CountRow:
    label: str
    number: int
    percent: str


@dataclass(frozen=True)
class ItemMinutes:
    """One item as the minutes tell it (议题)."""

    item: AgendaItem
    counts: list[CountRow]
    recused: list[str]
    named: list[tuple[str, list[str]]]
    why: str


@dataclass(frozen=True)
class Minutes:
    """Everything the minutes hold: the same for the page and the Word file."""

    meeting: Meeting
    due: int
    present: int
    percent: str
    here: list[str]
    remote: list[str]
    absent: list[str]
    chair: str
    recorder: str
    teller: str
    monitor: str
    quorum_rule: str
    pass_rule: str
    items: list[ItemMinutes] = field(default_factory=list)


def masked(person: Person) -> str:
    """王**, for the public."""
    return person.public_name


def in_full(person: Person) -> str:
    """The name itself, for those who run the meeting and sign the paper."""
    return person.name


def minutes_of(meeting: Meeting, *, naming: Naming = masked) -> Minutes:
    """Gather the minutes of a meeting with names as this reader may see them."""
    came = list(queries.attendances(meeting))
    ids = {a.member_id for a in came}
    named = queries.named_votes(meeting)
    due = meeting.due_count or 0
    return Minutes(
        meeting=meeting,
        due=due,
        present=len(came),
        percent=sentences.percent(len(came), due),
        here=[naming(a.member) for a in came if a.how != "remote"],
        remote=[naming(a.member) for a in came if a.how == "remote"],
        absent=[naming(p) for p in meeting.roll.order_by("name", "pk") if p.pk not in ids],
        **{name: _post(getattr(meeting, name), naming) for name in ("chair", "recorder", "teller", "monitor")},
        quorum_rule=sentences.quorum_rule(meeting),
        pass_rule=sentences.pass_rule(meeting),
        items=[_item(item, meeting, named.get(item.pk, []), naming) for item in queries.agenda(meeting)],
    )


def _post(person: Person | None, naming: Naming) -> str:
    """Who held a post; in public with one star, as people in office are shown (黄*)."""
    if person is None:
        return ""
    return person.staff_name if naming is masked else naming(person)


def _item(item: AgendaItem, meeting: Meeting, votes: list[MeetingVote], naming: Naming) -> ItemMinutes:
    item.meeting = meeting
    rows = [(_("赞成"), item.votes_for), (_("反对"), item.votes_against), (_("弃权"), item.votes_abstain)]
    counts = [CountRow(label, n, sentences.percent(n, item.present_count)) for label, n in rows if n is not None]
    if item.not_voted:
        counts.append(CountRow(_("未投"), item.not_voted, sentences.percent(item.not_voted, item.present_count)))
    by_choice = [(c.label, [naming(v.member) for v in votes if v.choice == c]) for c in Choice]
    return ItemMinutes(
        item=item,
        counts=counts,
        recused=[naming(c.member) for c in item.conflicts.all()],
        named=[(label, names) for label, names in by_choice if names],
        why=sentences.why(item) if item.is_decided else "",
    )


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
    rows = [("讨论", item.discussion), ("表决方式", item.get_counted_from_display())]
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
