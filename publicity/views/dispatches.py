"""Doors to what was sent (发送情况): a month by day, way and template, as page, CSV and Excel; no person, no number, no words."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic.dispatches import KEPT_DAYS
from civic.moments import today
from civic.pages import page
from civic.permissions import require
from publicity.opendata import formats
from publicity.queries import dispatches


@login_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What was sent in a month, against the day's budget of text messages."""
    require(request.user, "publicity.dispatches")
    first = _month(request)
    following = (first + timedelta(days=31)).replace(day=1)
    return page(
        request,
        "publicity/dispatches.html",
        month=dispatches.month(first),
        budget=settings.SMS_DAY_BUDGET,
        is_now=following > today(),
        earlier=(first - timedelta(days=1)).replace(day=1) if first > today() - timedelta(days=KEPT_DAYS) else None,
        later=following if following <= today() else None,
        kept_days=KEPT_DAYS,
    )


@login_required
@require_safe
def sent_file(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The same as CSV or Excel."""
    require(request.user, "publicity.dispatches")
    if kind not in {"csv", "xlsx"}:
        raise Http404
    first = _month(request)
    heads, rows = [str(head) for head in dispatches.HEADS], dispatches.table(dispatches.month(first))
    body = formats.csv_file(heads, rows) if kind == "csv" else formats.xlsx_file(_("发送情况"), heads, rows)
    headers = {"Content-Disposition": f'attachment; filename="sent-{first:%Y-%m}.{kind}"'}
    return StreamingHttpResponse(body, content_type=formats.TYPES[kind], headers=headers)


def _month(request: HttpRequest) -> date:
    """The month asked for, as 2026-03; without one, or with none of which anything is kept, the present one."""
    try:
        first = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today().replace(day=1)
    is_kept = today() - timedelta(days=KEPT_DAYS + 31) < first <= today()
    return first if is_kept else today().replace(day=1)
