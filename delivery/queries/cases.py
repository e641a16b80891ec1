"""What of the works waits for a person (等您办的): claims, changes, troubles, complaints, looks back."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

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
AHEAD = timedelta(days=14)
HERE = "work__project__area__code"


def claims_for(user: Person) -> QuerySet[Payment]:
    """Claims to review or to pay."""
    to_review = within(scopes(user, Role.TOWN_HANDLER), HERE) & Q(state=PaymentState.REQUESTED)
    to_pay = within(scopes(user, Role.TOWN_APPROVER), HERE) & Q(state=PaymentState.REVIEWED) & ~Q(reviewed_by=user)
    return Payment.objects.filter(to_review | to_pay).select_related("work__project").order_by("requested_at")


def changes_for(user: Person) -> QuerySet[ChangeOrder]:
    """Changes to agree to, to take to the approver, or to approve."""
    small = within(scopes(user, Role.VILLAGE_OFFICE), HERE) & Q(state=ChangeState.REPORTED, is_over=False)
    large = within(scopes(user, Role.TOWN_HANDLER), HERE) & Q(state=ChangeState.REPORTED, is_over=True)
    second = within(scopes(user, Role.TOWN_APPROVER), HERE) & Q(state=ChangeState.SUBMITTED) & ~Q(handled_by=user)
    found = ChangeOrder.objects.filter(small | large | second).exclude(reported_by=user)
    return found.select_related("work__project").order_by("reported_at")


def troubles_for(user: Person) -> QuerySet[ProgressReport]:
    """What the site reported and nobody answered."""
    here = within(scopes(user, OFFICES), HERE)
    found = ProgressReport.objects.filter(here, kind=ReportKind.TROUBLE, answered_at=None)
    return found.select_related("work__project").order_by("at")


def complaints_for(user: Person) -> QuerySet[Rectification]:
    """Low ratings that wait for a public answer."""
    here = within(scopes(user, OFFICES), "project__area__code")
    found = Rectification.objects.filter(here, rating__isnull=False, done_on=None)
    return found.select_related("project").order_by("due_on")


def fixes_told(places: Mapping[str, Iterable[str]]) -> QuerySet[Rectification]:
    """What is late to be put right and was told to an office held in these places, by role (超期上报)."""
    return late_queries.told(fixes_running(), places, to="project__area__code")


def looks_for(user: Person) -> QuerySet[FollowUp]:
    """Looks back due within two weeks."""
    here = within(scopes(user, NEAR), "project__area__code")
    found = FollowUp.objects.filter(here, done_on=None, due_on__lte=today() + AHEAD)
    return found.select_related("project").order_by("due_on")


def waiting_works(user: Person) -> QuerySet[Project]:
    """The works that wait for this person: a contract, an acceptance, or one of the cases above.

    The places come first, so that of a hundred thousand projects only those of one's own are looked through.
    """
    offices = within(scopes(user, OFFICES)) & Q(state__in=[ProjectState.AWAITING_START, ProjectState.FOR_ACCEPTANCE])
    return Project.objects.filter(within(scopes(user, (*NEAR, Role.TOWN_APPROVER)))).filter(
        offices
        | Q(pk__in=claims_for(user).order_by().values("work__project"))
        | Q(pk__in=changes_for(user).order_by().values("work__project"))
        | Q(pk__in=troubles_for(user).order_by().values("work__project"))
        | Q(pk__in=complaints_for(user).order_by().values("project"))
        | Q(pk__in=looks_for(user).order_by().values("project"))
    )
