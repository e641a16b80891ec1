"""A resident's word on the finished work (评价), and whether a complaint is solved (现在解决了吗)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic.moments import now
from civic.pages import page
from civic.permissions import require
from delivery import queries
from delivery.forms.acceptance import RateAgainForm, RateForm, SolvedForm
from delivery.models import Afterword, Rating
from delivery.views.desks import act, door, find, made
from proposals.models import ProjectState

A_PAGE = 20


@door
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """评价: five labels; says when it opens, what one said, and until when it may be changed."""
    project = find(request, code)
    require(request.user, "delivery.rate", project)
    mine = queries.rating_of(project, request.user)
    question = queries.question_for(project, request.user)
    look = queries.look_of_now(project) if mine else None
    return act(
        request,
        made(RateForm, request, initial=_said(mine) if mine else {}),
        project,
        template="delivery/rate.html",
        done=_("谢谢。您的评价会公开，名字显示为%(name)s。") % {"name": request.user.public_name},
        to=reverse("delivery:rate", args=[code]),
        project=project,
        mine=mine,
        is_open=project.state == ProjectState.COMPLETED and (mine is None or now() <= mine.edit_until),
        is_finished=project.state == ProjectState.COMPLETED,
        fix=queries.open_fix_of(project, request.user),
        look=look,
        again=queries.said_again(mine, look),
        question=question,
        solved_form=SolvedForm() if question else None,
        satisfaction=queries.satisfaction(project),
        now=now(),
    )


@require_safe
def ratings(request: HttpRequest, code: str) -> HttpResponse:
    """大家怎么说: every rating with its words, for everybody; names are masked."""
    project = find(request, code)
    found = Paginator(queries.ratings_of(project), A_PAGE).get_page(request.GET.get("page"))
    context = {"project": project, "found": found, "satisfaction": queries.satisfaction(project)}
    return page(request, "delivery/ratings.html", tab="projects", place=project.area, **context)


@door
def rate_again(request: HttpRequest, code: str) -> HttpResponse:
    """追评: with each look back (回头看), whoever rated says how it is now."""
    project = find(request, code)
    require(request.user, "delivery.rate", project)
    mine, look = queries.rating_of(project, request.user), queries.look_of_now(project)
    if mine is None or look is None:
        return page(request, "delivery/rate_again_none.html", status=_moved(request), project=project, mine=mine)
    again = queries.said_again(mine, look)
    if again and again.edit_until < now() and request.method != "POST":
        return redirect("delivery:rate", code=code)
    return act(
        request,
        made(RateAgainForm, request, initial=_said_again(again) if again else {}),
        look,
        template="delivery/rate_again.html",
        done=_("谢谢。您的追评会公开，名字显示为%(name)s。") % {"name": request.user.public_name},
        to=reverse("delivery:rate", args=[code]),
        project=project,
        look=look,
        mine=mine,
    )


def _said(mine: Rating) -> dict[str, Any]:
    """One's own rating as its form shows it again."""
    files = {"photo": [mine.photo] if mine.photo else [], "voice": [mine.voice] if mine.voice else []}
    return {"score": mine.score, "reasons": mine.reasons, "words": mine.words} | files


def _said_again(again: Afterword) -> dict[str, Any]:
    return {"score": again.score, "words": again.words, "voice": [again.voice] if again.voice else []}


def _moved(request: HttpRequest) -> int:
    return 409 if request.method == "POST" else 200


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
