"""Colours and how well they part (明暗比): the tokens as the stylesheets name them, and what is asked of each pair.

Source of the ratio: WCAG 2.2, relative luminance and contrast ratio; of the pairs: what stands on what in our pages.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?)\b")
BODY, LARGE, SCREEN = 4.5, 3.0, 7.0  # least ratios: words; edges, shapes and chart series; words on a wall
MEANINGS = ("action", "ok", "warn", "bad", "objection", "neutral")


@dataclass(frozen=True)
class Pair:
    """A colour and the ground it stands on; the ratios in both looks and the least of them that will do."""

    where: str | Promise
    ink: str
    ground: str
    least: float
    light: float
    dark: float

    @property
    def is_enough(self) -> bool:
        return min(self.light, self.dark) >= self.least


def asked() -> list[tuple[str | Promise, str, str, float]]:
    """Where, ink, ground and the least ratio, for everything that is read or pressed."""
    inks = [(_("正文"), ink, ground, BODY) for ink in ("ink", "ink-2", "ink-3") for ground in ("card", "page")]
    meanings = [(_("有意思的字"), name, ground, BODY) for name in MEANINGS for ground in ("card", f"{name}-tint")]
    elders = [(_("长辈版的标签"), "ink", f"{name}-tint", SCREEN) for name in MEANINGS]
    series = [(_("图表"), f"series-{n}", "card", LARGE) for n in range(1, 7)]
    wall = [
        (_("大屏"), f"screen-{name}", ground, SCREEN)
        for name in ("ink", "ink-2", "ok", "warn", "bad", "done")
        for ground in ("screen", "screen-card")
    ]
    rest = [
        (_("主要按钮"), "on-action", "action", BODY),
        (_("按下的按钮"), "on-action", "action-down", BODY),
        (_("输入框的边"), "edge", "card", LARGE),
        (_("标志"), "mark", "card", BODY),
        (_("键盘走到哪里"), "focus", "focus-halo", LARGE),
    ]
    return [*inks, *meanings, *elders, *rest, *series, *wall]


def pairs() -> list[Pair]:
    """Every pair with its ratio in the light and in the dark look, from the stylesheets as they are served."""
    light = tokens("tokens")
    dark = light | tokens("dark")
    return [
        Pair(where, ink, ground, least, ratio(light[ink], light[ground]), ratio(dark[ink], dark[ground]))
        for where, ink, ground, least in asked()
    ]


def tokens(sheet: str) -> dict[str, str]:
    """The colours a stylesheet names: {"ink": "#1a1c1f"}."""
    return dict(TOKEN.findall(Path(settings.BASE_DIR, "static", "css", f"{sheet}.css").read_text()))


def ratio(one: str, other: str) -> float:
    """How well two colours part, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(d * 2 for d in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
