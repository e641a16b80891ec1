"""Doors of signing in and out (登录、退出): a phone and its code for residents, a password for people in office."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from civic import people
from civic.accounts import codes, queries, sms, work
from civic.accounts.forms import CodeForm, EraseForm, PasswordForm, PhoneForm, StaffForm, WelcomeForm
from civic.accounts.second_step import phone_proved
from civic.devices import device_of, names_devices
from civic.limits import TooOften, client_ip
from civic.models import Person
from civic.moments import now
from civic.pages import as_she_reads, chosen_area, page
from civic.rules import RuleBroken
from civic.sessions import stay_signed_in
from civic.views import safe_next

PASSWORD_KEY = "may_set_password"  # noqa: S105  the name of a note in the session
PASSWORD_SECONDS = 15 * 60
NO_MORE_CODES = gettext_lazy("今天的验证码短信已经发完，明天可以再试。急着办的事，请到村公服站找社工代办。")
page_methods = require_http_methods(["GET", "HEAD", "POST"])


def goal(request: HttpRequest, usual: str) -> str:
    """Where to go after signing in: ``next`` if it is ours, home if it is not, else the usual place."""
    asked = request.POST.get("next") or request.GET.get("next")
    return safe_next(request, "/") if asked else usual


def with_next(name: str, target: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': target})}"


@never_cache
@page_methods
@names_devices
def sign_in(request: HttpRequest) -> HttpResponse:
    """The residents' page in two steps (手机号、验证码); ``step`` says which form was sent."""
    if request.user.is_authenticated:
        return redirect(goal(request, settings.LOGIN_REDIRECT_URL))
    if request.method != "POST":
        return _show(request)
    acts = {"code": _try_code, "resend": _send_again, "call": _call}
    act = acts.get(request.POST.get("step", ""), _send_code)
    try:
        return act(request)
    except sms.BudgetSpent as error:
        shown = _show(request, phone_form=PhoneForm(initial=request.POST.dict()), wrong=NO_MORE_CODES, status=503)
        return _after(shown, error.retry_after)
    except codes.WorkNeeded:
        return _show(request, challenge=work.challenge(), status=422)
    except TooOften as error:
        return _show(request, phone_form=PhoneForm(initial=request.POST.dict()), retry_after=error.retry_after)


def _caller(request: HttpRequest) -> dict[str, str]:
    """By what a caller is counted beside the number: address and device."""
    return {"ip": client_ip(request), "device": device_of(request)}


def _show(
    request: HttpRequest,
    *,
    phone_form: PhoneForm | None = None,
    code_form: CodeForm | None = None,
    wrong: str = "",
    retry_after: int = 0,
    status: int = 0,
    challenge: str = "",
) -> HttpResponse:
    """The step this session is at; a number to mend, or to work for (``challenge``), is the first step again."""
    asked = codes.waiting(request.session)
    if challenge:
        phone_form = PhoneForm(initial={"phone": request.POST.get("phone") or (asked or {}).get("phone", "")})
    if challenge or request.GET.get("change") or (phone_form and phone_form.is_bound):
        asked = None
    response = page(
        request,
        "account/sign_in.html",
        status=status or (429 if retry_after else 422 if wrong else 200),
        form=(code_form or CodeForm()) if asked else (phone_form or PhoneForm()),
        phone=f"{asked['phone'][3:6]}****{asked['phone'][-4:]}" if asked else "",
        next=goal(request, settings.LOGIN_REDIRECT_URL),
        village=_own_village(request),
        wrong="" if asked else wrong,
        challenge=challenge,
        retry_after=retry_after,
        resend_seconds=codes.RESEND_SECONDS,
        may_call=sms.may_call(),
    )
    return _after(response, retry_after)


def _own_village(request: HttpRequest) -> str:
    """The village this device looks at, where it is known: its social worker may let the resident in."""
    code = chosen_area(request)
    return code if code != settings.HOME_AREA and queries.villages().filter(pk=code).exists() else ""


def _after(response: HttpResponse, seconds: int) -> HttpResponse:
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def _send_code(request: HttpRequest) -> HttpResponse:
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _show(request, phone_form=form)
    codes.send(request.session, form.cleaned_data["phone"], solved=form.cleaned_data["work"], **_caller(request))
    return redirect(with_next("account_login", goal(request, settings.LOGIN_REDIRECT_URL)))


def _send_again(request: HttpRequest) -> HttpResponse:
    asked = codes.waiting(request.session)
    if asked:
        codes.send(request.session, asked["phone"], **_caller(request))
        messages.success(request, _("已重新发送验证码"))
    return redirect(with_next("account_login", goal(request, settings.LOGIN_REDIRECT_URL)))


