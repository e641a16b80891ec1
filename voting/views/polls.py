"""The desk of polls (投票工作页): prepare one, see what is missing, ask for what takes two people, and confirm it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic.models import Area
from civic.moments import now
from civic.pages import page
from civic.permissions import allowed, require, scopes
from civic.rules import RuleBroken
from proposals.models import Round
from proposals.rule_words import COUNT_RULES
from voting import desk_queries, poll_queries, poll_rules, station_queries
from voting.forms import polls as forms
from voting.models import ActKind, ActState, Poll, PollAct, PollState
from voting.permissions import POLL_OFFICE
from voting.services import poll_acts, polls

PER_PAGE = 20
MENDED_IN = {  # what is missing → the page that mends it, and the field on it
    "projects": ("voting:poll_projects", ""),
    "project_elsewhere": ("voting:poll_projects", ""),
    "cost": ("voting:poll_projects", ""),
    "cost_over_budget": ("voting:poll_change", "#id_budget_yuan"),
    "budget": ("voting:poll_change", "#id_budget_yuan"),
    "dates": ("voting:poll_change", "#id_opens_at"),
    "closes_at": ("voting:poll_change", "#id_closes_at"),
    "notice": ("voting:poll_change", "#id_opens_at"),
    "rule": ("voting:poll_change", "#id_count_rule"),
    "roll": ("voting:poll_roll", ""),
}
STANDING = {ActState.ASKED, ActState.CONFIRMED}
ASKED_HERE = {ActKind.OPEN, ActKind.EXTEND, ActKind.CLOSE, ActKind.CANCEL}
DONE = 302
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def poll_list(request: HttpRequest) -> HttpResponse:
    """居民投票: what waits for me, where one could be prepared, and all polls in reach."""
    require(request.user, "voting.open_poll_desk")
    found = desk_queries.on_desk(request.user)
    return page(
        request,
        "voting/polls.html",
        places=desk_queries.places_to_prepare(scopes(request.user, POLL_OFFICE)),
        acts=desk_queries.acts_to_confirm(request.user).select_related("poll__area", "poll__round", "asked_by"),
        polls=Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    )


@login_required
@form_methods
def prepare(request: HttpRequest) -> HttpResponse:
    """筹备投票 in a place for a round; the round says how, the office when and with how much."""
    round = get_object_or_404(Round, pk=_number(request.GET.get("round", "")))
    area = get_object_or_404(Area, pk=request.GET.get("area", ""))
    require(request.user, "voting.prepare_poll", area)
    waiting = poll_queries.waiting_for_poll(round, area)
    form = forms.PrepareForm(request.POST if request.method == "POST" else None)
    made: list[Poll] = []
    status = tried(form, lambda: made.append(polls.prepare(round, area, by=request.user, **form.cleaned_data)))
    if made:
        messages.success(request, _("已开始筹备"))
        return redirect("voting:poll", made[0].pk)
    return page(request, "voting/poll_new.html", status=status, form=form, round=round, area=area, projects=waiting)


@login_required
@require_safe
def poll(request: HttpRequest, pk: int) -> HttpResponse:
    """投票工作页: how it stands, what is missing and where to mend it, what may be asked for now."""
    found = on_desk(request, pk)
    acts = list(desk_queries.acts(found))
    lacking = polls.readiness(found) if found.state == PollState.DRAFT else []
    runs = allowed(request.user, "voting.prepare_poll", found)
    standing = next((act for act in acts if act.kind == ActKind.OPEN and act.state in STANDING), None)
    return page(
        request,
        "voting/poll.html",
        poll=found,
        entries=poll_queries.poll_projects(found),
        count_rule=COUNT_RULES.get(found.count_rule, found.count_rule),
        lacking=[(one.text, _mended_in(one.code, found)) for one in lacking],
        roll_now=found.roll.count(),
        waiting=[(act, _may_settle(request, act)) for act in acts if act.state == ActState.ASKED],
        standing=standing if standing and standing.state == ActState.CONFIRMED else None,
        settled=[act for act in acts if act.state != ActState.ASKED],
        kinds=_kinds_now(found, acts, is_ready=not lacking) if runs else [],
        runs=runs,
        may_change=runs and found.state == PollState.DRAFT and standing is None,
        ballots=desk_queries.coarse_ballots(found) if found.state == PollState.OPEN else None,
        coarse=desk_queries.COARSE,
        disputes=station_queries.open_disputes().filter(entry__poll=found).count(),
    )


@login_required
@form_methods
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """改投票安排 of a draft."""
    found = _prepared_by(request, pk)
    initial = {name: getattr(found, name) for name in forms.ChangeForm.base_fields}
    form = forms.ChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    status = tried(form, lambda: polls.change(found, by=request.user, **form.cleaned_data))
    if status == DONE:
        messages.success(request, _("已保存"))
        return redirect("voting:poll", pk)
    return page(request, "voting/poll_change.html", status=status, form=form, poll=found)


@login_required
@form_methods
def projects(request: HttpRequest, pk: int) -> HttpResponse:
    """调整参投项目: their costs are read anew."""
    found = _prepared_by(request, pk)
    form = forms.ProjectsForm(request.POST if request.method == "POST" else None, poll=found)
    status = tried(form, lambda: polls.list_projects(found, by=request.user, **form.cleaned_data))
    if status == DONE:
        messages.success(request, _("已保存"))
        return redirect("voting:poll", pk)
    return page(request, "voting/poll_projects.html", status=status, form=form, poll=found)


@login_required
@form_methods
def ask(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """提请: names what follows; another person confirms."""
    found = _found(pk)
    require(request.user, "voting.ask_poll_act", found)
    if kind not in ASKED_HERE:
        raise Http404
    if found.state not in poll_rules.ASKED_IN[ActKind(kind)]:
        raise RuleBroken(_("投票已经不在这一步，回工作页看看"), code="wrong_state")
    form_class = forms.ExtendForm if kind == ActKind.EXTEND else forms.ReasonForm
    form = form_class(request.POST if request.method == "POST" else None)
    status = tried(form, lambda: poll_acts.ask(found, ActKind(kind), by=request.user, **form.facts))
    if status == DONE:
        messages.success(request, _("已提请，等另一人确认"))
        return redirect("voting:poll", pk)
    lacking = polls.readiness(found) if kind == ActKind.OPEN else []
    act = PollAct(poll=found, kind=kind)
    return page(request, "voting/poll_ask.html", status=status, form=form, poll=found, act=act, lacking=lacking)


@login_required
@form_methods
def confirm(request: HttpRequest, pk: int, act_pk: int) -> HttpResponse:
    """确认: a full page names what follows, then it is done."""
    act = _act(pk, act_pk)
    require(request.user, "voting.confirm_poll_act", act)
    poll_rules.check_waits(act)
    if request.method == "POST":
        poll_acts.confirm(act, by=request.user)
        messages.success(request, _("已确认"))
        return redirect("voting:poll", pk)
    return page(request, "voting/poll_confirm.html", poll=act.poll, act=act, roll_now=act.poll.roll.count())


@login_required
@form_methods
def refuse(request: HttpRequest, pk: int, act_pk: int) -> HttpResponse:
    """退回 what was asked for, or an opening confirmed and not come yet."""
    act = _act(pk, act_pk)
    require(request.user, "voting.refuse_poll_act", act)
    poll_rules.check_can_refuse(act, act.poll)
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    status = tried(form, lambda: poll_acts.refuse(act, by=request.user, **form.facts))
    if status == DONE:
        messages.success(request, _("已退回"))
        return redirect("voting:poll", pk)
    return page(request, "voting/poll_refuse.html", status=status, form=form, poll=act.poll, act=act)


def tried(form: Form, do: Callable[[], Any]) -> int:
    """Do it if the form is whole: DONE, or the status of the page to mend, what was wrong standing in the form."""
    if not form.is_valid():
        return 200  # page() makes it a 422 where something was filled in
    try:
        do()
    except RuleBroken as broken:
        wrong = ValidationError(broken.message, code=broken.code)
        form.add_error(broken.field if broken.field in form.fields else None, wrong)
        return 409
    except ValidationError as fault:
        form.add_error(None, fault)
        return 422
    return DONE


def on_desk(request: HttpRequest, pk: int) -> Poll:
    """A poll that this person may see from the inside."""
    found = _found(pk)
    require(request.user, "voting.open_poll_desk", found)
    return found


def _prepared_by(request: HttpRequest, pk: int) -> Poll:
    """A poll this person prepares, while it may change."""
    found = _found(pk)
    require(request.user, "voting.prepare_poll", found)
    polls.check_can_change(found)
    return found


def _found(pk: int) -> Poll:
    return get_object_or_404(Poll.objects.select_related("round", "area"), pk=pk)


def _act(pk: int, act_pk: int) -> PollAct:
    acts = PollAct.objects.select_related("poll__area", "poll__round", "asked_by", "person", "area")
    return get_object_or_404(acts, pk=act_pk, poll=pk)


def _may_settle(request: HttpRequest, act: PollAct) -> dict[str, bool]:
    return {name: allowed(request.user, f"voting.{name}_poll_act", act) for name in ("confirm", "refuse")}


def _kinds_now(found: Poll, acts: list[PollAct], *, is_ready: bool) -> list[ActKind]:
    """What may be asked for now; the services hold the rules."""
    if any(act.state == ActState.ASKED and act.kind != ActKind.ENROL for act in acts):
        return []
    if found.state == PollState.DRAFT:
        stands = any(act.kind == ActKind.OPEN and act.state == ActState.CONFIRMED for act in acts)
        return [ActKind.CANCEL] if stands or not is_ready else [ActKind.OPEN, ActKind.CANCEL]
    is_on = found.state == PollState.OPEN and found.closes_at is not None and found.closes_at > now()
    return [ActKind.EXTEND, ActKind.CLOSE, ActKind.CANCEL] if is_on else []


def _mended_in(code: str, found: Poll) -> str:
    route, anchor = MENDED_IN.get(code, ("", ""))
    return reverse(route, args=[found.pk]) + anchor if route else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
