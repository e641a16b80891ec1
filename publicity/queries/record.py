"""The record as the public reads it (全部记录): audit events alone, newest first, in words, daily ones folded."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from civic.models import Area, AuditEvent
from civic.models.record import Kind
from civic.telling import Told, told, with_names
from proposals.models import Project, ProjectState
from wishes.models import NUMBER_PREFIX

SHOWN = 100  # events on a page before it offers the rest
FOLD_FROM = 2  # so many daily updates in a row fold
FILTERS = ("decision", "money", "photo", "objection")


def public_events() -> QuerySet[AuditEvent]:
    """Every public event of every filed project and every matter on the board, newest first, with the names to mask."""
    events = with_names(AuditEvent.objects.filter(is_public=True))
    return events.exclude(subject="").exclude(subject__startswith="draft:").order_by("-happened_at", "-id")


def events_of(code: str, *, kind: str = "") -> QuerySet[AuditEvent]:
    """The public events of a life, newest first by when they happened."""
    events = public_events().filter(subject=code)
    return events.filter(kind=kind) if kind in FILTERS else events


def folded(events: Sequence[Told]) -> list[Any]:
    """Runs of daily updates behind one line (另有4条日常更新); everything else stays as it is."""
    lines: list[Any] = []
    run: list[Told] = []
    for event in events:
        if event.kind == Kind.DAILY:
            run.append(event)
            continue
        lines += _run(run)
        run = []
        lines.append(event)
    return [*lines, *_run(run)]


def latest_in(area: Area, most: int = 5) -> list[tuple[Project, Told]]:
    """What happened last in a place (最近进展): one event a project, the newest projects first."""
    events = public_events().filter(area__code__startswith=area.prefix).exclude(kind=Kind.DAILY)
    of_projects = events.exclude(subject__startswith=f"{NUMBER_PREFIX}-")[: most * 6]
    newest: dict[str, AuditEvent] = {}
    for event in of_projects:
        newest.setdefault(event.subject, event)
    projects = (
        Project.objects.exclude(state=ProjectState.DRAFT)
        .select_related("area")
        .in_bulk(list(newest), field_name="code")
    )
    shown = [event for code, event in newest.items() if code in projects][:most]
    return [(projects[line.subject], line) for line in told(shown)]


def events_in(area: Area, most: int = SHOWN) -> list[Told]:
    """The newest events of all projects of a place, each with its project's title, daily updates left out."""
    events = public_events().filter(area__code__startswith=area.prefix)
    shown = told(events.exclude(kind=Kind.DAILY).exclude(subject__contains=":")[:most])
    titles = dict(Project.objects.filter(code__in={event.subject for event in shown}).values_list("code", "title"))
    for event in shown:
        event.title = titles.get(event.subject, "")
    return [event for event in shown if event.title]


def _run(run: list[Told]) -> list[Any]:
    return [{"fold": run}] if len(run) >= FOLD_FROM else list(run)
