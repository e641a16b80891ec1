"""Who has a project while it is built (谁在办): who builds it, once there is a contract."""

from delivery.models import ContractItem
from proposals.handling import knows
from proposals.models import Project, ProjectState


@knows(ProjectState.IN_PROGRESS, ProjectState.RECTIFYING)
def contractors(projects: list[Project]) -> dict[int, str]:
    """承接单位."""
    shares = ContractItem.objects.filter(work__project__in=projects)
    return dict(shares.values_list("work__project", "contract__contractor__name"))
