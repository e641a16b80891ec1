"""Contracts that are not filed yet (待备案), each once, by the first of its projects."""

from collections.abc import Iterable
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from delivery.models import ContractItem, Filing
from delivery.queries.works import within


def filings_open(prefixes: Iterable[str]) -> QuerySet[ContractItem]:
    """The first share of every contract of these places that waits to be filed."""
    first = ContractItem.objects.filter(contract=OuterRef("contract")).order_by("pk").values("pk")[:1]
    waits = ContractItem.objects.filter(contract__filing__isnull=False, contract__filing__filed_on=None)
    return waits.filter(within(prefixes, "work__project__area__code"), pk=Subquery(first))


def filings_late(day: date, most: int = 100) -> QuerySet[Filing]:
    """Those past their day of which the record does not speak yet."""
    return Filing.objects.filter(filed_on=None, told_at=None, due_on__lt=day).order_by("due_on", "pk")[:most]
