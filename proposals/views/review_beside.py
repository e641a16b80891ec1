"""Doors beside a pre-review: a unit answers what it was asked (征求意见), an office decides on more days (预审延期)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civic.calendar import add_workdays
from civic.pages import page
from civic.permissions import require
from proposals.forms.reviewing import ConsultedForm, ExtensionForm
from proposals.models import Consultation, Extension, ExtensionState
from proposals.services import beside
from proposals.views import desks
from proposals.views.reviews import matter

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PROJECT = ("review__project__area", "review__project__round", "review__project__proposer", "review__department")


@login_required
@get_or_post
def consulted(request: HttpRequest, pk: int) -> HttpResponse:
    """答复征求意见: the proposal on the left, the question and the answer on the right."""
    asked = get_object_or_404(Consultation.objects.select_related(*PROJECT, "unit"), pk=pk)
    require(request.user, "proposals.consulted", asked)
    form = ConsultedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.attempt(asked, by=request.user):
        messages.success(request, _("已答复，项目页上已经看得到"))
        return redirect("publicity:desk")
    asked.refresh_from_db(fields=["state", "answer", "answered_at", "due_on"])
    clock = {"kind": "done", "days": beside.used_workdays(asked) or 0, "limit": asked.limit_workdays}
    chip = clock if asked.answer else desks.chip(asked.due_on, asked.limit_workdays, paused=asked.due_on is None)
    return page(
        request,
        "proposals/consulted.html",
        status=form.status,
        asked=asked,
        form=form,
        asked_chip=chip,
        **matter(asked.review.project),
    )


@login_required
@get_or_post
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """答复预审延期: who asks for how many days and why, yes or no."""
    asked = get_object_or_404(Extension.objects.select_related(*PROJECT, "asked_by"), pk=pk)
    require(request.user, "proposals.extend_review", asked)
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.attempt(asked, by=request.user):
        messages.success(request, _("已答复，项目页上已经看得到"))
        return redirect("publicity:desk")
    asked.refresh_from_db(fields=["state", "answer", "decided_at"])
    waits = asked.state == ExtensionState.ASKED
    return page(
        request,
        "proposals/extension.html",
        status=form.status,
        asked=asked,
        until=add_workdays(asked.review.due_on, asked.workdays) if waits and asked.review.due_on else None,
        form=form,
        **matter(asked.review.project),
    )
