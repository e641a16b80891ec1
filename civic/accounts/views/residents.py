"""Doors of the residents' desk (居民核对): find or register a resident, verify where they live, end it."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from civic import family, people
from civic.accounts import queries
from civic.accounts.forms import EndForm, FindForm, RegisterForm, VerifyForm
from civic.limits import LOOK_UP_ACCOUNT
from civic.models import FamilyHelp, Person, Residency
from civic.pages import page
from civic.permissions import WORKERS, allowed, require
from civic.rules import RuleBroken, normal_phone

FOUND_KEY = "found_residents"  # whom this session found by phone; they may live anywhere
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@sensitive_post_parameters("find")
@page_methods
def desk(request: HttpRequest) -> HttpResponse:
    """Find a resident by phone or name; the words travel in the body, so that no address holds a phone."""
    require(request.user, "civic.verify_residency")
    form = FindForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, "civic/residents.html", form=form)
    LOOK_UP_ACCOUNT.hit(request.user.pk)
    words = form.cleaned_data["find"]
    if not re.search(r"([0-9０-９][\s\-]*){5}", words):
        found = queries.by_name(request.user, words)
        return page(request, "civic/residents.html", form=form, found=found, searched=True)
    return _find_by_phone(request, form, words)


def _find_by_phone(request: HttpRequest, form: FindForm, words: str) -> HttpResponse:
    try:
        phone = normal_phone(words)
    except ValueError as error:
        form.add_error("find", str(error))
        return page(request, "civic/residents.html", form=form)
    person = queries.by_phone(phone)
    if person is None:
        register_form = RegisterForm(by=request.user, initial={"phone": phone.removeprefix("+86")})
        return page(request, "civic/residents.html", form=form, searched=True, register_form=register_form)
    people.looked_up(person, by=request.user)
    _remember(request, person)
    return redirect("desk_resident", pk=person.pk)


@never_cache
@login_required
@page_methods
def register(request: HttpRequest) -> HttpResponse:
    """Enter a resident with or without a phone and verify them (登记新居民)."""
    require(request.user, "civic.verify_residency")
    form = RegisterForm(request.POST if request.method == "POST" else None, by=request.user)
    if not form.is_valid():
        return page(request, "civic/resident_new.html", form=form)
    given = _given(form)
    try:
        person = people.register(**given, by=request.user)
    except RuleBroken as error:
        form.add_error(error.field or None, error.message)
        known = queries.by_phone(given["phone"]) if error.code == "phone_taken" else None
        if known:
            _remember(request, known)
        return page(request, "civic/resident_new.html", status=409, form=form, known=known)
    messages.success(request, _("已登记并核对"))
    return redirect("desk_resident", pk=person.pk)


@never_cache
@login_required
@page_methods
def resident(request: HttpRequest, pk: int) -> HttpResponse:
    """One resident: where they are verified, and the form to verify them here (核对身份)."""
    require(request.user, "civic.verify_residency")
    person = get_object_or_404(_visible(request), pk=pk)
    form = VerifyForm(request.POST if request.method == "POST" else None, by=request.user)
    if not form.is_valid():
        _note_look(request, person)
        return _show(request, person, form)
    try:
        people.verify_residency(person, **_given(form), by=request.user)
    except RuleBroken as error:
        form.add_error(error.field or None, error.message)
        return _show(request, person, form, status=409)
    messages.success(request, _("已核对"))
    return redirect("desk_resident", pk=person.pk)


@never_cache
@login_required
@page_methods
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a residency with a reason (居民身份失效)."""
    require(request.user, "civic.verify_residency")
    residency = get_object_or_404(Residency.objects.select_related("person", "area"), pk=pk)
    if not allowed(request.user, "civic.verify_residency", residency.area):
        raise Http404
    require(request.user, "civic.verify_residency", residency)
    form = EndForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, "civic/residency_end.html", form=form, residency=residency)
    people.end_residency(residency, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("已记下，身份从今天起失效"))
    return redirect("desk_residents")


@login_required
@require_POST
def end_family(request: HttpRequest, pk: int) -> HttpResponse:
    """End that somebody of the family hands in for a resident, who told the worker so (结束代办)."""
    require(request.user, "civic.verify_residency")
    pair = get_object_or_404(FamilyHelp.objects.filter(helped__in=_visible(request)), pk=pk)
    family.end(pair, by=request.user, roles=WORKERS)
    messages.success(request, _("已结束，家里人不能再代办"))
    return redirect("desk_resident", pk=pair.helped_id)


def _note_look(request: HttpRequest, person: Person) -> None:
    """A page that shows a phone is a look at it: noted once a session, as is one that began with the number."""
    if person.phone and person.pk not in request.session.get(FOUND_KEY, []):
        people.looked_up(person, by=request.user)
        _remember(request, person)


def _show(request: HttpRequest, person: Person, form: Form, status: int = 200) -> HttpResponse:
    near = queries.in_reach(request.user).filter(pk=person.pk).exists()
    residencies = [
        (residency, allowed(request.user, "civic.verify_residency", residency)) for residency in person.live_residencies
    ]
    return page(
        request,
        "civic/resident.html",
        status=status,
        form=form,
        person=person,
        near=near,
        residencies=residencies,
        is_self=person.pk == request.user.pk,
        helpers=family.helpers_of(person),
    )


def _visible(request: HttpRequest) -> QuerySet[Person]:
    """Whom this worker may open: those in reach, and whoever this session found by phone."""
    found = Person.objects.filter(pk__in=request.session.get(FOUND_KEY, []), erased_at=None)
    pks = queries.in_reach(request.user).values("pk").union(found.values("pk"))
    return queries.with_residencies(Person.objects.filter(pk__in=pks))


def _remember(request: HttpRequest, person: Person) -> None:
    found = [pk for pk in request.session.get(FOUND_KEY, []) if pk != person.pk]
    request.session[FOUND_KEY] = [*found, person.pk][-queries.MOST_FOUND :]


def _given(form: Form) -> dict[str, Any]:
    """The form's answers by the names of the service's arguments."""
    return {name: value for name, value in form.cleaned_data.items() if name in form.fields}
