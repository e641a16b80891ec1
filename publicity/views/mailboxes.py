"""Doors to one's mailbox for messages (邮箱): where they should go, the link that confirms it, taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from civic import limits
from civic.forms import MailForm
from civic.pages import page
from publicity.channels import mails_ready
from publicity.queries import inbox
from publicity.services import mailboxes

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@page_methods
def ask(request: HttpRequest) -> HttpResponse:
    """Give an address for messages (登记邮箱); a link to confirm it goes there. 404 where nothing is mailed."""
    if not mails_ready():
        raise Http404
    form = MailForm(request.POST if request.method == "POST" else None)
    retry_after = 0
    if form.is_valid():
        try:
            mailboxes.ask(request.user, form.cleaned_data["address"], ip=limits.client_ip(request))
        except limits.TooOften as error:
            retry_after = error.retry_after
        else:
            messages.success(request, _("确认邮件已发出，24小时内打开里面的链接"))
            return redirect("publicity:message_settings")
    response = page(
        request,
        "publicity/mailbox.html",
        status=429 if retry_after else 200,
        form=form,
        mailbox=inbox.mailbox_of(request.user),
        retry_after=retry_after,
    )
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


@login_required
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take one's mailbox back (移除邮箱); nothing of it is kept."""
    mailboxes.remove(request.user)
    messages.success(request, _("邮箱已移除，不再往那里发"))
    return redirect("publicity:message_settings")


@csrf_exempt  # the link itself proves who may, in whatever browser the mail is read; nobody signs in to confirm
@never_cache
@page_methods
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a mailbox (确认邮箱) by the link sent there; opening it changes nothing, for mail servers open links too."""
    box = mailboxes.confirm(token) if request.method == "POST" else mailboxes.named(token)
    if box is None:
        return page(request, "publicity/mailbox_gone.html", status=404)
    if request.method == "POST":
        return redirect("publicity:mailbox_confirm", token=token)
    return page(request, "publicity/mailbox_confirm.html", mailbox=box)
