"""Contracts that are not filed yet (待备案): for the desks by the first of their projects, and for the clock."""

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from delivery.models import ContractItem, Filing
from delivery.queries.works import within


def filings_open(prefixes: Iterable[str]) -> QuerySet[ContractItem]:
    """The first share of every contract of these places that waits to be filed."""
    first = ContractItem.objects.filter(contract=OuterRef("contract")).order_by("pk").values("pk")[:1]
    waits = ContractItem.objects.filter(contract__filing__isnull=False, contract__filing__filed_on=None)
    return waits.filter(within(prefixes, "work__project__area__code"), pk=Subquery(first))


def filings_running() -> QuerySet[Filing]:
    """What waits to be filed, each with the round of its contract's first project (``round_of``), whose rules it goes by."""
    first = ContractItem.objects.filter(contract=OuterRef("contract")).order_by("work__project")
    return Filing.objects.filter(filed_on=None).annotate(round_of=Subquery(first.values("work__project__round")[:1]))
