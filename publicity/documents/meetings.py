"""Papers of an assembly's meeting (议事会): the brief of an item, the sign-in sheet, the minutes."""

import base64
from collections.abc import Callable, Iterable, Sequence

from django.template.loader import render_to_string

from civic import smaller
from civic.models import Person
from proposals.models import PreReview, Project
from proposals.sentences import clip
from publicity import pinned
from publicity.documents import photos
from publicity.documents.content import (
    SCAN,
    Fields,
    Form,
    Part,
    Picture,
    Pictures,
    day,
    fields,
    grid,
    moment,
    signs,
    yuan,
)
from publicity.documents.content import Words as Text
from publicity.documents.facts import Facts
from publicity.documents.place import of_place
from voting import sentences
from voting.documents import CorrectionLine, ItemMinutes, Minutes
from voting.models import AgendaItem, Attendance, Meeting

LONGEST, MOST_PHOTOS = 140, 2  # letters of a text on one page; photos of a brief


def form(meeting: Meeting, title: str, parts: Callable[[], Iterable[Part]], address: str, scan: str = SCAN) -> Form:
    """A paper of this meeting."""
    code = f"{meeting.starts_on:%Y%m%d}-{meeting.pk}"
    return of_place(meeting.assembly.area, title=title, code=code, parts=parts, address=address, scan=scan)


# --- Minutes ------------------------------------------------------------------------------------------


def minutes(told: Minutes) -> Iterable[Part]:
    """会议纪要: the gathering, each item with its vote, and who signs; all of it read off the record."""
    if told.meeting.confirmed_at is None:
        yield Text("草稿：主持人还没确认")
    yield from put_right(told.corrections)
    yield gathering(told)
    yield fields(("表决方式", told.meeting.get_vote_form_display()), ("通过规则", told.pass_rule))
    for part in told.items:
        yield from _voted(part)
    if told.undertakings:
        rows = [(what, who, f"{day(due_on)}前") for what, who, due_on in told.undertakings]
        yield grid(("要办什么", "谁办", "什么时候办好"), rows, heading="议定事项")
    if told.meeting.closing:
        yield Text(told.meeting.closing, heading="会议小结")
    yield signs(("计票人", told.teller), ("监票人", told.monitor), ("主持人", told.chair), ("记录人", told.recorder))


def put_right(lines: Sequence[CorrectionLine]) -> Iterable[Part]:
    """更正: what the closed minutes say wrongly stands before them, so that nobody reads past it."""
    if lines:
        rows = [
            (
                f"第{one.about}项" if one.about else "整份纪要",
                one.recorded,
                one.right,
                one.reason,
                f"{one.who} {day(one.at)}",
            )
            for one in lines
        ]
        yield grid(("关于", "纪要记的", "正确的", "为什么记错", "谁、哪天更正"), rows, heading="更正（定稿以后）")


def gathering(told: Minutes) -> Fields:
    """Where and when, who came, and the rule they were enough by (到会)."""
    meeting = told.meeting
    prior = f"{meeting.prior_body}，{day(meeting.prior_on)}：{meeting.prior_conclusion}" if meeting.prior_on else ""
    return fields(
        ("会议", meeting.assembly.name),
        ("时间", moment(meeting.starts_at)),
        ("地点", meeting.place),
        ("主持人", told.chair),
        ("记录人", told.recorder),
        ("到会", f"应到{told.due}人，实到{told.present}人（{told.percent}）"),
        ("法定人数", told.quorum_rule),
        *((("另外商量", meeting.topic),) if meeting.topic else ()),
        ("前置研究", prior),
        ("到会人员", "、".join([*told.here, *(f"{name}（远程）" for name in told.remote)])),
        ("缺席人员", "、".join(told.absent) or "无"),
    )


def _voted(part: ItemMinutes) -> Iterable[Part]:
    item = part.item
    how = item.get_counted_from_display()
    rows = [("表决的金额", yuan(item.amount_yuan)), ("讨论", item.discussion)]
    rows += [(f"第{number}次表决", said) for number, said in enumerate(part.earlier, start=1)]
    rows += [("怎样表决", f"第{item.ballot}次表决，{how}" if part.earlier and how else how)]
    rows += [(row.label, f"{row.number}（{row.percent}）") for row in part.counts]
    rows += [(f"{label}的人", "、".join(names)) for label, names in part.named]
    rows += [("回避", "、".join(part.recused)), ("结果", item.get_outcome_display() or "还没有结果")]
    rows += [("怎样算的", part.why), ("理由", item.reason)]
    heading = f"第{item.order}项　{item.project.title}（{item.project.code}）"
    yield fields(*((label, text) for label, text in rows if text), heading=heading)


