"""Doors to the calendar (日历): a month by its days, and the file that a phone's own calendar subscribes to."""

import re
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic.models import Area
from civic.moments import now, today
from civic.pages import page
from publicity import ics
from publicity.forms import CalendarFilter
from publicity.queries import calendar as due

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
FEED_PAST, FEED_AHEAD = timedelta(days=31), timedelta(days=183)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is due in a month (日历), by its days; each place's by ?area=."""
    asked, place = request.GET.get("month", ""), _place(request)
    first = date.fromisoformat(f"{asked}-01") if MONTH.fullmatch(asked) else today().replace(day=1)
    after = _next(first)
    found = due.entries(place, _start(first), _start(after))
    return page(
        request,
        "publicity/calendar.html",
        place=place,
        first=first,
        filters=CalendarFilter(place.code if place else "", asked if MONTH.fullmatch(asked) else ""),
        days=[(day, list(some)) for day, some in groupby(found, key=lambda entry: localdate(entry.at))],
        count=len(found),
        today=today(),
        before_url=_address(place, (first - timedelta(days=1)).replace(day=1)),
        after_url=_address(place, after),
        ics_url=reverse("publicity:calendar_file") + (f"?area={place.code}" if place else ""),
    )


def _place(request: HttpRequest) -> Area | None:
    code = request.GET.get("area", "")
    return get_object_or_404(Area, pk=code[:12]) if code else None


def _start(day: date) -> datetime:
    return make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001  made aware here


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _address(place: Area | None, month: date) -> str:
    asked = ({"area": place.code} if place else {}) | {"month": f"{month:%Y-%m}"}
    return f"?{urlencode(asked)}"


@require_safe
def calendar_file(request: HttpRequest) -> HttpResponse:
    """The same as .ics: the month past and the half year ahead."""
    place, at, host = _place(request), now(), request.get_host()
    happenings = [
        ics.Happening(
            f"{entry.key}@{host}",
            entry.at,
            f"{entry.sort}：{entry.title}",
            entry.detail,
            request.build_absolute_uri(entry.url),
        )
        for entry in due.entries(place, at - FEED_PAST, at + FEED_AHEAD)
    ]
    name = _("%(site)s日历") % {"site": place.short_name if place else settings.SITE_NAME}
    written = ics.calendar(name, happenings, stamp=at)
    return HttpResponse(written, content_type="text/calendar; charset=utf-8")
