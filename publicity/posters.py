"""A project on paper (海报): the five answers and the square code, drawn once for each state.

The poster is a page that WeasyPrint makes a PDF of; `pictures.py` draws the same sheet as a picture.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from civic import qr
from civic.templatetags.civic import yuan
from publicity.cards import area_names
from publicity.queries.story import Story
from publicity.saying import Now

STYLE = "css/poster.css"
SHRINKING = (24, 20, 16)  # points of the poster's letters, until it fits one sheet
KEPT_SECONDS, PATIENCE_SECONDS = 7 * 24 * 3600, 2
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


def pdf(told: Sheet) -> bytes | None:
    """The poster as one A3 page; nothing where the system's libraries for it are missing."""
    try:
        import weasyprint  # heavy, and seldom asked for
    except OSError:  # Pango is no Python package
        return None
    from weasyprint.urls import URLFetcher

    page = render_to_string("publicity/poster_pdf.html", {"sheet": told, "qr": qr.data_uri(told.address)})
    styles = [weasyprint.CSS(string=tokens()), weasyprint.CSS(filename=finders.find(STYLE))]
    written = weasyprint.HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=["data"]))  # it brings all it shows
    for letters in SHRINKING:
        smaller = weasyprint.CSS(string=f".poster {{ font-size: {letters}pt }}")
        document = written.render(stylesheets=[*styles, smaller])
        if len(document.pages) == 1:
            break
    drawn: bytes = document.write_pdf()
    return drawn


@cache
def tokens() -> str:
    """The names of the house's colours and sizes, as in the light; paper knows neither dark nor less motion."""
    source = Path(str(finders.find("css/tokens.css"))).read_text()
    return source[source.index(":root {") : source.index("}") + 1]
