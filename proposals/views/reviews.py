"""Doors to one case of pre-review (预审一件): proposal and precedents beside checklist, cost and finding."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from civic.moments import today
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from proposals import precedents, queries
from proposals.forms.acts import ActForm
from proposals.forms.reviewing import (
    AnswerForm,
    AskForm,
    AssignForm,
    ConsultForm,
    ExtendForm,
    GiveForm,
    PassOnForm,
    SurveyForm,
)
from proposals.models import Consultation, ConsultationState, Extension, PreReview, Project, ProjectState, ReviewState
from proposals.services import reviews
from proposals.views import desks, review_queue

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
    "give": (
        gettext_lazy("交给同事"),
        GiveForm,
        gettext_lazy("交给这位同事"),
        gettext_lazy("已交给同事，记在记录里，不公开"),
    ),
    "consult": (
        gettext_lazy("征求意见"),
        ConsultForm,
        gettext_lazy("问这个单位，公开"),
        gettext_lazy("已问，对方的答复会出现在这一页"),
    ),
    "survey": (
        gettext_lazy("现场踏勘"),
        SurveyForm,
        gettext_lazy("记下踏勘，公开"),
        gettext_lazy("踏勘已记下，居民页面上已经看得到"),
    ),
    "extend": (
        gettext_lazy("请求延期"),
        ExtendForm,
        gettext_lazy("请求延期，公开"),
        gettext_lazy("已请求延期，等上级答复；答复之前仍按原来的日期"),
    ),
}
LEAVING = {"answer", "ask", "pass_on"}  # after these the department has nothing more to do here for now
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """The case of a project by its code (按编号打开): the reader's own task, else the first one."""
    require(request.user, "proposals.reviews")
    found = queries.review_by_code(request.user, code)
    if found is None:
        raise Http404
    return redirect("proposals:review", found.pk)


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
    case = reviews.look_in(case, by=request.user)
    act = _chosen(request)
    form = _form(request, act, case)
    if "keep" in request.POST:
        return _keep(request, case, form)
    is_preview = bool({"preview", "fill"} & set(request.POST))
    shown = is_preview and form.is_valid()
    if form.is_bound and not is_preview and form.attempt(case, by=request.user):
        messages.success(request, ACTS[act][3])
        return redirect("proposals:reviews") if act in LEAVING else redirect("proposals:review", case.pk)
    return _case(request, case, form, act, sentence=form.sentence if shown else "")


def _overseen(request: HttpRequest, case: PreReview) -> HttpResponse:
    """预审督办: who was asked, since when, until when, and what they answered; nothing to press."""
    require(request.user, "proposals.oversee_review", case)
    told = [(review, review_queue.chip(review)) for review in queries.reviews_told(case.project)]
    return page(request, "proposals/review_overseen.html", told=told, **_beside(case.project), **matter(case.project))


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
    beside = _beside(project)
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
        looked_at=review_queue.looked_at(case, request.user),
        given_to=review_queue.given_to(case, request.user),
        tabs=desks.tabs(_offered(case, act, beside["extensions"]), act, "act", anchor="#act") if act in ACTS else [],
        case_chip=review_queue.chip(case),
        **beside,
        others=queries.reviews_of(project).exclude(pk=case.pk).order_by("id"),
        **matter(project),
    )


def _offered(case: PreReview, act: str, extensions: list[Extension]) -> dict[str, Any]:
    """The acts as tabs; more days are asked for once, so not again (请求延期只一次)."""
    spent = {"extend"} if any(asked.review_id == case.pk for asked in extensions) else set()
    return {key: label for key, (label, *_rest) in ACTS.items() if key not in spent - {act}}


def _beside(project: Project) -> dict[str, Any]:
    """What proposals/_beside.html shows: questions to other units, requests for more days, walks over the site."""
    consultations = Consultation.objects.filter(review__project=project).select_related("unit", "review__department")
    return {
        "consultations": [(asked, _asked_chip(asked)) for asked in consultations],
        "extensions": list(Extension.objects.filter(review__project=project).select_related("review__department")),
        "surveys": [
            (seen, [desks.shown(photo) for photo in seen.photos.all()])
            for seen in project.surveys.prefetch_related("photos")
        ],
    }


def _asked_chip(asked: Consultation) -> Any:
    if asked.state == ConsultationState.OPEN:
        return desks.chip(asked.due_on, asked.limit_workdays, paused=asked.left_workdays is not None)
    return None


def matter(project: Project) -> dict[str, Any]:
    """What proposals/_matter.html and _precedents.html show."""
    return {
        "project": project,
        "chip": desks.chip(project.due_on, project.limit_workdays),
        "photos": desks.photos(project),
        "alike": desks.alike(project),
        "supporters": queries.supporters(project).count(),
        "brought": queries.brought(project),
        "precedents": precedents.like(project),
        "near": precedents.near(project),
        "clusters": _clusters(project),
    }


def _clusters(project: Project) -> list[dict[str, Any]]:
    """Each with whether this project would bring the contractor over the purchasing limit (采购限额)."""
    limit, more = project.round.terms.tender_threshold_yuan, project.best_yuan or 0
    found = precedents.clusters(project)
    return [{"told": told, "limit": limit, "is_over": told.total_yuan + more > limit} for told in found]


def _form(request: HttpRequest, act: str, case: PreReview) -> Any:
    kind = ACTS[act][1]
    data = request.POST if request.method == "POST" else None
    if kind is AnswerForm:
        return AnswerForm(_filled(request, case) if data else None, review=case)
    initial = {"version": case.version}
    if kind is SurveyForm:
        village = case.project.area.short_name
        units = [case.department.name] if case.department else []
        initial |= {"surveyed_on": today(), "units": "\n".join([*units, village])}
        return SurveyForm(data, request.FILES if data else None, by=request.user, initial=initial)
    if kind in (PassOnForm, ConsultForm, GiveForm):
        return kind(data, review=case, initial=initial)
    return kind(data, initial=initial)


def _filled(request: HttpRequest, case: PreReview) -> QueryDict:
    """What was sent; with the button 各条都符合 every point met and the finding 通过, to be read before it is handed in."""
    if "fill" not in request.POST:
        return request.POST
    data = request.POST.copy()
    for number in range(len(case.points)):
        data.setlist(f"point_{number}", ["yes"])
    data.setlist("finding", ["feasible"])
    return data


def _chosen(request: HttpRequest) -> str:
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise BadRequest("act")
        return act
    return request.GET["act"] if request.GET.get("act") in ACTS else "answer"


_NEEDED = (
    "project__area",
    "project__round",
    "project__proposer",
    "project__proposing_unit",
    "department",
    "reviewer",
    "looked_by",
    "given_to",
    "passed_to",
)
