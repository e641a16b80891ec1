"""Forms as PDF (A4，带页码): WeasyPrint draws the very part that the page shows, with the system's Chinese letters."""

from collections.abc import Iterable

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from civic import qr
from publicity.documents.content import Form

STYLE = "css/document.css"


def pdf(forms: Iterable[Form]) -> bytes | None:
    """The forms one after another, each on sheets of its own, counted by itself; nothing where the system's libraries for it are missing."""
    try:
        import weasyprint  # heavy, and seldom asked for
    except OSError:  # Pango is no Python package
        return None
    from weasyprint.urls import URLFetcher

    style, fetcher = weasyprint.CSS(filename=finders.find(STYLE)), URLFetcher(allowed_protocols=["data"])
    laid = [weasyprint.HTML(string=_page(form), url_fetcher=fetcher).render(stylesheets=[style]) for form in forms]
    drawn: bytes = laid[0].copy([page for each in laid for page in each.pages]).write_pdf()
    return drawn


def _page(form: Form) -> str:
    return render_to_string(
        "publicity/document_pdf.html", {"form": form, "qr": qr.data_uri(form.address), "is_file": True}
    )
