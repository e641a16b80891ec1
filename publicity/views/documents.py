"""Doors to a project's forms (表单): at the desk for who works on it, and for everybody what the public may have."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from civic import qr
from civic.limits import DOCUMENT_ACCOUNT, DOCUMENT_IP, Crowded, client_ip
from civic.pages import page
from civic.permissions import allowed, require
from proposals.models import Project
from proposals.queries import visible_to
from publicity import posters
from publicity.documents import catalogue, dossier, pdf
from publicity.documents.catalogue import Kind
from publicity.documents.content import Form
from publicity.documents.facts import Facts

AGAIN_SECONDS = 5
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class Line(NamedTuple):
    """A form in the list: what it lacks, and where it is as page, PDF and Word."""

    kind: Kind
    lacks: str
    page: str
    pdf: str
    docx: str


@never_cache
@login_required
@require_safe
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """一个项目的表单: which are complete, what the others lack; each as PDF and Word."""
    facts = at_desk(request, code)
    lines = [_line(facts, kind, "document") for kind in catalogue.FORMS if catalogue.fits(kind, facts)]
    number = dossier.archive_number(facts.project)
    return page(
        request, "publicity/documents.html", project=facts.project, lines=lines, names=facts.names, number=number
    )


@never_cache
@login_required
@require_safe
def form(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One form as a page to look at and print."""
    facts = at_desk(request, code)
    return _shown(request, facts, _kind(key, facts), "publicity/document.html")


@never_cache
@login_required
@require_safe
def file(request: HttpRequest, code: str, key: str, kind: str) -> HttpResponse:
    """One form as PDF or Word; without Pango the browser prints the page."""
    facts = at_desk(request, code)
    found = _kind(key, facts)
    DOCUMENT_ACCOUNT.hit(request.user.pk)
    return _drawn(facts, found, kind) or redirect("publicity:document", code, key)


@require_safe
def public_list(request: HttpRequest, code: str) -> HttpResponse:
    """公开的表单: those that are complete, people masked."""
    facts = _in_public(request, code)
    lines = [_line(facts, kind, "public_document") for kind in catalogue.FORMS if catalogue.is_open(kind, facts)]
    return page(request, "publicity/documents_public.html", tab="projects", project=facts.project, lines=lines)


@require_safe
def public_form(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One of them as a page."""
    facts = _in_public(request, code)
    return _shown(request, facts, _open_kind(key, facts), "publicity/document_public.html")


@require_safe
def public_file(request: HttpRequest, code: str, key: str, kind: str) -> HttpResponse:
    """One of them as PDF or Word."""
    facts = _in_public(request, code)
    found = _open_kind(key, facts)
    DOCUMENT_IP.hit(client_ip(request))
    return _drawn(facts, found, kind) or redirect("publicity:public_document", code, key)


def at_desk(request: HttpRequest, code: str) -> Facts:
    """What the forms of a project say to who works on it. 404, or PermissionDenied for everybody else."""
    project = get_object_or_404(visible_to(request.user).select_related("area__parent"), code=code)
    require(request.user, "publicity.documents", project)
    return _facts(request, project, names=allowed(request.user, "publicity.document_names", project))


def _in_public(request: HttpRequest, code: str) -> Facts:
    project = get_object_or_404(visible_to(request.user).select_related("area__parent"), code=code)
    return _facts(request, project, names=False)


def _facts(request: HttpRequest, project: Project, *, names: bool) -> Facts:
    address = request.build_absolute_uri(reverse("publicity:by_code", args=[project.code]))
    return Facts(project, address, names=names)


def _kind(key: str, facts: Facts) -> Kind:
    found = catalogue.BY_KEY.get(key)
    if found is None or not catalogue.fits(found, facts):
        raise Http404
    return found


def _open_kind(key: str, facts: Facts) -> Kind:
    """A form everybody may have: none that is not complete."""
    found = _kind(key, facts)
    if not catalogue.is_open(found, facts):
        raise Http404
    return found


def _line(facts: Facts, kind: Kind, route: str) -> Line:
    code = facts.project.code
    files = [reverse(f"publicity:{route}_file", args=[code, kind.key, one]) for one in ("pdf", "docx")]
    address = reverse(f"publicity:{route}", args=[code, kind.key])
    return Line(kind, str(kind.lacks(facts)), address, *files)


def _shown(request: HttpRequest, facts: Facts, kind: Kind, template: str) -> HttpResponse:
    made = catalogue.form(kind, facts)
    return page(
        request,
        template,
        tab="projects",
        project=facts.project,
        kind=kind,
        form=made,
        lacks=kind.lacks(facts),
        qr=qr.data_uri(made.address),
    )


def _drawn(facts: Facts, kind: Kind, ending: str) -> HttpResponse | None:
    return drawn(lambda: catalogue.form(kind, facts), ending, kind.key)


def drawn(make: Callable[[], Form], ending: str, name: str) -> HttpResponse | None:
    """A form as PDF or Word; nothing where a PDF cannot be drawn on this machine. Crowded where others draw just then."""
    if ending not in TYPES:
        raise Http404
    made = make()
    body = _word_of(made) if ending == "docx" else pdf_of(made)
    if body is None:
        return None
    headers = {
        "Content-Disposition": f'attachment; filename="{made.code}-{name}.{ending}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(body, content_type=TYPES[ending], headers=headers)


def _word_of(made: Form) -> bytes:
    from publicity.documents import word  # python-docx and lxml: only whoever asks for a Word file loads them

    return word.docx(made)


def pdf_of(made: Form) -> bytes | None:
    """A form drawn when nothing else is; nothing where this machine draws no PDF. Crowded where others draw just then."""
    with posters.turn() as is_ours:
        if not is_ours:
            raise Crowded(AGAIN_SECONDS)
        return pdf.pdf([made])
