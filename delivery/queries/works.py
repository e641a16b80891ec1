"""What is read of the works (实施看板、现场), with what their pages show prefetched."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate

from civic.models import Organisation, OrganisationKind, Person
from delivery.models import ChangeOrder, Contract, Milestone, Payment, PaymentState, ProgressReport, ReportKind, Work
from proposals.models import Project, ProjectState
from proposals.models.projects import ON_BOARD
from proposals.queries import within
from proposals.round_rules import RoundRules

YEAR = timedelta(days=365)
STALE_DAYS = Coalesce(
    Cast(KeyTextTransform("stale_days", "round__rules"), IntegerField()),
    Value(RoundRules.model_fields["stale_days"].default),
)
QUIET = ExpressionWrapper(STALE_DAYS * Value(timedelta(days=1)), DurationField())
NEWS_DUE = TruncDate(F("work__last_news_at") + QUIET)  # when a site without news turns yellow, by its round's rules
OLDEST_CLAIM = (  # asked of each row that is shown, where a join would be grouped for the whole district first
    Payment.objects.filter(work=OuterRef("work"), state__in=[PaymentState.REQUESTED, PaymentState.REVIEWED])
    .order_by("requested_at")
    .values("requested_at")[:1]
)


def on_board(prefixes: Iterable[str]) -> QuerySet[Project]:
    """The projects between notice and archive, with work, milestones and the oldest unpaid claim."""
    return (
        Project.objects.filter(within(prefixes), state__in=sorted(ON_BOARD))
        .filter(Q(approved_yuan__isnull=False) | Q(work__isnull=False), archived_on=None)
        .select_related("area", "work__item__contract__contractor")
        .prefetch_related("round", Prefetch("work__milestones"))  # of a few rounds each is read, and its rules, once
        .annotate(claimed_at=Subquery(OLDEST_CLAIM))
        .order_by("due_on", "id")
    )


def site_of(user: Person, organisations: Iterable[int]) -> QuerySet[Project]:
    """The projects that these contractors build now or have just built (我的工地)."""
    return (
        Project.objects.filter(work__item__contract__contractor__in=list(organisations))
        .filter(state__in=sorted(ON_BOARD), archived_on=None)
        .select_related("area", "round", "work__item__contract__contractor")
        .prefetch_related("work__milestones")
        .order_by("due_on", "id")
    )


def works_of(project: Project) -> Work | None:
    """The work of a project for its desk and site pages: contract, milestones, changes, payments, visits added up."""
    return (
        Work.objects.filter(project=project)
        .select_related(
            "project__round", "project__area", "item__contract__contractor", "item__contract__scan", "contact"
        )
        .prefetch_related(
            Prefetch("milestones", Milestone.objects.select_related("photo")),
            Prefetch("changes", ChangeOrder.objects.select_related("photo")),
            "payments",
        )
        .first()
    )


def client_of(project: Project) -> str:
    """Who signs a contract for this place unless the paper says otherwise (甲方): its office's full name, else its own."""
    offices = (OrganisationKind.VILLAGE_OFFICE, OrganisationKind.TOWN_OFFICE)
    found = Organisation.objects.filter(area=project.area_id, kind__in=offices).order_by("pk").first()
    return found.name if found else project.area.name


def contractable(project: Project, prefixes: Iterable[str]) -> QuerySet[Project]:
    """Other approved projects of the town that wait for a contract and could be bundled into one (整合打包)."""
    return (
        Project.objects.filter(within(prefixes), area__code__startswith=project.area_id[:9], work=None)
        .filter(state=ProjectState.AWAITING_START, approved_yuan__isnull=False)
        .exclude(pk=project.pk)
        .order_by("due_on", "id")[:10]
    )


def visits_of(work: Work) -> dict[str, int]:
    """How often a service went out, and how many it served."""
    found = work.visits.aggregate(visits=Count("id"), served=Sum("served"))
    return {"visits": found["visits"], "served": found["served"] or 0}


def troubles_of(work: Work) -> QuerySet:
    """What the site reported and nobody answered yet."""
    return work.reports.filter(kind=ReportKind.TROUBLE, answered_at=None).prefetch_related("photos")


def reports_of(work: Work) -> QuerySet[ProgressReport]:
    """The last news from the site with its photos and their stamp (交过的); two queries."""
    return work.reports.filter(kind=ReportKind.PROGRESS).prefetch_related("photos")[:10]


def troubles_told(work: Work) -> QuerySet[ProgressReport]:
    """The last troubles the site reported, with what was answered."""
    return work.reports.filter(kind=ReportKind.TROUBLE)[:10]


def alike(contractor: Organisation, project: Project, signed_on: date) -> QuerySet[Contract]:
    """Other contracts of a year with one contractor, in one town and of one type: what splitting looks like."""
    return Contract.objects.filter(
        contractor=contractor,
        signed_on__gt=signed_on - YEAR,
        signed_on__lte=signed_on,
        items__work__project__area__code__startswith=project.area_id[:9],
        items__work__project__work_type=project.work_type,
    ).distinct()


def alike_yuan(contractor: Organisation, project: Project, signed_on: date) -> Decimal:
    """What such contracts add up to."""
    found = Contract.objects.filter(pk__in=alike(contractor, project, signed_on).values("pk"))
    return found.aggregate(sum=Sum("total_yuan"))["sum"] or Decimal(0)


def clusters(town: str, work_type: str, day: date) -> QuerySet[Any, Any]:
    """Who holds several contracts of a type in a town (its code's prefix) within the year to a day: name, many, sum."""
    found = Contract.objects.filter(
        signed_on__gt=day - YEAR,
        signed_on__lte=day,
        items__work__project__area__code__startswith=town,
        items__work__project__work_type=work_type,
    )
    several = Contract.objects.filter(pk__in=found.values("pk")).order_by().values("contractor__name")
    return several.annotate(many=Count("pk"), total=Sum("total_yuan")).filter(many__gte=2)
