"""The demo's photos and documents (演示材料): drawn scenes that show no real place, and a PDF that says DEMO."""

import io
from functools import cache
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from civic import files, moments
from civic.models import Attachment

SKY, GROUND, WALL, ROOF, PATH, NEW = "#cfe3f3", "#b9c9a4", "#e9e2d4", "#9a6a4f", "#b5aea2", "#d8d2c6"
TAKEN: dict[str, int] = {}  # what this loading has taken in already
PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 47>>stream\nBT /F 40 Tf 230 700 Td (%s) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n"
)


def start_anew() -> None:
    """Forget what an earlier loading took in: its rows may be gone."""
    TAKEN.clear()


@cache
def _scene(stage: str) -> bytes:
    """A house front with three steps before the works, a bare bed during them, a ramp with a rail after."""
    picture = Image.new("RGB", (800, 600), SKY)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 380, 800, 600), fill=GROUND)
    draw.rectangle((420, 180, 740, 400), fill=WALL)
    draw.polygon([(390, 190), (770, 190), (580, 90)], fill=ROOF)
    draw.rectangle((530, 260, 620, 400), fill="#5c7080")
    if stage == "before":
        for step in range(3):
            draw.rectangle(
                (500 - 40 * step, 400 + 30 * step, 650 + 10 * step, 430 + 30 * step), fill=PATH, outline="#888"
            )
    elif stage == "during":
        draw.polygon([(530, 400), (620, 400), (420, 560), (200, 560)], fill="#a08a6a")
        draw.line([(220, 560), (220, 500), (440, 500)], fill="#d98b2b", width=6)
    else:
        draw.polygon([(530, 400), (620, 400), (420, 560), (200, 560)], fill=NEW)
        draw.line([(215, 545), (215, 480), (520, 340), (520, 400)], fill="#4c5a66", width=8)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def photo(stage: str, caption: str) -> Attachment:
    """A drawn scene of the works' stage: before, during or after."""
    return _taken(f"{stage}.png", _scene(stage), caption)


def paper(caption: str, said: str = "DEMO") -> Attachment:
    """A one-page PDF standing in for a scan."""
    return _taken(f"{said}.pdf", PDF % said.encode(), caption)


def _taken(name: str, data: bytes, caption: str) -> Attachment:
    """Taken in like any upload the first time; after that one more row for the same bytes."""
    if name not in TAKEN:
        TAKEN[name] = files.keep(SimpleUploadedFile(name, data), by=None).pk
    kept = Attachment.objects.get(pk=TAKEN[name])
    kept.pk, kept.token, kept.caption, kept._state.adding = None, uuid4(), caption, True
    kept.save()
    Attachment.objects.filter(pk=kept.pk).update(uploaded_at=moments.now())  # in its story's time
    kept.refresh_from_db()
    return kept
