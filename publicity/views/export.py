"""Doors to everything at once (全部导出) and to the register (项目清单): each is asked for and made in the background."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from civic.pages import page
from civic.permissions import require
from publicity.models import BundleKind
from publicity.opendata.datasets import DATASETS
from publicity.permissions import EXPORTERS
from publicity.services import bundles

REGISTERS = {"csv": BundleKind.REGISTER_CSV, "xlsx": BundleKind.REGISTER_XLSX}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """What is in it; posted, it is asked for. Who took it out when stands in the log."""
    require(request.user, "publicity.export")
    own = next(office.area for office in request.user.live_appointments if office.role in EXPORTERS)
    if request.method == "POST":
        return redirect("publicity:bundle", bundles.ask_whole(own, by=request.user).pk)
    return page(request, "publicity/export.html", place=own, datasets=DATASETS.values())


@login_required
@require_POST
def register(request: HttpRequest, kind: str) -> HttpResponse:
    """项目清单 as CSV or Excel, of the places that one may import it for."""
    require(request.user, "proposals.import_projects")
    if kind not in REGISTERS:
        raise Http404
    return redirect("publicity:bundle", bundles.ask_register(REGISTERS[kind], by=request.user).pk)
