"""Doors of the second factor (登录第二步): the page after a right password, and one's own page of the app."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from allauth.mfa.adapter import get_adapter as get_factor_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from civic import qr
from civic.accounts import codes, factors, second_step, sms
from civic.accounts.codes import WrongCode
from civic.accounts.factors import Way, WrongNumber
from civic.accounts.forms import BindForm, NumberForm, OwnBindForm, StaffCodeForm
from civic.accounts.second_step import SecondStep
from civic.accounts.views.sign_in import NO_MORE_CODES, goal, page_methods, with_next
from civic.devices import device_of, names_devices
from civic.limits import TooOften, client_ip
from civic.models import Person
from civic.pages import as_she_reads, page
from civic.permissions import require

FORMS: dict[Way, type[Form]] = {Way.TEXT: StaffCodeForm, Way.APP: NumberForm, Way.ENROL: BindForm}


@never_cache
@sensitive_post_parameters("code")
@page_methods
@names_devices
def step(request: HttpRequest) -> HttpResponse:
    """The second factor of whoever gave the right password; ``step`` says which form was sent."""
    target = goal(request, settings.STAFF_LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(target)
    at = second_step.waiting(request)
    if at is None:
        if request.method == "POST":
            messages.warning(request, _("过了时间，请再填一次密码"))
        return redirect(with_next("account_staff_login", target))
    if request.method != "POST":
        return _show(request, at)
    act = {"resend": _send_again, "call": _call, "leave": _leave}.get(request.POST.get("step", ""), _try)
    try:
        return act(request, at)
    except sms.BudgetSpent as error:
        return _after(_show(request, at, wrong=str(NO_MORE_CODES), status=503), error)
    except TooOften as error:
        return _after(_show(request, at, retry_minutes=_minutes(error), status=429), error)


def _show(request: HttpRequest, at: SecondStep, *, form: Form | None = None, **context: Any) -> HttpResponse:
    way, phone = factors.way_of(at.person), at.person.phone or ""
    secret = _picture(request, at.person) if way == Way.ENROL else {}
    return page(
        request,
        "account/second_step.html",
        form=form or FORMS[way](),
        way=way,
        phone=f"{phone[3:6]}****{phone[-4:]}",
        is_sent=codes.is_live(request.session, phone, codes.STAFF),
        resend_seconds=codes.RESEND_SECONDS,
        may_call=sms.may_call(),
        next=goal(request, settings.STAFF_LOGIN_REDIRECT_URL),
        **secret,
        **context,
    )


def _try(request: HttpRequest, at: SecondStep) -> HttpResponse:
    way, shown = factors.way_of(at.person), []
    form = FORMS[way](request.POST)
    if not form.is_valid():
        return _show(request, at, form=form)
    typed = form.cleaned_data["code"]
    factors.count_try(at.person, ip=client_ip(request), device=device_of(request))
    try:
        match way:
            case Way.TEXT:
                codes.check(request.session, typed, purpose=codes.STAFF)
            case Way.APP:
                way = factors.prove(at.person, typed)
            case Way.ENROL:
                shown = factors.enrol(at.person, second_step.new_secret(request.session), typed)
                second_step.forget_secret(request.session)
    except (WrongCode, WrongNumber) as error:
        form.add_error("code", str(error))
        return _show(request, at, form=form)
    factors.entered(at.person, way)
    response = at.exit()
    if shown:
        response = _codes(request, shown, goal(request, settings.STAFF_LOGIN_REDIRECT_URL))
    return as_she_reads(request, response)


def _send_again(request: HttpRequest, at: SecondStep, *, aloud: bool = False) -> HttpResponse:
    if factors.way_of(at.person) == Way.TEXT:
        at.send(aloud=aloud)
        called = _("正在给您打电话，电话里会报6位数字，报两遍。短信里的那一个不再有效")
        messages.success(request, called if aloud else _("已重新发送验证码"))
    return redirect(with_next("account_second_step", goal(request, settings.STAFF_LOGIN_REDIRECT_URL)))


def _call(request: HttpRequest, at: SecondStep) -> HttpResponse:
    """Tell a code by a call (语音报码); where nobody calls, there is no such button and this sends a message."""
    return _send_again(request, at, aloud=sms.may_call())


def _leave(request: HttpRequest, at: SecondStep) -> HttpResponse:
    """换账号: nothing is left of who was on the way in."""
    request.session.flush()
    return redirect(with_next("account_staff_login", goal(request, settings.STAFF_LOGIN_REDIRECT_URL)))


@never_cache
@login_required
@sensitive_post_parameters("code", "password")
@page_methods
@names_devices
def own(request: HttpRequest) -> HttpResponse:
    """One's own second factor: bind an app, new recovery codes, unbind; ``step`` says which form was sent."""
    require(request.user, "civic.second_factor")
    if request.method != "POST":
        return _own(request)
    acts = {"bind": _bind, "renew": _renew, "remove": _remove}
    act = acts.get(request.POST.get("step", ""), _own)
    try:
        return act(request)
    except TooOften as error:
        return _after(_own(request, retry_minutes=_minutes(error), status=429), error)


