"""The town's desk of money (预算审批): the pool with its requests and reserve, and one request through two people."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Role
from civic.pages import page
from civic.permissions import allowed, require, scopes
from delivery import queries
from delivery.forms import money as forms
from delivery.holding import held
from delivery.models import Approval, ApprovalState, CarryState, Pool
from delivery.permissions import SEES_MONEY
from delivery.queries import whatifs as queries_of
from delivery.views.desks import act, door, find, made, window
from delivery.views.requests import facts, lines, pool_line
from proposals.models import Project, ProjectState
from proposals.views.desks import chip

A_PAGE = 50


@window
def budget(request: HttpRequest) -> HttpResponse:
    """预算: one pool at a time; requests with running total and cut line, the reserve, the ledger."""
    require(request.user, "delivery.budget")
    pools = list(queries.pools_within(scopes(request.user, SEES_MONEY)))
    pool = _chosen(pools, request.GET.get("pool", ""))
    context: dict[str, Any] = {"pools": pools, "pool": pool, "may_set": allowed(request.user, "delivery.set_pool")}
    if pool is not None:
        context |= _of_pool(request, pool)
    return page(request, "delivery/budget.html", **context)


def _chosen(pools: list[Pool], wanted: str) -> Pool | None:
    return next((p for p in pools if str(p.pk) == wanted), pools[0] if pools else None)


def _of_pool(request: HttpRequest, pool: Pool) -> dict[str, Any]:
    table, proposed, promised = queries.table(pool), queries.proposed_yuan(pool), queries.promised_yuan(pool)
    available = max(pool.left_yuan - proposed - promised, Decimal(0))
    reserve = list(queries.on_reserve(pool)[:100])
    holds = held([*(ask.pk for ask in table.asks), *(project.pk for project in reserve)])
    found = Paginator(table.asks, A_PAGE).get_page(request.GET.get("page"))
    return {
        "proposed": proposed,
        "promised": promised,
        "available": available,
        "whatifs": queries_of.whatifs_of(pool)[:20],
        "carries": [
            (carry, allowed(request.user, "delivery.settle_carry", carry))
            for carry in queries.carries_seen(request.user).filter(source=pool, state=CarryState.ASKED)
        ],
        "may_carry": allowed(request.user, "delivery.set_pool", pool.area),
        "may_copy": allowed(request.user, "delivery.make_whatif"),
        "pool_line": pool_line(pool, proposed, available),
        "table": table,
        "found": found,
        "requests": lines(list(found), holds),
        "is_ranked": any(ask.rank for ask in table.asks),
        "reserve": reserve,
        "held_count": len(holds),
        "mine": list(queries.to_decide(request.user).filter(pool=pool).select_related("project__area")[:A_PAGE]),
        "entries": queries.recent_entries(pool),
        "given_back": queries.given_back(pool),
        "most_of_town": (pool.round.terms.approval_ladder_yuan or {}).get("town_approver"),
    }


@door
def set_pool(request: HttpRequest) -> HttpResponse:
    """定资金池."""
    require(request.user, "delivery.set_pool")
    form = made(forms.PoolForm, request, within=scopes(request.user, Role.DISTRICT_OFFICE))
    if form.is_bound and form.is_valid():
        require(request.user, "delivery.set_pool", form.cleaned_data["area"])
    return act(
        request,
        form,
        None,
        done=_("资金池已定"),
        to=reverse("delivery:budget"),
        title=_("定资金池"),
        button=_("定下总额"),
    )


@door
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """审批一件: the handler fills in the request; afterwards the page shows it to the second person."""
    project = find(request, code)
    require(request.user, "delivery.see_approval", project)
    live, pool = queries.live_approval(project), queries.pool_for(project)
    if request.method == "POST":
        require(request.user, "delivery.submit_approval", project)
    may_submit = allowed(request.user, "delivery.submit_approval", project)
    skipped = queries.skipped_by(project) if may_submit and live is None else []
    form = _request_form(request, project, pool, skips=bool(skipped)) if may_submit else None
    context = {
        "project": project,
        "pool": pool,
        "live": live,
        "available": queries.available_in(pool) if pool else None,
        "skipped": skipped,
        "held": held([project.pk]).get(project.pk, ""),
        "facts": facts([project]).get(project.pk),
        "chip": chip(project.due_on, project.limit_workdays),
        "ladder": [rung for rung in queries.ladder(project) if rung.amount_yuan is not None],
        "past": project.approvals.exclude(pk=live.pk if live else None).exclude(answer=""),
        "may_decide": bool(live and _waits(project, live) and allowed(request.user, "delivery.approve", live)),
        "is_mine": bool(live and _waits(project, live) and live.submitted_by_id == request.user.pk),
        "may_submit": may_submit and live is None and project.state == ProjectState.FOR_APPROVAL,
        "may_recall": may_submit and project.state == ProjectState.RESERVE,
    }
    if form is None:
        return page(request, "delivery/approve.html", **context)
    return act(
        request,
        form,
        project,
        template="delivery/approve.html",
        done=_("已提交，等另一位同事审批"),
        to=reverse("delivery:approve", args=[code]),
        **context,
    )


def _request_form(request: HttpRequest, project: Project, pool: Pool | None, *, skips: bool) -> forms.ApprovalForm:
    """The request to fill in; one that came back brings along what was written."""
    sent_back = project.approvals.filter(state=ApprovalState.RETURNED).first()
    amount = sent_back.amount_yuan if sent_back else project.reviewed_yuan or project.estimate_yuan
    written = {"reason": sent_back.reason, "minutes_no": sent_back.minutes_no} if sent_back else {}
    return made(
        forms.ApprovalForm,
        request,
        version=pool.version if pool else None,
        skips=skips,
        initial={"amount_yuan": amount} | written,
    )


def _waits(project: Project, live: Approval) -> bool:
    return live.state == ApprovalState.SUBMITTED and project.state == ProjectState.FOR_APPROVAL


def _request_of(project: Project) -> Approval:
    """The request in force, or the last one there was, so that a late press is answered (409), not lost."""
    live = queries.live_approval(project)
    return live or get_object_or_404(Approval, pk=project.approvals.values("pk")[:1])


@door
def approve_confirm(request: HttpRequest, code: str) -> HttpResponse:
    """批准: a full page that names the consequence before the second person's act."""
    project = find(request, code)
    approval = _request_of(project)
    require(request.user, "delivery.approve", approval)
    return act(
        request,
        made(forms.ApproveForm, request),
        approval,
        template="delivery/approve_confirm.html",
        done=_("已批准，马上公示"),
        to=_pack([project]),
        back=reverse("delivery:approve", args=[project.code]),
        project=project,
        approval=approval,
        days=project.round.terms.notice_workdays,
    )


