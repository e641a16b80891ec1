"""What each contractor does and did (承接单位): projects, in time or late, what had to be put right, money."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from civic.models import Organisation
from civic.moments import today
from delivery.models import ContractItem, Rectification, Work
from proposals.models import ProjectState

BUILDING = [ProjectState.IN_PROGRESS, ProjectState.RECTIFYING]


def suppliers() -> QuerySet[Organisation]:
    """Every unit with a contract, by name, with the number of its projects."""
    found = Organisation.objects.filter(contracts__isnull=False).select_related("area")
    return found.annotate(projects=Count("contracts__items")).order_by("name", "pk")


def contracts_of(supplier: Organisation) -> QuerySet[ContractItem]:
    """Its projects, the newest contract first, each with its share of the contract."""
    found = ContractItem.objects.filter(contract__contractor=supplier)
    return found.select_related("contract", "work__project__area").order_by("-contract__signed_on", "-contract", "pk")


def record_of(supplier: Organisation) -> dict[str, Any]:
    """What its projects add up to; two queries.

    Counted in time is what was reported done by the day the contract names; late is what was not, done or not.
    """
    done_late = Q(work__reported_done_on__gt=F("contract__finish_on"))
    not_done = Q(work__reported_done_on=None, contract__finish_on__lt=today(), work__project__state__in=BUILDING)
    told = ContractItem.objects.filter(contract__contractor=supplier).aggregate(
        projects=Count("pk"),
        building=Count("pk", filter=Q(work__project__state__in=BUILDING)),
        accepted=Count("pk", filter=Q(work__accepted_on__isnull=False)),
        in_time=Count("pk", filter=Q(work__reported_done_on__lte=F("contract__finish_on"))),
        late=Count("pk", filter=done_late | not_done),
        contract_yuan=Sum("work__contract_yuan"),
        paid_yuan=Sum("work__paid_yuan"),
    )
    fixes = Rectification.objects.filter(acceptance__isnull=False, project__work__item__contract__contractor=supplier)
    return told | fixes.aggregate(fixes=Count("pk"), open_fixes=Count("pk", filter=Q(done_on=None)))


def bundles_of(contracts: Iterable[int]) -> dict[int, list[ContractItem]]:
    """The shares of those contracts that cover several projects (整合打包), by contract; one query."""
    shares = ContractItem.objects.filter(contract__in=set(contracts)).select_related("work__project").order_by("pk")
    found: dict[int, list[ContractItem]] = defaultdict(list)
    for share in shares:
        found[share.contract_id].append(share)
    return {pk: items for pk, items in found.items() if len(items) > 1}


def bundle_of(work: Work) -> list[ContractItem]:
    """The shares of this work's contract where it covers several projects; none otherwise."""
    item = getattr(work, "item", None)
    return bundles_of([item.contract_id]).get(item.contract_id, []) if item else []
