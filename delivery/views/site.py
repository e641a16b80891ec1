"""The site's own pages (现场): what the contractor builds, and three buttons: 传照片, 报完成, 报问题."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Role
from civic.moments import now, today
from civic.pages import page
from civic.permissions import allowed, require
from delivery import queries
from delivery.forms import money, works
from delivery.forms.acts import DeskForm
from delivery.models import Work
from delivery.rules.lamps import lamp_of
from delivery.services.payments import pending_yuan
from delivery.views.board import card_of
from delivery.views.desks import act, door, find, find_work, made, window
from proposals.models import Project, ProjectState
from proposals.views.desks import chip


@window
def site_list(request: HttpRequest) -> HttpResponse:
    """我的工地."""
    require(request.user, "delivery.site")
    mine = [o.organisation_id for o in request.user.live_appointments if o.role == Role.CONTRACTOR]
    moment = now()
    found = queries.site_of(request.user, [pk for pk in mine if pk])
    return page(request, "delivery/sites.html", cards=[card_of(project, moment) for project in found[:100]])


@window
def site(request: HttpRequest, code: str) -> HttpResponse:
    """一个工地: the next milestone, three buttons, money asked and paid."""
    project, work = _mine(request, code)
    milestones = list(work.milestones.all())
    return page(
        request,
        "delivery/site.html",
        project=project,
        work=work,
        milestones=milestones,
        next=next((m for m in milestones if not m.actual_on), None),
        lamp=lamp_of(work, milestones, now()),
        chip=chip(project.due_on, project.limit_workdays, paused=project.state == ProjectState.PAUSED),
        visits=queries.visits_of(work) if work.is_service else None,
        left=work.payable_yuan - work.paid_yuan - pending_yuan(work),
        troubles=queries.troubles_told(work),
        fixes=queries.fixes_of(project).filter(acceptance__isnull=False, done_on=None),
        is_on=project.state in {ProjectState.IN_PROGRESS, ProjectState.RECTIFYING},
    )


@door
def photos(request: HttpRequest, code: str) -> HttpResponse:
    """传照片、报进度."""
    project, work = _mine(request, code)
    form = made(works.ReportForm, request)
    lead = _("地点：%(place)s。上次报的进度是%(percent)d%%。") % {
        "place": project.place_text or project.area.short_name,
        "percent": work.progress_percent,
    }
    return _act(request, project, form, _("传照片"), _("交上去"), _("已收到，项目页上看得到"), lead)


@door
def done(request: HttpRequest, code: str) -> HttpResponse:
    """报完成."""
    project, _work = _mine(request, code)
    form = made(works.DoneForm, request)
    lead = _("全部里程碑都完成了才能报完成。报了以后由居民代表验收。")
    return _act(request, project, form, _("报完成"), _("报完成，申请验收"), _("已报完成，等居民代表验收"), lead)


@door
def trouble(request: HttpRequest, code: str) -> HttpResponse:
    """报问题."""
    project, _work = _mine(request, code)
    form = made(works.TroubleForm, request)
    return _act(request, project, form, _("报问题"), _("报问题"), _("已报给村居和镇街，答复会写在这里"))


@door
def visit(request: HttpRequest, code: str) -> HttpResponse:
    """记上门服务: by the service group or the social worker."""
    project = find(request, code)
    work = find_work(project)
    require(request.user, "delivery.log_visit", work)
    back = "delivery:site" if allowed(request.user, "delivery.report", work) else "delivery:work"
    return act(
        request,
        made(works.VisitForm, request, initial={"visited_on": today()}),
        project,
        done=_("已记下这次服务"),
        to=reverse(back, args=[code]),
        project=project,
        title=_("记一次上门服务"),
        lead=_("只记人数，不拍人，不写姓名。"),
        button=_("记下来"),
    )


@door
def claim(request: HttpRequest, code: str) -> HttpResponse:
    """请款."""
    project, work = _mine(request, code)
    left = work.payable_yuan - work.paid_yuan - pending_yuan(work)
    return act(
        request,
        made(money.PaymentForm, request, version=work.version),
        project,
        template="delivery/claim.html",
        done=_("请款已交，等镇街审核"),
        to=reverse("delivery:site", args=[code]),
        project=project,
        work=work,
        left=left,
    )


def _mine(request: HttpRequest, code: str) -> tuple[Project, Work]:
    """A project this person's unit builds, with its work; 404 without a contract, 403 for another's site."""
    project = find(request, code)
    work = find_work(project)
    require(request.user, "delivery.report", work)
    return project, work


def _act(
    request: HttpRequest, project: Project, form: DeskForm, title: Any, button: Any, done: Any, lead: Any = ""
) -> HttpResponse:
    to = reverse("delivery:site", args=[project.code])
    return act(request, form, project, done=done, to=to, project=project, title=title, lead=lead, button=button)
