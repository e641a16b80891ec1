"""Doors of importing (导入): what may be imported, a file tried out, its columns put right, and what came of it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.areas import BadFile
from civic.imports import queries, services
from civic.imports.forms import ColumnsForm, FileForm
from civic.imports.kinds import EXPORTS, KINDS, Kind, open_to
from civic.limits import IMPORT_TRY
from civic.models import Import, ImportState, ImportWhat
from civic.pages import page
from civic.permissions import require
from civic.tables.writing import KINDS as FORMS
from civic.tables.writing import template

PER_PAGE = 50
MOST_PROBLEMS = 50
MOST_RUNS = 20
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """导入: the kinds open to this person, their templates, and what was imported last."""
    require(request.user, "civic.import")
    kinds = open_to(request.user)
    runs = queries.own(request.user).exclude(state=ImportState.TRIED)[:MOST_RUNS]
    return page(request, "civic/imports.html", kinds=kinds, runs=[(run, KINDS[run.kind]) for run in runs])


@never_cache
@login_required
@form_methods
def new(request: HttpRequest, name: str) -> HttpResponse:
    """A file is chosen and tried out; what is no table comes back with the reason."""
    kind = _kind(request, name)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if not form.is_valid():
        return page(request, "civic/import_new.html", form=form, kind=kind, export=_export(kind))
    IMPORT_TRY.hit(request.user.pk)
    file = form.cleaned_data["file"]
    try:
        run = services.take(kind, file.name, file.read(), by=request.user)
    except BadFile as bad:
        for said in bad.problems:
            form.add_error("file", said)
        return page(request, "civic/import_new.html", form=form, kind=kind, export=_export(kind))
    return redirect("civic:import", run.pk)


@never_cache
@login_required
@form_methods
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: what it would do and what its columns are, how far it is, or what it did."""
    run = get_object_or_404(queries.own(request.user), pk=pk)
    if run.state == ImportState.TRIED:
        return _tried(request, run)
    lines = Paginator(run.lines.all(), PER_PAGE).get_page(request.GET.get("page"))
    words = dict(ImportWhat.choices)
    shown = [(line, words[line.what], _labels(KINDS[run.kind], line.fields)) for line in lines]
    return page(
        request,
        "civic/import_done.html",
        part="civic/_import_progress.html",
        run=run,
        kind=KINDS[run.kind],
        lines=lines,
        shown=shown,
        problems=run.trial.get("problems", [])[:MOST_PROBLEMS],
    )


def _tried(request: HttpRequest, run: Import) -> HttpResponse:
    form = ColumnsForm(request.POST if request.method == "POST" else None, run=run)
    if form.is_valid():
        services.put_right(run, form.mapping, form.unit, form.for_all, by=request.user)
        return redirect("civic:import", run.pk)
    return page(request, "civic/import_tried.html", form=form, **_told(run))


def _told(run: Import) -> dict[str, Any]:
    kind, trial, words = KINDS[run.kind], run.trial, dict(ImportWhat.choices)
    return {
        "run": run,
        "kind": kind,
        "trial": trial,
        "problems": trial["problems"][:MOST_PROBLEMS],
        "more": max(0, trial["faults"] - MOST_PROBLEMS),
        "shown": [(line, words[what], label, _labels(kind, fields)) for line, what, label, fields in trial["shown"]],
        "before": queries.done_before(run),
        "is_idle": not trial["problems"] and not trial["added"] and not trial["changed"],
    }


@login_required
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """开始导入: at once, or in the background where the file is large."""
    run = get_object_or_404(queries.own(request.user), pk=pk)
    services.begin(run, by=request.user)
    return redirect("civic:import", run.pk)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """取消导入: what is not written yet is taken back."""
    run = get_object_or_404(queries.own(request.user), pk=pk)
    services.cancel(run, by=request.user)
    return redirect("civic:import", run.pk)


@login_required
@require_safe
def import_template(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """模板: a table to fill in."""
    kind = _kind(request, name)
    if form not in FORMS:
        raise Http404
    response = HttpResponse(template(kind.columns, form), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}-template.{form}"'
    return response


def _kind(request: HttpRequest, name: str) -> Kind:
    """A kind by its name: 404 for none, 403 for one this person may not import."""
    if name not in KINDS:
        raise Http404
    kind = KINDS[name]
    require(request.user, kind.permission)
    return kind


def _export(kind: Kind) -> list[tuple[str, str]]:
    """Where what there is can be had in the same layout, to be corrected and brought back."""
    return [(form, reverse(EXPORTS[kind.name], args=[form])) for form in FORMS] if kind.name in EXPORTS else []


def _labels(kind: Kind, fields: list[str]) -> str:
    """The names of changed columns."""
    labels = {column.key: str(column.label) for column in kind.columns}
    return "、".join(labels.get(name, name) for name in fields)
