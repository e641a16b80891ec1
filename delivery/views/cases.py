"""Single cases of the works' desk: a milestone, a trouble, a change, a claim; each with the acts its state allows."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.moments import today
from civic.pages import page
from civic.permissions import allowed, require
from delivery.forms import money, works
from delivery.forms.acts import DeskForm
from delivery.models import ChangeOrder, ChangeState, Milestone, Payment, PaymentState, ProgressReport
from delivery.queries.photos import old_photo
from delivery.views.desks import act, door, find, made
from delivery.views.works import desk_url
from proposals.models import Project


@door
def milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """报里程碑完成."""
    found = _milestone(pk)
    project = find(request, found.work.project.code)
    require(request.user, "delivery.finish_milestone", found)
    site = not allowed(request.user, "delivery.manage", project)
    return act(
        request,
        made(works.MilestoneForm, request, milestone=found, initial={"on": today()}),
        found,
        done=_("里程碑已完成"),
        to=reverse("delivery:site", args=[project.code]) if site else desk_url(project),
        project=project,
        title=_("%(name)s：报完成") % {"name": found.name},
        lead=_("计划%(month)d月%(day)d日完成。") % {"month": found.planned_on.month, "day": found.planned_on.day},
        guide=old_photo(found),
        button=_("报完成"),
    )


@door
def reschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """改期."""
    found = _milestone(pk)
    project = find(request, found.work.project.code)
    require(request.user, "delivery.manage", project)
    return act(
        request,
        made(works.RescheduleForm, request),
        found,
        done=_("已改期，原定日期仍看得到"),
        to=desk_url(project),
        project=project,
        title=_("%(name)s：改期") % {"name": found.name},
        button=_("改期，公开原因"),
    )


def _milestone(pk: int) -> Milestone:
    found = Milestone.objects.select_related("work__project__round", "work__item__contract")
    return get_object_or_404(found, pk=pk)


@door
def trouble(request: HttpRequest, pk: int) -> HttpResponse:
    """答复施工问题."""
    report = get_object_or_404(ProgressReport.objects.select_related("work__project"), pk=pk, kind="trouble")
    project = find(request, report.work.project.code)
    require(request.user, "delivery.answer_trouble", report)
    return act(
        request,
        made(works.AnswerForm, request),
        report,
        done=_("已答复"),
        to=desk_url(project),
        project=project,
        title=_("答复施工问题"),
        lead=report.note,
        button=_("答复"),
    )


CHANGE_ACTS: dict[str, tuple[str, type[DeskForm], Any]] = {  # what is pressed: its permission, form, words
    "confirm": ("delivery.handle_change", works.ConfirmChangeForm, gettext_lazy("已同意，合同价已跟着变")),
    "submit": ("delivery.handle_change", works.SubmitChangeForm, gettext_lazy("已提交审批")),
    "approve": ("delivery.approve_change", works.ApproveChangeForm, gettext_lazy("已批准，合同价已跟着变")),
    "refuse": ("", works.RefuseChangeForm, gettext_lazy("已答复不同意")),
}


@door
def change_case(request: HttpRequest, pk: int) -> HttpResponse:
    """一份变更: agree, take to the approver, approve, refuse; whatever its state lets this person do."""
    found = get_object_or_404(
        ChangeOrder.objects.select_related("work__project__round", "work__item__contract", "photo"), pk=pk
    )
    project = find(request, found.work.project.code)
    require(request.user, "delivery.follow_works", project)
    fitting = _change_acts(request, found)
    return _decide(
        request,
        found,
        project,
        "delivery/change.html",
        forms={name: CHANGE_ACTS[name][1] for name in CHANGE_ACTS},
        fitting=fitting,
        permission=lambda name: CHANGE_ACTS[name][0] or _refuser(found),
        said=lambda name: CHANGE_ACTS[name][2],
        change=found,
    )


def _refuser(found: ChangeOrder) -> str:
    return "delivery.approve_change" if found.state == ChangeState.SUBMITTED else "delivery.handle_change"


def _change_acts(request: HttpRequest, found: ChangeOrder) -> list[str]:
    if found.state == ChangeState.SUBMITTED and allowed(request.user, "delivery.approve_change", found):
        return ["approve", "refuse"]
    if found.state == ChangeState.REPORTED and allowed(request.user, "delivery.handle_change", found):
        return ["submit" if found.is_over else "confirm", "refuse"]
    return []


PAYMENT_ACTS: dict[str, tuple[str, type[DeskForm], Any]] = {
    "review": ("delivery.review_payment", money.ReviewPaymentForm, gettext_lazy("审核通过，待付款")),
    "refuse": ("delivery.review_payment", money.RefusePaymentForm, gettext_lazy("已退回")),
    "pay": ("delivery.pay", money.PayForm, gettext_lazy("已付款")),
}


@door
def payment_case(request: HttpRequest, pk: int) -> HttpResponse:
    """一笔请款: review, give back, pay."""
    found = get_object_or_404(
        Payment.objects.select_related("work__project__round", "work__item__contract__contractor", "invoice"), pk=pk
    )
    project = find(request, found.work.project.code)
    require(request.user, "delivery.follow_works", project)
    fitting = []
    if found.state == PaymentState.REQUESTED and allowed(request.user, "delivery.review_payment", found):
        fitting = ["review", "refuse"]
    elif found.state == PaymentState.REVIEWED and allowed(request.user, "delivery.pay", found):
        fitting = ["pay"]
    return _decide(
        request,
        found,
        project,
        "delivery/payment.html",
        forms={name: PAYMENT_ACTS[name][1] for name in PAYMENT_ACTS},
        fitting=fitting,
        permission=lambda name: PAYMENT_ACTS[name][0],
        said=lambda name: PAYMENT_ACTS[name][2],
        payment=found,
    )


def _decide(
    request: HttpRequest,
    on: Any,
    project: Project,
    template: str,
    *,
    forms: dict[str, type[DeskForm]],
    fitting: list[str],
    permission: Any,
    said: Any,
    **context: Any,
) -> HttpResponse:
    """A case with several acts, each its own small form; the one pressed is named by ``act``."""
    shown = {name: forms[name](by=request.user) for name in fitting}
    bound = None
    if request.method == "POST":
        name = request.POST.get("act", "")
        if name not in forms:
            return redirect(request.path)
        require(request.user, permission(name), on)
        bound = shown[name] = made(forms[name], request)
        if bound.attempt(on, by=request.user):
            messages.success(request, said(name))
            return redirect(desk_url(project))
    status = bound.status if bound else 200
    return page(request, template, status=status, project=project, acts=shown, form=bound, **context)
