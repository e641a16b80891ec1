"""Places compared on the same definitions (各镇比、各村比): each figure with the list that is as long as it says.

What is counted here is counted by the conditions of the statistics, so that a town's line and its own page agree. The
same number of queries whatever there is to compare.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Appointment, Area, AuditEvent, Level, Role
from civic.models.record import Channel
from delivery.models import Disclosure, Rating
from proposals.models import Project, ProjectState
from publicity.models import VillageAccount
from publicity.queries import areas
from publicity.queries.search import BEST_YUAN, Wanted, condition
from publicity.queries.stats import disclosed
from publicity.queries.stats.clocks import IN_TIME, SUMS, finished, mean
from publicity.queries.stats.people import SATISFIED, rated
from publicity.queries.stats.scope import BELOW, Scope, part_of
from publicity.tables import NONE, percent, written

OFFLINE = Q(channel__in=[Channel.DESK, Channel.PAPER, Channel.PHONE])
Sums = Counter[str]


class Figure(NamedTuple):
    """A number as people read it, and the list it leads to: ``length`` rows."""

    text: str
    url: str = ""
    length: int | None = None


class Cell(NamedTuple):
    """What is said of a place in one column: the figure, then the numbers it is made of."""

    label: str
    main: Figure
    parts: tuple[Figure, ...] = ()


class Compared(NamedTuple):
    """A place's line; ``inside`` leads to what lies in it."""

    place: Area
    inside: str
    cells: tuple[Cell, ...]


def compared(scope: Scope) -> list[Compared]:
    """The towns of a district or the villages of a town side by side, then the whole; nine queries."""
    sums = _counted(scope)
    digits = BELOW[Level(scope.area.level)]
    lines = [_line(scope, place, sums[place.code[:digits]]) for place in areas.just_below(scope.area)]
    whole = sum(sums.values(), Counter())
    return [*lines, _line(scope, scope.area, whole)]


def cases_url(what: str, scope: Scope, place: Area) -> str:
    """The list of the cases a figure counts (逐条看)."""
    return f"{reverse('publicity:district_cases', args=[what])}?{replace(scope, area=place).query}"


def steps(scope: Scope, *, late: bool = False) -> QuerySet[AuditEvent]:
    """The finished steps with a limit (办结步骤), the latest first; ``late``: those that took longer."""
    found = finished(scope).exclude(IN_TIME) if late else finished(scope)
    return found.order_by("-happened_at", "-pk")


def ratings(scope: Scope, *, satisfied: bool = False) -> QuerySet[Rating]:
    """The ratings (评价), the latest first; who gave them is not asked for."""
    found = rated(scope).filter(SATISFIED) if satisfied else rated(scope)
    return found.select_related("project__area").order_by("-rated_at", "-pk")


def published(scope: Scope) -> QuerySet[Disclosure]:
    """What was published of a period in time (按时公开), the latest first."""
    found = disclosed.published(scope).filter(disclosed.PUBLISHED_IN_TIME)
    return found.select_related("project__area").order_by("-published_at", "-pk")


def owed(scope: Scope) -> QuerySet[Disclosure]:
    """What is to be published (还要公开), the soonest due first."""
    return disclosed.owed(scope).select_related("project__area").order_by("due_on", "pk")


def posted(scope: Scope) -> QuerySet[VillageAccount]:
    """Villages' accounts posted in time (按时上墙), the latest first."""
    found = disclosed.posted(scope).filter(disclosed.POSTED_IN_TIME)
    return found.select_related("area").order_by("-posted_on", "-pk")


def to_post(scope: Scope) -> QuerySet[VillageAccount]:
    """Villages' accounts that are to be posted (还要上墙), the soonest due first."""
    return disclosed.to_post(scope).select_related("area").order_by("due_on", "pk")


def offline(scope: Scope) -> QuerySet[Project]:
    """What was proposed at a desk, on paper or by telephone (线下提的)."""
    return scope.projects.filter(OFFLINE).select_related("area").order_by("-filed_at", "-pk")


class Town(NamedTuple):
    """A town's coverage: its villages, each with who serves it."""

    place: Area
    served: int
    villages: list[tuple[Area, list[Appointment]]]


def coverage(inside: Area) -> list[Town]:
    """The villages of a place by town with their social workers (驻村社工); those of the town itself serve each. Two queries."""
    codes = [inside.prefix, *areas.path_codes(inside.code)]
    nearby = Q(area__code__startswith=codes[0]) | Q(area__in=codes[1:])
    found = Appointment.objects.live().filter(nearby, role=Role.SOCIAL_WORKER).select_related("person", "area")
    workers: defaultdict[str, list[Appointment]] = defaultdict(list)
    for one in found.order_by("starts_on", "pk"):
        workers[one.area_id].append(one)
    towns = []
    for town, villages in areas.by_town(inside):
        lines = [
            (village, [w for code in areas.path_codes(village.code) for w in workers[code]]) for village in villages
        ]
        towns.append(Town(town, sum(bool(serving) for _village, serving in lines), lines))
    return towns


