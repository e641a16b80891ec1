"""Call-backs (电话回访): whom to ask by phone, what to say, and what they said."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from civic.limits import LOOK_UP_ACCOUNT
from civic.models import Role
from civic.pages import page
from civic.people import looked_up
from civic.permissions import require, scopes
from delivery.forms.acceptance import CallBackForm, CallMendForm
from delivery.models import CallBack
from delivery.queries.call_backs import calls_due, calls_ended
from delivery.rules.call_backs import MOST_TRIES, is_as_entered
from delivery.services import call_backs
from delivery.views.desks import door, made, window

A_PAGE = 20


@never_cache
@window
def call_backs_due(request: HttpRequest) -> HttpResponse:
    """要回访的: project and masked name alone; the phone stands on the page of the one call, once asked for."""
    require(request.user, "delivery.call_back")
    here = scopes(request.user, Role.SOCIAL_WORKER)
    found = Paginator(calls_due(here), A_PAGE).get_page(request.GET.get("page"))
    return page(request, "delivery/call_backs.html", found=found, ended=calls_ended(here)[:A_PAGE])


@never_cache
@door
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """一个回访电话: the words to say, the answers to tick; or nobody answered, or would rather not."""
    call = _call(request, pk)
    act, shown = request.POST.get("act", ""), False
    if act in ENDS:
        end, words, to = ENDS[act]
        end(call, by=request.user)
        messages.success(request, words())
        return redirect(to or request.path)
    if call.outcome and (act in MENDS or request.method != "POST"):
        return _mend(request, call)
    if act == "phone":
        LOOK_UP_ACCOUNT.hit(request.user.pk)
        looked_up(call.person, by=request.user)
        shown = True
    form = CallBackForm(by=request.user) if shown else made(CallBackForm, request)
    if form.is_bound and form.attempt(call, by=request.user):
        messages.success(request, _("评价已记下，会公开，写明是电话回访"))
        return redirect("delivery:call_backs")
    context = {"call": call, "project": call.project, "form": form, "shown": shown, "left": MOST_TRIES - call.tries}
    return page(request, "delivery/call_back.html", status=form.status, **context)


ENDS = {  # what is pressed, what is said of it, where it leads; none: to the call itself
    "unanswered": (call_backs.unanswered, lambda: _("记下了：没人接"), "delivery:call_backs"),
    "declined": (call_backs.declined, lambda: _("记下了：不想评，不再打"), "delivery:call_backs"),
    "reopen": (call_backs.reopened, lambda: _("已放回去，可以再打"), ""),
}
MENDS = ("mend", "phone")  # no number is looked up for a call that is over


def _mend(request: HttpRequest, call: CallBack) -> HttpResponse:
    """刚打完的: how it ended, and where it was written down wrongly the form to mend it."""
    rating = call.project.ratings.filter(person=call.person).first()
    said = {"score": rating.score, "reasons": rating.reasons, "words": rating.words} if rating else {}
    if request.POST.get("act") == "mend":
        form = made(CallMendForm, request, initial=said)
    else:
        form = CallMendForm(by=request.user, initial=said)
    if form.is_bound and form.attempt(call, by=request.user):
        messages.success(request, _("评价已改，会公开"))
        return redirect("delivery:call_backs")
    may = is_as_entered(call, rating)
    context = {"call": call, "project": call.project, "form": form, "rating": rating, "may_mend": may}
    return page(request, "delivery/call_back_ended.html", status=form.status, **context)


def _call(request: HttpRequest, pk: int) -> CallBack:
    """A call that is due or just ended in one's own villages, or 404: nobody learns who is called elsewhere."""
    require(request.user, "delivery.call_back")
    here = scopes(request.user, Role.SOCIAL_WORKER)
    call = calls_due(here).filter(pk=pk).first() or get_object_or_404(calls_ended(here), pk=pk)
    require(request.user, "delivery.call_back", call)
    return call
