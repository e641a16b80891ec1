"""Doors to the log for those who oversee (办理日志): read, filter, take away; there is nothing to change here."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from civic import limits
from civic.models import AuditEvent
from civic.pages import page
from civic.permissions import require
from publicity.forms import AuditFilter
from publicity.opendata import formats
from publicity.queries import audit as queries

HEADS = (
    gettext_lazy("序号"), gettext_lazy("记录时间"), gettext_lazy("发生时间"), gettext_lazy("编号"), gettext_lazy("动作"),
    gettext_lazy("谁"), gettext_lazy("什么事"), gettext_lazy("改了什么"), gettext_lazy("理由"), gettext_lazy("依据"),
    gettext_lazy("金额变化（元）"), gettext_lazy("渠道"), gettext_lazy("公开"),
)  # fmt: skip


@login_required
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The log of one's place, the last recorded first."""
    require(request.user, "publicity.audit")
    form = AuditFilter(request.GET)
    entries, more = queries.a_page(_found(request, form), _before(request))
    return page(
        request,
        "publicity/audit.html",
        form=form,
        entries=entries,
        more=more,
        is_narrowed=any(request.GET.get(name) for name in form.fields if name != "code"),
        status=422 if form.errors else 200,
    )


@login_required
@require_safe
def trail_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same as CSV, written as it is read. 422 with the page for dates that make no sense."""
    require(request.user, "publicity.audit")
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return trail(request)
    limits.DATA_IP.hit(limits.client_ip(request))
    rows = queries.lines(_found(request, form))
    body = limits.exported(formats.csv_file([str(head) for head in HEADS], rows), by=request.user.pk)
    headers = {"Content-Disposition": 'attachment; filename="log.csv"'}
    return StreamingHttpResponse(body, content_type=formats.TYPES["csv"], headers=headers)


def _found(request: HttpRequest, form: AuditFilter) -> QuerySet[AuditEvent]:
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    events = queries.found(request.user, asked)
    return events if form.is_valid() else events.none()


def _before(request: HttpRequest) -> int | None:
    """The event a page goes on before; what is no number begins at the newest."""
    asked = request.GET.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
