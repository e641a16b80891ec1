"""Doors to reporting (报一件事): one page of a minute, and the receipt."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from civic import limits
from civic.models import Person
from civic.pages import chosen_area, page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from wishes import queries, rules
from wishes.forms.board import EnteredReportForm, ReportForm
from wishes.models import Demand
from wishes.services import reporting

CARRIED = {"what": rules.WHAT_MOST, "place_text": rules.PLACE_MOST, "area": 12, "for": 1, "who": 20}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """报一件事; workers enter for a resident with ?for=1. What was typed goes along through signing in."""
    if not request.user.is_authenticated:
        return redirect_to_login(_with_typed(request))
    for_another = request.GET.get("for") == "1"
    if for_another:
        require(request.user, "wishes.report_for")
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    kind = EnteredReportForm if for_another else ReportForm
    villages = queries.villages(settings.HOME_AREA)
    initial = _typed(request) | {"area": request.GET.get("area") or _near(request)}
    form = kind(*posted, villages=villages, initial=initial, by=request.user)
    if form.is_valid():
        if for_another:
            require(request.user, "wishes.report_for", form.cleaned_data["area"])
        problem = _filed(request, form)
        if isinstance(problem, Demand):
            return redirect("wishes:done", problem.number)
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return _page(request, form, for_another, status=409)
    return _page(request, form, for_another)


@login_required
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """回执: only for whoever handed it in."""
    own = queries.public().filter(Q(reporter=request.user) | Q(entered_by=request.user))
    demand = get_object_or_404(own, number=number)
    return page(request, "wishes/done.html", demand=demand, days=rules.INTAKE_DAYS)


def _filed(request: HttpRequest, form: ReportForm) -> Demand | RuleBroken:
    limits_ip = limits.client_ip(request)
    try:
        reporting.REPORT_IP.hit(limits_ip)
        return reporting.report(form.matter, by=request.user, key=form.cleaned_data["key"], resident=form.resident)
    except RuleBroken as broken:
        return broken


def _page(request: HttpRequest, form: ReportForm, for_another: bool, **more: Any) -> HttpResponse:
    may_enter = allowed(request.user, "wishes.report_for")
    return page(
        request,
        "wishes/new.html",
        form=form,
        for_another=for_another,
        may_enter=may_enter,
        carried=bool(request.GET.get("what")),
        **more,
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    """What a link or the way through signing in brought along."""
    return {name: request.GET[name][:most] for name, most in CARRIED.items() if name in request.GET}


def _with_typed(request: HttpRequest) -> str:
    """This page's address with what was typed, so that signing in leads back to it; a photo is picked again."""
    typed = {name: value for name in CARRIED if (value := request.POST.get(name) or request.GET.get(name, ""))}
    short = {name: value[: CARRIED[name]] for name, value in typed.items()}
    return f"{request.path}?{urlencode(short)}" if short else request.path


def _near(request: HttpRequest) -> str:
    """The village the person lives or works in, or last looked at."""
    person: Person = request.user
    homes = person.residencies.filter(ended_on=None).values_list("area_id", flat=True)
    offices = [office.area_id for office in person.live_appointments]
    return next((code for code in [person.home_area_id, *homes, *offices] if code), chosen_area(request))
