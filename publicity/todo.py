"""What waits here for an officer (待办): objections to answer or recheck, people to tell by voice."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Person
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import allowed, scopes
from publicity.models import Why
from publicity.permissions import CALLERS
from publicity.queries.inbox import calls_in, unread_of
from publicity.queries.objections import waiting_for as objections_for


@on_desk
def waiting_for(user: Person) -> list[Todo]:
    """One query for each of the three queues."""
    return [*_objections(user), *_calls(user), *_told_upwards(user), *_wordings(user)]


def _wordings(user: Person) -> list[Todo]:
    return [Todo(_("通知用语"), 0, reverse("publicity:wordings"))] if allowed(user, "publicity.reword") else []


def _told_upwards(user: Person) -> list[Todo]:
    """What is late elsewhere and was told to this office (超期上报), until it is read; a desk that is told nothing has none."""
    waiting = unread_of(user, Why.SUPERIOR)
    return [Todo(_("超期上报"), waiting, reverse("publicity:messages"), waiting)] if waiting else []


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
