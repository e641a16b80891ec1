"""Doors to the pre-review desk (预审台): the queue by days left, and one case with its checklist and finding."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from civic.models import Role
from civic.moments import today
from civic.pages import page
from civic.permissions import allowed, has_role, require
from civic.rules import RuleBroken
from proposals import queries
from proposals.forms.acts import ActForm
from proposals.forms.reviewing import AnswerForm, AskForm, AssignForm, PassOnForm
from proposals.models import PreReview, Project, ProjectState, ReviewState
from proposals.permissions import OVERSEERS
from proposals.rules import Clock
from proposals.services import reviews
from proposals.views import desks

MINE = {"open": gettext_lazy("待我审"), "asked": gettext_lazy("等补充"), "answered": gettext_lazy("已审")}
OVERSEEN = {
    "unassigned": gettext_lazy("待指定部门"),
    "overdue": gettext_lazy("已超期"),
    "running": gettext_lazy("正在审"),
}
ACTS: dict[str, tuple[Any, type[Any], Any, Any]] = {  # tab, form, button, said when done
    "answer": (
        gettext_lazy("写意见"),
        AnswerForm,
        gettext_lazy("提交意见，公开"),
        gettext_lazy("意见已提交，居民页面上已经看得到"),
    ),
    "ask": (
        gettext_lazy("退回补充"),
        AskForm,
        gettext_lazy("退回补充"),
        gettext_lazy("已退回补充，时限停住，等提议人"),
    ),
    "pass_on": (
        gettext_lazy("转其他部门"),
        PassOnForm,
        gettext_lazy("转给这个部门"),
        gettext_lazy("已转给其他部门，两个单位都记下了"),
    ),
}
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """预审台: a reviewer's tasks by days left; for overseers what has no department, is late, or is under way."""
    require(request.user, "proposals.reviews")
    lists = _lists(request)
    current = request.GET.get("tab", "")
    current = current if current in lists else next(iter(lists))
    found = desks.paged(request, lists[current])
    labels = {key: label for key, label in (MINE | OVERSEEN).items() if key in lists}
    return page(
        request,
        "proposals/reviews.html",
        found=found,
        cards=[_card(review) for review in found],
        tabs=desks.tabs(labels, current, "tab"),
        tab=current,
    )


@login_required
@get_or_post
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: the proposal on the left, checklist and finding on the right (预审一件); overseers only read it."""
    case = get_object_or_404(PreReview.objects.select_related(*_NEEDED), pk=pk)
    own = "proposals.assign_review" if case.department is None else "proposals.review"
    if request.method != "POST" and not allowed(request.user, own, case):
        return _overseen(request, case)
    if case.department is None:
        return _assign(request, case)
    require(request.user, "proposals.review", case)
    act = _chosen(request)
    form = _form(request, act, case)
    if "keep" in request.POST:
        return _keep(request, case, form)
    shown = "preview" in request.POST and form.is_valid()
    if form.is_bound and "preview" not in request.POST and form.attempt(case, by=request.user):
        messages.success(request, ACTS[act][3])
        return redirect("proposals:reviews")
    return _case(request, case, form, act, sentence=form.sentence if shown else "")


def _overseen(request: HttpRequest, case: PreReview) -> HttpResponse:
    """预审督办: who was asked, since when, until when, and what they answered; nothing to press."""
    require(request.user, "proposals.oversee_review", case)
    told = [(review, _chip(review)) for review in queries.reviews_told(case.project)]
    return page(request, "proposals/review_overseen.html", told=told, **_matter(case.project))


def _assign(request: HttpRequest, case: PreReview) -> HttpResponse:
    """指定预审部门, where the rules' field has none."""
    require(request.user, "proposals.assign_review", case)
    form = AssignForm(request.POST if request.method == "POST" else None, review=case)
    if form.is_bound and form.attempt(case, by=request.user):
        messages.success(request, _("已指定部门，时限从今天起算"))
        return redirect("proposals:reviews")
    return _case(request, case, form, "assign")


