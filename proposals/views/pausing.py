"""Doors to pausing (暂停): why and until when, more news, going on, ending for good; and to why a step is late."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from civic.moments import today
from civic.pages import page
from civic.permissions import require
from proposals import queries, rules
from proposals.forms.acts import RuleForm
from proposals.forms.intake import ExplainLateForm, PauseForm, ResumeForm, SayMoreForm, TerminateForm
from proposals.models import MOVES, Project, ProjectState
from proposals.views import desks

ACTS: dict[str, tuple[Any, type[Any], Any, Any]] = {  # tab, form, button, said when done
    "pause": (gettext_lazy("暂停"), PauseForm, gettext_lazy("暂停，公开原因"), gettext_lazy("已暂停，原因已公开")),
    "say_more": (gettext_lazy("说明进展"), SayMoreForm, gettext_lazy("公开说明"), gettext_lazy("说明已公开")),
    "resume": (gettext_lazy("恢复"), ResumeForm, gettext_lazy("恢复办理"), gettext_lazy("已恢复，时限接着算")),
    "terminate": (gettext_lazy("终止"), TerminateForm, gettext_lazy("终止项目，公开理由"), gettext_lazy("项目已终止")),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, code: str) -> HttpResponse:
    """暂停、说明、恢复、终止: what fits the state the project is in."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    require(request.user, "proposals.pause", project)
    fitting = _fitting(project)
    act = _chosen(request, fitting)
    form = _form(request, act, project) if act else None
    if form and form.is_bound and form.attempt(project, by=request.user):
        messages.success(request, ACTS[act][3])
        return redirect(project)
    if form and form.refused:
        project = queries.visible_to(request.user).get(pk=project.pk)
        form.renew(project.version)
    return page(
        request,
        "proposals/pause.html",
        status=form.status if form else 200,
        project=project,
        form=form,
        act=act,
        button=ACTS[act][2] if act else "",
        tabs=desks.tabs({name: ACTS[name][0] for name in fitting}, act, "act"),
        chip=desks.chip(project.due_on, project.limit_workdays, paused=project.state == ProjectState.PAUSED),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def late(request: HttpRequest, code: str) -> HttpResponse:
    """说明超期原因: why the present step is late, in public."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    require(request.user, "proposals.explain_late", project)
    form = ExplainLateForm(request.POST if request.method == "POST" else None, initial={"version": project.version})
    if form.is_bound and form.attempt(project, by=request.user):
        messages.success(request, _("超期的原因已经写进记录"))
        return redirect(project)
    if form.refused:
        project = queries.visible_to(request.user).get(pk=project.pk)
        form.renew(project.version)
    return page(
        request,
        "proposals/late.html",
        status=form.status,
        project=project,
        form=form,
        is_late=form.is_bound or rules.is_late(project.state, project.due_on, today()),
        chip=desks.chip(project.due_on, project.limit_workdays),
    )


def _fitting(project: Project) -> list[str]:
    """The acts that fit where the project is."""
    if project.state == ProjectState.PAUSED:
        return ["say_more", "resume", "terminate"]
    return [act for act in ("pause", "terminate") if project.state in MOVES[act][0]]


def _chosen(request: HttpRequest, fitting: list[str]) -> str:
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise BadRequest("act")
        return act
    wanted = request.GET.get("act", "")
    return wanted if wanted in fitting else next(iter(fitting), "")


def _form(request: HttpRequest, act: str, project: Project) -> Any:
    kind = ACTS[act][1]
    more = {"terms": project.round.terms} if issubclass(kind, RuleForm) else {}
    data = request.POST if request.method == "POST" else None
    return kind(data, initial={"version": project.version}, **more)