def _call(request: HttpRequest) -> HttpResponse:
    """Tell a code by a call (语音报码); where nobody calls, there is no such button and this does nothing."""
    asked = codes.waiting(request.session)
    if asked and sms.may_call():
        codes.send(request.session, asked["phone"], aloud=True, **_caller(request))
        messages.success(request, _("正在给您打电话，电话里会报6位数字，报两遍。短信里的那一个不再有效"))
    return redirect(with_next("account_login", goal(request, settings.LOGIN_REDIRECT_URL)))


def _try_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _show(request, code_form=form)
    try:
        phone = codes.check(request.session, form.cleaned_data["code"], **_caller(request))
    except codes.WrongCode as error:
        form.add_error("code", str(error))
        return _show(request, code_form=form, wrong=str(error))
    response = _enter(request, *people.arrive(phone))
    if form.cleaned_data["own_phone"] and request.user.is_authenticated:
        stay_signed_in(request.session)
    return response


def _enter(request: HttpRequest, person: Person, is_new: bool) -> HttpResponse:
    """The phone is proved. People in office still need their password, or set their first one."""
    target = goal(request, settings.LOGIN_REDIRECT_URL)
    if person.is_active and person.is_office:
        phone_proved(request.session, person)
        request.session.cycle_key()
    if person.is_active and person.is_office and person.has_usable_password():
        messages.info(request, _("您是工作人员，请用密码登录"))
        return redirect(with_next("account_staff_login", target))
    if person.is_active and person.is_office:
        request.session[PASSWORD_KEY] = {"person": person.pk, "until": now().timestamp() + PASSWORD_SECONDS}
        return redirect(with_next("account_first_password", target))
    response = perform_login(request, person, redirect_url=with_next("account_welcome", target) if is_new else target)
    return as_she_reads(request, response)


@never_cache
@sensitive_post_parameters("password")
@page_methods
@names_devices
def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """The page of people in office: phone and password (工作人员登录)."""
    target = goal(request, settings.STAFF_LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(target)
    form, retry_after = StaffForm(request.POST if request.method == "POST" else None, request=request), 0
    try:
        if form.is_valid():
            return as_she_reads(request, form.login(request, redirect_url=target))
    except TooOften as error:
        form, retry_after = (
            StaffForm(initial=request.POST.dict() | {"password": ""}, request=request),
            error.retry_after,
        )
    status = 429 if retry_after else 200
    response = page(request, "account/staff.html", status=status, form=form, next=target, retry_after=retry_after)
    return _after(response, retry_after)


@never_cache
@sensitive_post_parameters("password", "again")
@page_methods
def first_password(request: HttpRequest) -> HttpResponse:
    """Someone in office who just proved their phone sets a first password and is in (首次设密码)."""
    target = goal(request, settings.STAFF_LOGIN_REDIRECT_URL)
    note = request.session.get(PASSWORD_KEY)
    if request.user.is_authenticated or note is None or note["until"] < now().timestamp():
        return redirect(with_next("account_login", target))
    person = get_object_or_404(Person, pk=note["person"], is_active=True)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, "account/first_password.html", form=form, next=target)
    person = people.set_first_password(person, form.cleaned_data["password"])
    del request.session[PASSWORD_KEY]
    return as_she_reads(request, perform_login(request, person, redirect_url=target))


@never_cache
@login_required
@page_methods
def welcome(request: HttpRequest) -> HttpResponse:
    """How to be called and which village, after the first sign-in or later from 我的; may be skipped."""
    target = goal(request, settings.LOGIN_REDIRECT_URL)
    data = request.POST if request.method == "POST" else None
    form = WelcomeForm(data, person=request.user, area=chosen_area(request))
    if not form.is_valid():
        return page(request, "account/welcome.html", form=form, next=target)
    people.introduce(request.user, **form.cleaned_data)
    messages.success(request, _("记下了"))
    return redirect(target)


@never_cache
@login_required
@page_methods
def erase(request: HttpRequest) -> HttpResponse:
    """Go for good (注销账号), after reading what goes and what stays; who holds an office is told why not."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, "account/erase.html", form=form)
    try:
        people.erase(request.user)
    except RuleBroken as error:
        form.add_error(None, str(error))
        return page(request, "account/erase.html", status=409, form=form)
    get_adapter().logout(request)
    messages.success(request, _("已注销，您的姓名和手机号已经清除"))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave (退出): the session ends here and now; ``next`` may lead to signing in otherwise."""
    if request.user.is_authenticated:
        get_adapter().logout(request)
        messages.success(request, _("已退出"))
    return redirect(goal(request, settings.LOGOUT_REDIRECT_URL))
