"""What waits for a person on the board's desk (待办)."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Person
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import allowed
from civic.queue import kind, lines
from wishes import queries
from wishes.models import Demand, DemandState

LIFTED = gettext_lazy("过了答应的日子，自动上镇里的清单，居民看得到")
TAKE_IN = kind("take_in", gettext_lazy("受理民声黑板"), LIFTED, "wishes:case", in_workdays=False)
DO = kind("do", gettext_lazy("办理民声黑板"), LIFTED, "wishes:case", in_workdays=False)


@on_desk
def waiting_for(user: Person) -> list[Todo]:
    """One query."""
    if not allowed(user, "wishes.desk"):
        return []
    late = Count("pk", filter=Q(due_on__lt=today()))
    waiting = Demand.objects.filter(queries.to_do(user))
    counted = waiting.aggregate(all=Count("pk"), late=late)
    items = tuple(
        lines(
            of,
            waiting.filter(state=state),
            ref="number",
            number="number",
            title="what",
            note="place_text",
            since="state_since",
            due_on="due_on",
            area="area_id",
        )
        for of, state in ((TAKE_IN, DemandState.FILED), (DO, DemandState.DOING))
    )
    board = Todo(_("民声黑板"), counted["all"], reverse("wishes:desk"), counted["late"], items)
    return [board, *_doors(user)]


def _doors(user: Person) -> list[Todo]:
    """Where nobody waits in a queue."""
    doors = [("wishes.visits", _("走访"), "wishes:visits"), ("wishes.surveys", _("问需"), "wishes:surveys")]
    return [Todo(label, 0, reverse(name)) for may, label, name in doors if allowed(user, may)]
