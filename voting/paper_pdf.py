"""Paper ballots as pages (纸质票样张): what stands on each, and the PDF where the system can draw one.

The papers of a file lie in an order made by chance and kept nowhere: who is given the next from the stack is given a
number nobody can work out.
"""

import secrets
from dataclasses import dataclass

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from civic.qr import data_uri
from civic.rules import RuleBroken
from voting import ballot_sentences, paper_queries, paper_rules
from voting.models import PaperBatch

STYLE = "css/paper.css"
HALF_PAGE_HOLDS = 6  # projects; more want the whole page
PER_FILE = 100  # papers in one file: soon made, and enough to be lost among


@dataclass(frozen=True)
class Paper:
    """One ballot to print: its number and the square code of it."""

    code: str
    qr: str


def parts(batch: PaperBatch) -> list[tuple[int, int]]:
    """The files of a batch: first and last serial of each (分几个文件)."""
    starts = range(batch.first_serial, batch.last_serial + 1, PER_FILE)
    return [(first, min(first + PER_FILE - 1, batch.last_serial)) for first in starts]


def html(batch: PaperBatch, part: int, *, is_pdf: bool) -> str:
    """One file of the batch as a page to print. RuleBroken for a part there is not."""
    known = parts(batch)
    if not 0 <= part < len(known):
        raise RuleBroken(_("没有这一份"), code="no_such_part")
    first, last = known[part]
    papers = [_paper(batch, serial) for serial in range(first, last + 1)]
    secrets.SystemRandom().shuffle(papers)
    poll, entries = batch.poll, paper_queries.projects(batch)
    return render_to_string(
        "voting/paper_ballots.html",
        {
            "batch": batch,
            "poll": poll,
            "papers": papers,
            "entries": entries,
            "method": ballot_sentences.method(poll),
            "is_pdf": is_pdf,
            "style": STYLE,
            "is_half": len(entries) <= HALF_PAGE_HOLDS,
            "first": first,
            "last": last,
        },
    )


def pdf(page: str) -> bytes | None:
    """The page as a PDF; nothing where the system's libraries for it are missing."""
    try:
        import weasyprint  # heavy, and seldom asked for
    except OSError:  # Pango is no Python package
        return None
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=["data"])  # the page brings all it shows
    style = weasyprint.CSS(filename=finders.find(STYLE))
    drawn: bytes = weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf(stylesheets=[style])
    return drawn


def _paper(batch: PaperBatch, serial: int) -> Paper:
    code = paper_rules.code(batch, serial)
    return Paper(code, data_uri(code))
