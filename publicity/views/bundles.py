"""Doors to what is made in the background (后台文件): ask for a dossier or a ledger, see how far it is, fetch it or take
it back."""

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.pages import page
from civic.permissions import FILE_READERS, require, scopes
from publicity.forms import LedgerForm
from publicity.models import Bundle, BundleKind, BundleState
from publicity.queries import search
from publicity.services import bundles
from publicity.views.documents import at_desk

MOST_SHOWN = 20
DESK_LEDGER = ("publicity:ledger", gettext_lazy("台账"))
UP = {  # where each is asked for
    BundleKind.REGISTER_CSV: ("civic:imports", gettext_lazy("导入")),
    BundleKind.REGISTER_XLSX: ("civic:imports", gettext_lazy("导入")),
    BundleKind.LOG: ("publicity:audit", gettext_lazy("办理日志")),
    BundleKind.WHOLE: ("publicity:export", gettext_lazy("全部导出")),
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """台账: by what it is put together, of which year; what one asked for last."""
    require(request.user, "publicity.ledger")
    years = sorted({year for _pk, year, _programme in search.rounds()}, reverse=True)
    form = LedgerForm(request.POST if request.method == "POST" else None, years=years)
    if form.is_valid():
        prefixes = scopes(request.user, FILE_READERS)
        asked = bundles.ask_ledger(prefixes, form.cleaned_data["by"], form.cleaned_data["year"], by=request.user)
        return redirect("publicity:bundle", asked.pk)
    return page(request, "publicity/ledger.html", form=form, asked=_own(request)[:MOST_SHOWN])


@login_required
@require_POST
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """一项目一档: asked for as PDF or zip, by whoever keeps it."""
    facts = at_desk(request, code)
    require(request.user, "publicity.document_names", facts.project)
    kind = BundleKind.DOSSIER_ZIP if request.POST.get("kind") == "zip" else BundleKind.DOSSIER_PDF
    asked = bundles.ask_dossier(facts, kind, by=request.user)
    return redirect("publicity:bundle", asked.pk)


@never_cache
@login_required
@require_safe
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, or where it is."""
    asked = get_object_or_404(_own(request), pk=pk)
    return page(
        request,
        "publicity/bundle.html",
        part="publicity/_bundle.html",
        asked=asked,
        kept_days=bundles.KEPT.days,
        up=UP.get(BundleKind(asked.kind), DESK_LEDGER),
    )


@never_cache
@login_required
@require_safe
def bundle_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for who asked for it and still may have it."""
    asked = get_object_or_404(_own(request), pk=pk)
    require(request.user, "publicity.fetch", asked)
    if asked.state != BundleState.DONE:
        raise Http404
    name = f"{asked.project.code if asked.project else asked.pk}-{asked.kind}"
    return FileResponse(asked.file.open("rb"), as_attachment=True, filename=name)


@login_required
@require_POST
def bundle_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """取消: what is not made yet is taken back."""
    asked = get_object_or_404(_own(request), pk=pk)
    bundles.cancel(asked, by=request.user)
    return redirect("publicity:bundle", asked.pk)


def _own(request: HttpRequest) -> QuerySet[Bundle]:
    return Bundle.objects.filter(by=request.user).select_related("project").defer("plan")
