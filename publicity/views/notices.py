"""Doors to notices and objections (公示、异议)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic.calendar import workdays_between
from civic.models import Area
from civic.moments import now, today
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from proposals.models import Project
from proposals.queries import visible_to
from publicity import steps
from publicity.forms import EnteredObjectionForm, ExtendForm, ObjectionForm, RecheckForm
from publicity.models import Notice, NoticeState, Objection
from publicity.queries import notices, objections
from publicity.saying import moment_words
from publicity.services import notices as keeping
from publicity.services import objections as filing

PAGE_SIZE = 20


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The notice board (公示栏)."""
    place = Area.objects.filter(pk=request.GET.get("area", "")[:12]).first()
    found = Paginator(notices.listed(place), PAGE_SIZE).get_page(request.GET.get("page"))
    for notice in found:
        notice.is_running = notice.state == NoticeState.RUNNING and notice.ends_at >= now()
        notice.chip = steps.chip("", left=_left(notice), limit=notice.workdays) if notice.is_running else None
        notice.until = moment_words(notice.ends_at)
    running = [notice.project.code for notice in found if notice.is_running]
    return page(request, "publicity/notices.html", found=found, place=place, pack_codes=running)


def _left(notice: Notice) -> int:
    return workdays_between(today(), localdate(notice.ends_at))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a notice longer (延长公示)."""
    notice = get_object_or_404(Notice.objects.select_related("project__area"), pk=pk)
    require(request.user, "publicity.extend_notice", notice)
    form = ExtendForm(request.POST if request.method == "POST" else None)
    problem = None
    if form.is_valid():
        try:
            keeping.extend(notice, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            problem = broken
        else:
            messages.success(request, _("公示已延长，原定日期和理由都写在记录里"))
            return redirect(notice.project)
    return page(request, "publicity/extend.html", **_told(problem), form=form, notice=notice, project=notice.project)


@require_http_methods(["GET", "HEAD", "POST"])
def object(request: HttpRequest, code: str) -> HttpResponse:
    """我有不同意见: whoever is signed in; the desk enters what came by phone or on paper (?for=1)."""
    project = get_object_or_404(visible_to(request.user), code=code)
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    for_another = request.GET.get("for") == "1"
    if for_another and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if for_another:
        require(request.user, "publicity.object_for", project)
    kind = EnteredObjectionForm if for_another else ObjectionForm
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = kind(*posted, by=request.user)
    problem = None
    if form.is_valid():
        try:
            objection = _filed(project, form, request.user)
        except RuleBroken as broken:
            problem = broken
        else:
            return redirect("publicity:objection", number=objection.number)
    until = objections.objection_until(project)
    return page(
        request,
        "publicity/object.html",
        **_told(problem),
        form=form,
        project=project,
        until=until if until and until >= now() else None,
        was_until=until,
        for_another=for_another,
    )


def _filed(project: Project, form: ObjectionForm, by: Any) -> Objection:
    data = dict(form.cleaned_data)
    if isinstance(form, EnteredObjectionForm):
        data["evidence"] = next(iter(data["evidence"]), None)
        return filing.enter(project, by=by, **data)
    return filing.file(project, by=by, **data)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of an objection and what came of it (异议回执); its objector may ask for a recheck here."""
    found = get_object_or_404(Objection.objects.select_related("project__round", "project__area"), number=number)
    if not allowed(request.user, "publicity.ask_recheck", found):
        if request.method == "POST":
            require(request.user, "publicity.ask_recheck", found)
        return redirect(f"{found.project.get_absolute_url()}#{found.number}")
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = RecheckForm(*posted, by=request.user)
    problem = None
    if form.is_valid():
        try:
            filing.ask_recheck(found, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            problem = broken
        else:
            messages.success(request, _("已申请复核，由另一个人重新答复"))
            return redirect("publicity:objection", number=found.number)
    return page(
        request,
        "publicity/objection.html",
        **_told(problem),
        form=form,
        objection=found,
        project=found.project,
        recheck_until=objections.recheck_until(found),
    )


def _told(problem: RuleBroken | None) -> dict[str, Any]:
    """A broken rule said on the form's own page, so that nothing typed is lost."""
    return {"problem": problem.message, "status": 409} if problem else {"problem": ""}
