"""Doors to home and places (首页、村居)."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from civic import offices
from civic.audit import last_event
from civic.models import Area, Level, Role
from civic.moments import now
from civic.pages import chosen_area, page
from civic.views import safe_next
from publicity import phases
from publicity.cards import figure_cards, year_sentence
from publicity.forms import AreaSearch
from publicity.queries import areas as places
from publicity.queries import figures, inbox, notices, record
from voting import papers

FOLLOWED = 3  # of what one follows, on the front page
OTHER_YEARS = 3  # told in a sentence each below the chosen one
YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page (首页) of the place this visitor looks at."""
    return _place(request, chosen_area(request))


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """One place's page (一村一档)."""
    return _place(request, code)


def _place(request: HttpRequest, code: str) -> HttpResponse:
    place = Area.objects.select_related("parent__parent").filter(pk=code).first()
    if place is None and code == settings.HOME_AREA:
        return page(request, "publicity/empty.html", tab="home")
    if place is None:
        raise Http404
    year = request.GET.get("year", "")
    return page(
        request,
        "publicity/home.html",
        tab="home",
        place=place,
        followed=inbox.followed_by(request.user)[:FOLLOWED] if request.user.is_authenticated else [],
        is_remembered=request.COOKIES.get("area", settings.HOME_AREA) == place.code,
        key=f"{place.code}.{year if year.isdigit() else ''}.{last_event()}",
        tell=partial(_told, place, year),  # called only when the cache does not hold it under this key
    )


def _told(place: Area, asked: str) -> dict[str, Any]:
    """What a place's page tells of it (现在能做什么、数、最近进展); ``asked`` is the year in the address."""
    rounds = figures.rounds_of(place)
    years = sorted({each.year for each in rounds}, reverse=True)
    year = next((each for each in years if str(each) == asked), years[0] if years else None)
    told = figures.headlines(place, [year or 0, *(each for each in years[:OTHER_YEARS] if each != year)])
    at = now()
    return {
        "cards": phases.cards(place, rounds, papers.of_place(place, at), running=notices.running_in(place), at=at),
        "figures": figure_cards(told[0]),
        "next_round": phases.opening_next(rounds, now()),
        "other_years": [year_sentence(each) for each in told[1:]],
        "year": year,
        "latest": record.latest_in(place),
        "meeting": places.next_meeting(place),
        "workers": _workers(place),
        "updated_at": now(),
    }


def _workers(place: Area) -> list[str]:
    """Who serves a village (驻村社工、村居两委), masked."""
    if place.level != Level.VILLAGE:
        return []
    roles = (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE)
    held = offices.nearest(offices.over([place.code], roles), place.code, roles)
    return [office.public_name for office in held]


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
