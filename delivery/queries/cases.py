"""What of the works waits for a person (等您办的): claims, changes, troubles, complaints, looks back."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from civic.models import Person, Role
from civic.moments import today
from civic.permissions import scopes
from delivery.models import (
    ChangeOrder,
    ChangeState,
    FollowUp,
    Payment,
    PaymentState,
    ProgressReport,
    Rectification,
    ReportKind,
)
from delivery.queries.acceptance import fixes_running
from delivery.queries.works import within
from proposals import late_queries
from proposals.models import Project, ProjectState

OFFICES = (Role.TOWN_HANDLER, Role.VILLAGE_OFFICE)
NEAR = (Role.SOCIAL_WORKER, *OFFICES)
HERE, THERE = "work__project__area__code", "project__area__code"


Parts = list[tuple[Role | tuple[Role, ...], Q]]  # in which office one sees to it, and what it is
TROUBLES: Parts = [(OFFICES, Q(kind=ReportKind.TROUBLE, answered_at=None))]
COMPLAINTS: Parts = [(OFFICES, Q(rating__isnull=False, done_on=None))]


def claims_for(user: Person) -> QuerySet[Payment]:
    """Claims to review or to pay."""
    return _within(Payment, user, _claims(user), HERE).select_related("work__project").order_by("requested_at")


def changes_for(user: Person) -> QuerySet[ChangeOrder]:
    """Changes to agree to, to take to the approver, or to approve."""
    return _within(ChangeOrder, user, _changes(user), HERE).select_related("work__project").order_by("reported_at")


def troubles_for(user: Person) -> QuerySet[ProgressReport]:
    """What the site reported and nobody answered."""
    return _within(ProgressReport, user, TROUBLES, HERE).select_related("work__project").order_by("at")


def complaints_for(user: Person) -> QuerySet[Rectification]:
    """Low ratings that wait for a public answer."""
    return _within(Rectification, user, COMPLAINTS, THERE).select_related("project").order_by("due_on")


def fixes_told(places: Mapping[str, Iterable[str]]) -> QuerySet[Rectification]:
    """What is late to be put right and was told to an office held in these places, by role (超期上报)."""
    return late_queries.told(fixes_running(), places, to="project__area__code")


def looks_for(user: Person) -> QuerySet[FollowUp]:
    """Looks back due within two weeks."""
    return _within(FollowUp, user, _looks(), THERE).select_related("project").order_by("due_on")


def waiting_works(user: Person) -> QuerySet[Project]:
    """The works that wait for this person: a contract, an acceptance, or one of the cases above.

    The places come first and once: of a hundred thousand projects only those of one's own are looked through, and a
    case need not be joined with its project to see where it is.
    """
    here = within(scopes(user, (*NEAR, Role.TOWN_APPROVER)))
    cases: list[tuple[type[Any], Parts, str]] = [
        (Payment, _claims(user), "work__project"),
        (ChangeOrder, _changes(user), "work__project"),
    ]
    cases += [(ProgressReport, TROUBLES, "work__project"), (Rectification, COMPLAINTS, "project")]
    cases += [(FollowUp, _looks(), "project")]
    found = within(scopes(user, OFFICES)) & Q(state__in=[ProjectState.AWAITING_START, ProjectState.FOR_ACCEPTANCE])
    for model, parts, to in cases:
        for roles, what in parts:
            if prefixes := scopes(user, roles):
                found |= within(prefixes) & Q(pk__in=model.objects.filter(what).order_by().values(to))
    return Project.objects.filter(here).filter(found)


def complaints_late(prefixes: Iterable[str]) -> QuerySet[Rectification]:
    """Low ratings whose answer is late and was told upwards (超期上报), in these places."""
    late = Rectification.objects.filter(within(prefixes, THERE), escalated_at__isnull=False)
    return late.filter(done_on=None)


def _claims(user: Person) -> Parts:
    return [
        (Role.TOWN_HANDLER, Q(state=PaymentState.REQUESTED)),
        (Role.TOWN_APPROVER, Q(state=PaymentState.REVIEWED) & ~Q(reviewed_by=user)),
    ]


def _changes(user: Person) -> Parts:
    others = ~Q(reported_by=user)
    return [
        (Role.VILLAGE_OFFICE, Q(state=ChangeState.REPORTED, is_over=False) & others),
        (Role.TOWN_HANDLER, Q(state=ChangeState.REPORTED, is_over=True) & others),
        (Role.TOWN_APPROVER, Q(state=ChangeState.SUBMITTED) & ~Q(handled_by=user) & others),
    ]


def _looks() -> Parts:
    return [(NEAR, Q(done_on=None, due_on__lte=today() + FollowUp.AHEAD))]


def _within(model: type[Any], user: Person, parts: Parts, at: str) -> QuerySet[Any]:
    """What of these parts lies in the places where this person holds the office for it."""
    asked = (within(scopes(user, roles), at) & what for roles, what in parts)
    return model.objects.filter(reduce(or_, asked))
