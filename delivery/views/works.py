"""The works' desk (实施管理): one project's contract, plan, start, changes, payments, reminders."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civic.models import Person, Role
from civic.moments import now, today
from civic.pages import page
from civic.permissions import allowed, require, scopes
from civic.templatetags.civic import day
from civic.views import safe_next
from delivery import queries
from delivery.forms import money, works
from delivery.forms.acts import DeskForm
from delivery.forms.filing import FilingForm
from delivery.models import Filing, FollowUp, Work
from delivery.permissions import OFFICES
from delivery.queries.suppliers import bundle_of
from delivery.rules.lamps import lamp_of
from delivery.services import works as services
from delivery.views.desks import act, door, find, find_work, made, window
from proposals.models import Project, ProjectState
from proposals.rules import Clock
from proposals.views.desks import chip

ACTS = {  # what the desk offers, in which states
    "contract": (ProjectState.AWAITING_START,),
    "plan": (ProjectState.AWAITING_START,),
    "start": (ProjectState.AWAITING_START,),
    "change": (ProjectState.IN_PROGRESS, ProjectState.RECTIFYING),
    "accept": (ProjectState.FOR_ACCEPTANCE,),
    "settle": (ProjectState.COMPLETED,),
}
MOST_URGED = 20  # what a page of the queue holds
URGED = (
    ProjectState.AWAITING_START,
    ProjectState.IN_PROGRESS,
    ProjectState.FOR_ACCEPTANCE,
    ProjectState.RECTIFYING,
)


@window
def work(request: HttpRequest, code: str) -> HttpResponse:
    """一个项目的实施页: everything about the works, and what may be done now."""
    project = find(request, code)
    require(request.user, "delivery.follow_works", project)
    found = queries.works_of(project)
    milestones = list(found.milestones.all()) if found else []
    return page(
        request,
        "delivery/work.html",
        project=project,
        work=found,
        milestones=milestones,
        lamp=lamp_of(found, milestones, now()) if found else None,
        chip=_chip(project),
        visits=queries.visits_of(found) if found and found.is_service else None,
        visited=found.visits.all()[:20] if found and found.is_service else [],
        bundle=bundle_of(found) if found else [],
        troubles=queries.troubles_of(found) if found else [],
        fixes=queries.fixes_of(project),
        looks=queries.visits_due(project),
        looks_until=today() + FollowUp.AHEAD,
        filing=Filing.objects.filter(contract__items__work=found).first() if found else None,
        disclosures=project.disclosures.all(),
        on=today(),
        urges=project.urges.all()[:5],
        ladder=queries.ladder(project, found),
        may=_may(request.user, project, found),
    )


def _chip(project: Project) -> Clock | None:
    """The clock of the present step; none for what is finished."""
    if project.state == ProjectState.COMPLETED:
        return None
    return chip(project.due_on, project.limit_workdays, paused=project.state == ProjectState.PAUSED)


def _may(user: Any, project: Project, found: Work | None) -> dict[str, bool]:
    """Which buttons the page shows; each door asks again."""
    manage = allowed(user, "delivery.manage", project)
    fits = {name: project.state in states for name, states in ACTS.items()}
    return {
        "contract": manage and fits["contract"] and found is None,
        "plan": manage and fits["plan"] and found is not None,
        "start": manage and fits["start"] and found is not None,
        "change": manage and fits["change"],
        "accept": manage and fits["accept"],
        "settle": fits["settle"]
        and found is not None
        and found.settled_yuan is None
        and allowed(user, "delivery.settle", project),
        "archive": manage and found is not None and found.settled_yuan is not None and project.archived_on is None,
        "urge": allowed(user, "delivery.urge", project) and project.state in URGED,
        "manage": manage,
    }


def desk_url(project: Project) -> str:
    return reverse("delivery:work", args=[project.code])


@door
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """登记合同."""
    project = find(request, code)
    require(request.user, "delivery.contract", project)
    others = list(queries.contractable(project, scopes(request.user, OFFICES)))
    form = made(works.ContractForm, request, project=project, others=others)
    return act(
        request,
        form,
        project,
        template="delivery/contract.html",
        done=_("合同已登记，工期按合同先排了3个里程碑，可以改"),
        to=desk_url(project),
        project=project,
        limit_yuan=project.round.terms.tender_threshold_yuan,
    )


@door
def file_contract(request: HttpRequest, code: str) -> HttpResponse:
    """登记备案 of the contract of a project, for all of its projects."""
    project = find(request, code)
    require(request.user, "delivery.manage", project)
    waits = get_object_or_404(Filing.objects.select_related("contract"), contract__items__work__project=project)
    lead = _("合同%(number)s，%(day)s签订。签订后%(limit)d个工作日内备案，%(due)s到期。")
    said = {"number": waits.contract.number, "day": day(waits.contract.signed_on), "due": day(waits.due_on)}
    return act(
        request,
        made(FilingForm, request),
        waits,
        done=_("已登记备案，公开页上看得到"),
        to=desk_url(project),
        project=project,
        title=_("合同备案"),
        lead=lead % (said | {"limit": waits.limit_workdays}),
        button=_("登记备案"),
    )


@door
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """排工期."""
    project = find(request, code)
    require(request.user, "delivery.manage", project)
    found = find_work(project)
    form = made(works.PlanForm, request, service=found.is_service, initial=_planned(found))
    return act(
        request,
        form,
        project,
        template="delivery/plan.html",
        done=_("工期已排定"),
        to=desk_url(project),
        project=project,
    )


def _planned(found: Work) -> dict[str, Any]:
    """The present plan, for the form to begin with."""
    initial: dict[str, Any] = {"visits_planned": found.visits_planned}
    for n, milestone in enumerate(found.milestones.all(), start=1):
        initial |= {
            f"name_{n}": milestone.name,
            f"planned_on_{n}": milestone.planned_on,
            f"share_{n}": milestone.share_percent,
            f"slot_{n}": milestone.photo_slot,
        }
    return initial


@door
def start(request: HttpRequest, code: str) -> HttpResponse:
    """开工."""
    return _simple(
        request,
        find(request, code),
        works.StartForm,
        "delivery.manage",
        done=_("已开工，施工单位可以报进度了"),
        title=_("开工"),
        lead=_("开工要有合同、工期和公示牌照片。开工后这些会公开。"),
        button=_("确认开工"),
    )


@door
def urge(request: HttpRequest, code: str) -> HttpResponse:
    """催办."""
    return _simple(
        request,
        find(request, code),
        works.UrgeForm,
        "delivery.urge",
        done=_("已催办，记在全部记录里"),
        title=_("催办"),
        lead=_("同一个项目两天最多催一次。"),
        button=_("催办"),
    )


@login_required
@require_POST
def urge_each(request: HttpRequest) -> HttpResponse:
    """批量催办: the late works ticked in the queue."""
    require(request.user, "delivery.board")
    projects = list(Project.objects.filter(code__in=request.POST.getlist("code")[:MOST_URGED]))
    for project in projects:
        require(request.user, "delivery.urge", project)
    urged, refused = services.urge_each(projects, by=request.user)
    if urged:
        messages.success(request, _("已催办%(count)s件，记在全部记录里") % {"count": urged})
    if refused:
        messages.warning(request, _("%(count)s件没有催：两天内已经催过，或者不用催了") % {"count": refused})
    if not projects:
        messages.warning(request, _("还没有选要催的。在要催的项目旁打勾，再按催办"))
    return redirect(safe_next(request, reverse("publicity:desk")))


@door
def change(request: HttpRequest, code: str) -> HttpResponse:
    """报变更: by the offices or the contractor."""
    project = find(request, code)
    found = find_work(project)
    require(request.user, "delivery.report_change", found)
    share = project.round.terms.change_threshold_share
    site = not allowed(request.user, "delivery.manage", project)
    return act(
        request,
        made(works.ChangeForm, request, version=found.version),
        project,
        done=_("变更已报，等同意后生效"),
        to=reverse("delivery:site", args=[code]) if site else desk_url(project),
        project=project,
        title=_("报变更"),
        lead=_("变更累计不超过合同价的%(share)s由村居同意；超过的，或超过批准金额的，要镇街两人审批。")
        % {"share": share},
        button=_("报变更"),
    )


@door
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """换联系人."""
    project = find(request, code)
    return _simple(
        request,
        project,
        works.HandOverForm,
        "delivery.manage",
        people=_people(project),
        done=_("联系人已换"),
        title=_("换联系人"),
        button=_("换成这个人"),
    )


def _people(project: Project) -> Any:
    """The officers of the place who may answer for a project."""
    above = queries.levels_above(project.area_id)
    roles = [Role.VILLAGE_OFFICE, Role.SOCIAL_WORKER, Role.TOWN_HANDLER]
    offices = Person.objects.filter(appointments__role__in=roles, appointments__area__in=above)
    in_force = offices.filter(appointments__starts_on__lte=today()).exclude(appointments__ends_on__lt=today())
    return in_force.distinct().order_by("name")


def _simple(
    request: HttpRequest, project: Project, kind: type[DeskForm], permission: str, *, done: Any, **context: Any
) -> HttpResponse:
    """One act on the project with one form, back to its desk."""
    require(request.user, permission, project)
    more = {"people": context.pop("people")} if "people" in context else {}
    form = made(kind, request, **more)
    return act(request, form, project, done=done, to=desk_url(project), project=project, **context)


@door
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """结算."""
    project = find(request, code)
    require(request.user, "delivery.settle", project)
    found = find_work(project)
    return act(
        request,
        made(money.SettleForm, request, version=found.version, initial={"settled_yuan": found.agreed_yuan}),
        project,
        template="delivery/settle.html",
        done=_("已结算，结余已退回资金池"),
        to=desk_url(project),
        project=project,
        work=found,
    )


@door
def archive(request: HttpRequest, code: str) -> HttpResponse:
    """归档."""
    return _simple(
        request,
        find(request, code),
        money.ArchiveForm,
        "delivery.archive",
        done=_("已归档"),
        title=_("归档"),
        lead=_("归档后项目页照样公开，不再改动。"),
        button=_("归档"),
    )
