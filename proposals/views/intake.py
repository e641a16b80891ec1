"""Doors to the intake desk (受理台): the queue, one proposal with its outcomes, and the author's completion."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.pages import page
from civic.permissions import allowed, require
from proposals import contact_queries, queries
from proposals.forms.acts import ActForm, RuleForm
from proposals.forms.intake import (
    AcceptForm,
    CompleteForm,
    ContactForm,
    DeclineForm,
    ReplyForm,
    ReturnForm,
    TakeBackForm,
    TransferForm,
    WriteDownForm,
)
from proposals.models import Project, ProjectState, Spoken
from proposals.services import intake
from proposals.views import desks

QUEUES = {
    ProjectState.FILED: gettext_lazy("待受理"),
    ProjectState.RETURNED: gettext_lazy("等补充"),
    ProjectState.TRANSFERRED: gettext_lazy("已转办，等答复"),
}
HEAR, CONTACT = "hear", "contact"
STAYS = {HEAR, CONTACT}  # what is done before anything is decided
OUTCOMES: dict[str, tuple[Any, type[ActForm], Any, Any]] = {  # tab, form, button, said when done
    "accept": (gettext_lazy("受理"), AcceptForm, gettext_lazy("受理，进入下一步"), gettext_lazy("已受理，进入下一步")),
    CONTACT: (
        gettext_lazy("联系提议人"),
        ContactForm,
        gettext_lazy("登记，已经联系过"),
        gettext_lazy("已登记联系过提议人"),
    ),
    "return": (gettext_lazy("退回补充"), ReturnForm, gettext_lazy("退回补充"), gettext_lazy("已退回，等提议人补充")),
    "decline": (
        gettext_lazy("不予采纳"),
        DeclineForm,
        gettext_lazy("不予采纳，公开理由"),
        gettext_lazy("已记为未采纳，理由已公开"),
    ),
    "transfer": (gettext_lazy("转办"), TransferForm, gettext_lazy("转办"), gettext_lazy("已转办，答复会登记在这里")),
    HEAR: (
        gettext_lazy("听后写下"),
        WriteDownForm,
        gettext_lazy("写下来，公开"),
        gettext_lazy("已写下，已公开。现在可以受理了"),
    ),
}
ANSWERS: dict[
    str, tuple[type[ActForm], Any, Any]
] = {  # of the unit a matter was handed to: form, button, said when done
    "reply": (ReplyForm, gettext_lazy("登记答复，公开"), gettext_lazy("答复已登记，已公开")),
    "misdirected": (TakeBackForm, gettext_lazy("登记退回，重新受理"), gettext_lazy("已退回待受理，理由已公开")),
}
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """受理台: what waits in one's own places, the most urgent first."""
    require(request.user, "proposals.intake")
    state = request.GET.get("state", "")
    state = state if state in QUEUES else ProjectState.FILED
    found = desks.paged(request, queries.intake(request.user, state))
    return page(
        request,
        "proposals/intake.html",
        found=found,
        cards=[desks.card(project, _case_url(project)) for project in found],
        tabs=desks.tabs(QUEUES, state, "state", queries.intake_counts(request.user)),
        state=state,
    )


@login_required
@get_or_post
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """One proposal at intake: the matter on the left, the outcome on the right (受理一件)."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    may_screen = allowed(request.user, "proposals.screen", project)
    if not may_screen and not allowed(request.user, "proposals.note_reply", project):
        raise PermissionDenied("proposals.screen")
    outcome = _chosen(request)
    if outcome in ANSWERS:
        return _reply(request, project, outcome)
    if request.method == "POST":
        require(request.user, "proposals.screen", project)
    elif outcome not in _open(project):
        outcome = next(iter(_open(project)))
    _label, kind, button, done = OUTCOMES[outcome]
    form = _form(request, kind, project)
    if form.is_bound and form.attempt(project, by=request.user):
        messages.success(request, done)
        return redirect("proposals:screen", code) if outcome in STAYS else redirect("proposals:intake")
    is_open = may_screen and (project.state == ProjectState.FILED or form.is_bound)
    return _case(request, project, form, outcome, button, is_open=is_open)


@login_required
@get_or_post
def complete(request: HttpRequest, code: str) -> HttpResponse:
    """补充: the author, or who entered it for them, answers each thing asked for."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    require(request.user, "proposals.edit", project)
    asked = queries.asked_for(project)
    if asked is None or project.state != ProjectState.RETURNED:
        return page(request, "proposals/complete_none.html", status=_moved(request), project=project)
    form = CompleteForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        asked=asked,
        by=request.user,
        initial={"version": project.version},
    )
    if form.is_bound and form.attempt(project, by=request.user):
        messages.success(request, _("已提交补充。办理的人会接着看"))
        return redirect(project)
    return page(
        request,
        "proposals/complete.html",
        status=409 if form.refused else 200,
        project=project,
        asked=asked,
        form=form,
        chip=desks.chip(project.due_on, project.limit_workdays),
    )


