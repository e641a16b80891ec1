"""Doors to what leaves the screen (海报、分享): the A3 poster, the picture to send on, the page that offers both."""

from io import BytesIO

from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from civic import qr
from civic.moments import today
from civic.pages import page
from publicity import posters
from publicity.queries import story
from publicity.views.projects import Telling


class Shared:
    """A project as everybody sees it, whoever asks, with the address its square code leads to."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        reader = AnonymousUser()
        self.told = Telling(get_object_or_404(story.marked(reader, code)), reader)
        self.address = request.build_absolute_uri(reverse("publicity:by_code", args=[code]))
        self.key = f"{self.told.key}.{self.address}.{today()}.{get_language()}"

    def sheet(self) -> posters.Sheet:
        return posters.sheet(self.told.story, self.told.now, self.address)

    def pdf(self) -> bytes | None:
        return posters.pdf(self.sheet())

    def picture(self) -> bytes:
        from publicity import pictures  # it brings Pillow

        return pictures.picture(self.sheet())


@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """The poster for the site board (海报) as a page to look at and print."""
    shared = Shared(request, code)
    return page(
        request,
        "publicity/poster.html",
        project=shared.told.project,
        sheet=shared.sheet(),
        qr=qr.data_uri(shared.address),
    )


@require_safe
def poster_pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """The poster as a PDF of one A3 page; where none can be made now, the page, which a browser prints."""
    shared = Shared(request, code)
    drawn = posters.kept("poster", shared.key, shared.pdf)
    if drawn is None:
        return redirect("publicity:poster", code=code)
    return FileResponse(BytesIO(drawn), filename=f"{code}.pdf", as_attachment=True, content_type="application/pdf")


@require_safe
def picture(request: HttpRequest, code: str) -> HttpResponseBase:
    """The share picture (分享图), which link cards show as well."""
    shared = Shared(request, code)
    drawn = posters.kept("picture", shared.key, shared.picture)
    if drawn is None:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    return FileResponse(BytesIO(drawn), filename=f"{code}.png", content_type="image/png")


@require_safe
def share(request: HttpRequest, code: str) -> HttpResponse:
    """分享: the picture to press, the link to copy, the words for a group, the poster to print."""
    shared = Shared(request, code)
    found = shared.told.project
    return page(
        request,
        "publicity/share.html",
        tab="projects",
        place=found.area,
        project=found,
        sentence=shared.told.now.sentence,
        address=request.build_absolute_uri(found.get_absolute_url()),
        version=shared.told.key,
    )
