"""A project as a picture (分享图), drawn by Pillow with the system's Chinese letters: what stands on its poster.

Pillow is heavy and seldom asked for: only who draws a picture imports this file.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from civic import qr
from publicity.posters import Sheet, tokens

WIDTH, EDGE, LEAST_HEIGHT, MOST_HEIGHT = 750, 48, 1000, 2400
SIMPLIFIED = 2  # which face of Noto's collection has the mainland's forms


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
def ink(name: str) -> str:
    """A colour of the house by its name in tokens.css."""
    colour: Any = re.search(rf"--{name}: (#[0-9a-f]+);", tokens())
    return str(colour.group(1))


@cache
def font(size: int) -> ImageFont.FreeTypeFont | None:
    """The system's Chinese letters, if it has any."""
    if not settings.PICTURE_FONT or not Path(settings.PICTURE_FONT).exists():
        return None
    index = SIMPLIFIED if settings.PICTURE_FONT.endswith("NotoSansCJK-Regular.ttc") else 0
    return ImageFont.truetype(settings.PICTURE_FONT, size, index)
