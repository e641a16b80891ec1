"""Objections (异议): until when one may be filed, which wait for an answer, and whose."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from civic.calendar import add_workdays
from civic.models import Person
from civic.permissions import scopes
from proposals import late_queries
from proposals.models import Project, Spoken
from publicity.models import BLOCKING, NoticeState, Objection, ObjectionState
from publicity.offices import AGAINST, ANSWERERS, RECHECKERS, WRITER, end_of_day
from voting.models import Poll


def objection_until(project: Project) -> datetime | None:
    """The last moment an objection is taken (异议期): the notice's end, or some days after a decision against it."""
    if project.state in AGAINST:
        days = project.round.terms.objection_workdays
        return end_of_day(add_workdays(localdate(project.state_since), days))
    running = [n for n in project.notices.all() if n.state == NoticeState.RUNNING]
    return running[0].ends_at if running else None


def recheck_until(objection: Objection) -> date | None:
    """The last day on which a recheck may be asked for (申请复核期限); None before there is an answer."""
    if objection.replied_at is None:
        return None
    days = objection.project.round.terms.recheck_workdays
    return add_workdays(localdate(objection.replied_at), days)


def of_project(project: Project) -> QuerySet[Objection]:
    """All objections to a project, oldest first."""
    return project.objections.select_related("objector").order_by("filed_at", "pk")


def public() -> QuerySet[Objection]:
    """Every objection to what is public, newest first."""
    return Objection.objects.select_related("project", "objector")


def of_person(person: Person) -> QuerySet[Objection]:
    """What a person objected to, newest first."""
    return Objection.objects.filter(objector=person).select_related("project")


def waiting_for(user: Person) -> QuerySet[Objection]:
    """The queue (待办异议): open ones of the user's area, and rechecks another person must answer; the most urgent first.

    The social worker finds those of the village that were said and wait to be written down.
    """
    answer, recheck = _within(user, ANSWERERS), _within(user, RECHECKERS)
    unheard = Q(state=ObjectionState.OPEN, spoken=Spoken.WAITS) & _within(user, WRITER)
    return (
        Objection.objects.filter(
            (Q(state=ObjectionState.OPEN) & answer)
            | (Q(state=ObjectionState.RECHECKING) & recheck & ~Q(replied_by=user))
            | unheard
        )
        .exclude(objector=user)
        .select_related("project__area", "project__round", "objector")
        .order_by("due_on", "pk")
    )


def answered_in_area(user: Person) -> QuerySet[Objection]:
    """What was answered in the user's area, latest first, to look words up."""
    return (
        Objection.objects.filter(_within(user, {*ANSWERERS, *RECHECKERS}))
        .exclude(state__in=BLOCKING)
        .select_related("project__area", "project__round", "objector")
        .order_by("-replied_at", "-pk")
    )


def running() -> QuerySet[Objection]:
    """Those whose clock runs: an answer or a recheck is waited for."""
    return Objection.objects.filter(state__in=BLOCKING)


def told_to(places: Mapping[str, Iterable[str]]) -> QuerySet[Objection]:
    """Answers that are late and were told to an office held in these places, by role (超期上报)."""
    return late_queries.told(running(), places, to="project__area__code")


def open_on(poll: Poll) -> QuerySet[Objection]:
    """Objections that wait for an answer on any project of a poll (投票项目上没答复的异议)."""
    return Objection.objects.filter(project__poll_entries__poll=poll, state__in=BLOCKING)


def _within(user: Person, roles: object) -> Q:
    """The objections of the places where the user holds one of the roles; none without any."""
    found = Q(pk__in=[])
    for prefix in scopes(user, roles):  # type: ignore[arg-type]
        found |= Q(project__area__code__startswith=prefix)
    return found
