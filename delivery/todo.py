"""What waits for a person in money and works (待办): one entry per queue they work on."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Role
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import User, allowed, has_role, scopes
from delivery import queries
from delivery.permissions import OFFICES, TOWN
from proposals.models import Project, ProjectState

MOVING = [ProjectState.AWAITING_START, ProjectState.IN_PROGRESS, ProjectState.RECTIFYING, ProjectState.FOR_ACCEPTANCE]
FOLLOW = (*OFFICES, Role.TOWN_APPROVER, Role.SOCIAL_WORKER)


@on_desk
def waiting_for(user: User) -> list[Todo]:
    """待办, at most three queries."""
    return [*_money(user), *_works(user), *_site(user), *_signing(user)]


def _money(user: User) -> list[Todo]:
    if not has_role(user, TOWN):
        return [Todo(_("资金池"), 0, reverse("delivery:budget"))] if allowed(user, "delivery.budget") else []
    waiting = Project.objects.filter(queries.within(scopes(user, TOWN)), state=ProjectState.FOR_APPROVAL)
    if not has_role(user, Role.TOWN_HANDLER):
        waiting = waiting.filter(approvals__state="submitted").exclude(approvals__submitted_by=user)
    return [_todo(_("预算审批"), waiting, reverse("delivery:budget"))]


def _works(user: User) -> list[Todo]:
    if not has_role(user, FOLLOW):
        return []
    return [_todo(_("实施看板"), queries.waiting_works(user), reverse("delivery:board"))]


def _site(user: User) -> list[Todo]:
    if not has_role(user, Role.CONTRACTOR):
        return []
    mine = [o.organisation_id for o in user.live_appointments if o.role == Role.CONTRACTOR and o.organisation_id]
    works = Project.objects.filter(work__item__contract__contractor__in=mine, state__in=MOVING)
    return [_todo(_("我的工地"), works, reverse("delivery:sites"))]


def _signing(user: User) -> list[Todo]:
    """The supervision group's signatures under acceptances now held; a single one is a press away."""
    prefixes = scopes(user, Role.SUPERVISOR)
    if not prefixes:
        return []
    waiting = list(queries.unsigned_by(user, prefixes)[:100])
    one = reverse("delivery:sign", args=[waiting[0].project.code]) if len(waiting) == 1 else ""
    return [Todo(_("验收签字"), len(waiting), one or f"{reverse('publicity:projects')}?status=for_acceptance")]


def _todo(label: str, waiting: QuerySet[Project], url: str) -> Todo:
    late = Count("pk", filter=Q(due_on__lt=today()), distinct=True)
    found = waiting.order_by().aggregate(count=Count("pk", distinct=True), late=late)
    return Todo(label, found["count"], url, found["late"])
