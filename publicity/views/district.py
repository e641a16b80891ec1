"""Doors of the district office (区专班): places compared on the same definitions, and each figure down to its cases."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from civic.pages import page
from civic.permissions import require
from civic.templatetags.civic import day, moment
from delivery.models import Disclosure, Rating
from proposals.models import Project
from publicity.charted import files
from publicity.forms import StatsFilter
from publicity.models import VillageAccount
from publicity.permissions import OVERSEERS
from publicity.queries import areas, search
from publicity.queries import district as queries
from publicity.queries.stats import refusals
from publicity.queries.stats.scope import Scope, read

A_PAGE = 50


class Case(NamedTuple):
    """One of what a figure counts: its name, its page, and what is to be known of it."""

    title: str
    url: str
    notes: tuple[str, ...]


@login_required
@require_safe
def district(request: HttpRequest) -> HttpResponse:
    """全局: the towns of a district or the villages of a town side by side; why things were refused; who is served."""
    scope = _scope(request)
    reasons = refusals.reasons(scope)
    return page(
        request,
        "publicity/district.html",
        scope=scope,
        place=scope.area,
        lines=queries.compared(scope),
        reasons=reasons,
        reason_files=files(reasons, scope),
        filters=StatsFilter(scope, search.rounds()),
    )


@login_required
@require_safe
def cases(request: HttpRequest, what: str) -> HttpResponse:
    """逐条看: the cases behind one figure, as many as it says. 404 for a figure that is none."""
    kind = CASES.get(what)
    if kind is None:
        raise Http404
    scope = _scope(request)
    found = Paginator(kind.rows(scope), A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "publicity/district_cases.html",
        scope=scope,
        place=scope.area,
        title=kind.title,
        found=found,
        cases=kind.told(list(found)),
        back=f"{reverse('publicity:district')}?{scope.query}",
    )


@login_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """社工覆盖: village by village, whether a social worker serves it, and since when."""
    scope = _scope(request)
    served, villages = areas.coverage(scope.area)
    return page(
        request,
        "publicity/coverage.html",
        scope=scope,
        place=scope.area,
        served=served,
        villages=villages,
        towns=queries.coverage(scope.area),
    )


def _scope(request: HttpRequest) -> Scope:
    """What is asked for; without a place, the office's own. 403 for a place the office does not oversee."""
    own = next((office.area for office in request.user.live_appointments if office.role in OVERSEERS), None)
    if own is None:
        raise PermissionDenied("publicity.oversee")
    scope = read(request.GET if request.GET.get("area") else {**request.GET.dict(), "area": own.code})
    if scope is None:
        raise Http404
    require(request.user, "publicity.oversee", scope.area)
    return scope


class CaseKind(NamedTuple):
    """A kind of cases: what it is called, where they are, how each is told."""

    title: Any
    rows: Callable[[Scope], QuerySet[Any]]
    told: Callable[[list[Any]], list[Case]]


def _steps(events: list[Any]) -> list[Case]:
    titles = dict(Project.objects.filter(code__in={event.subject for event in events}).values_list("code", "title"))
    return [
        Case(
            titles.get(event.subject, event.subject),
            f"{reverse('publicity:project', args=[event.subject])}#e{event.pk}",
            (
                event.unit,
                moment(event.happened_at, event.date_only),
                _("用时%(used)s天（限%(limit)s天）") % {"used": event.used_workdays, "limit": event.limit_workdays},
            ),
        )
        for event in events
    ]


def _ratings(ratings: list[Rating]) -> list[Case]:
    return [
        Case(
            rating.project.title,
            f"{reverse('delivery:ratings', args=[rating.project.code])}",
            (rating.project.area.short_name, str(rating.get_score_display()), moment(rating.rated_at)),
        )
        for rating in ratings
    ]


def _disclosures(disclosures: list[Disclosure]) -> list[Case]:
    return [
        Case(
            one.project.title,
            reverse("publicity:project", args=[one.project.code]),
            (
                one.project.area.short_name,
                str(one.get_kind_display()),
                _("%(from)s到%(to)s") % {"from": day(one.starts_on), "to": day(one.ends_on)},
                _due(one.due_on),
                *([moment(one.published_at)] if one.published_at else ()),
            ),
        )
        for one in disclosures
    ]


def _accounts(accounts: list[VillageAccount]) -> list[Case]:
    return [
        Case(
            _("%(place)s%(quarter)s村务公开") % {"place": one.area.short_name, "quarter": one.quarter},
            one.get_absolute_url() if one.posted_on else reverse("publicity:area", args=[one.area_id]),
            (_due(one.due_on), *([_("%(day)s上墙") % {"day": day(one.posted_on)}] if one.posted_on else ())),
        )
        for one in accounts
    ]


def _due(on: date) -> str:
    return _("应于%(day)s前") % {"day": day(on)}


def _projects(projects: list[Project]) -> list[Case]:
    return [
        Case(
            project.title,
            reverse("publicity:project", args=[project.code]),
            (project.area.short_name, str(project.get_channel_display()), str(project.get_state_display())),
        )
        for project in projects
    ]


CASES = {
    "steps": CaseKind(gettext_lazy("办结的步骤"), queries.steps, _steps),
    "late": CaseKind(gettext_lazy("超过时限的步骤"), partial(queries.steps, late=True), _steps),
    "ratings": CaseKind(gettext_lazy("评价"), queries.ratings, _ratings),
    "satisfied": CaseKind(gettext_lazy("满意的评价"), partial(queries.ratings, satisfied=True), _ratings),
    "published": CaseKind(gettext_lazy("按时公开的"), queries.published, _disclosures),
    "owed": CaseKind(gettext_lazy("还要公开的"), queries.owed, _disclosures),
    "posted": CaseKind(gettext_lazy("按时上墙的村务公开"), queries.posted, _accounts),
    "to-post": CaseKind(gettext_lazy("还要上墙的村务公开"), queries.to_post, _accounts),
    "offline": CaseKind(gettext_lazy("线下提的"), queries.offline, _projects),
}
