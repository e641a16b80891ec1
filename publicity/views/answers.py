"""Doors to the desk where objections are answered (异议办理)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic.models import Attachment
from civic.moments import today
from civic.pages import page
from civic.permissions import User, allowed, require
from civic.rules import RuleBroken
from proposals.models import Spoken
from publicity.cards import deadline
from publicity.forms import ReplyForm, WriteDownForm, WriteDownRecheckForm
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
        Objection.objects.select_related(
            "project__round", "project__area", "objector", "replied_by", "voice", "recheck_voice"
        ),
        number=number,
    )
    require(request.user, "publicity.handle", found)
    step = _step(found)
    if request.method == "POST":
        require(request.user, step.needs, found)
    form = _form(request, found)
    problem = None
    if form.is_valid():
        try:
            step.act(found, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            problem = broken
        else:
            messages.success(request, step.done)
            may_answer = step.act is filing.write_down and _may_answer(request.user, found)
            return redirect("publicity:answer", number) if may_answer else redirect("publicity:objections")
    return page(
        request,
        "publicity/answer.html",
        problem=problem.message if problem else "",
        status=409 if problem else 200,
        form=form,
        objection=found,
        project=found.project,
        may=allowed(request.user, step.needs, found) and found.is_open,
        voices=[each for each in (found.voice, found.recheck_voice) if each and _may_hear(request.user, each)],
        chip=deadline(found, today()),
        photos=found.photos.all(),
        events=record.told(record.events_of(found.project.code or "")[:10]),
    )


class Step(NamedTuple):
    """What is to be done with an objection next: who may, the service, and what is said when it is done."""

    needs: str
    act: Callable[..., Objection]
    done: str


def _step(objection: Objection) -> Step:
    if objection.is_unheard:
        return Step("publicity.write_down", filing.write_down, _("已写下，已公开。现在可以答复了"))
    if objection.state == ObjectionState.RECHECKING:
        return Step("publicity.recheck", filing.recheck, _("答复已公开在项目页上"))
    return Step("publicity.reply", filing.reply, _("答复已公开在项目页上"))


def _form(request: HttpRequest, objection: Objection) -> Form:
    data = request.POST if request.method == "POST" else None
    if objection.is_unheard:
        return (WriteDownForm if objection.spoken == Spoken.WAITS else WriteDownRecheckForm)(data)
    return ReplyForm(data, steps=_steps(objection))


def _may_hear(user: User, voice: Attachment) -> bool:
    return allowed(user, "civic.open_file", voice)


def _may_answer(user: User, objection: Objection) -> bool:
    return allowed(
        user, "publicity.recheck" if objection.state == ObjectionState.RECHECKING else "publicity.reply", objection
    )


def _steps(objection: Objection) -> list[tuple[str, Any]]:
    """The steps an upheld objection may lead back to, while the project can still be sent back."""
    if objection.project.state not in REDOABLE:
        return []
    return [(step.value, step.label) for step in redo_steps(objection.project.round.route)]
