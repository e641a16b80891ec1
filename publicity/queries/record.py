"""The record as the public reads it (全部记录): audit events alone, newest first, in words, daily ones folded."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from civic.models import Area, AuditEvent
from civic.models.record import Kind
from proposals.models import Project, ProjectState
from publicity.queries import people

SHOWN = 100  # events on a page before it offers the rest
AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?(?=元)")
FOLD_FROM = 2  # so many daily updates in a row fold
FILTERS = ("decision", "money", "photo", "objection")


@dataclass
class Told:
    """One event in public words, as parts/_event.html reads it."""

    id: int
    kind: str
    action: str
    happened_at: datetime
    date_only: bool
    text: str
    who: str
    reason: str = ""
    rule: str = ""
    money_delta_yuan: Decimal | None = None
    used_workdays: int | None = None
    limit_workdays: int | None = None
    mark: str = ""
    documents: list[dict[str, str]] = field(default_factory=list)
    photos: list[dict[str, str]] = field(default_factory=list)
    late_on: date | None = None
    is_now: bool = False
    subject: str = ""
    title: str = ""
    """Of the project, where events of several are told together."""

    @property
    def unsaid_delta_yuan(self) -> Decimal | None:
        """The money it moved, unless its words name the amount already."""
        said = {Decimal(amount.replace(",", "")) for amount in AMOUNT.findall(self.text)}
        moved = self.money_delta_yuan
        return None if moved is None or abs(moved) in said else moved


def public_events() -> QuerySet[AuditEvent]:
    """Every public event of every filed project, newest first, with the names to mask."""
    events = people.with_names(AuditEvent.objects.filter(is_public=True))
    return events.exclude(subject="").exclude(subject__startswith="draft:").order_by("-happened_at", "-id")


def events_of(code: str, *, kind: str = "") -> QuerySet[AuditEvent]:
    """The public events of a life, newest first by when they happened."""
    events = public_events().filter(subject=code)
    return events.filter(kind=kind) if kind in FILTERS else events


def told(events: Iterable[AuditEvent]) -> list[Told]:
    """Events (as events_of gives them, with their names) in public words."""
    return [_told(event) for event in events]


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
    events = public_events().filter(area__code__startswith=area.prefix).exclude(kind=Kind.DAILY)[: most * 6]
    newest: dict[str, AuditEvent] = {}
    for event in events:
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


def _told(event: AuditEvent) -> Told:
    recorded, happened = localdate(event.recorded_at), localdate(event.happened_at)
    files = files_of(event)
    return Told(
        id=event.pk,
        kind=event.kind,
        action=event.action,
        happened_at=event.happened_at,
        date_only=event.date_only,
        text=people.text(event),
        who=people.who(event),
        reason=event.reason,
        rule=event.rule,
        money_delta_yuan=event.money_delta_yuan,
        used_workdays=event.used_workdays,
        limit_workdays=event.limit_workdays,
        mark=event.mark,
        documents=[f for f in files if f["kind"] != "photo"],
        photos=[f for f in files if f["kind"] == "photo"],
        late_on=recorded if recorded > happened else None,
        subject=event.subject,
    )


def files_of(event: AuditEvent) -> list[dict[str, str]]:
    """The documents and photos an event names, each with its address."""
    return [_file(document) for document in event.documents]


def _file(document: dict[str, str]) -> dict[str, str]:
    """A document of the log with its address; one kept as a link has its own."""
    url = document.get("url") or (
        reverse("civic:attachment", args=[document["token"]]) if document.get("token") else ""
    )
    title = document.get("title", "")
    return {"title": title, "url": url, "kind": document.get("kind", "document"), "alt": title}
