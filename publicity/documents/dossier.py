"""One project one file (一项目一档): a cover with the archive's number, what is there and what is missing, the forms in
order; packed with the photos, the papers handed in and the record, each under its SHA-256."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localtime

from civic.models import Attachment
from civic.models.files import AttachmentKind
from civic.moments import today
from proposals.models import Project
from publicity.documents import catalogue, pdf, photos
from publicity.documents.content import Form, Part, day, fields, grid
from publicity.documents.facts import Facts
from publicity.opendata.formats import csv_file
from publicity.queries import people, record

CHUNK, PHOTOS = 256 * 1024, 8  # bytes read at once; photos of one sheet
EVENTS = ("时间", "事情", "单位", "岗位", "记录", "理由", "依据", "增减金额（元）")


def archive_number(project: Project) -> str:
    """斗门镇—小濠冲村—2021—0001: town, village, year and the serial of the project's own code.

    Source: the Luohu pattern of DOMAIN G (SGJD—TXSQ—2016—01), with names for initials.
    """
    town = project.area.parent.short_name if project.area.parent else ""
    serial = (project.code or "").rpartition("-")[2]
    return "—".join(filter(None, [town, project.area.short_name, str(project.round.year), serial]))


def keys(facts: Facts) -> list[str]:
    """The forms that go into the file: all that are complete; papers to fill in by hand stay outside."""
    return [kind.key for kind in catalogue.FORMS if catalogue.is_complete(kind, facts)]


Album = list[tuple[int, Attachment]]  # photos with their numbers


class Where(NamedTuple):
    """Where the cover finds each form by its key and each paper by its number, and what that is called: sheets or files."""

    called: str
    forms: dict[str, str]
    papers: dict[int, str]
    sheets: int = 0


def cover(facts: Facts, where: Where) -> Form:
    """卷内目录: what the file is, what of it is there or missing, and where."""
    with translation.override(settings.LANGUAGE_CODE):
        project = facts.project
        parts = tuple(_cover(facts, where))
        return Form("项目档案", project.code or "", parts, facts.issuer, facts.address, day(today()))


def entry(number: int, key: str) -> str:
    """The name of a form's file in the zip, without its ending: 00-cover, 01-proposal …"""
    return f"{number:02}-{key}"


def _paper_entry(number: int, file: Attachment) -> str:
    return f"papers/{number:03}.{file.ending}"


def _in_pack(facts: Facts, listed: Sequence[str]) -> Where:
    """By their names in the zip, whose files are these in their order."""
    forms = {key: entry(number, key) for number, key in enumerate(listed)}
    return Where("文件", forms, {number: _paper_entry(number, file) for number, file in enumerate(papers(facts), 1)})


def _in_volume(facts: Facts, listed: Sequence[str], albums: Sequence[Album], sheets: Sequence[pdf.Sheets]) -> Where:
    """By the numbers of their sheets (起止页码); of the papers only photos are bound in."""
    forms = {key: str(found) for key, found in zip(listed, sheets, strict=False)}
    held = dict.fromkeys(range(1, len(papers(facts)) + 1), "另附")
    for album, found in zip(albums, sheets[len(listed) :], strict=True):
        held |= {number: str(found) for number, _photo in album}
    return Where("页码", forms, held, sheets=sheets[-1].last)


def _albums(facts: Facts) -> list[Album]:
    """The photos under their numbers in the cover's list, as they share a sheet."""
    numbered = [(n, file) for n, file in enumerate(papers(facts), start=1) if file.kind == AttachmentKind.PHOTO]
    return [numbered[first : first + PHOTOS] for first in range(0, len(numbered), PHOTOS)]


def pictures(facts: Facts, albums: Iterable[Album]) -> Iterator[Form]:
    """照片: every photo under the number it has in the cover's list, a sheet to a form, each read when its turn comes."""
    for numbered in albums:
        with translation.override(settings.LANGUAGE_CODE):
            parts = tuple(photos.album(numbered))
            form = Form("照片", facts.project.code or "", parts, facts.issuer, facts.address, day(today()))
        yield form


def _cover(facts: Facts, where: Where) -> Iterator[Part]:
    project = facts.project
    rows = [
        ("档号", archive_number(project)),
        ("项目名称", project.title),
        ("村居", facts.place),
        ("轮次", project.round.name),
        ("状态", project.get_state_display()),
        ("归档日期", day(project.archived_on) or "还没有归档"),
    ]
    if where.sheets:
        rows.append(("页数", f"共{where.sheets}页，目录在内"))
    yield fields(*rows)
    kinds = [kind for kind in catalogue.FORMS if catalogue.fits(kind, facts) and not kind.by_hand]
    listed = [
        (f"{n}", str(kind.title), *_standing(kind, facts), where.forms.get(kind.key, "—"))
        for n, kind in enumerate(kinds, start=1)
    ]
    yield grid(("序号", "材料", "有没有", "缺什么", where.called), listed, heading="卷内目录")
    files = [
        (f"{n}", file.get_kind_display(), str(file), day(file.uploaded_at), where.papers[n])
        for n, file in enumerate(papers(facts), 1)
    ]
    if files:
        yield grid(("序号", "种类", "名称", "上传日期", where.called), files, heading="照片和附件")


