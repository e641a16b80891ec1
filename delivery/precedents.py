"""What works really cost and whose contracts cluster (先例), told to who judges the next proposal."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from delivery.models import Work
from delivery.queries import works
from proposals.precedents import Cluster, Cost, knows_clusters, knows_costs


@knows_costs
def costs(projects: Collection[int]) -> dict[int, Cost]:
    """结算金额, else 合同价 with its changes; a work without a contract yet has no cost of its own."""
    found = Work.objects.filter(project__in=projects, contract_yuan__gt=0)
    return {work.project_id: _cost(work) for work in found}


@knows_clusters
def clusters(town: str, work_type: str, day: date) -> list[Cluster]:
    """Several contracts with one contractor."""
    return [Cluster(row["contractor__name"], row["many"], row["total"]) for row in works.clusters(town, work_type, day)]


def _cost(work: Work) -> Cost:
    if work.settled_yuan is not None:
        return Cost(_("结算金额"), work.settled_yuan)
    return Cost(_("合同价加变更") if work.changes_delta_yuan else _("合同价"), work.agreed_yuan)
