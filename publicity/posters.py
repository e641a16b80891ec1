"""A project on paper and as a picture (海报、分享图): the five answers and the square code, drawn once for each state.

The poster is a page that WeasyPrint makes a PDF of; the picture is drawn by Pillow with the system's Chinese letters.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from civic import qr
from civic.templatetags.civic import yuan
from publicity.cards import area_names
from publicity.queries.story import Story
from publicity.saying import Now

STYLE = "css/poster.css"
SHRINKING = (24, 20, 16)  # points of the poster's letters, until it fits one sheet
KEPT_SECONDS, PATIENCE_SECONDS = 7 * 24 * 3600, 2
WIDTH, EDGE, LEAST_HEIGHT, MOST_HEIGHT = 750, 48, 1000, 2400
SIMPLIFIED = 2  # which face of Noto's collection has the mainland's forms
_one_at_a_time = Lock()  # drawing is heavy, and everybody may ask for it


@dataclass(frozen=True)
class Sheet:
    """What stands on a poster and on a picture, in words."""

    title: str
    code: str
    place: str
    mark: str
    step: str
    segments: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    address: str
    site: str
    phone: str


def sheet(story: Story, now: Now, address: str) -> Sheet:
    """A project's sheet; ``address`` is what its square code leads to."""
    project = story.project
    return Sheet(
        title=project.title,
        code=project.code or "",
        place=area_names(project),
        mark=project.mark,
        step=_step(story),
        segments=tuple(segment.mark for segment in story.bar.segments),
        answers=tuple((label, value) for label, value in _answers(now) if value),
        address=address,
        site=settings.SITE_NAME,
        phone=settings.HELP_PHONE,
    )


def _step(story: Story) -> str:
    if story.bar.is_done:
        return _("6步都走完了")
    return _("第%(number)s步，共6步：%(name)s") % {"number": story.bar.number, "name": story.bar.name}


def _answers(now: Now) -> list[tuple[str, str]]:
    """The five answers; those that have no answer now are left out."""
    amount = f"{now.amount_word} {strip_tags(yuan(now.amount_yuan))}" if now.amount_yuan else ""
    return [
        (_("现在"), now.sentence),
        (_("谁在办"), now.unit),
        (_("还剩几天"), _chip(now)),
        (_("花多少钱"), amount),
        (_("下一步"), now.next),
    ]


def _chip(now: Now) -> str:
    """The deadline chip in its own words."""
    if now.chip is None:
        return ""
    chip = {"kind": now.chip.kind, "days": now.chip.days, "limit": now.chip.limit}
    said = " ".join(strip_tags(render_to_string("parts/_deadline_chip.html", chip)).split())
    return re.sub(r"^([●▲■✓○])(?! )", r"\1 ", said)


@contextmanager
def turn() -> Iterator[bool]:
    """Draw alone (轮到了); False where others draw just then and the turn does not come soon."""
    is_ours = _one_at_a_time.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield is_ours
    finally:
        if is_ours:
            _one_at_a_time.release()


def kept(kind: str, key: str, draw: Callable[[], bytes | None]) -> bytes | None:
    """What was drawn before under this key, else drawn now, one at a time. Kept as files, not in memory.

    Nothing where others are drawn just then and this one's turn does not come soon: the pages need the threads.
    """
    name, store = f"{kind}.{hashlib.sha256(key.encode()).hexdigest()}", caches["drawn"]
    found: bytes | None = store.get(name)
    if found is not None:
        return found
    with turn() as is_ours:
        if not is_ours:
            return None
        found = store.get(name) or draw()
    if found is not None:
        store.set(name, found, KEPT_SECONDS)
    return found


# --- The poster ------------------------------------------------------------------------------------


def pdf(told: Sheet) -> bytes | None:
    """The poster as one A3 page; nothing where the system's libraries for it are missing."""
    try:
        import weasyprint  # heavy, and seldom asked for
    except OSError:  # Pango is no Python package
        return None
    from weasyprint.urls import URLFetcher

    page = render_to_string("publicity/poster_pdf.html", {"sheet": told, "qr": qr.data_uri(told.address)})
    styles = [weasyprint.CSS(string=_tokens()), weasyprint.CSS(filename=finders.find(STYLE))]
    written = weasyprint.HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=["data"]))  # it brings all it shows
    for letters in SHRINKING:
        smaller = weasyprint.CSS(string=f".poster {{ font-size: {letters}pt }}")
        document = written.render(stylesheets=[*styles, smaller])
        if len(document.pages) == 1:
            break
    drawn: bytes = document.write_pdf()
    return drawn


