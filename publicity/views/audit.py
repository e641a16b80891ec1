"""Doors to the log for those who oversee (办理日志): read, filter, take away; there is nothing to change here."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from civic.models import AuditEvent
from civic.pages import page
from civic.permissions import require
from publicity.forms import AuditFilter
from publicity.queries import audit as queries
from publicity.services import bundles


@login_required
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The log of one's place, the last recorded first."""
    require(request.user, "publicity.audit")
    return _shown(request, AuditFilter(request.GET))


def _shown(request: HttpRequest, form: AuditFilter) -> HttpResponse:
    entries, more = queries.a_page(_found(request, form), _before(request))
    return page(
        request,
        "publicity/audit.html",
        form=form,
        entries=entries,
        more=more,
        is_narrowed=any(form.data.get(name) for name in form.fields if name != "code"),
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def trail_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV, asked for and made in the background. 422 with the page for dates that make no sense."""
    require(request.user, "publicity.audit")
    form = AuditFilter(request.POST)
    if not form.is_valid():
        return _shown(request, form)
    return redirect("publicity:bundle", bundles.ask_log(form.cleaned_data, by=request.user).pk)


def _found(request: HttpRequest, form: AuditFilter) -> QuerySet[AuditEvent]:
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    events = queries.found(request.user, asked)
    return events if form.is_valid() else events.none()


def _before(request: HttpRequest) -> int | None:
    """The event a page goes on before; what is no number begins at the newest."""
    asked = request.GET.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
