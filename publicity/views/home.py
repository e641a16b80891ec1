"""Doors to home and places (首页、一村一档、选村居)."""

from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from civic.audit import last_event
from civic.models import Area
from civic.pages import chosen_area, page
from civic.views import safe_next
from publicity import fronts
from publicity.forms import AreaSearch
from publicity.queries import areas as places
from publicity.queries import inbox

FOLLOWED = 3  # of what one follows, on the front page
YEAR_SECONDS = 365 * 24 * 3600
TELL = {"home": fronts.home, "area": fronts.file}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page (首页) of the place this visitor looks at."""
    me = request.user
    own = {}
    if me.is_authenticated:
        own = {"followed": inbox.followed_by(me)[:FOLLOWED], "followed_places": inbox.places_followed_by(me)[:FOLLOWED]}
    return _place(request, chosen_area(request), "home", **own)


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """A place's file (一村一档): who serves there, what was done, what it cost each year."""
    me = request.user
    is_followed = me.is_authenticated and inbox.places_followed_by(me).filter(area=code).exists()
    return _place(request, code, "area", is_followed=is_followed)


def _place(request: HttpRequest, code: str, sort: str, **own: Any) -> HttpResponse:
    place = Area.objects.select_related("parent__parent").filter(pk=code).first()
    if place is None and code == settings.HOME_AREA:
        return page(request, "publicity/empty.html", tab="home")
    if place is None:
        raise Http404
    year = request.GET.get("year", "")
    return page(
        request,
        f"publicity/{sort}.html",
        tab="home",
        place=place,
        is_remembered=request.COOKIES.get("area", settings.HOME_AREA) == place.code,
        key=f"{sort}.{place.code}.{year if year.isdigit() else ''}.{last_event()}",
        tell=cache(partial(TELL[sort], place, year)),  # once, and only when the cache does not hold it under this key
        **own,
    )


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """All towns and villages (选村居), with who has a social worker."""
    form = AreaSearch(request.GET)
    form.is_valid()
    inside = get_object_or_404(Area, pk=request.GET.get("area") or settings.HOME_AREA)
    worker, words = form.cleaned_data.get("worker", ""), form.cleaned_data.get("q", "")
    towns = places.by_town(inside, worker=worker, words=words)
    served, villages = places.coverage(inside)
    return page(
        request,
        "publicity/areas.html",
        place=inside,
        form=form,
        towns=towns,
        count=sum(len(found) for _town, found in towns),
        has_points=any(village.latitude and village.longitude for _town, found in towns for village in found),
        served=served,
        villages=villages,
        worker=worker,
        words=words,
    )


@csrf_exempt  # a reader's own preference: forging it gains nothing, and no cookie is set before it
@require_POST
def remember(request: HttpRequest) -> HttpResponse:
    """Show this place first on this device from now on (常看这里)."""
    code = request.POST.get("area", "")
    if not (len(code) == 12 and code.isascii() and code.isdigit() and Area.objects.filter(pk=code).exists()):
        raise Http404
    response = redirect(safe_next(request, reverse("publicity:area", args=[code])))
    response.set_cookie("area", code, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.HTTPS, httponly=True)
    return response