# --- The picture -----------------------------------------------------------------------------------


class Pen:
    """A picture that grows downwards: each thing is drawn below the one before."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, MOST_HEIGHT), ink("card"))
        self.draw = ImageDraw.Draw(self.image)
        self.y = 0.0

    def write(self, words: str, size: int, colour: str, *, bold: bool = False, below: int = 0) -> None:
        """Words in as many lines as they need; nothing where the system has no Chinese letters."""
        letters = font(size)
        if letters is None:
            return
        for line in broken(words, letters, WIDTH - 2 * EDGE):
            self.draw.text((EDGE, self.y), line, ink(colour), letters, stroke_width=1 if bold else 0)
            self.y += size * 1.5
        self.y += below

    def bar(self, segments: tuple[str, ...]) -> None:
        """The six steps: full, half or empty by shape, not by colour alone."""
        width = (WIDTH - 2 * EDGE - 10 * (len(segments) - 1)) / len(segments)
        for n, mark in enumerate(segments):
            left = EDGE + n * (width + 10)
            box = (left, self.y, left + width, self.y + 20)
            filled = {"done": "action", "now": "action", "halted": "warn"}.get(mark)
            self.draw.rectangle(box, ink(filled) if filled else None, ink("edge"), 2)
        self.y += 36

    def paste(self, picture: Image.Image, size: int) -> None:
        resized = picture.convert("RGB").resize((size, size), Image.Resampling.NEAREST)
        self.image.paste(resized, (EDGE, int(self.y)))

    def png(self) -> bytes:
        height = min(max(int(self.y) + EDGE, LEAST_HEIGHT), MOST_HEIGHT)
        out = BytesIO()
        self.image.crop((0, 0, WIDTH, height)).quantize(64).save(out, "PNG", optimize=True)
        return out.getvalue()


def picture(told: Sheet) -> bytes:
    """The share picture (分享图): 750 pixels wide, to be pressed and sent on."""
    pen = Pen()
    pen.draw.rectangle((0, 0, WIDTH, 16), ink("action"))
    pen.y = EDGE
    pen.write(told.site, 28, "ink-3", below=8)
    pen.write(told.title, 52, "ink", bold=True, below=4)
    pen.write(" · ".join(filter(None, [told.place, told.code, told.mark])), 26, "ink-3", below=20)
    pen.bar(told.segments)
    pen.write(told.step, 30, "action", bold=True, below=16)
    for label, value in told.answers:
        pen.write(label, 24, "ink-3")
        pen.write(value, 32, "ink", below=14)
    pen.draw.line((EDGE, pen.y, WIDTH - EDGE, pen.y), ink("line"), 2)
    pen.y += 24
    pen.paste(qr.image(told.address), 240)
    _beside(pen, [_("长按识别二维码"), _("看全过程"), told.phone])
    pen.y += 240
    return pen.png()


def _beside(pen: Pen, words: list[str]) -> None:
    """Words to the right of the square code."""
    letters = font(30)
    if letters is None:
        return
    left = EDGE + 270
    lines = [line for each in words for line in broken(each, letters, WIDTH - left - EDGE)]
    for n, line in enumerate(lines):
        pen.draw.text((left, pen.y + 50 + n * 48), line, ink("ink"), letters)


def broken(words: str, letters: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Words in lines that fit; a number or a Latin word stays whole."""
    lines = [""]
    for piece in re.findall(r"[\x21-\x7e]+ ?|.", words):
        if lines[-1] and letters.getlength((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return lines


@cache
def _tokens() -> str:
    """The names of the house's colours and sizes, as in the light; paper knows neither dark nor less motion."""
    source = Path(str(finders.find("css/tokens.css"))).read_text()
    return source[source.index(":root {") : source.index("}") + 1]


@cache
def ink(name: str) -> str:
    """A colour of the house by its name in tokens.css."""
    colour: Any = re.search(rf"--{name}: (#[0-9a-f]+);", _tokens())
    return str(colour.group(1))


@cache
def font(size: int) -> ImageFont.FreeTypeFont | None:
    """The system's Chinese letters, if it has any."""
    if not settings.PICTURE_FONT or not Path(settings.PICTURE_FONT).exists():
        return None
    index = SIMPLIFIED if settings.PICTURE_FONT.endswith("NotoSansCJK-Regular.ttc") else 0
    return ImageFont.truetype(settings.PICTURE_FONT, size, index)
