"""Doors of signing in with a social worker's help (社工帮我登录): the resident's page with four digits, the worker's desk."""

import re

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from civic import offices, people
from civic.accounts import helper, queries
from civic.accounts.forms import DigitsForm, FindForm, HelpForm, VouchForm
from civic.accounts.views.sign_in import goal, with_next
from civic.limits import LOOK_UP_ACCOUNT, TooOften, client_ip
from civic.models import HelperCode, Person
from civic.pages import as_she_reads, chosen_area, page
from civic.permissions import require
from civic.rules import RuleBroken, normal_phone
from civic.sessions import VOUCHED

TOLD_KEY = "told_code"  # the worker's session: which code she was told, and whom she found since
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page_methods
def ask(request: HttpRequest) -> HttpResponse:
    """The resident's page: choose the village, show the digits, wait; ``step`` says what was pressed."""
    if request.user.is_authenticated:
        return redirect(goal(request, settings.LOGIN_REDIRECT_URL))
    act = {"ask": _new_digits, "go": _go_on}.get(request.POST.get("step", "")) if request.method == "POST" else None
    return act(request) if act else _waiting(request)


def _new_digits(request: HttpRequest) -> HttpResponse:
    form = HelpForm(request.POST)
    if not form.is_valid():
        return _choosing(request, form)
    try:
        helper.ask(request.session, form.cleaned_data["area"], ip=client_ip(request))
    except TooOften as error:
        form = HelpForm(area=form.cleaned_data["area"].pk)
        response = _choosing(request, form, status=429, retry_minutes=-(-error.retry_after // 60))
        response["Retry-After"] = str(error.retry_after)
        return response
    return redirect(with_next("account_helper", goal(request, settings.LOGIN_REDIRECT_URL)))


def _go_on(request: HttpRequest) -> HttpResponse:
    """社工说好了，继续: in, if she said so; a browser that only asks (HTMX) is led on or told nothing."""
    person = helper.enter(request.session)
    asks = bool(getattr(request, "htmx", False))
    if person is None:
        code = helper.own(request.session)
        here = with_next("account_helper", goal(request, settings.LOGIN_REDIRECT_URL))
        return (_quiet("" if code and helper.lives(code) else here)) if asks else _waiting(request, is_early=True)
    target = goal(request, settings.LOGIN_REDIRECT_URL)
    get_adapter().login(request, person)  # past allauth's own steps, which want a phone of her
    request.session[VOUCHED] = True
    return as_she_reads(request, _quiet(target) if asks else redirect(target))


def _quiet(led_to: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": led_to} if led_to else {})


def _waiting(request: HttpRequest, *, is_early: bool = False) -> HttpResponse:
    code = helper.own(request.session)
    if code is None or request.GET.get("change"):
        return _choosing(request, HelpForm(area=chosen_area(request)))
    if not helper.lives(code):
        return _choosing(request, HelpForm(area=code.area_id), is_over=True)
    near = offices.nearest(offices.over([code.area_id], helper.OFFICE), code.area_id, helper.OFFICE)
    return page(
        request,
        "account/helper_digits.html",
        code=code,
        worker=near[0].person.staff_name if near else "",
        is_early=is_early,
        next=goal(request, settings.LOGIN_REDIRECT_URL),
    )


def _choosing(
    request: HttpRequest, form: HelpForm, *, status: int = 200, retry_minutes: int = 0, is_over: bool = False
) -> HttpResponse:
    return page(
        request,
        "account/helper_ask.html",
        status=status,
        form=form,
        retry_minutes=retry_minutes,
        is_over=is_over,
        next=goal(request, settings.LOGIN_REDIRECT_URL),
    )


@never_cache
@login_required
@sensitive_post_parameters("find", "digits")
@page_methods
def desk(request: HttpRequest) -> HttpResponse:
    """帮居民登录: the digits, then who it is, then how one knows; ``step`` says which form was sent."""
    require(request.user, "civic.vouch")
    act = {"find": _find, "vouch": _vouch}.get(request.POST.get("step", ""), _told)
    return act(request) if request.method == "POST" else _desk(request)


def _told(request: HttpRequest) -> HttpResponse:
    form = DigitsForm(request.POST)
    if not form.is_valid():
        return _digits(request, form)
    code = helper.told(form.cleaned_data["digits"], by=request.user)
    if code is None:
        form.add_error("digits", _("这4位数不对，或者已经失效。请居民看着屏幕再念一遍；错三次要重新要号"))
        return _digits(request, form)
    request.session[TOLD_KEY] = {"code": code.pk, "found": []}
    return redirect("desk_sign_in")


def _find(request: HttpRequest) -> HttpResponse:
    code, form = _code(request), FindForm(request.POST)
    if code is None or not form.is_valid():
        return _desk(request, find_form=form)
    LOOK_UP_ACCOUNT.hit(request.user.pk)
    found = _found(request, form.cleaned_data["find"])
    request.session[TOLD_KEY] = {"code": code.pk, "found": [person.pk for person in found]}
    return _desk(request, find_form=form, searched=True)


def _found(request: HttpRequest, words: str) -> QuerySet[Person]:
    """By phone or name among those she may let in; a look by phone is written down, as at the residents' desk."""
    near = queries.may_be_let_in(request.user)
    if not re.search(r"([0-9０-９][\s\-]*){5}", words):
        return near.filter(name__icontains=words).order_by("name", "pk")[: queries.MOST_FOUND]
    try:
        person = queries.by_phone(normal_phone(words))
    except ValueError:
        return near.none()
    if person is not None:
        people.looked_up(person, by=request.user)
    return near.filter(pk=person.pk if person else None)


def _vouch(request: HttpRequest) -> HttpResponse:
    code = _code(request)
    form = VouchForm(request.POST, found=_candidates(request))
    if code is None or not form.is_valid():
        return _desk(request, form=form)
    try:
        helper.vouch(code, form.cleaned_data["person"], form.cleaned_data["how"], by=request.user)
    except RuleBroken as error:
        form.add_error(error.field or None, error.message)
        return _desk(request, form=form, status=409)
    del request.session[TOLD_KEY]
    messages.success(request, _("好了。请居民在自己手机上按“社工说好了，继续”"))
    return redirect("desk_sign_in")


def _code(request: HttpRequest) -> HelperCode | None:
    return helper.waiting(request.session.get(TOLD_KEY, {}).get("code"), by=request.user)


def _candidates(request: HttpRequest) -> QuerySet[Person]:
    found = request.session.get(TOLD_KEY, {}).get("found", [])
    return queries.may_be_let_in(request.user).filter(pk__in=found).order_by("name", "pk")


def _digits(request: HttpRequest, form: DigitsForm, *, status: int = 200, is_over: bool = False) -> HttpResponse:
    return page(request, "civic/desk_digits.html", status=status, form=form, is_over=is_over)


def _desk(
    request: HttpRequest,
    *,
    find_form: FindForm | None = None,
    form: VouchForm | None = None,
    searched: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The digits' form, or, once they were told and while they live, the resident's."""
    code = None if request.GET.get("other") else _code(request)
    if code is None:
        is_over = request.method == "POST"
        return _digits(request, DigitsForm(), status=409 if is_over else 200, is_over=is_over)
    found = _candidates(request)
    return page(
        request,
        "civic/desk_let_in.html",
        status=status,
        code=code,
        find_form=find_form or FindForm(),
        form=form or (VouchForm(found=found) if found else None),
        searched=searched,
    )
