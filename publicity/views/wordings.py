"""Doors to how messages are worded (通知用语): the list by topic, and one event's words with a preview."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic.pages import page
from civic.permissions import require
from publicity.channels import mails_ready
from publicity.forms import WordingForm
from publicity.queries import wordings
from publicity.services import wordings as wording


@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every event that is told by text message, with its words."""
    require(request.user, "publicity.reword")
    return page(request, "publicity/wordings.html", topics=list(wordings.by_topic()))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """One event's words: look how the message reads, keep, or go back to the product's own; ``step`` says which."""
    require(request.user, "publicity.reword")
    key = wordings.KEYS.get(slug)
    if key is None:
        raise Http404
    line = wordings.line_of(key)
    form = WordingForm(request.POST or None, initial={"words": line.words})
    step = request.POST.get("step")
    if step == "restore":
        wording.restore(key, by=request.user)
        messages.success(request, _("已恢复原来的用语"))
        return redirect("publicity:wordings")
    if step == "keep" and form.is_valid():
        wording.reword(key, form.cleaned_data["words"], by=request.user)
        messages.success(request, _("用语已改，从下一条通知起用"))
        return redirect("publicity:wordings")
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else line.words
    sample = wordings.sample(key, words)
    return page(request, "publicity/wording.html", form=form, line=line, sample=sample, mails=mails_ready())
