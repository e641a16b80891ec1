"""What waits for a person on the desks of proposals (待办): intake, merging, pre-review."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Person, Role
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import has_role, scopes
from proposals import queries
from proposals.models import PreReview, ProjectState
from proposals.permissions import INTAKE, OVERSEERS


@on_desk
def waiting_for(user: Person) -> list[Todo]:
    """The queues this person works on, empty ones too; at most three queries."""
    return [*_intake(user), *_merges(user), *_reviews(user)]


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
    """The tasks of one's own department, and of the departments one watches, counted together."""
    own, watches = has_role(user, Role.REVIEWER), has_role(user, OVERSEERS)
    if not own and not watches:
        return []
    late = Q(due_on__lt=today())
    mine = Q(pk__in=queries.reviews_open(user).order_by().values("pk"))
    to_urge = Q(pk__in=queries.reviews_in(user).order_by().values("pk")) & (Q(department=None) | late)
    wanted = {"mine": mine, "mine_late": mine & late, "urge": to_urge, "urge_late": to_urge & late}
    counts = PreReview.objects.aggregate(**{name: Count("pk", filter=which) for name, which in wanted.items()})
    url = reverse("proposals:reviews")
    found = [Todo(_("预审"), counts["mine"], url, counts["mine_late"])] if own else []
    tab = "" if own else "?tab=unassigned"
    return found + ([Todo(_("预审督办"), counts["urge"], url + tab, counts["urge_late"])] if watches else [])


def _todo(label: str, waiting: QuerySet, url: str) -> Todo:
    found = waiting.order_by().aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today())))
    return Todo(label, found["count"], url, found["late"])
