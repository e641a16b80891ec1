"""Doors to proposing (提议): three short steps, one check page, one receipt; every step saves the draft."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic import limits
from civic.moments import now
from civic.pages import chosen_area, page
from civic.permissions import require
from civic.rules import RuleBroken
from civic.views import safe_next
from proposals import queries, rules, similar
from proposals.forms.proposing import FOR_RESIDENT, FOR_UNIT, PIN
from proposals.forms.wizard import FIELDS, FILES, STEPS, Wizard
from proposals.models import Project
from proposals.services import drafts, proposing

LINKED = ("area", "round", "who")  # what a link on a place's, a round's or a desk's page says beforehand
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponse]


def with_wizard(view: View) -> View:
    """Give the view the wizard of ``?draft=``; one already handed in leads to its receipt, no open round to the reason."""

    @wraps(view)
    def wrapped(request: HttpRequest, **route: int) -> HttpResponse:
        token = _token(request)
        if token is None:
            return redirect("proposals:propose")
        filed = _own(request).filter(submit_key=str(token)).first()
        if filed:
            return redirect("proposals:propose_done", filed.code)
        wizard = Wizard(request.user, token, near=chosen_area(request), linked=_linked(request))
        if not wizard.rounds:
            return _closed_meanwhile(request, wizard)
        return view(request, wizard, **route)

    return login_required(wrapped)


@login_required
@require_safe
def propose(request: HttpRequest) -> HttpResponse:
    """提议: goes on with the draft named, or with the latest, or begins a new one."""
    if not queries.rounds_open(now()).exists():
        return _closed(request)
    own, token = queries.drafts_of(request.user), _token(request)
    draft = None if "new" in request.GET else own.filter(token=token).first() if token else own.first()
    if draft is None:
        return redirect(_step_url(1, uuid4(), **_linked(request)))
    return redirect(_step_url(int(draft.data.get("step", 1)), draft.token, again=1))


@get_or_post
@with_wizard
def step(request: HttpRequest, wizard: Wizard, number: int) -> HttpResponse:
    """One of the three steps; what was typed is kept whether or not it will do."""
    if number not in STEPS:
        raise Http404
    sent = request.method == "POST"
    if sent and request.POST.get("who") == FOR_RESIDENT:
        require(request.user, "proposals.propose_for", wizard.area_code)
    form = wizard.form(number, request.POST if sent else None, request.FILES if sent else None)
    if sent:
        is_valid = form.is_valid()
        alike = is_valid and number == 1 and _has_similar(request, wizard)
        _keep(request, wizard, number, form, reached=number + is_valid)
        if alike:
            return redirect(_url("proposals:similar", draft=wizard.token, **_back(request)))
        if is_valid:
            return redirect(_step_url(4 if _back(request) else number + 1, wizard.token))
    return page(
        request,
        f"proposals/propose_{number}.html",
        form=form,
        draft=wizard.draft,
        number=number,
        is_again="again" in request.GET,
        autosave_url=_url("proposals:propose_autosave", number, draft=wizard.token),
    )


@login_required
@require_POST
def autosave(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what is being typed (自动存草稿); nothing is checked."""
    token = _token(request)
    if token is None or number not in STEPS:
        raise Http404
    wizard = Wizard(request.user, token, linked=_linked(request))
    uploads = wizard.sent_already(number, request.POST)
    drafts.keep(token, _typed(request, wizard, number), by=request.user, **uploads)
    return HttpResponse(status=204)


@require_safe
@with_wizard
def similar_projects(request: HttpRequest, wizard: Wizard) -> HttpResponse:
    """相近的提议: as a part while the title is typed, and as a page after the first step."""
    title = request.GET.get("title", wizard.draft.data.get("title", ""))
    found = similar.similar_to(title, wizard.town_prefix)
    pin = [str(wizard.draft.data.get(name, "")) for name in PIN]
    return page(
        request,
        "proposals/propose_similar.html",
        part="proposals/_similar.html",
        draft=wizard.draft,
        found=found,
        seconds=queries.count_seconds(found),
        away=similar.away(found, *pin),
        next_url=_step_url(2, wizard.token, **_back(request)),
    )


@get_or_post
@with_wizard
def check(request: HttpRequest, wizard: Wizard) -> HttpResponse:
    """核对: everything on one page with 修改 beside it; 提交提议 files it."""
    status, problem, wait = 200, "", None
    if request.method == "POST":
        if wizard.draft.data.get("who") == FOR_RESIDENT:
            require(request.user, "proposals.propose_for", wizard.area_code)
        try:
            if wizard.is_complete:
                return redirect("proposals:propose_done", _file(request, wizard).code)
            status = 422
        except RuleBroken as broken:
            status, problem = 409, broken.message
        except limits.TooOften as often:
            status, problem, wait = 429, _too_many(often), often.retry_after
    response = page(request, "proposals/propose_check.html", status=status, **_check_context(wizard, problem))
    if wait:
        response["Retry-After"] = wait
    return response


@login_required
@require_safe
def done(request: HttpRequest, code: str) -> HttpResponse:
    """回执: only for whoever handed it in."""
    project = get_object_or_404(_own(request), code=code)
    return page(
        request,
        "proposals/propose_done.html",
        project=project,
        office=queries.intake_office(project.area_id),
        link=request.build_absolute_uri(project.get_absolute_url()),
    )