# --- Sign-in sheet ------------------------------------------------------------------------------------


def sign_in(meeting: Meeting, due: Sequence[Person], came: dict[int, Attendance]) -> Iterable[Part]:
    """签到表: everybody due by name, with room to sign; who signed in already stands there with how and when."""
    yield fields(
        ("会议", meeting.assembly.name),
        ("时间", moment(meeting.starts_at)),
        ("地点", meeting.place),
        ("应到", f"{len(due)}人"),
        ("法定人数", sentences.quorum_rule(meeting)),
    )
    rows = [(f"{n}", person.name, "", _signed(came.get(person.pk)), "") for n, person in enumerate(due, start=1)]
    yield grid(("序号", "姓名", "签名", "已签到", "备注（回避、请假）"), rows)
    yield fields(("实到", ""))
    yield signs(("记录人", meeting.recorder.name), ("监票人", meeting.monitor.name if meeting.monitor else ""))


def _signed(one: Attendance | None) -> str:
    return "" if one is None else f"{one.get_how_display()} {moment(one.at).partition(' ')[2]}"


# --- Brief --------------------------------------------------------------------------------------------


def brief(item: AgendaItem, facts: Facts, *, is_file: bool) -> Iterable[Part]:
    """议题一页纸: what, where, for whom, how much, who seconds it, what the departments found, a photo and where it is.

    Long texts are cut to fit one page; the square code leads to the whole. ``is_file`` brings the pictures themselves.
    """
    project, meeting = facts.project, item.meeting
    rows = [
        ("议题", f"第{item.order}项　{project.title}（{project.code}）"),
        ("会议", f"{meeting.assembly.name}，{moment(meeting.starts_at)}，{meeting.place}"),
        ("为什么要办", clip(project.need, LONGEST)),
        ("打算怎么办", clip(project.plan, LONGEST)),
        ("在哪里", f"{facts.place} {project.place_text}".strip()),
        ("谁受益", project.beneficiaries),
        ("花多少钱", _cost(project)),
        ("谁提的", facts.proposer),
        ("附议", facts.seconds),
    ]
    yield fields(*(row for row in rows if row[1]))
    found = [(each.department.name, _found(each)) for each in facts.answered]
    yield fields(*(found or [("部门", "还没有部门预审")]), heading="预审意见")
    pictures = [*_photos(project, is_file=is_file), *_map(project)]
    if pictures:
        yield Pictures(tuple(pictures))
    yield Text(f"{meeting.get_vote_form_display()}表决。{sentences.pass_rule(meeting)}。", heading="怎样表决")


def _cost(project: Project) -> str:
    estimate = f"提议估算{yuan(project.estimate_yuan)}" if project.estimate_yuan else ""
    reviewed = f"部门核定{yuan(project.reviewed_yuan)}" if project.reviewed_yuan else ""
    return "；".join(filter(None, [estimate, reviewed])) or "还没有估算"


def _found(review: PreReview) -> str:
    conditions = f"要求：{review.conditions}" if review.conditions else ""
    amount = f"核价：{review.amount_reason}" if review.amount_reason else ""
    words = [str(review.get_finding_display()), conditions, review.reason, amount]
    return clip("；".join(filter(None, words)), LONGEST)


def _photos(project: Project, *, is_file: bool) -> Iterable[Picture]:
    for photo in project.photos.filter(is_public=True, kind="photo").order_by("pk")[:MOST_PHOTOS]:
        held = photos.jpeg(photo) if is_file else b""
        if held is None:
            continue  # lost in the store: the paper goes without it
        words = clip(photo.caption or "提议人拍的照片", 40)
        yield Picture(words, smaller.address(photo.token, "page"), held)


def _map(project: Project) -> Iterable[Picture]:
    """Its place beside the village's point or within its outline; nothing where that is not known."""
    drawn = pinned.of_project(project)
    if drawn is not None:
        svg = render_to_string("publicity/brief_map.svg", {"drawn": drawn})
        yield Picture(drawn.words, f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}")
