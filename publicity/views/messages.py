"""Doors to one's messages (消息): the inbox, what one wants to be told, the link that stops it, who looked one up."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.limits import LOOK_UP_ACCOUNT
from civic.models import Person
from civic.moments import today
from civic.pages import page
from civic.people import looked_up
from civic.permissions import require, scopes
from civic.views import safe_next
from publicity import stops
from publicity.channels import mails_ready
from publicity.forms import MessageSettingsForm
from publicity.message_rules import KEPT_DAYS
from publicity.models import Via
from publicity.permissions import CALLERS
from publicity.queries import inbox, people
from publicity.services import messages as telling
from publicity.services import settings

A_PAGE = 20
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The inbox (消息), newest first, page by page."""
    found = Paginator(inbox.of_person(request.user), A_PAGE).get_page(request.GET.get("page"))
    unread = inbox.unread_of(request.user)
    return page(
        request,
        "publicity/messages.html",
        tab="me",
        found=found,
        letters=inbox.letters(list(found)),
        unread=unread,
        kept_days=KEPT_DAYS,
    )


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read (标为已读); somebody else's is nobody's (404)."""
    message = get_object_or_404(inbox.of_person(request.user), pk=pk)
    require(request.user, "publicity.read_message", message)
    telling.read(inbox.of_person(request.user).filter(pk=message.pk))
    return redirect(safe_next(request, reverse("publicity:messages")))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read (全部标为已读)."""
    count = telling.read(inbox.of_person(request.user))
    messages.success(request, _("%(count)d条标为已读") % {"count": count})
    return redirect("publicity:messages")


@never_cache
@login_required
@page_methods
def wanted(request: HttpRequest) -> HttpResponse:
    """What I want to be told and how (消息设置), each way out on its own."""
    form = MessageSettingsForm(request.POST if request.method == "POST" else None, person=request.user)
    if not form.is_valid():
        return page(
            request,
            "publicity/message_settings.html",
            tab="me",
            form=form,
            mails=mails_ready(),
            mailbox=inbox.mailbox_of(request.user),
        )
    for via, topics in form.chosen():
        settings.keep(request.user, via, topics)
    messages.success(request, _("设置已保存"))
    return redirect("publicity:message_settings")


@csrf_exempt  # the link itself proves who may; a token here would want a cookie, and nobody signs in to stop messages
@never_cache
@page_methods
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop messages in one tap (一键停收), without signing in; opening the link changes nothing.

    The button of a mailbox sends its own word (RFC 8058) and is answered without a redirect.
    """
    said = stops.read(token, today())
    person = Person.objects.filter(pk=said.person, erased_at=None).first() if said else None
    if said is None or person is None:
        return page(request, "publicity/stop_gone.html", status=404)
    if request.method == "POST":
        act = settings.resume if request.POST.get("act") == "undo" else settings.stop
        act(person, said.via)
        if request.POST.get("List-Unsubscribe") != "One-Click":
            return redirect("publicity:stop", token=token)
    return page(
        request,
        "publicity/stop.html",
        via=Via(said.via).label,
        is_stopped=settings.is_stopped(person, said.via),
    )


@never_cache
@login_required
@require_safe
def look_ups(request: HttpRequest) -> HttpResponse:
    """Who looked at my phone, and when (谁查看过我的电话)."""
    found = Paginator(inbox.looked_up(request.user), A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "publicity/look_ups.html",
        tab="me",
        found=found,
        looks=[(event, people.officer(event.unit, event.post, event.actor_name or "")) for event in found],
    )


@never_cache
@login_required
@page_methods
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to tell by voice (要打的电话): those without a phone, and elders; told once, they are off the list."""
    require(request.user, "publicity.calls")
    waiting = inbox.calls_in(scopes(request.user, CALLERS))
    shown = None
    told = inbox.told_today(request.user)
    if request.POST.get("act") == "undo":
        telling.call_undone(get_object_or_404(told, pk=_key(request.POST.get("task", ""))), by=request.user)
        messages.success(request, _("已撤销，还在要打的电话里"))
        return redirect("publicity:calls")
    if request.method == "POST":
        task = get_object_or_404(waiting, pk=_key(request.POST.get("task", "")))
        require(request.user, "publicity.calls", task)
        if request.POST.get("act") != "phone":
            telling.call_done(task, by=request.user)
            messages.success(request, _("记下了：已经告知"))
            return redirect("publicity:calls")
        LOOK_UP_ACCOUNT.hit(request.user.pk)
        looked_up(task.person, by=request.user)
        shown = task.pk
    found = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "publicity/calls.html",
        found=found,
        letters=inbox.letters(list(found)),
        shown=shown,
        told=told[:A_PAGE],
    )


def _key(text: str) -> int:
    """The key a form sent; one that is none finds nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
