"""The list of projects (项目列表): one condition that list, count, figures and API share, so they cannot disagree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from civic.audit import last_event
from civic.composed import Composed
from civic.models import Area
from civic.moments import today
from proposals.models import Programme, Project, ProjectState, Round, Seconding, WorkType
from proposals.queries import SEARCHED, holding, words_of
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
RoundKey = tuple[int, int, str]
SORTS = ("latest", "due", "money", "random")
PRIME, SHUFFLER = 1_000_003, 48_271  # each seed spreads the keys over the prime in another order
ON_A_CARD = (
    "code",
    "title",
    "state",
    "due_on",
    "limit_workdays",
    "estimate_yuan",
    "reviewed_yuan",
    "approved_yuan",
    "mark",
    "version",
    "area__name",
    "area__level",
    "area__parent__name",
    "area__parent__level",
)
COVER = Subquery(
    Project.photos.through.objects.filter(project=OuterRef("pk"), attachment__is_public=True)
    .order_by("pk")
    .values("attachment__token")[:1]
)
SECONDS = Coalesce(
    Subquery(
        Seconding.objects.filter(project=OuterRef("pk"), withdrawn_at=None)
        .order_by()
        .values("project")
        .annotate(n=Count("pk"))
        .values("n")
    ),
    0,
)
LONGEST = 40  # characters of a search
KEPT_SECONDS = 60
_rounds_there_are = Composed(lambda: Round.objects.order_by().values_list("pk", "year", "programme"))
ALLOWED: dict[str, frozenset[str]] = {
    "type": frozenset(WorkType.values),
    "step": frozenset("123456"),
    "status": frozenset({*GROUPS, *PUBLIC}),
    "programme": frozenset(Programme.values),
    "sponsor": frozenset({"yes"}),
    "due": frozenset({"over"}),
    "money": frozenset(BANDS),
    "sort": frozenset(SORTS),
}
TEXTS = ("q", "area", "cat", "type", "step", "status", "year", "programme", "sponsor", "due", "money", "sort")
BEST_YUAN = Coalesce("approved_yuan", "reviewed_yuan", "estimate_yuan")
PAID_YUAN = F("work__paid_yuan")  # 已付款: what has gone out for a project


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

    @classmethod
    def read(cls, params: Mapping[str, str]) -> "Wanted":
        """What an address asks for, without what the list does not know; never an error."""
        given = {name: params.get(name, "").strip()[:LONGEST] for name in TEXTS}
        known = {name: value for name, value in given.items() if value and fits(name, value)}
        seed = params.get("seed", "")
        return cls(**known, seed=int(seed) if seed.isascii() and seed.isdigit() and 0 < int(seed[:7]) < PRIME else 1)

    @property
    def words(self) -> list[str]:
        """What is searched for: every word, apart by spaces, must be there, in whichever text (搜几个词)."""
        return words_of(self.q)

    @property
    def query(self) -> str:
        """The address of exactly this list: ?year=2021&status=completed."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return urlencode(given)


def fits(name: str, value: str) -> bool:
    """Whether the list knows this value of a filter."""
    allowed = ALLOWED.get(name)
    if allowed is not None:
        return value in allowed
    if name == "area":
        return len(value) == 12 and value.isascii() and value.isdigit()
    if name == "year":
        return len(value) == 4 and value.isascii() and value.isdigit()
    return value.isprintable()


def rounds() -> list[RoundKey]:
    """Every round by key, year and programme: a handful of rows that all conditions share."""
    return _rounds_there_are()


def condition(wanted: Wanted, known: Iterable[RoundKey] | None = None) -> Q:
    """Which projects a reader asks for. Drafts never; precedents from elsewhere only when asked by name."""
    asked = Q(state__in=GROUPS.get(wanted.status, (wanted.status,)) if wanted.status else PUBLIC)
    asked &= Q(round_id__in=rounds_asked(wanted, rounds() if known is None else known))
    if wanted.area:
        asked &= Q(area__code__startswith=Area(code=wanted.area, level=level_of(wanted.area)).prefix)
    if wanted.cat:
        asked &= Q(category=wanted.cat)
    if wanted.type:
        asked &= Q(work_type=wanted.type)
    if wanted.step:
        asked &= _at_step(wanted.step)
    if wanted.sponsor:
        asked &= Q(sponsor__isnull=False)
    if wanted.due == "over":
        asked &= Q(due_on__lt=today()) & ~Q(state__in=[ProjectState.COMPLETED, ProjectState.PAUSED, *STOPPED])
    return asked & holding(wanted.words) if wanted.q else asked


def found(wanted: Wanted, known: Iterable[RoundKey] | None = None) -> QuerySet[Project]:
    """The projects asked for, in the order asked for; ``known`` are the rounds where they are at hand."""
    projects: QuerySet[Any] = Project.objects.filter(condition(wanted, known))
    if wanted.money or wanted.sort == "money":
        projects = projects.annotate(best=BEST_YUAN)
    if wanted.money:
        least, most = BANDS[wanted.money]
        projects = projects.filter(best__gte=least) if most is None else projects.filter(best__gte=least, best__lt=most)
    return projects.order_by(*_order(wanted))


def counted(wanted: Wanted, projects: QuerySet[Project]) -> dict[str, Any]:
    """How many they are, ``projects`` being what was found, and, when they are listed by money, what they come to (共128项，合计…).

    Counted anew after any event, and once a minute; a list of 100,000 is not counted for every reader.
    """
    key = make_template_fragment_key("counted", [wanted.query, last_event(), today()])
    found: Any = caches["template_fragments"].get_or_set(key, partial(_counted, wanted, projects), KEPT_SECONDS)
    return dict(found)


def _counted(wanted: Wanted, projects: QuerySet[Project]) -> dict[str, Any]:
    asked: dict[str, Any] = {"count": Count("pk")}
    if wanted.sort == "money":
        asked["total_yuan"] = Sum("best")
    return projects.order_by().aggregate(**asked)


def for_cards(projects: QuerySet[Project], wanted: Wanted | None = None) -> QuerySet[Project]:
    """Rows with all a card shows, in the same query: place, first photo, seconders; of a search, where it was found."""
    shown = ON_A_CARD + SEARCHED if wanted and wanted.q else ON_A_CARD
    return projects.select_related("area__parent").only(*shown).annotate(cover=COVER, seconds=SECONDS)


def level_of(code: str) -> str:
    """The level of a place by the zeros of its code; for the prefix alone."""
    trimmed = code.rstrip("0")
    for digits, level in ((2, "province"), (4, "prefecture"), (6, "county"), (9, "town")):
        if len(trimmed) <= digits:
            return level
    return "village"


def rounds_asked(wanted: Wanted, known: Iterable[RoundKey]) -> list[int]:
    """The keys of the rounds asked for: of a programme, else of all but the precedents; of a year."""
    return [
        pk
        for pk, year, programme in known
        if (programme == wanted.programme if wanted.programme else programme != Programme.PRECEDENT)
        and wanted.year in ("", str(year))
    ]


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
