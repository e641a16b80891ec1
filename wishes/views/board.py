"""Doors to the board, a matter's page and the sheet for the wall (黑板、一件事、A3)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic import limits, undo
from civic.models import Area, Level
from civic.moments import now, today
from civic.pages import page
from civic.permissions import allowed, require
from civic.qr import data_uri
from wishes import lines, queries, rules
from wishes.forms.board import BoardFilter, ReopenForm
from wishes.models import Demand, DemandState, Horizon
from wishes.services import answering, reporting

A_COLUMN, A_SHEET, SHOWN = 20, 20, 100
YEARS = frozenset(map(str, range(2000, 2100)))
COLUMNS = {
    Horizon.NOW: gettext_lazy("7天以内办完"),
    Horizon.DATED: gettext_lazy("定了日子"),
    Horizon.LONG: gettext_lazy("写明下次哪天说进展"),
}


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board (民声黑板): three lists by how soon, each in the order of what was promised."""
    place, state = _place(request), request.GET.get("state", "")
    state = state if state in DemandState.values else ""
    year = _year(request)
    columns = _columns(request, queries.listed(place.code if place else "", state, year))
    longest = max((column["found"] for column in columns), key=lambda found: found.paginator.count)
    return page(
        request,
        "wishes/board.html",
        place=place,
        state=state,
        year=year,
        filters=_filters(place, state, year),
        columns=columns,
        longest=longest,
        count=sum(column["found"].paginator.count for column in columns),
        figures=queries.figures(place.code if place else settings.HOME_AREA, today(), year),
        new_url=_with_area(reverse("wishes:new"), place),
        print_url=_with_area(reverse("wishes:print"), place),
    )


