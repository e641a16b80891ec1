"""Doors to the open data (开放数据): the list of files, their dictionary, and the files, written as they are sent."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from civic import limits
from civic.audit import last_event
from civic.models import AuditEvent
from civic.moments import today
from civic.pages import page
from publicity.charted import FORMATS
from publicity.forms import StatsFilter
from publicity.opendata import formats
from publicity.opendata.datasets import DATASETS, Dataset
from publicity.queries import search
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import ALL, Scope, read

VERSION = "1"  # of what the files hold: raise it with any change of columns


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What can be downloaded (开放数据), of which place and year, under which licence."""
    scope = _scope(request)
    if scope is None:
        return page(request, "publicity/empty.html")
    return page(
        request,
        "publicity/data.html",
        scope=scope,
        filters=StatsFilter(scope, search.rounds()),
        datasets=DATASETS.values(),
        formats=FORMATS,
        licence=settings.OPEN_DATA_LICENCE,
        terms=settings.OPEN_DATA_TERMS,
        changed_at=AuditEvent.objects.filter(is_public=True)
        .order_by("-pk")
        .values_list("recorded_at", flat=True)
        .first(),
    )


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """What each column means (数据字典)."""
    return page(request, "publicity/data_dictionary.html", datasets=DATASETS.values())


@require_safe
def dictionary_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    told = {
        one.name: {
            "title": str(one.title),
            "about": str(one.about),
            "fields": [
                {"key": f.key, "label": str(f.label), "kind": f.kind, "means": str(f.means)} for f in one.fields
            ],
        }
        for one in DATASETS.values()
    }
    return JsonResponse(
        {"licence": settings.OPEN_DATA_LICENCE, "datasets": told}, json_dumps_params={"ensure_ascii": False}
    )


def _scope(request: HttpRequest) -> Scope | None:
    """The place and year asked for; all years where none is."""
    return read({"year": ALL, **request.GET.dict()})


def _mark(request: HttpRequest, **named: str) -> str:
    """What a file depends on: what is asked, the last thing that happened, and the day; numbers by when they were counted."""
    counted = "key" in named or named.get("name") == "statistics"
    scope = read(request.GET) if "key" in named else _scope(request)
    state = str(statistics(scope).counted_at if counted and scope else last_event())
    parts = [VERSION, request.get_full_path(), state, str(today()), get_language() or ""]
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def _changed_at(request: HttpRequest, **named: str) -> datetime | None:
    """When something last happened."""
    return AuditEvent.objects.order_by("-pk").values_list("recorded_at", flat=True).first()


@require_safe
@condition(etag_func=_mark, last_modified_func=_changed_at)
def dataset(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """One set as a file, of a place and a year; two are written at once, whoever asks."""
    scope, found = _scope(request), DATASETS.get(name)
    if scope is None or found is None or kind not in formats.TYPES:
        raise Http404
    limits.DATA_IP.hit(limits.client_ip(request))
    body = limits.DATA_AT_ONCE.during(_written(found, scope, kind))
    return _sent(body, kind, f"{name}-{scope.area.code}-{scope.year or ALL}")


def _written(found: Dataset, scope: Scope, kind: str) -> Iterator[bytes]:
    rows = found.rows(scope)
    if kind == "csv":
        return formats.csv_file(found.heads, rows)
    if kind == "xlsx":
        return formats.xlsx_file(str(found.title), found.heads, rows)
    return formats.json_file(_about(scope, found.name, str(found.title)), found.keys, rows)


@require_safe
@condition(etag_func=_mark, last_modified_func=_changed_at)
def stats_file(request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
    """One table of the statistics as a file: its rows, without the total they add up to."""
    scope = read(request.GET)
    table = statistics(scope).tables.get(key) if scope else None
    if scope is None or table is None or kind not in formats.TYPES:
        raise Http404
    limits.DATA_IP.hit(limits.client_ip(request))
    heads, rows = [column.label for column in table.columns], [(row.label, *row.cells) for row in table.rows]
    if kind == "json":
        keys = [column.key for column in table.columns]
        body = formats.json_file(_about(scope, key, table.title) | {"definition": table.definition}, keys, rows)
    else:
        body = formats.csv_file(heads, rows) if kind == "csv" else formats.xlsx_file(table.title, heads, rows)
    return _sent(body, kind, f"{key}-{scope.area.code}-{scope.year or ALL}")


def _about(scope: Scope, name: str, title: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "area": scope.area.code,
        "year": scope.year,
        "programme": scope.programme or None,
        "licence": settings.OPEN_DATA_LICENCE,
    }


def _sent(body: Iterator[bytes], kind: str, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return StreamingHttpResponse(body, content_type=formats.TYPES[kind], headers=headers)
