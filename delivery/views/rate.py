"""A resident's word on the finished work (评价), and whether a complaint is solved (现在解决了吗)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civic.moments import now
from civic.pages import page
from civic.permissions import require
from delivery import queries
from delivery.forms.acceptance import RateForm, SolvedForm
from delivery.views.desks import act, door, find, made
from proposals.models import ProjectState


@door
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """评价: five labels; says when it opens, what one said, and until when it may be changed."""
    project = find(request, code)
    require(request.user, "delivery.rate", project)
    mine = queries.rating_of(project, request.user)
    question = queries.question_for(project, request.user)
    initial = {"score": mine.score, "reasons": mine.reasons, "words": mine.words} if mine else {}
    return act(
        request,
        made(RateForm, request, initial=initial),
        project,
        template="delivery/rate.html",
        done=_("谢谢。您的评价会公开，名字显示为%(name)s。") % {"name": request.user.public_name},
        to=reverse("delivery:rate", args=[code]),
        project=project,
        mine=mine,
        is_open=project.state == ProjectState.COMPLETED and (mine is None or now() <= mine.edit_until),
        is_finished=project.state == ProjectState.COMPLETED,
        fix=queries.open_fix_of(project, request.user),
        question=question,
        solved_form=SolvedForm() if question else None,
        satisfaction=queries.satisfaction(project),
    )


@login_required
@require_POST
def solved(request: HttpRequest, code: str) -> HttpResponse:
    """答“现在解决了吗？”."""
    project = find(request, code)
    question = queries.question_for(project, request.user)
    if question is None:
        return page(request, "delivery/rate_none.html", status=409, project=project)
    require(request.user, "delivery.confirm_fix", question)
    form = made(SolvedForm, request)
    if form.attempt(question, by=request.user):
        messages.success(request, _("谢谢您的回答，已经记下"))
        return redirect("delivery:rate", code=code)
    return page(request, "delivery/rate_solved.html", status=form.status, project=project, form=form, question=question)