@require_safe
def demand(request: HttpRequest, number: str) -> HttpResponse:
    """One matter's page for life (一件事): what, where, who, by when, and the whole record."""
    return _page(request, _found(number))


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The board as one A3 sheet for the wall (打印): what is open, the nearest promise first."""
    place = _place(request)
    found = list(queries.listed(place.code if place else "").prefetch_related("photos")[: A_SHEET + 1])
    return page(
        request,
        "wishes/print.html",
        place=place,
        lines=[lines.line(each) for each in found[:A_SHEET]],
        has_more=len(found) > A_SHEET,
        qr=data_uri(request.build_absolute_uri(_with_area(reverse("wishes:board"), place))),
        address=request.build_absolute_uri(reverse("wishes:board")),
        printed_at=now(),
        back_url=_with_area(reverse("wishes:board"), place),
    )


@require_POST
def join(request: HttpRequest, number: str) -> HttpResponse:
    """我也碰到."""
    limits.flag(request)
    return _done(request, number, "wishes.join", reporting.join, _("已记下：您也碰到。"), back="wishes:unjoin")


@require_POST
def unjoin(request: HttpRequest, number: str) -> HttpResponse:
    """撤回我也碰到."""
    return _done(request, number, "wishes.join", reporting.unjoin, _("已撤回“我也碰到”。"), back="wishes:join")


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """解决了."""
    told = _("已记为解决了。15天内又坏了，可以重新打开")
    return _done(request, number, "wishes.confirm", answering.confirm, told)


def _done(
    request: HttpRequest, number: str, needs: str, act: Callable[..., Any], told: str, back: str = ""
) -> HttpResponse:
    """One press on a matter's page, with the press that takes it back (``back``), if one does.

    A stranger signs in and comes back to the page, since a press cannot be repeated.
    """
    found = _found(number)
    if not request.user.is_authenticated:
        return redirect_to_login(found.get_absolute_url())
    require(request.user, needs, found)
    act(found, by=request.user)
    if back:
        undo.told(request, told, undo.Undo(reverse(back, args=[number])))
    else:
        messages.success(request, told)
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """还没有、重新打开: a word on what is still wrong; the clock starts anew."""
    found = _found(number)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    require(request.user, "wishes.confirm", found)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ReopenForm(*posted, demand=found, by=request.user)
    if form.is_bound and form.attempt(by=request.user):
        messages.success(request, _("已重新打开，时限重新算"))
        return redirect(found)
    line = lines.line(found)
    return page(request, "wishes/reopen.html", status=409 if form.refused else 200, form=form, line=line)


def _page(request: HttpRequest, found: Demand) -> HttpResponse:
    told = queries.record_for(request.user, found, SHOWN)
    proof = next((event for event in told if event.action == "demand.finish"), None)
    signed_in = request.user.is_authenticated
    return page(
        request,
        "wishes/demand.html",
        place=found.area,
        line=lines.line(found),
        demand=found,
        first_promise=lines.first_promise(found),
        gallery=lines.gallery(found),
        events=told,
        proof=proof,
        proof_photos=[photo | {"caption": photo["alt"]} for photo in proof.photos] if proof else [],
        has_joined=signed_in and queries.has_joined(found, request.user),
        may_join=found.is_open and (not signed_in or allowed(request.user, "wishes.join", found)),
        is_mine=signed_in and allowed(request.user, "wishes.confirm", found),
        may_reopen=found.reopen_until is not None and today() <= found.reopen_until,
        may_handle=signed_in and allowed(request.user, "wishes.see_case", found),
        lift_joins=rules.LIFT_JOINS,
    )


def _found(number: str) -> Demand:
    return get_object_or_404(queries.public().prefetch_related("photos"), number=number)


def _place(request: HttpRequest) -> Area | None:
    """The place asked for, or else the one this device looks at (常看这里); none for the whole district."""
    code = request.GET.get("area", request.COOKIES.get("area", ""))
    known = len(code) == 12 and code.isascii() and code.isdigit()
    return Area.objects.select_related("parent").filter(pk=code).first() if known else None


def _places(place: Area | None) -> list[tuple[str, str]]:
    """The towns, and the villages of the town that is chosen."""
    town = None
    if place is not None:
        town = place.parent_id if place.level == Level.VILLAGE else place.code
    return [(each.code, each.short_name) for each in queries.places(settings.HOME_AREA, town or "")]


def _with_area(url: str, place: Area | None) -> str:
    return f"{url}?{urlencode({'area': place.code})}" if place else url


def _year(request: HttpRequest) -> int | None:
    asked = request.GET.get("year", "")
    return int(asked) if asked in YEARS else None


def _filters(place: Area | None, state: str, year: int | None) -> BoardFilter:
    asked = {"area": place.code if place else "", "state": state, "year": year or ""}
    years = sorted({*queries.years(), *([year] if year else [])}, reverse=True)
    return BoardFilter(asked, places=_places(place), years=years)


def _columns(request: HttpRequest, listed: QuerySet[Demand]) -> list[dict[str, Any]]:
    """The three lists, turned over together: each shows its own page of the same number. Photos come in one go."""
    counts = queries.count_by_horizon(listed)
    pages = {horizon: Paginator(listed.filter(horizon=horizon), A_COLUMN) for horizon in COLUMNS}
    for horizon, found in pages.items():
        found.count = counts.get(horizon, 0)
    number = min(_number(request), max(found.num_pages for found in pages.values()))
    columns: list[dict[str, Any]] = [
        {"horizon": horizon, "label": horizon.label, "hint": COLUMNS[horizon], "found": _one_page(found, number)}
        for horizon, found in pages.items()
    ]
    prefetch_related_objects([each for column in columns for each in column["found"]], "photos")
    for column in columns:
        column["lines"] = [lines.line(each) for each in column["found"]]
    return columns


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) <= 6 else 1


def _one_page(pages: Paginator, number: int) -> Page:
    """That page of one list; an empty one where this list is at its end before the others."""
    return pages.page(number) if number <= pages.num_pages else Page([], number, pages)