@door
def approve_each(request: HttpRequest) -> HttpResponse:
    """一起批准: the requests ticked on the desk, all named before the one press; then the notice pack."""
    require(request.user, "delivery.decide")
    waiting = queries.to_decide(request.user).select_related(
        "project__area__parent", "project__round", "pool", "minutes"
    )
    waiting = waiting.order_by("project_id")
    sent = request.POST if request.method == "POST" else request.GET
    form = forms.ApproveEachForm(sent, by=request.user, waiting=waiting)
    chosen = list(form.cleaned_data.get("request", [])) if form.is_valid() else []
    if request.method == "POST" and form.attempt(None, by=request.user):
        messages.success(request, _("已批准，马上公示"))
        return redirect(_pack(approval.project for approval in chosen))
    return page(
        request,
        "delivery/approve_each.html",
        status=409 if form.refused else 200,
        form=form,
        chosen=chosen,
        sum_yuan=sum(approval.amount_yuan for approval in chosen),
        days=max((approval.project.round.terms.notice_workdays for approval in chosen), default=0),
        back_url=reverse("delivery:budget"),
    )


def _pack(projects: Iterable[Project]) -> str:
    """公示材料 of what was just approved."""
    codes = urlencode([("code", project.code) for project in projects])
    return f"{reverse('publicity:notice_pack')}?{codes}"


@door
def approve_return(request: HttpRequest, code: str) -> HttpResponse:
    """退回经办."""
    project = find(request, code)
    approval = _request_of(project)
    require(request.user, "delivery.approve", approval)
    return act(
        request,
        made(forms.ReturnForm, request),
        approval,
        done=_("已退回，等经办重新提交"),
        to=reverse("delivery:approve", args=[code]),
        project=project,
        title=_("退回经办"),
        button=_("退回，公开理由"),
    )


@door
def reserve(request: HttpRequest, code: str) -> HttpResponse:
    """列入候补."""
    project = find(request, code)
    require(request.user, "delivery.submit_approval", project)
    return act(
        request,
        made(forms.ReserveForm, request),
        project,
        done=_("已列入候补，理由已公开"),
        to=reverse("delivery:approve", args=[code]),
        project=project,
        title=_("列入候补"),
        lead=_("资金不够时列入候补。有钱退回资金池后可以递补。"),
        button=_("列入候补，公开理由"),
    )


@door
def recall(request: HttpRequest, code: str) -> HttpResponse:
    """候补递补."""
    project = find(request, code)
    require(request.user, "delivery.submit_approval", project)
    return act(
        request,
        made(forms.RecallForm, request),
        project,
        done=_("已递补，可以提交审批"),
        to=reverse("delivery:approve", args=[code]),
        project=project,
        title=_("候补递补"),
        lead=_("资金池有钱了，把这个项目从候补里取出来重新审批。"),
        button=_("递补"),
    )
