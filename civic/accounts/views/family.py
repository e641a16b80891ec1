"""Doors of helping in the family (帮家里人办): the list, the two steps to a yes, and its end."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic import family, people
from civic.accounts import codes, sms, work
from civic.accounts.forms import AgreedForm, FamilyForm
from civic.accounts.views.sign_in import NO_MORE_CODES, with_next
from civic.devices import device_of, names_devices
from civic.limits import FAMILY_CODES, TooOften, client_ip
from civic.models import FamilyHelp
from civic.models.family import MOST_HELPED, MOST_HELPERS
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken

NAME_KEY = "family_name"  # what the helper called her while the code is on its way


@never_cache
@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Whom I help, who helps me, and what ended."""
    return page(
        request,
        "account/family.html",
        tab="me",
        helped=family.helped_by(request.user),
        helpers=family.helpers_of(request.user),
        ended=family.ended_of(request.user),
        may_help=allowed(request.user, "civic.help_family"),
        most_helped=MOST_HELPED,
        most_helpers=MOST_HELPERS,
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@names_devices
def begin(request: HttpRequest) -> HttpResponse:
    """Her name and phone, then the code she reads out; ``step`` says which form was sent."""
    require(request.user, "civic.help_family")
    if not request.user.name:
        messages.info(request, _("先写下怎么称呼您，家里人才知道是谁要帮忙"))
        return redirect(with_next("account_welcome", reverse("family_new")))
    if request.method != "POST":
        return _show(request)
    act = {"code": _try_code, "resend": _send_again}.get(request.POST.get("step", ""), _send_code)
    try:
        return act(request)
    except sms.BudgetSpent as error:
        return _show(request, wrong=NO_MORE_CODES, status=503, retry_after=error.retry_after)
    except codes.WorkNeeded:
        return _show(request, challenge=work.challenge(), status=422)
    except TooOften as error:
        return _show(request, status=429, retry_after=error.retry_after)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """结束: either of the two, at once."""
    mine = FamilyHelp.objects.filter(Q(helper=request.user) | Q(helped=request.user))
    family.end(get_object_or_404(mine, pk=pk), by=request.user)
    messages.success(request, _("已结束。以前办的还在，以后不能再代办"))
    return redirect("family")


def _show(
    request: HttpRequest,
    *,
    form: FamilyForm | None = None,
    code_form: AgreedForm | None = None,
    wrong: str = "",
    challenge: str = "",
    retry_after: int = 0,
    status: int = 200,
) -> HttpResponse:
    """The step this session is at; what has to be mended, or sent again, is the first step."""
    asked = codes.waiting(request.session, codes.FAMILY)
    if form or challenge or wrong or request.GET.get("change"):
        asked = None
    typed = request.POST.dict() or {"name": request.session.get(NAME_KEY, "")}
    response = page(
        request,
        "account/family_new.html",
        status=status,
        form=(code_form or AgreedForm()) if asked else (form or FamilyForm(person=request.user, initial=typed)),
        phone=f"{asked['phone'][3:6]}****{asked['phone'][-4:]}" if asked else "",
        name=request.session.get(NAME_KEY, ""),
        wrong=wrong,
        challenge=challenge,
        retry_after=retry_after,
        resend_seconds=codes.RESEND_SECONDS,
    )
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def _send_code(request: HttpRequest) -> HttpResponse:
    form = FamilyForm(request.POST, person=request.user)
    if not form.is_valid():
        return _show(request, form=form)
    try:
        family.check_room(request.user)
    except RuleBroken as broken:
        form.add_error(None, broken.message)
        return _show(request, form=form, status=409)
    _send(request, form.cleaned_data["phone"], solved=form.cleaned_data["work"])
    request.session[NAME_KEY] = form.cleaned_data["name"]
    return redirect("family_new")


def _send_again(request: HttpRequest) -> HttpResponse:
    asked = codes.waiting(request.session, codes.FAMILY)
    if asked:
        _send(request, asked["phone"])
        messages.success(request, _("已重新发送验证码"))
    return redirect("family_new")


def _send(request: HttpRequest, phone: str, solved: str = "") -> None:
    FAMILY_CODES.hit(request.user.pk)
    said = {"helper": request.user.public_name}
    codes.send(request.session, phone, solved=solved, purpose=codes.FAMILY, said=said, **_caller(request))


def _try_code(request: HttpRequest) -> HttpResponse:
    """The right code is her yes: it also proves her phone, as signing in would."""
    form = AgreedForm(request.POST)
    if not form.is_valid():
        return _show(request, code_form=form)
    try:
        phone = codes.check(request.session, form.cleaned_data["code"], purpose=codes.FAMILY, **_caller(request))
    except codes.WrongCode as error:
        form.add_error("code", str(error))
        return _show(request, code_form=form, status=422)
    return _agreed(request, phone)


def _agreed(request: HttpRequest, phone: str) -> HttpResponse:
    person, _is_new = people.arrive(phone)
    name = request.session.get(NAME_KEY, "")
    try:
        pair = family.begin(request.user, person, name=name)
    except RuleBroken as broken:
        form = FamilyForm({"name": name, "phone": phone}, person=request.user)
        form.add_error(broken.field or None, broken.message)
        return _show(request, form=form, status=409)
    request.session.pop(NAME_KEY, None)
    messages.success(request, _("好了，以后您可以替%(name)s提议、附议、报事") % {"name": pair.helped.name or name})
    return redirect("family")


def _caller(request: HttpRequest) -> dict[str, str]:
    return {"ip": client_ip(request), "device": device_of(request)}
