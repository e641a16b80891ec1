"""Doors to the desk where objections are answered (异议办理)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic.moments import today
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from publicity.cards import deadline
from publicity.forms import ReplyForm
from publicity.models import Objection, ObjectionState
from publicity.queries import objections, record
from publicity.rules import REDOABLE, redo_steps
from publicity.services import objections as filing

PAGE_SIZE = 20


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the most urgent first; and what was answered, to look words up."""
    require(request.user, "publicity.objections")
    done = request.GET.get("view") == "done"
    rows = objections.answered_in_area(request.user) if done else objections.waiting_for(request.user)
    found = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [(each, deadline(each, today())) for each in found]
    return page(request, "publicity/objections.html", found=found, lines=lines, done=done)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Answer one objection, or its recheck (答复、复核)."""
    found = get_object_or_404(
        Objection.objects.select_related("project__round", "project__area", "objector", "replied_by"), number=number
    )
    require(request.user, "publicity.handle", found)
    is_recheck = found.state == ObjectionState.RECHECKING
    name = "publicity.recheck" if is_recheck else "publicity.reply"
    if request.method == "POST":
        require(request.user, name, found)
    form = ReplyForm(request.POST if request.method == "POST" else None, steps=_steps(found))
    problem = None
    if form.is_valid():
        try:
            act = filing.recheck if is_recheck else filing.reply
            act(found, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            problem = broken
        else:
            messages.success(request, _("答复已公开在项目页上"))
            return redirect("publicity:objections")
    return page(
        request,
        "publicity/answer.html",
        problem=problem.message if problem else "",
        status=409 if problem else 200,
        form=form,
        objection=found,
        project=found.project,
        may=allowed(request.user, name, found) and found.is_open,
        chip=deadline(found, today()),
        photos=found.photos.all(),
        events=record.told(record.events_of(found.project.code or "")[:10]),
    )


def _steps(objection: Objection) -> list[tuple[str, Any]]:
    """The steps an upheld objection may lead back to, while the project can still be sent back."""
    if objection.project.state not in REDOABLE:
        return []
    return [(step.value, step.label) for step in redo_steps(objection.project.round.route)]
