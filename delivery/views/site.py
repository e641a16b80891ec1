"""The site's own pages (现场): what the contractor builds, and three buttons: 传照片, 报完成, 报问题."""

from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic.models import Role
from civic.moments import now, today
from civic.pages import page
from civic.permissions import allowed, require
from delivery import queries
from delivery.forms import money, works
from delivery.models import Work
from delivery.queries.photos import old_photo
from delivery.rules.lamps import lamp_of
from delivery.rules.works import photo_needed
from delivery.services.payments import pending_yuan
from delivery.views.board import card_of
from delivery.views.desks import act, door, find, find_work, made, window
from proposals.models import Project, ProjectState
from proposals.views.desks import chip


@window
def site_list(request: HttpRequest) -> HttpResponse:
    """我的工地: what can be reported on first, each with its three buttons."""
    require(request.user, "delivery.site")
    mine = [o.organisation_id for o in request.user.live_appointments if o.role == Role.CONTRACTOR]
    moment = now()
    found = queries.site_of(request.user, [pk for pk in mine if pk])
    cards = [
        (card_of(project, moment), buttons_of(project, project.work), coming_of(project.work))
        for project in found[:100]
    ]
    return page(request, "delivery/sites.html", cards=sorted(cards, key=lambda each: not each[1]))


class Button(NamedTuple):
    """One of the three large ones (三个大按钮)."""

    label: str
    url: str
    icon: str
    is_main: bool = False


class Coming(NamedTuple):
    """The stage that comes next (下一个里程碑), as a phone without a network must know it."""

    pk: int
    name: str
    planned_on: date
    photo_needed: str


def coming_of(work: Work) -> Coming | None:
    """The next stage of a work whose milestones are loaded; None when all are finished."""
    stage = next((m for m in work.milestones.all() if not m.actual_on), None)
    return stage and Coming(stage.pk, stage.name, stage.planned_on, photo_needed(stage))


def buttons_of(project: Project, work: Work) -> list[Button]:
    """传照片 or 记上门, 报完成 of the next milestone or of the whole, 报问题; none while nothing is built."""
    if project.state not in {ProjectState.IN_PROGRESS, ProjectState.RECTIFYING}:
        return []
    code = project.code
    first = ("visit", _("记上门"), "hand") if work.is_service else ("site_photos", _("传照片"), "camera")
    found = [Button(first[1], reverse(f"delivery:{first[0]}", args=[code]), first[2], is_main=True)]
    if project.state == ProjectState.IN_PROGRESS:
        found.append(Button(_("报完成"), reverse("delivery:site_done", args=[code]), "hand"))
    return [*found, Button(_("报问题"), reverse("delivery:site_trouble", args=[code]), "bell")]


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
        next=coming_of(work),
        lamp=lamp_of(work, milestones, now()),
        chip=chip(project.due_on, project.limit_workdays, paused=project.state == ProjectState.PAUSED),
        visits=queries.visits_of(work) if work.is_service else None,
        left=work.payable_yuan - work.paid_yuan - pending_yuan(work),
        troubles=queries.troubles_told(work),
        reports=queries.reports_of(work),
        visited=work.visits.all()[:10] if work.is_service else [],
        fixes=queries.fixes_of(project).filter(acceptance__isnull=False, done_on=None),
        buttons=buttons_of(project, work),
    )


@door
def photos(request: HttpRequest, code: str) -> HttpResponse:
    """传照片、报进度."""
    project, work = _mine(request, code)
    form = made(works.ReportForm, request, initial=_begun(project))
    lead = _("上次报的进度是%(percent)d%%。") % {"percent": work.progress_percent}
    return _send(request, project, form, _("传照片"), _("交上去"), _("已收到，项目页上看得到"), lead)


@door
def done(request: HttpRequest, code: str) -> HttpResponse:
    """报完成: of the stage that comes next, or of the whole once every stage is finished."""
    project, work = _mine(request, code)
    stage = next((m for m in work.milestones.all() if not m.actual_on), None)
    begun = _begun(project) | {"stage": stage and stage.pk, "on": today()}
    form = made(works.DoneForm, request, initial=begun, stage=stage, is_whole=stage is None)
    if stage is None:
        lead = _("全部里程碑都完成了。报了以后由居民代表验收。")
        return _send(request, project, form, _("报完成"), _("报完成，申请验收"), _("已收到，等居民代表验收"), lead)
    lead = _("计划%(month)d月%(day)d日完成。") % {"month": stage.planned_on.month, "day": stage.planned_on.day}
    title = _("%(name)s：报完成") % {"name": stage.name}
    return _send(request, project, form, title, _("报完成"), _("已收到，里程碑已完成"), lead, guide=old_photo(stage))


@door
def trouble(request: HttpRequest, code: str) -> HttpResponse:
    """报问题."""
    project, _work = _mine(request, code)
    form = made(works.TroubleForm, request, initial=_begun(project))
    return _send(request, project, form, _("报问题"), _("报问题"), _("已报给村居和镇街，答复会写在这里"))


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a phone shows without a network in place of a page of the site: a form that waits on it, and what waits.

    It is kept on the phone and knows nothing of the reader; nobody is asked to sign in.
    """
    kinds = {"photos": works.ReportForm, "done": works.DoneForm, "trouble": works.TroubleForm}
    return page(
        request, "delivery/site_offline.html", **{kind: form(auto_id=f"{kind}_%s") for kind, form in kinds.items()}
    )


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


def _begun(project: Project) -> dict[str, Any]:
    """A fresh key, and the place as the project has it, for the person on the site to confirm."""
    return {"key": uuid4(), "place": project.place_text[:60]}


def _send(
    request: HttpRequest,
    project: Project,
    form: works.SiteForm,
    title: Any,
    button: Any,
    done: Any,
    lead: Any = "",
    **context: Any,
) -> HttpResponse:
    """One report from the site. To the phone's queue (asking for JSON) it answers 201 once it is kept, or why not."""
    if request.method != "POST" or request.headers.get("Accept") != "application/json":
        to = reverse("delivery:site", args=[project.code])
        context |= {"project": project, "title": title, "lead": lead, "button": button}
        return act(request, form, project, done=done, to=to, template="delivery/site_send.html", **context)
    if form.attempt(project, by=request.user):
        return JsonResponse({"key": str(form.cleaned_data["key"])}, status=201)
    words = " ".join(error for errors in form.errors.values() for error in errors)
    return JsonResponse({"error": words}, status=form.status)
