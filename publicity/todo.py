"""What waits here for an officer (待办): objections to answer or recheck, people to tell by voice."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Person
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import allowed, scopes
from publicity.permissions import CALLERS
from publicity.queries.inbox import calls_in
from publicity.queries.objections import waiting_for as objections_for


@on_desk
def waiting_for(user: Person) -> list[Todo]:
    """One query for each of the two queues."""
    return [*_objections(user), *_calls(user)]


def _calls(user: Person) -> list[Todo]:
    if not allowed(user, "publicity.calls"):
        return []
    waiting = calls_in(scopes(user, CALLERS)).order_by().count()
    return [Todo(_("要打的电话"), waiting, reverse("publicity:calls"))]


def _objections(user: Person) -> list[Todo]:
    if not allowed(user, "publicity.objections"):
        return []
    late = Count("pk", filter=Q(due_on__lt=today()))
    counted = objections_for(user).order_by().aggregate(all=Count("pk"), late=late)
    return [Todo(_("异议办理"), counted["all"], reverse("publicity:objections"), counted["late"])]