def _counted(scope: Scope) -> defaultdict[str, Sums]:
    """What is counted of each part of the place, by the digits its code begins with."""
    declined = condition(Wanted(status=ProjectState.DECLINED), scope.known)
    asked: tuple[tuple[QuerySet[Any], str, dict[str, Any]], ...] = (
        (
            scope.projects,
            "area_id",
            {
                "projects": Count("pk"),
                "planned": Sum(BEST_YUAN),
                "declined": Count("pk", filter=declined),
                "offline": Count("pk", filter=OFFLINE),
            },
        ),
        (finished(scope), "area_id", SUMS),
        (rated(scope), "project__area_id", {"rated": Count("pk"), "satisfied": Count("pk", filter=SATISFIED)}),
        (
            disclosed.published(scope),
            "project__area_id",
            {"published": Count("pk"), "published_in_time": Count("pk", filter=disclosed.PUBLISHED_IN_TIME)},
        ),
        (disclosed.owed(scope), "project__area_id", {"owed": Count("pk")}),
        (
            disclosed.posted(scope),
            "area_id",
            {"posted": Count("pk"), "posted_in_time": Count("pk", filter=disclosed.POSTED_IN_TIME)},
        ),
        (disclosed.to_post(scope), "area_id", {"to_post": Count("pk")}),
        (
            areas.with_worker(areas.villages(scope.area)).order_by(),
            "code",
            {"villages": Count("pk"), "served": Count("pk", filter=Q(has_worker=True))},
        ),
    )
    found: defaultdict[str, Sums] = defaultdict(Counter)
    for rows, field, sums in asked:
        for row in rows.annotate(part=part_of(scope, field)).values("part").annotate(**sums):
            found[row.pop("part")].update({name: value or 0 for name, value in row.items()})
    return found


def _line(scope: Scope, place: Area, sums: Sums) -> Compared:
    inside = "" if place == scope.area or place.level == Level.VILLAGE else f"?{replace(scope, area=place).query}"
    return Compared(place, inside, (*_work(scope, place, sums), *_people(scope, place, sums)))


def _work(scope: Scope, place: Area, sums: Sums) -> tuple[Cell, ...]:
    """How much, how long, what for."""
    late, many = sums["steps"] - sums["in_time"], sums["steps"]
    used, limit = (written(mean(sums[name], many), "days") for name in ("used", "limit"))
    head = Decimal(sums["planned"]) / place.population if place.population else None
    return (
        Cell(_("项目"), _listed(sums["projects"], scope.list_url(area=place.code))),
        Cell(
            _("计划投入（元）"), Figure(written(sums["planned"], "yuan")), (_per_head(head),) if sums["planned"] else ()
        ),
        Cell(
            _("平均用时"), Figure(_("%(used)s天") % {"used": used} if many else NONE), (_limit(limit),) if many else ()
        ),
        Cell(
            _("按时率"),
            Figure(_rate(sums["in_time"], many)),
            _parts(
                _listed(many, cases_url("steps", scope, place), _("%(count)s步")),
                _listed(late, cases_url("late", scope, place), _("超时%(count)s步")),
            ),
        ),
        _published(scope, place, sums),
    )


def _published(scope: Scope, place: Area, sums: Sums) -> Cell:
    """Of what is published again and again how much was in time, of projects and of villages' accounts, and what is owed."""
    in_time = sums["published_in_time"] + sums["posted_in_time"]
    return Cell(
        _("按期公开"),
        Figure(_rate(in_time, sums["published"] + sums["posted"])),
        _parts(
            _listed(sums["published_in_time"], cases_url("published", scope, place), _("项目按时%(count)s期")),
            _listed(sums["owed"], cases_url("owed", scope, place), _("还要公开%(count)s期")),
            _listed(sums["posted_in_time"], cases_url("posted", scope, place), _("村务按时上墙%(count)s期")),
            _listed(sums["to_post"], cases_url("to-post", scope, place), _("还要上墙%(count)s期")),
        ),
    )


def _people(scope: Scope, place: Area, sums: Sums) -> tuple[Cell, ...]:
    """What people say, and whom it reaches."""
    least = scope.strictest("suppress_ratings_below", 5)
    share = _rate(sums["satisfied"], sums["rated"]) if sums["rated"] >= least else NONE
    workers = f"{reverse('publicity:areas')}?area={place.code}&worker=yes"
    return (
        Cell(
            _("满意率"),
            Figure(share),
            _parts(
                _listed(sums["rated"], cases_url("ratings", scope, place), _("%(count)s份评价")),
                _listed(sums["satisfied"], cases_url("satisfied", scope, place), _("满意%(count)s份")),
            ),
        ),
        Cell(
            _("未采纳"),
            _listed(sums["declined"], scope.list_url(area=place.code, status=str(ProjectState.DECLINED))),
            _parts(
                Figure(_("占%(share)s") % {"share": _rate(sums["declined"], sums["projects"])}, "", sums["declined"])
            ),
        ),
        Cell(
            _("线下提的"),
            Figure(_rate(sums["offline"], sums["projects"])),
            _parts(_listed(sums["offline"], cases_url("offline", scope, place), _("%(count)s项"))),
        ),
        Cell(
            _("有社工的村居"),
            Figure(f"{sums['served']}/{sums['villages']}", workers if sums["served"] else "", sums["served"]),
        ),
    )


def _listed(count: int, url: str, words: str = "%(count)s") -> Figure:
    """A number with its list; nothing to list leads nowhere."""
    return Figure(words % {"count": f"{count:,}"}, url if count else "", count)


def _parts(*figures: Figure) -> tuple[Figure, ...]:
    """The numbers a figure is made of, without those that are nothing."""
    return tuple(figure for figure in figures if figure.length)


def _rate(part: int, whole: int) -> str:
    return written(percent(part, whole), "percent")


def _per_head(yuan: Decimal | None) -> Figure:
    return Figure(_("人均%(yuan)s元") % {"yuan": f"{yuan:,.2f}"} if yuan is not None else _("没有登记人口"))


def _limit(days: str) -> Figure:
    return Figure(_("限%(days)s天") % {"days": days})
