"""The list of projects (项目列表): one condition that list, count, figures and API share, so they cannot disagree."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from civic.models import Area
from civic.moments import today
from proposals.models import Programme, Project, ProjectState, Round, Seconding
from publicity.steps import BESIDE, RESUMING, STATES, STOPPED, PublicStep

PUBLIC = [state for state in ProjectState if state != ProjectState.DRAFT]
DOING = (ProjectState.IN_PROGRESS, ProjectState.FOR_ACCEPTANCE, ProjectState.RECTIFYING)
GROUPS: dict[str, tuple[str, ...]] = {"doing": DOING, "stopped": tuple(STOPPED)}  # statuses that are several states
BANDS = {  # 金额段: from (inclusive), to (exclusive), yuan
    "5": (Decimal(0), Decimal(50000)),
    "20": (Decimal(50000), Decimal(200000)),
    "50": (Decimal(200000), Decimal(500000)),
    "over": (Decimal(500000), None),
}
SORTS = ("latest", "due", "money", "random")
PRIME, SHUFFLER = 1_000_003, 48_271  # each seed spreads the keys over the prime in another order
BEST_YUAN = Coalesce("approved_yuan", "reviewed_yuan", "estimate_yuan")


@dataclass(frozen=True)
class Wanted:
    """What a reader asks the list for; every field is a parameter of its address, empty when not asked."""

    q: str = ""
    area: str = ""
    cat: str = ""
    type: str = ""
    step: str = ""
    status: str = ""
    year: str = ""
    programme: str = ""
    sponsor: str = ""
    due: str = ""
    money: str = ""
    sort: str = "latest"
    seed: int = 1

    @property
    def query(self) -> str:
        """The address of exactly this list: ?year=2021&status=completed."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return urlencode(given)


def condition(wanted: Wanted) -> Q:
    """Which projects a reader asks for. Drafts never; precedents from elsewhere only when asked by name."""
    found = Q(state__in=PUBLIC) & Q(round__in=_rounds(wanted))
    if wanted.area:
        found &= Q(area__code__startswith=Area(code=wanted.area, level=level_of(wanted.area)).prefix)
    if wanted.cat:
        found &= Q(category=wanted.cat)
    if wanted.type:
        found &= Q(work_type=wanted.type)
    if wanted.step:
        found &= _at_step(wanted.step)
    if wanted.status:
        found &= Q(state__in=GROUPS.get(wanted.status, (wanted.status,)))
    if wanted.sponsor:
        found &= Q(sponsor__isnull=False)
    if wanted.due == "over":
        found &= Q(due_on__lt=today()) & ~Q(state__in=[ProjectState.COMPLETED, ProjectState.PAUSED, *STOPPED])
    if wanted.q:
        found &= Q(title__icontains=wanted.q) | Q(place_text__icontains=wanted.q) | Q(code__contains=wanted.q.upper())
    return found


def found(wanted: Wanted) -> QuerySet[Project]:
    """The projects asked for, in the order asked for."""
    projects: QuerySet[Any] = Project.objects.filter(condition(wanted))
    if wanted.money or wanted.sort == "money":
        projects = projects.annotate(best=BEST_YUAN)
    if wanted.money:
        least, most = BANDS[wanted.money]
        projects = projects.filter(best__gte=least) if most is None else projects.filter(best__gte=least, best__lt=most)
    return projects.order_by(*_order(wanted))


def counted(wanted: Wanted) -> dict[str, Any]:
    """How many they are and, when they are listed by money, what they come to (共128项，合计…)."""
    asked: dict[str, Any] = {"count": Count("pk")}
    if wanted.sort == "money":
        asked["total_yuan"] = Sum("best")
    return found(wanted).order_by().aggregate(**asked)


def for_cards(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Rows with all a card shows, in the same query: place, round, first photo, seconders while they may be shown."""
    photos = Project.photos.through.objects.filter(project=OuterRef("pk"), attachment__is_public=True)
    seconds = (
        Seconding.objects.filter(project=OuterRef("pk"), withdrawn_at=None)
        .order_by()
        .values("project")
        .annotate(n=Count("pk"))
    )
    return projects.select_related("area__parent", "round").annotate(
        cover=Subquery(photos.order_by("pk").values("attachment__token")[:1]),
        seconds=Coalesce(Subquery(seconds.values("n")), 0),
    )


def level_of(code: str) -> str:
    """The level of a place by the zeros of its code; for the prefix alone."""
    trimmed = code.rstrip("0")
    for digits, level in ((2, "province"), (4, "prefecture"), (6, "county"), (9, "town")):
        if len(trimmed) <= digits:
            return level
    return "village"


def _rounds(wanted: Wanted) -> QuerySet[Any]:
    rounds = Round.objects.order_by()
    if wanted.programme:
        rounds = rounds.filter(programme=wanted.programme)
    else:
        rounds = rounds.exclude(programme=Programme.PRECEDENT)
    if wanted.year:
        rounds = rounds.filter(year=int(wanted.year))
    return rounds.values("pk")


def _at_step(number: str) -> Q:
    """Projects at a public step, paused and returned ones by where they stood."""
    step = list(PublicStep)[int(number) - 1]
    here = [*STATES[step], *(side for side, main in BESIDE.items() if main in STATES[step] and side in PUBLIC)]
    waiting = RESUMING - {ProjectState.MERGED}
    return Q(state__in=here) | Q(state__in=waiting, resume_state__in=here)


def _order(wanted: Wanted) -> tuple[Any, ...]:
    if wanted.sort == "due":
        return (F("due_on").asc(nulls_last=True), "pk")
    if wanted.sort == "money":
        return (F("best").desc(nulls_last=True), "-pk")
    if wanted.sort == "random":  # the same order for the same seed, page after page
        return ((F("pk") * pow(SHUFFLER, wanted.seed, PRIME)) % PRIME, "pk")
    return ("-updated_at", "-pk")
