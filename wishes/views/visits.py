"""Doors to visits (走访): the list with its three fields, one visit with what comes of it, and the page without a network."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civic.devices import seal_of
from civic.limits import TooOften
from civic.models import Person
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from wishes import visit_queries as queries
from wishes.forms.visits import ActForm, EraseForm, ToDemandForm, ToProjectForm, VisitFilter, VisitForm
from wishes.models import Visit
from wishes.services import visits as services

A_PAGE = 50
SHELL_SECONDS = 3600
JSON = "application/json"
# act: its tab, its form, its button, what is said when done
ACTS: dict[str, tuple[Any, type[ActForm], Any, Any]] = {
    "to_demand": (_("报上黑板"), ToDemandForm, _("报上黑板"), _("已报上民声黑板，两边互相写明")),
    "to_project": (_("转为提议"), ToProjectForm, _("转为提议"), _("已转为提议，两边互相写明")),
    "erase": (_("抹掉"), EraseForm, _("抹掉谁说了什么"), _("已抹掉，只留下走访过这件事")),
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def visits(request: HttpRequest) -> HttpResponse:
    """记走访 and the list; a phone that kept some sends each by itself and reads the answer as JSON."""
    require(request.user, "wishes.visits")
    villages = list(queries.places(request.user))
    if request.method != "POST":
        return _listed(request, villages, VisitForm(villages=villages))
    form = VisitForm(request.POST, villages=villages)
    as_json = JSON in request.headers.get("Accept", "")
    status, problem = 422, None
    if form.is_valid():
        try:
            visit = _kept(form, request.user)
        except RuleBroken as broken:
            status, problem = 409, broken
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            if as_json:
                return JsonResponse({"key": str(visit.key), "version": visit.version})
            messages.success(request, _("走访已记下"))
            return redirect("wishes:visits")
    stands = problem.stands if isinstance(problem, services.VisitChanged) else None
    if as_json:
        return _refused(form, status, stands)
    if stands is not None:
        form.over(stands)
    return _listed(request, villages, form, status=status, stands=stands)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: what was said, and in one press what comes of it."""
    found = get_object_or_404(queries.visible_to(request.user), pk=pk)
    act = request.POST.get("act", "") if request.method == "POST" else request.GET.get("act", "")
    offered = [name for name in ACTS if _fits(request, found, name)]
    form = None
    if request.method == "POST":
        if act not in ACTS:
            raise BadRequest("act")
        if act != "erase":
            require(request.user, "proposals.propose_for", found.area)
        form = ACTS[act][1](request.POST, visit=found)
        if _attempt(form, request.user):
            messages.success(request, ACTS[act][3])
            return redirect(found)
    elif offered:
        act = act if act in offered else offered[0]
        form = ACTS[act][1](visit=found)
    may_change = found.by_id == request.user.pk and found.erased_at is None
    return page(
        request,
        "wishes/visit.html",
        status=409 if form is not None and form.refused else 200,
        visit=found,
        change=VisitForm.of(found, villages=queries.places(request.user)) if may_change else None,
        act=act,
        form=form,
        button=ACTS[act][2] if act else "",
        tabs=[{"label": ACTS[name][0], "url": f"?act={name}#act", "current": name == act} for name in offered],
        **_phone(request),
    )


@cache_control(public=True, max_age=SHELL_SECONDS)
@require_safe
def without_network(request: HttpRequest) -> HttpResponse:
    """What a worker's phone shows instead without a network: the three empty fields. It names nobody."""
    return page(request, "wishes/visit_offline.html", form=VisitForm(villages=[]))


def _kept(form: VisitForm, by: Person) -> Visit:
    said = form.cleaned_data
    return services.keep(form.note, by=by, key=said["key"], version=said["version"])


def _attempt(form: ActForm, by: Person) -> bool:
    try:
        return form.attempt(by=by)
    except TooOften:
        form.add_error(None, _("今天代录的已经到上限，明天再转。走访还在"))
        form.refused = True
        return False


def _fits(request: HttpRequest, found: Visit, act: str) -> bool:
    """Whether the act is this person's and the visit still waits for it."""
    if found.erased_at is not None:
        return False
    return act == "erase" or (not found.is_turned and allowed(request.user, "proposals.propose_for", found.area))


def _listed(
    request: HttpRequest, villages: list[Any], form: VisitForm, stands: Visit | None = None, status: int = 200
) -> HttpResponse:
    wanted = VisitFilter(request.GET, villages=villages)
    found = Paginator(queries.listed(request.user, **wanted.wanted), A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "wishes/visits.html",
        part="wishes/_visits.html",
        status=status,
        form=form,
        wanted=wanted,
        found=found,
        stands=stands,
        **_phone(request),
    )


def _phone(request: HttpRequest) -> dict[str, Any]:
    """What this account's phone needs to keep visits until they are uploaded, sealed with a key of its own."""
    return {"account": request.user.pk, "seal": seal_of(request.user, "wishes.visits")}


def _refused(form: VisitForm, status: int, stands: Visit | None) -> JsonResponse:
    """Why it was not taken; where it says something else here meanwhile, what."""
    errors = [str(error) for errors in form.errors.values() for error in errors]
    answer: dict[str, Any] = {"detail": "；".join(errors)}
    if stands is not None:
        answer["stands"] = {
            "who": stands.who,
            "said": stands.said,
            "place_text": stands.place_text,
            "area": stands.area_id,
            "visited_on": stands.visited_on.isoformat(),
            "version": stands.version,
        }
    return JsonResponse(answer, status=status)
