"""What is owed to the public again and again (按期公开): of which projects, and what waits."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from delivery.models import ApprovalState, Disclosure, FundingSource, Source
from delivery.queries.works import within
from proposals.models import Project, ProjectState

TOLD_OF = (ProjectState.IN_PROGRESS, ProjectState.FOR_ACCEPTANCE, ProjectState.RECTIFYING, ProjectState.COMPLETED)


def told_of() -> QuerySet[Project]:
    """Begun projects with a gift in them (``has_gift``) or with a sponsor; none whose clock a pause stops."""
    gifts = FundingSource.objects.filter(
        approval__project=OuterRef("pk"), approval__state=ApprovalState.APPROVED, kind=Source.DONATION
    )
    begun = Project.objects.filter(state__in=TOLD_OF, archived_on=None, work__started_on__isnull=False)
    found = begun.annotate(has_gift=Exists(gifts)).filter(Q(has_gift=True) | Q(sponsor__isnull=False))
    return found.select_related("work", "round").order_by("pk")


def disclosures_owed() -> QuerySet[Disclosure]:
    """What is not published and whose clock runs; a pause of the project stops it (暂停不计)."""
    ended = (ProjectState.PAUSED, ProjectState.TERMINATED)
    return Disclosure.objects.filter(published_at=None).exclude(project__state__in=ended)


def disclosures_in(prefixes: Iterable[str]) -> QuerySet[Disclosure]:
    """What waits to be published in these places (待公开)."""
    return disclosures_owed().filter(within(prefixes, "project__area__code"))