def _keep(request: HttpRequest, case: PreReview, form: AnswerForm) -> HttpResponse:
    """意见已存，未提交."""
    version = form["version"].value()
    try:
        seen = int(version) if str(version).isdecimal() else None
        reviews.keep(case, by=request.user, typed=form.typed, version=seen)
    except RuleBroken as broken:
        form.is_valid()
        form.refuse(broken)
        return _case(request, case, form, "answer")
    messages.success(request, _("意见已存，未提交"))
    return redirect("proposals:review", case.pk)


def _case(request: HttpRequest, case: PreReview, form: ActForm, act: str, sentence: str = "") -> HttpResponse:
    if form.refused:
        case = PreReview.objects.select_related(*_NEEDED).get(pk=case.pk)
        form.renew(case.version)
    project = case.project
    is_open = case.state == ReviewState.OPEN and project.state == ProjectState.IN_REVIEW
    return page(
        request,
        "proposals/review.html",
        status=form.status,
        case=case,
        form=form,
        act=act,
        button=ACTS[act][2] if act in ACTS else _("指定这个部门"),
        sentence=sentence,
        is_open=is_open or form.is_bound,
        tabs=desks.tabs({key: label for key, (label, *_rest) in ACTS.items()}, act, "act", anchor="#act")
        if act in ACTS
        else [],
        case_chip=_chip(case),
        others=queries.reviews_of(project).exclude(pk=case.pk).order_by("id"),
        **_matter(project),
    )


def _matter(project: Project) -> dict[str, Any]:
    """What proposals/_matter.html shows."""
    return {
        "project": project,
        "chip": desks.chip(project.due_on, project.limit_workdays),
        "photos": desks.photos(project),
        "alike": desks.alike(project),
        "supporters": queries.supporters(project).count(),
        "brought": queries.brought(project),
    }


def _lists(request: HttpRequest) -> dict[str, QuerySet[PreReview]]:
    """The lists this person may read, in order."""
    lists: dict[str, QuerySet[PreReview]] = {}
    if has_role(request.user, Role.REVIEWER):
        mine = queries.reviews_for(request.user)
        lists["open"] = queries.reviews_open(request.user)
        lists["asked"] = mine.filter(state=ReviewState.ASKED)
        lists["answered"] = mine.filter(state=ReviewState.ANSWERED).order_by("-answered_at")
    if has_role(request.user, OVERSEERS):
        overseen = queries.reviews_in(request.user)
        lists["unassigned"] = overseen.filter(department=None)
        lists["overdue"] = overseen.filter(due_on__lt=today())
        lists["running"] = overseen
    return lists


def _card(review: PreReview) -> dict[str, Any]:
    """A task as a card."""
    department = review.department.name if review.department else _("还没有部门")
    finding = review.get_finding_display() if review.state == ReviewState.ANSWERED else ""
    return desks.card(
        review.project,
        reverse("proposals:review", args=[review.pk]),
        deadline=_chip(review),
        note="：".join(part for part in (f"{department} · {review.duty}", finding) if part),
    )


def _chip(review: PreReview) -> Clock:
    """The department's own clock."""
    if review.state == ReviewState.ANSWERED:
        return {"kind": "done", "days": reviews.used_workdays(review) or 0, "limit": review.limit_workdays}
    return desks.chip(review.due_on, review.limit_workdays, paused=review.left_workdays is not None)


def _form(request: HttpRequest, act: str, case: PreReview) -> Any:
    kind = ACTS[act][1]
    data = request.POST if request.method == "POST" else None
    if kind is AnswerForm:
        return AnswerForm(data, review=case)
    if kind is PassOnForm:
        return PassOnForm(data, review=case, initial={"version": case.version})
    return AskForm(data, initial={"version": case.version})


def _chosen(request: HttpRequest) -> str:
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise BadRequest("act")
        return act
    return request.GET["act"] if request.GET.get("act") in ACTS else "answer"


_NEEDED = ("project__area", "project__round", "project__proposer", "project__proposing_unit", "department", "reviewer")
