"""What is read of what-if copies (测算)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from civic.permissions import User, scopes
from delivery.models import Approval, ApprovalState, Pool, WhatIf, WhatIfLine
from delivery.permissions import SEES_MONEY
from delivery.queries.money import pools_within
from proposals.models import Project, ProjectState


class Difference(NamedTuple):
    """One project in two copies side by side; None where it is left out."""

    project: Project
    first_yuan: Decimal | None
    second_yuan: Decimal | None

    @property
    def differs(self) -> bool:
        return self.first_yuan != self.second_yuan


def whatifs_seen(user: User) -> QuerySet[WhatIf]:
    """The copies of the pools whose money concerns this person."""
    pools = pools_within(scopes(user, SEES_MONEY)).order_by().values("pk")
    return WhatIf.objects.filter(pool__in=pools).select_related("pool__area", "pool__round", "made_by")


def whatifs_of(pool: Pool) -> QuerySet[WhatIf]:
    """A pool's copies with what each would take, the newest first."""
    included = Q(lines__is_included=True)
    return (
        pool.whatifs.select_related("made_by")
        .annotate(
            projects=Count("lines", filter=included),
            sum_yuan=Sum("lines__amount_yuan", filter=included),
            later_yuan=Sum("lines__next_year_yuan", filter=included),
        )
        .order_by("-made_at", "-pk")
    )


def lines_of_whatif(whatif: WhatIf) -> QuerySet[WhatIfLine]:
    """All lines in their order, with project and place; one query."""
    return whatif.lines.select_related("project__area", "project__round").order_by("position")


def gone_from(whatif: WhatIf) -> list[str]:
    """The included projects that wait for approval no longer, or were submitted elsewhere meanwhile."""
    live = Approval.objects.filter(
        project=OuterRef("project"), state__in=[ApprovalState.SUBMITTED, ApprovalState.APPROVED]
    )
    elsewhere = ~Q(project__state=ProjectState.FOR_APPROVAL) | Exists(live)
    found = whatif.lines.filter(elsewhere, is_included=True).select_related("project")
    return [str(line.project) for line in found.order_by("position")]


def compared(first: Sequence[WhatIfLine], second: Sequence[WhatIfLine]) -> list[Difference]:
    """Two copies line by line (对比), in the first one's order, then what only the second has."""
    one, two = ({line.project_id: line for line in lines} for lines in (first, second))
    keys = [*one, *(key for key in two if key not in one)]
    return [
        Difference((one.get(key) or two[key]).project, _amount(one.get(key)), _amount(two.get(key))) for key in keys
    ]


def _amount(line: WhatIfLine | None) -> Decimal | None:
    return line.amount_yuan if line is not None and line.is_included else None
