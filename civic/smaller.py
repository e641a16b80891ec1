"""Smaller pictures (小图): a card shows 96 px of a photo of 1920, and on a weak signal the whole takes half a minute.

Each is made from our own file when it is first asked for, and kept beside it. Where none can be made just now, the
whole one does as well.
"""

from io import BytesIO
from threading import Lock
from typing import Any

from django.core.files.base import ContentFile, File
from django.urls import reverse

from civic.models import Attachment
from civic.models.files import AttachmentKind

EDGES = {"card": 240, "page": 720}  # the longer edge in px: beside words; as wide as a phone
QUALITY, PATIENCE_SECONDS = 72, 1
_one_at_a_time = Lock()  # a list asks for twenty at once, and pages need the threads


def address(token: Any, size: str = "") -> str:
    """Where a photo lies; with ``size`` (card, page) a smaller one."""
    whole = reverse("civic:attachment", args=[token])
    return f"{whole}?size={size}" if size else whole


def opened(photo: Attachment, size: str) -> File | None:
    """The smaller photo, made now if there is none yet; nothing where the whole one is to be shown."""
    if photo.kind != AttachmentKind.PHOTO or size not in EDGES or _longest(photo) <= EDGES[size]:
        return None
    name, storage = _name(photo.file.name or "", size), photo.file.storage
    if not storage.exists(name) and not _made(photo, name, EDGES[size]):
        return None
    return storage.open(name)


def forget(name: str, storage: Any) -> None:
    """Drop the smaller ones of a file that goes."""
    for size in EDGES:
        storage.delete(_name(name, size))


def _longest(photo: Attachment) -> int:
    return max(photo.width or 0, photo.height or 0)


def _name(name: str, size: str) -> str:
    return f"{name.removesuffix('.webp')}.{size}.webp"


def _made(photo: Attachment, name: str, edge: int) -> bool:
    """Make it, one at a time; of two processes at once the first one's stays."""
    if not _one_at_a_time.acquire(timeout=PATIENCE_SECONDS):
        return False
    try:
        storage = photo.file.storage
        kept = name if storage.exists(name) else storage.save(name, ContentFile(_drawn(photo, edge)))
        if kept != name:
            storage.delete(kept)
    finally:
        _one_at_a_time.release()
    return True


def _drawn(photo: Attachment, edge: int) -> bytes:
    from PIL import Image  # heavy, and seldom asked for

    written = BytesIO()
    with photo.file.open() as whole, Image.open(whole, formats=("WEBP",)) as picture:
        picture.thumbnail((edge, edge))
        picture.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()
