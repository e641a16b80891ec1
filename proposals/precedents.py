"""Precedents and hints for who judges a proposal (先例、提示): what similar works really cost, what lies within 100 metres,
and which contracts of one contractor cluster in one town (拆分).

What things cost in the end and who built them is delivery's to know: it registers with `knows_costs` and
`knows_clusters`. Without it, a precedent has what was approved, and no cluster is known.
"""

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import cos, radians
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from civic.moments import today
from proposals import similar
from proposals.models import Project, ProjectState, Spoken
from proposals.models.projects import IN_WORKS, NOT_TAKEN, ON_THE_GROUND

BUILT = frozenset({ProjectState.COMPLETED}) | IN_WORKS
LIKE_MOST, LOOKED_AT, NEAR_MOST, NEAR_METRES = 5, 40, 5, 100
COUNTY_DIGITS, TOWN_DIGITS = 6, 9
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(平方米|立方米|公里|米|盏|个|处|套|户|次|台|棵|座|块|张|把|间|根)")


class Cost(NamedTuple):
    """What a project came to at last (实际花费): which amount that is, and how much."""

    word: str
    amount_yuan: Decimal


class Precedent(NamedTuple):
    """A similar project that was or is built, what it really cost, and per unit of its size where that is known."""

    project: Project
    cost: Cost
    each: str


class Near(NamedTuple):
    """Another live or finished project within reach, and how far it lies (约40米)."""

    project: Project
    away: str


class Cluster(NamedTuple):
    """Several contracts of a year with one contractor, in one town and of one type (集中)."""

    contractor: str
    contracts: int
    total_yuan: Decimal


CostKnower = Callable[[Collection[int]], dict[int, Cost]]
ClusterKnower = Callable[[str, str, date], list[Cluster]]
COSTS: list[CostKnower] = []
CLUSTERS: list[ClusterKnower] = []


def knows_costs(knower: CostKnower) -> CostKnower:
    """Have a function say what projects cost in the end, by key, in one query; none it does not know."""
    COSTS.append(knower)
    return knower


def knows_clusters(knower: ClusterKnower) -> ClusterKnower:
    """Have a function say who holds several contracts in a town (its code's prefix), of a type, in the year to a day."""
    CLUSTERS.append(knower)
    return knower


def like(project: Project) -> list[Precedent]:
    """Works of the same type in the county that sound alike, best first, then the latest of the same category.

    Only those of which it is known what they cost, or at least what was approved for them.
    """
    if project.spoken == Spoken.WAITS:
        return []
    built = Project.objects.filter(
        area__code__startswith=project.area_id[:COUNTY_DIGITS], work_type=project.work_type, state__in=BUILT
    ).exclude(pk=project.pk)
    rows = list(built.order_by("-updated_at").values_list("pk", "title", "category")[: similar.LOOKED_AT])
    best = [pk for pk, _score in similar.alike(project.title, ((pk, title) for pk, title, _category in rows))]
    same = [pk for pk, _title, category in rows if category == project.category]
    chosen = list(dict.fromkeys([*best, *same]))[:LOOKED_AT]
    found = Project.objects.select_related("area").in_bulk(chosen)
    costs = {pk: cost for knower in COSTS for pk, cost in knower(chosen).items()} if chosen else {}
    told = (_precedent(found[pk], costs.get(pk)) for pk in chosen)
    return [past for past in told if past is not None][:LIKE_MOST]


def near(project: Project) -> list[Near]:
    """Other projects within 100 metres that are under way or were built (同一地点), the nearest first."""
    if project.latitude is None or project.longitude is None or project.crs not in ON_THE_GROUND:
        return []
    reach = Decimal(NEAR_METRES) / similar.DEGREE_METRES
    across = reach / Decimal(cos(radians(float(project.latitude))))
    around = Project.objects.filter(
        latitude__range=(project.latitude - reach, project.latitude + reach),
        longitude__range=(project.longitude - across, project.longitude + across),
        crs__in=ON_THE_GROUND,
    ).exclude(Q(pk=project.pk) | Q(state__in=[*NOT_TAKEN, ProjectState.DRAFT]) | Q(spoken=Spoken.WAITS))
    here = float(project.latitude), float(project.longitude)
    found = [(similar.metres(here, (float(p.latitude), float(p.longitude))), p) for p in around.select_related("area")]
    within = sorted(((far, p) for far, p in found if far <= NEAR_METRES), key=lambda pair: (pair[0], pair[1].pk))
    return [Near(p, similar.said(far)) for far, p in within[:NEAR_MOST]]


def clusters(project: Project) -> list[Cluster]:
    """Who holds several contracts of this type in this town within a year (同一承接单位), the largest sum first."""
    town = project.area_id[:TOWN_DIGITS]
    found = [cluster for knower in CLUSTERS for cluster in knower(town, project.work_type, today())]
    return sorted(found, key=lambda cluster: (-cluster.total_yuan, cluster.contractor))


def per_unit(size: str, amount: Decimal) -> str:
    """每米1,200元: the amount over the first size a text names; empty where it names none, or none above zero."""
    named = SIZE.search(size)
    many = Decimal(named[1]) if named else Decimal(0)
    if named is None or not many:
        return ""
    each = (amount / many).quantize(Decimal(1), ROUND_HALF_UP)
    return _("每%(unit)s%(each)s元") % {"unit": named[2], "each": f"{each:,}"}


def _precedent(project: Project, cost: Cost | None) -> Precedent | None:
    if cost is None and project.approved_yuan:
        cost = Cost(_("批准金额"), project.approved_yuan)
    return Precedent(project, cost, per_unit(project.size_text, cost.amount_yuan)) if cost else None
