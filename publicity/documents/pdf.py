"""Forms as PDF (A4，带页码): WeasyPrint draws the very part that the page shows, with the system's Chinese letters."""

from collections.abc import Iterable

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from civic import qr
from publicity.documents.content import Form

STYLE = "css/document.css"


def pdf(forms: Iterable[Form]) -> bytes | None:
    """The forms one after another, each on a new sheet; nothing where the system's libraries for it are missing."""
    try:
        import weasyprint  # heavy, and seldom asked for
    except OSError:  # Pango is no Python package
        return None
    from weasyprint.urls import URLFetcher

    shown = [(form, qr.data_uri(form.address)) for form in forms]
    page = render_to_string("publicity/documents_pdf.html", {"shown": shown})
    written = weasyprint.HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=["data"]))
    drawn: bytes = written.write_pdf(stylesheets=[weasyprint.CSS(filename=finders.find(STYLE))])
    return drawn