@login_required
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw a draft away (删草稿)."""
    token = _token(request)
    if token is not None:
        drafts.discard(token, by=request.user)
        messages.success(request, _("草稿已删掉"))
    return redirect(safe_next(request))


@login_required
@get_or_post
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """撤回: a page that names the consequence, then the act."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    require(request.user, "proposals.withdraw", project)
    rules.target_state(project, "withdraw")
    reason = request.POST.get("reason", "")[:200]
    if request.method == "POST":
        try:
            project = proposing.withdraw(project, by=request.user, reason=reason)
            messages.success(request, _("已撤回"))
            return redirect(project)
        except RuleBroken as broken:
            if broken.field != "reason":
                raise
            status, problem = 422, broken.message
    else:
        status, problem = 200, ""
    seconds = queries.count_seconds([project])[project.pk]
    return page(
        request,
        "proposals/withdraw.html",
        status=status,
        project=project,
        seconds=seconds,
        reason=reason,
        problem=problem,
        for_another=request.user.pk != project.proposer_id,
    )


def _token(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("draft") or request.POST.get("draft", ""))
    except ValueError:
        return None


def _own(request: HttpRequest):
    return queries.visible_to(request.user).filter(Q(proposer=request.user) | Q(entered_by=request.user))


def _linked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name][:20] for name in LINKED if name in request.GET}


def _back(request: HttpRequest) -> dict[str, str]:
    """Whoever came from the check page goes back there."""
    return {"back": "check"} if request.GET.get("back") == "check" else {}


def _url(name: str, *args: object, **params: object) -> str:
    return f"{reverse(name, args=args)}?{urlencode(params)}"


def _step_url(number: int, token: UUID, **params: object) -> str:
    """A step's address; after the third comes the check page."""
    if number in STEPS:
        return _url("proposals:propose_step", number, draft=token, **params)
    return _url("proposals:propose_check", draft=token)


def _typed(request: HttpRequest, wizard: Wizard, number: int) -> dict[str, str]:
    """What was typed in a step, and what the link that led here said."""
    linked = {name: wizard.draft.data[name] for name in LINKED if name in wizard.draft.data}
    return linked | {name: request.POST.get(name, "") for name in FIELDS[number] if name not in FILES}


def _keep(request: HttpRequest, wizard: Wizard, number: int, form: BaseForm, reached: int) -> None:
    values = _typed(request, wizard, number)
    values["step"] = str(max(reached, int(wizard.draft.data.get("step", 1))))
    if number == 1 and reached > number:
        values["similar_for"] = values["title"]
    uploads = {name: form.fields[name].kept for name in FILES if name in form.fields}
    drafts.keep(wizard.token, values, by=request.user, **uploads)


def _has_similar(request: HttpRequest, wizard: Wizard) -> bool:
    """Whether there are similar ones that were not shown for this title yet, while typing or on their page."""
    title, shown = request.POST.get("title", ""), wizard.draft.data.get("similar_for")
    return (
        title != shown and "similar_shown" not in request.POST and bool(similar.similar_to(title, wizard.town_prefix))
    )


def _file(request: HttpRequest, wizard: Wizard) -> Project:
    limits.PROPOSAL_IP.hit(limits.client_ip(request))
    return proposing.propose(
        wizard.proposal(),
        by=request.user,
        key=wizard.token,
        resident=wizard.resident(),
        for_unit=wizard.draft.data.get("who") == FOR_UNIT,
        name=wizard.name,
    )


def _check_context(wizard: Wizard, problem: str) -> dict[str, object]:
    return {
        "draft": wizard.draft,
        "round": wizard.round,
        "problem": problem,
        "faults": [
            (_step_url(number, wizard.token, back="check"), form[name].label if name in form.fields else "", error)
            for number, form in wizard.checked.items()
            for name, errors in form.errors.items()
            for error in errors
        ],
        "rows": [
            {"label": label, "value": value, "url": _step_url(number, wizard.token, back="check")}
            for number, label, value in wizard.answers()
        ],
        "voice_url": _step_url(1, wizard.token, back="check"),
        "photos_url": _step_url(2, wizard.token, back="check"),
        "warning": wizard.warning,
    }


def _too_many(often: limits.TooOften) -> str:
    if often.retry_after <= limits.PROPOSAL_NEW.seconds:
        return _("您刚提过一件，请过%(seconds)s秒再提这一件。这一份留在草稿里，不会丢") % {"seconds": often.retry_after}
    hours = -(-often.retry_after // 3600)
    return _("今天提的已经到上限，大约%(hours)s小时后可以再提。这一份留在草稿里，不会丢") % {"hours": hours}


def _closed_meanwhile(request: HttpRequest, wizard: Wizard) -> HttpResponse:
    """The round closed while somebody wrote: the text stays in the draft."""
    if request.method == "POST":
        names = [name for number in STEPS for name in FIELDS[number] if name in request.POST]
        drafts.keep(wizard.token, {name: request.POST[name] for name in names}, by=request.user)
    return _closed(request, status=409 if request.method == "POST" else 200)


def _closed(request: HttpRequest, status: int = 200) -> HttpResponse:
    area = chosen_area(request)
    return page(
        request,
        "proposals/propose_closed.html",
        status=status,
        round=queries.latest_round(area),
        has_draft=queries.drafts_of(request.user).exists(),
        area=area,
        now=now(),
    )
