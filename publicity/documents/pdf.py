"""Forms as PDF (A4，带页码): WeasyPrint draws the very part that the page shows, with the system's Chinese letters.

Each form counts its own sheets at the foot; bound into one file, all are counted through at the head (卷内页码).
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from civic import qr
from publicity.documents.content import Form

STYLE, NUMBERS = "css/document.css", "css/volume.css"


class Sheets(NamedTuple):
    """The sheets a form has in the bound file, from one to."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}—{self.last}"


Cover = Callable[[Sequence[Sheets]], Form]


def pdf(forms: Iterable[Form]) -> bytes | None:
    """The forms one after another, each on sheets of its own, counted by itself; nothing where the system's libraries for it are missing."""
    draw = _drawing()
    if draw is None:
        return None
    laid = [draw(_page(form), STYLE) for form in forms]
    drawn: bytes = laid[0].copy([page for each in laid for page in each.pages]).write_pdf()
    return drawn


def bound(cover: Cover, forms: Iterable[Form]) -> bytes | None:
    """A cover and the forms as one file counted through; the cover is told the sheets of each. Nothing where none can be drawn."""
    draw = _drawing()
    if draw is None:
        return None
    laid = [draw(_page(form), STYLE) for form in forms]
    lengths = [len(each.pages) for each in laid]
    front = draw(_page(cover(_sheets(1, lengths))), STYLE)
    if len(front.pages) > 1:
        front = draw(_page(cover(_sheets(len(front.pages), lengths))), STYLE)
    pages = [page for each in (front, *laid) for page in each.pages]
    numbers = draw(render_to_string("publicity/volume_pdf.html", {"sheets": range(len(pages))}), NUMBERS).pages
    stamped = [_Stamped(page, number) for page, number in zip(pages, numbers, strict=True)]
    drawn: bytes = front.copy(stamped).write_pdf()
    return drawn


def _sheets(before: int, lengths: Sequence[int]) -> list[Sheets]:
    """Where each form stands, after so many sheets of the cover."""
    ends = list(accumulate(lengths, initial=before))
    return [Sheets(end + 1, end + length) for end, length in zip(ends, lengths, strict=False)]


class _Stamped:
    """A sheet with its number in the file laid over it: how many there are is known only when all have been laid out."""

    def __init__(self, page: Any, number: Any) -> None:
        self._page, self._number = page, number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    def paint(self, *args: Any, **kwargs: Any) -> None:
        self._page.paint(*args, **kwargs)
        self._number.paint(*args, **kwargs)


def _drawing() -> Callable[[str, str], Any] | None:
    """What lays out a page in a stylesheet; nothing without Pango, which is no Python package."""
    try:
        import weasyprint  # heavy, and seldom asked for
    except OSError:
        return None
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=["data"])
    styles: dict[str, Any] = {}

    def draw(page: str, style: str) -> Any:
        if style not in styles:
            styles[style] = weasyprint.CSS(filename=finders.find(style))
        return weasyprint.HTML(string=page, url_fetcher=fetcher).render(stylesheets=[styles[style]])

    return draw


def _page(form: Form) -> str:
    return render_to_string(
        "publicity/document_pdf.html", {"form": form, "qr": qr.data_uri(form.address), "is_file": True}
    )
