"""Doors of the village's own papers: the month's report (月报) with its files, and what a notice is spread by."""

from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from civic.models import Area
from civic.moments import today
from civic.pages import page
from civic.permissions import require
from publicity import month_files
from publicity.queries import monthly as queries
from publicity.queries import notices
from publicity.queries.monthly import Report

A_PAGE = 20
FILES = {
    "docx": (month_files.docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (month_files.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@never_cache
@login_required
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """The report of a village and month, as its files say it."""
    found, villages = _asked(request)
    return page(
        request,
        "publicity/month.html",
        report=found,
        title=month_files.title(found),
        villages=villages,
        months=queries.months(today()),
    )


@never_cache
@login_required
@require_safe
def month_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as Word or Excel, in the place's own language."""
    if kind not in FILES:
        raise Http404
    write, content_type = FILES[kind]
    with translation.override(settings.LANGUAGE_CODE):
        found, _villages = _asked(request)
        response = HttpResponse(write(found), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="month-{found.area.code}-{found.first:%Y-%m}.{kind}"'
    return response


@never_cache
@login_required
@require_safe
def packs(request: HttpRequest) -> HttpResponse:
    """公示包: for each notice of one's villages the sheet in A4 and A3 and the words for the group."""
    require(request.user, "publicity.monthly")
    villages = queries.villages(request.user)
    area = _village(request, villages)
    found = Paginator(notices.listed(area), A_PAGE).get_page(request.GET.get("page"))
    for each in found:
        each.address = request.build_absolute_uri(reverse("publicity:by_code", args=[each.project.code]))
    return page(request, "publicity/packs.html", found=found, villages=villages, area=area)


def _asked(request: HttpRequest) -> tuple[Report, list[Area]]:
    """The report that is asked for: the last whole month of one's first village, unless said otherwise."""
    require(request.user, "publicity.monthly")
    villages = queries.villages(request.user)
    area = _village(request, villages)
    offered = queries.months(today())
    wanted: date = next((one for one in offered if f"{one:%Y-%m}" == request.GET.get("month")), offered[1])
    return queries.report(area, wanted), villages


def _village(request: HttpRequest, villages: list[Area]) -> Area:
    """The village in the address, else the first; 404 for who has none in office."""
    area = next((one for one in villages if one.code == request.GET.get("area")), next(iter(villages), None))
    if area is None:
        raise Http404
    return area
