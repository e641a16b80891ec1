"""The door to everything at once (全部导出): every open data set, the log and the rules of a place as one zip."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_http_methods

from civic import limits
from civic.pages import page
from civic.permissions import require
from publicity.opendata import whole
from publicity.opendata.datasets import DATASETS
from publicity.permissions import EXPORTERS
from publicity.queries.stats.scope import ALL, of
from publicity.services.exports import note_export


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What is in it; posted, the file, written as it is read. Who took it out when stands in the log."""
    require(request.user, "publicity.export")
    own = next(office.area for office in request.user.live_appointments if office.role in EXPORTERS)
    if request.method != "POST":
        return page(request, "publicity/export.html", place=own, datasets=DATASETS.values())
    limits.DATA_IP.hit(limits.client_ip(request))
    body = limits.exported(whole.zipped(of(own, ALL), request.user), by=request.user.pk)
    note_export(own, by=request.user)
    headers = {"Content-Disposition": f'attachment; filename="weishishi-{own.code}.zip"'}
    return StreamingHttpResponse(body, content_type="application/zip", headers=headers)
