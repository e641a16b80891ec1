"""Photos inside files (照片): each as small as a page needs; pages of them, two in a row, by their numbers in a list."""

from collections.abc import Iterable, Iterator
from io import BytesIO

from civic import smaller
from civic.models import Attachment
from publicity.documents.content import Part, Picture, Pictures, Words, day

QUALITY, A_ROW = 80, 2  # of the JPEG; photos side by side


def jpeg(photo: Attachment) -> bytes | None:
    """The photo as every writer of files can hold it; nothing where the store has lost or spoilt it."""
    from PIL import Image, UnidentifiedImageError  # heavy, and seldom asked for

    if not photo.file.storage.exists(photo.file.name or ""):
        return None
    small = smaller.opened(photo, "page")
    with small or photo.file.open() as kept, BytesIO() as made:
        try:
            Image.open(kept).convert("RGB").save(made, "JPEG", quality=QUALITY)
        except UnidentifiedImageError:
            return None
        return made.getvalue()


def album(numbered: Iterable[tuple[int, Attachment]]) -> Iterator[Part]:
    """These photos, each with its number, what it shows and the day it was handed in; those lost are named."""
    row: list[Picture] = []
    lost: list[str] = []
    for number, file in numbered:
        held = jpeg(file)
        if held is None:
            lost.append(f"{number}")
            continue
        row.append(Picture(f"{number}　{file}　{day(file.uploaded_at)}", smaller.address(file.token, "page"), held))
        if len(row) == A_ROW:
            yield Pictures(tuple(row))
            row = []
    if row:
        yield Pictures(tuple(row))
    if lost:
        yield Words(f"打不开的照片：第{'、'.join(lost)}项")
