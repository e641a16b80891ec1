"""What a person may do now with a project's money and works (可以办的事): the buttons of its page."""

from collections.abc import Callable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Role
from civic.pages import Act
from civic.permissions import User, allowed, has_role
from delivery import queries
from delivery.models import Work
from proposals.models import Project, ProjectState
from proposals.models.projects import IN_WORKS

S = ProjectState


def for_project(user: User, project: Project) -> list[Act]:
    """The acts of money, works, acceptance and rating open to this person; at most three queries."""
    if not user.is_authenticated:
        return []
    offers = _OFFERS.get(S(project.state))
    return list(offers(user, project)) if offers else []


def _act(label: str, name: str, project: Project) -> Act:
    return Act(label, reverse(f"delivery:{name}", args=[project.code]))


def _approval(user: User, project: Project) -> Iterator[Act]:
    if allowed(user, "delivery.submit_approval", project):
        yield _act(_("审批经办"), "approve", project)
    elif has_role(user, (Role.TOWN_APPROVER, Role.DISTRICT_OFFICE), project.area_id):
        live = queries.live_approval(project)
        if live is not None and allowed(user, "delivery.approve", live):
            yield _act(_("审批"), "approve", project)


def _reserve(user: User, project: Project) -> Iterator[Act]:
    if allowed(user, "delivery.submit_approval", project):
        yield _act(_("候补递补"), "approve", project)


def _works(user: User, project: Project) -> Iterator[Act]:
    if allowed(user, "delivery.manage", project):
        if project.state == S.FOR_ACCEPTANCE:
            yield _act(_("组织验收"), "accept", project)
        yield _act(_("管实施"), "work", project)
    elif has_role(user, Role.CONTRACTOR, project.area_id):
        work = Work.objects.filter(project=project).select_related("item__contract").first()
        if work is not None:
            work.project = project
            if allowed(user, "delivery.report", work):
                yield _act(_("现场"), "site", project)
    if project.state == S.FOR_ACCEPTANCE and allowed(user, "delivery.sign", project):
        to_sign = queries.unsigned_by(user, [project.area_id]).filter(project=project)
        if to_sign.exists():
            yield _act(_("验收签字"), "sign", project)


def _after(user: User, project: Project) -> Iterator[Act]:
    if allowed(user, "delivery.rate", project):
        mine = queries.rating_of(project, user)
        yield _act(_("看我的评价") if mine else _("我来评价"), "rate", project)
    if allowed(user, "delivery.manage", project):
        yield _act(_("结算、归档"), "work", project)


_OFFERS: dict[ProjectState, Callable[[User, Project], Iterator[Act]]] = {
    S.FOR_APPROVAL: _approval,
    S.RESERVE: _reserve,
    S.COMPLETED: _after,
} | dict.fromkeys(IN_WORKS, _works)
