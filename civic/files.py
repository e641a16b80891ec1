"""Taking files in (收材料): photos are made anew in a bounded process, PDFs are looked over; both get our names."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from civic import smaller
from civic.clock import every_minute
from civic.limits import UPLOAD_DAY_KB, TooOften
from civic.models import Attachment, Person
from civic.models.files import AttachmentKind
from civic.moments import now

MAKER = Path(__file__).with_name("photo_maker.py")
PATIENCE_SECONDS = 10
ORPHAN_HOURS = 48
ACTIVE_PDF = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/Encrypt")
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class FileRejected(ValueError):
    """A file we do not take; ``code`` is file_too_big, file_type, file_empty, file_often or file_no_room."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def keep(upload: UploadedFile, *, by: Person | None, caption: str = "") -> Attachment:
    """Take one upload in as a private attachment. FileRejected for what is empty, too big or of another kind."""
    check_size(upload)
    check_room(upload, by)
    data = upload.read()
    if EICAR in data:
        raise FileRejected(_("这个文件像病毒，没有收下"), "file_type")
    if data.startswith(b"%PDF-"):
        return store(_checked_pdf(data), AttachmentKind.DOCUMENT, by, caption=caption)
    photo, width, height = remade(data)
    return store(photo, AttachmentKind.PHOTO, by, caption=caption, width=width, height=height)


def check_size(upload: UploadedFile) -> None:
    if not upload.size:
        raise FileRejected(_("这个文件是空的，请重新选择"), "file_empty")
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise FileRejected(_("文件超过10MB，请换一张小一点的"), "file_too_big")


def check_room(upload: UploadedFile, by: Person | None) -> None:
    """Refuse what the disk or the sender's day has no room for; what was written in the form is kept and handed in."""
    if disk_percent() >= settings.UPLOADS_OFF_AT_DISK_PERCENT:
        raise FileRejected(_("存放文件的地方快满了，暂时不能传。填写的内容还在，文件请过后再补"), "file_no_room")
    if by is None:
        return
    try:
        UPLOAD_DAY_KB.hit(by.pk, -(-(upload.size or 0) // 1000))
    except TooOften as often:
        words = _("一天最多传100MB，今天已经传满，大约%(hours)s小时后可以再传。填写的内容还在")
        raise FileRejected(words % {"hours": -(-often.retry_after // 3600)}, "file_often") from None


def disk_percent() -> float:
    """How full the disk is where uploads lie, as df says it."""
    root = Path(settings.MEDIA_ROOT)
    there = next(folder for folder in (root, *root.parents) if folder.exists())
    usage = shutil.disk_usage(there)
    return 100 * usage.used / (usage.used + usage.free)


def remade(data: bytes) -> tuple[bytes, int, int]:
    """The picture alone, upright, as WebP with its width and height. FileRejected for what is no picture of ours."""
    try:
        made = subprocess.run(  # noqa: S603  our own script, our own interpreter
            [sys.executable, str(MAKER), str(settings.UPLOAD_MAX_PIXELS)],
            input=data,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        made = None
    if made is None or made.returncode != 0:
        raise FileRejected(_("仅支持 JPG/PNG/WebP/HEIC/PDF，单个不超过 10MB"), "file_type")
    width, height = made.stderr.split()[-2:]
    return made.stdout, int(width), int(height)


def use(attachments: Iterable[Attachment], *, public: bool, at: str = "", caption: str = "") -> list[Attachment]:
    """Note that these stand in the record now, and what the record calls them.

    ``public`` ones everybody may open; others only the sender, and the offices of the place ``at`` (its code).
    """
    kept = list(attachments)
    changes: dict[str, Any] = (
        {"is_used": True} | ({"is_public": True} if public else {}) | ({"area_id": at} if at else {})
    )
    Attachment.objects.filter(pk__in=[a.pk for a in kept]).update(**changes)
    unnamed = [a for a in kept if caption and not a.caption]
    for attachment in unnamed:
        attachment.caption = caption
    Attachment.objects.bulk_update(unnamed, ["caption"])
    return kept


@every_minute
def drop_orphans() -> None:
    """Forget uploads that no record took within two days (清理未提交的上传)."""
    old = Attachment.objects.filter(is_used=False, uploaded_at__lt=now() - timedelta(hours=ORPHAN_HOURS))
    for orphan in old.order_by("pk")[:100]:
        _forget(orphan)


def let_go(attachments: Iterable[Attachment | None]) -> None:
    """Nothing holds these any more: they are cleared away with the orphans (不再留存)."""
    Attachment.objects.filter(pk__in=[a.pk for a in attachments if a is not None]).update(is_used=False)


@transaction.atomic
def empty(rows: QuerySet, name: str) -> None:
    """These rows hold nothing under ``name`` any more, and what they held is let go (随人删去); twice is harmless."""
    Attachment.objects.filter(pk__in=rows.values(name)).update(is_used=False)
    rows.update(**{name: None})


def _forget(orphan: Attachment) -> None:
    with transaction.atomic():
        name, storage = orphan.file.name, orphan.file.storage
        orphan.delete()
        if not Attachment.objects.filter(file=name).exists():
            transaction.on_commit(lambda: _delete(name, storage))


def _delete(name: str, storage: Any) -> None:
    storage.delete(name)
    smaller.forget(name, storage)


def _checked_pdf(data: bytes) -> bytes:
    if any(mark in data for mark in ACTIVE_PDF):
        raise FileRejected(_("PDF 里有加密、脚本或附件，请另存为普通 PDF 再传"), "file_type")
    return data


def store(data: bytes, kind: AttachmentKind, by: Person | None, **known: Any) -> Attachment:
    """Keep these bytes, already looked over, as a private attachment; the same bytes lie on the disk once."""
    sha256 = hashlib.sha256(data).hexdigest()
    kept = Attachment(kind=kind, sha256=sha256, bytes=len(data), uploaded_by=by, **known)
    name = kept.file.field.generate_filename(kept, "")
    if kept.file.storage.exists(name):
        kept.file.name = name
    else:
        kept.file.save("", ContentFile(data), save=False)
    kept.save()
    return kept
