"""Publishing again and again in numbers (按期公开): what projects told of a period, what hangs on villages' boards, what is owed."""

from typing import Any

from django.db.models import F, Q, QuerySet

from delivery.models import Disclosure
from delivery.queries.disclosures import disclosures_owed
from publicity.models import VillageAccount
from publicity.queries.stats.scope import Scope

PUBLISHED, POSTED = Q(published_at__isnull=False), Q(posted_on__isnull=False)
PUBLISHED_IN_TIME = Q(published_at__date__lte=F("due_on"))
POSTED_IN_TIME = Q(posted_on__lte=F("due_on"))


def published(scope: Scope) -> QuerySet[Disclosure]:
    """What these projects published of a period (已公开)."""
    return Disclosure.objects.filter(PUBLISHED, project__in=scope.projects).order_by()


def owed(scope: Scope) -> QuerySet[Disclosure]:
    """What they are to publish, late or not yet (还要公开)."""
    return disclosures_owed().filter(project__in=scope.projects).order_by()


def posted(scope: Scope) -> QuerySet[VillageAccount]:
    """Villages' accounts that hang on their boards (已上墙); of quarters in the year, by the programme they go by."""
    return _accounts(scope).filter(POSTED).order_by()


def to_post(scope: Scope) -> QuerySet[VillageAccount]:
    """Villages' accounts that do not hang yet, late or not (还要上墙)."""
    return _accounts(scope).exclude(POSTED).order_by()


def _accounts(scope: Scope) -> QuerySet[VillageAccount]:
    asked: dict[str, Any] = {"area__code__startswith": scope.area.prefix}
    if scope.year:
        asked["starts_on__year"] = scope.year
    if scope.programme:
        asked["round__programme"] = scope.programme
    return VillageAccount.objects.filter(**asked)