def _standing(kind: catalogue.Kind, facts: Facts) -> tuple[str, str]:
    lacks = str(kind.lacks(facts))
    if not lacks:
        return "有", ""
    return ("不涉及", lacks) if kind.if_any else ("缺", lacks)


def papers(facts: Facts) -> list[Attachment]:
    """Every photo and paper that the record of a project holds, each once; never a recording."""
    project, work = facts.project, facts.work
    held: list[Attachment | None] = list(project.photos.all())
    held += [each.minutes for each in project.approvals.select_related("minutes")]
    for notice in project.notices.prefetch_related("documents"):
        held += notice.documents.all()
    for attempt in facts.attempts:
        held += [each.photo for each in attempt.items.all()] + [each.paper for each in attempt.signatures.all()]
    held += [fix.photo for fix in project.rectifications.select_related("photo")]
    held += [look.photo for look in project.follow_ups.select_related("photo")]
    if work is not None:
        held += [work.item.contract.scan if facts.contract else None, work.board_photo]
        held += [stage.photo for stage in work.milestones.select_related("photo")]
        for report in work.reports.prefetch_related("photos"):
            held += report.photos.all()
        held += [each.photo for each in work.changes.select_related("photo")]
        held += [each.invoice for each in work.payments.select_related("invoice")]
        held += [facts.settlement.sheet if facts.settlement else None]
    once = {file.pk: file for file in held if file is not None and file.kind != AttachmentKind.VOICE}
    return sorted(once.values(), key=lambda file: file.pk)


def drawn(facts: Facts, key: str, listed: Sequence[str]) -> tuple[str, bytes]:
    """One of the forms listed as a file: a PDF, or Word where this machine draws none."""
    made = cover(facts, _in_pack(facts, listed)) if key == "cover" else catalogue.form(catalogue.BY_KEY[key], facts)
    body = pdf.pdf([made])
    if body is not None:
        return "pdf", body
    from publicity.documents import word  # python-docx and lxml: only whoever draws a Word file loads them

    return "docx", word.docx(made)


def whole(facts: Facts) -> bytes:
    """Cover, complete forms and the photos as one PDF, counted through. RuntimeError where this machine draws none."""
    listed, albums = keys(facts), _albums(facts)
    forms = (catalogue.form(catalogue.BY_KEY[key], facts) for key in listed)
    body = pdf.bound(
        lambda sheets: cover(facts, _in_volume(facts, listed, albums, sheets)),
        _awake(chain(forms, pictures(facts, albums))),
    )
    if body is None:
        raise RuntimeError("no PDF without Pango")
    return body


def _awake(forms: Iterable[Form]) -> Iterator[Form]:
    """One after another, with a word to the database before each: it ends a transaction that is silent for too long."""
    for form in forms:
        Project.objects.exists()
        yield form


def pack(file: IO[bytes], facts: Facts, forms: Iterator[tuple[str, bytes]]) -> None:
    """The whole file as a zip: forms, papers, record, and the list of all with their SHA-256 (manifest.csv)."""
    listed: list[tuple[str, int, str]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:

        def put(name: str, chunks: Iterator[bytes]) -> None:
            known, size = hashlib.sha256(), 0
            with pack.open(name, "w", force_zip64=True) as entry:
                for chunk in chunks:
                    entry.write(chunk)
                    known.update(chunk)
                    size += len(chunk)
            listed.append((name, size, known.hexdigest()))

        for name, body in forms:
            put(name, iter([body]))
        for number, paper in enumerate(papers(facts), start=1):
            with paper.file.open("rb") as opened:
                put(_paper_entry(number, paper), iter(lambda: opened.read(CHUNK), b""))
        put("events.csv", csv_file(EVENTS, _events(facts.project)))
        pack.writestr("manifest.csv", _manifest(listed))


def _events(project: Project) -> Iterator[tuple[Any, ...]]:
    """The public record, oldest first, people masked as everybody reads them."""
    for event in record.events_of(project.code or "").order_by("pk").iterator():
        when = localtime(event.happened_at)
        told = f"{when:%Y-%m-%d}" if event.date_only else f"{when:%Y-%m-%d %H:%M}"
        amount = event.money_delta_yuan
        yield (
            told,
            event.get_kind_display(),
            event.unit,
            event.post,
            people.text(event),
            event.reason,
            event.rule,
            amount,
        )


def _manifest(listed: list[tuple[str, int, str]]) -> str:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(("file", "bytes", "sha256"))
    lines.writerows(listed)
    return out.getvalue()
