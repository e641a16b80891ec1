"""What waits for a person on the desks of proposals (待办): intake, merging, pre-review."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Person, Role
from civic.moments import today
from civic.pages import Todo
from civic.permissions import has_role, scopes
from proposals import queries
from proposals.models import ProjectState
from proposals.permissions import INTAKE

OVERSEERS = (Role.TOWN_HANDLER, Role.DISTRICT_OFFICE)


def waiting_for(user: Person) -> list[Todo]:
    """The queues this person works on, empty ones too; at most one query each."""
    return [*_intake(user), *_merges(user), *_reviews(user), *_overseen(user)]


def _intake(user: Person) -> list[Todo]:
    if not has_role(user, (*INTAKE, Role.TOWN_HANDLER)):
        return []
    state = ProjectState.FILED if has_role(user, INTAKE) else ProjectState.TRANSFERRED
    label = _("受理") if state == ProjectState.FILED else _("转办答复")
    query = "" if state == ProjectState.FILED else f"?state={state}"
    return [_todo(label, queries.intake(user, state), reverse("proposals:intake") + query)]


def _merges(user: Person) -> list[Todo]:
    if not scopes(user, (*INTAKE, Role.TOWN_HANDLER)):
        return []
    return [Todo(_("合并"), queries.merges_to_confirm(user).count(), reverse("proposals:merge"))]


def _reviews(user: Person) -> list[Todo]:
    if not has_role(user, Role.REVIEWER):
        return []
    return [_todo(_("预审"), queries.reviews_open(user), reverse("proposals:reviews"))]


def _overseen(user: Person) -> list[Todo]:
    if not has_role(user, OVERSEERS):
        return []
    late_or_nobodys = queries.reviews_in(user).filter(Q(department=None) | Q(due_on__lt=today()))
    tab = "" if has_role(user, Role.REVIEWER) else "?tab=unassigned"
    return [_todo(_("预审督办"), late_or_nobodys, reverse("proposals:reviews") + tab)]


def _todo(label: str, waiting: QuerySet, url: str) -> Todo:
    found = waiting.order_by().aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today())))
    return Todo(label, found["count"], url, found["late"])
