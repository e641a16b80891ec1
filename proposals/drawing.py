"""What a spot check draws from (抽查名单), and the order a seed puts it in."""

from collections.abc import Iterable
from hashlib import sha256

from civic.models import Area
from proposals.models import Among, Programme, Project, ProjectState

DOING = (ProjectState.IN_PROGRESS, ProjectState.FOR_ACCEPTANCE, ProjectState.RECTIFYING)


def to_draw_from(area: Area, among: str) -> Iterable[str]:
    """The codes of the projects of a place that may be drawn; drafts and precedents from elsewhere never."""
    found = Project.objects.filter(area__code__startswith=area.prefix).exclude(state=ProjectState.DRAFT)
    found = found.exclude(round__programme=Programme.PRECEDENT)
    if among == Among.DOING:
        found = found.filter(state__in=DOING)
    elif among == Among.DONE:
        found = found.filter(state=ProjectState.COMPLETED)
    return found.order_by("code").values_list("code", flat=True)


def in_order(codes: Iterable[str], seed: str) -> list[str]:
    """The codes as the seed puts them (按种子排)."""
    return sorted(codes, key=lambda code: sha256(f"{seed}:{code}".encode()).hexdigest())