def _own(request: HttpRequest, **context: Any) -> HttpResponse:
    person = request.user
    app = factors.app_of(person)
    blank = {"number_form": NumberForm()} if app else {"bind_form": OwnBindForm(person=person)}
    return page(
        request,
        "account/second_factor.html",
        app=app,
        left=factors.codes_left(person),
        may_text=factors.may_text(person),
        **(blank | ({} if app else _picture(request, person)) | context),
    )


def _bind(request: HttpRequest) -> HttpResponse:
    _count(request)
    form = OwnBindForm(request.POST, person=request.user)

    def bind(typed: str) -> HttpResponse:
        shown = factors.enrol(request.user, second_step.new_secret(request.session), typed)
        second_step.forget_secret(request.session)
        return _codes(request, shown)

    return _act(request, form, bind, "bind_form")


def _renew(request: HttpRequest) -> HttpResponse:
    _count(request)

    def renew(typed: str) -> HttpResponse:
        return _codes(request, factors.renew_codes(request.user, typed), is_renewed=True)

    return _act(request, NumberForm(request.POST), renew, "number_form")


def _remove(request: HttpRequest) -> HttpResponse:
    _count(request)

    def remove(typed: str) -> HttpResponse:
        factors.remove(request.user, typed)
        messages.success(request, _("已停用"))
        return redirect("second_factor")

    return _act(request, NumberForm(request.POST), remove, "number_form")


def _act(request: HttpRequest, form: Form, act: Callable[[str], HttpResponse], name: str) -> HttpResponse:
    """Do it with the number typed, or show the page again with what is wrong with it."""
    if form.is_valid():
        try:
            response = act(form.cleaned_data["code"])
        except WrongNumber as error:
            form.add_error("code", str(error))
        else:
            factors.held(request.user)
            return response
    return _own(request, step=request.POST["step"], **{name: form})


def _count(request: HttpRequest) -> None:
    factors.count_try(request.user, ip=client_ip(request), device=device_of(request))


def _codes(request: HttpRequest, shown: list[str], target: str = "", *, is_renewed: bool = False) -> HttpResponse:
    """The recovery codes, in the answer to the form alone: a page that is opened again has them no more."""
    text = quote("\r\n".join([settings.SITE_NAME, *shown]))
    file = f"data:text/plain;charset=utf-8,{text}"
    return page(request, "account/recovery_codes.html", codes=shown, file=file, next=target, is_renewed=is_renewed)


def _picture(request: HttpRequest, person: Person) -> dict[str, str]:
    """What an app reads: as a picture, as an address to open on this very phone, as letters to type."""
    secret = second_step.new_secret(request.session)
    address = get_factor_adapter().build_totp_url(person, secret)
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"picture": qr.data_uri(address), "address": address, "letters": letters}


def _minutes(error: TooOften) -> int:
    return -(-error.retry_after // 60)


def _after(response: HttpResponse, error: TooOften) -> HttpResponse:
    response["Retry-After"] = str(error.retry_after)
    return response