@login_required
@require_POST
def phone(request: HttpRequest, code: str) -> HttpResponse:
    """查看电话, to reach the proposer; the look is recorded, so it is a deed and not a page to come back to."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    require(request.user, "proposals.screen", project)
    shown = intake.look_up_phone(project, by=request.user)
    response = page(request, "proposals/phone.html", project=project, phone=shown)
    response["Cache-Control"] = "no-store"
    return response


def _reply(request: HttpRequest, project: Project, outcome: str) -> HttpResponse:
    """登记转办答复, or that the unit says it is not its own (转错退回)."""
    require(request.user, "proposals.note_reply", project)
    kind, button, done = ANSWERS[outcome]
    form = _form(request, kind, project)
    if form.is_bound and form.attempt(project, by=request.user):
        messages.success(request, done)
        return redirect(project)
    return _case(request, project, form, outcome, button, is_open=True)


def _case(
    request: HttpRequest, project: Project, form: ActForm, outcome: str, button: Any, *, is_open: bool
) -> HttpResponse:
    if form.refused:
        project = queries.visible_to(request.user).get(pk=project.pk)
        form.renew(project.version)
    handed = queries.handed_on(project) if project.state == ProjectState.TRANSFERRED else None
    return page(
        request,
        "proposals/screen.html",
        status=form.status,
        project=project,
        form=form,
        outcome=outcome,
        button=button,
        is_open=is_open,
        tabs=desks.tabs({key: OUTCOMES[key][0] for key in _open(project)}, outcome, "outcome", anchor="#act"),
        handed=handed,
        may_reply=handed and handed.done_at is None and allowed(request.user, "proposals.note_reply", project),
        chip=desks.chip(project.due_on, project.limit_workdays),
        photos=desks.photos(project),
        alike=desks.alike(project),
        contact=contact_queries.awaits_contact(project),
        may_call=allowed(request.user, "proposals.screen", project) and project.proposer_id is not None,
        supporters=queries.supporters(project).count(),
        brought=queries.brought(project),
    )


def _open(project: Project) -> list[str]:
    """What can be done: first of all a recording is written down (听后写下); whoever waits for a word may be spoken to."""
    waits = project.spoken == Spoken.WAITS
    found = [key for key in OUTCOMES if key != CONTACT and (key == HEAR) == waits]
    return [*found, CONTACT] if contact_queries.awaits_contact(project) else found


def _form(request: HttpRequest, kind: type[ActForm], project: Project) -> ActForm:
    more = {"terms": project.round.terms} if issubclass(kind, RuleForm) else {}
    data = request.POST if request.method == "POST" else None
    return kind(data, initial={"version": project.version}, **more)


def _chosen(request: HttpRequest) -> str:
    """The outcome in the address, or in a posted form; a posted one must be known."""
    known = {*OUTCOMES, *ANSWERS}
    if request.method == "POST":
        outcome = request.POST.get("outcome", "")
        if outcome not in known:
            raise BadRequest("outcome")
        return outcome
    return request.GET["outcome"] if request.GET.get("outcome") in known else "accept"


def _moved(request: HttpRequest) -> int:
    return 409 if request.method == "POST" else 200


def _case_url(project: Project) -> str:
    return reverse("proposals:screen", args=[project.code])
