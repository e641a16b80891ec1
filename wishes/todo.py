"""What waits for a person on the board's desk (待办)."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Person
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import allowed
from wishes import queries
from wishes.models import Demand


@on_desk
def waiting_for(user: Person) -> list[Todo]:
    """One query."""
    if not allowed(user, "wishes.desk"):
        return []
    late = Count("pk", filter=Q(due_on__lt=today()))
    counted = Demand.objects.filter(queries.to_do(user)).aggregate(all=Count("pk"), late=late)
    return [Todo(_("民声黑板"), counted["all"], reverse("wishes:desk"), counted["late"])]
