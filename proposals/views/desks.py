"""What the desks of intake and pre-review share: cards with a clock, tabs, pages, two-pane cases."""

from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from civic import smaller
from civic.calendar import workdays_between
from civic.moments import today
from proposals import similar
from proposals.models import Project, ProjectState, Spoken
from proposals.rules import Clock, deadline_chip

A_PAGE = 20


class Tab(NamedTuple):
    """One of the lists or acts of a desk, chosen by its address."""

    key: str
    label: str
    url: str
    current: bool = False
    count: int | None = None


def tabs(
    choices: dict[str, Any], current: str, name: str, counts: dict[str, int] | None = None, anchor: str = ""
) -> list[Tab]:
    """The choices as links; ``anchor`` is where on the page the chosen one stands, for a phone."""
    counts = counts or {}
    return [
        Tab(key, str(label), f"?{name}={key}{anchor}", current=key == current, count=counts.get(key))
        for key, label in choices.items()
    ]


def paged(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, A_PAGE).get_page(request.GET.get("page"))


def chip(due_on: date | None, limit: int | None, *, paused: bool = False) -> Clock:
    """The deadline chip for a day, as of today."""
    left = None if due_on is None else workdays_between(today(), due_on)
    return deadline_chip(left, limit, paused=paused, passed=due_on is not None and due_on < today())


def card(project: Project, url: str, **more: Any) -> dict[str, Any]:
    """A project as a card of a queue; its clock unless ``more`` brings another."""
    waits = project.state == ProjectState.PAUSED
    return {
        "url": url,
        "title": project.title,
        "place": f"{project.area.short_name} · {project.code}",
        "state": project.state,
        "state_label": project.get_state_display(),
        "deadline": chip(project.due_on, project.limit_workdays, paused=waits),
        "amount_yuan": project.best_yuan,
        "amount_word": amount_word(project),
    } | more


def amount_word(project: Project) -> str:
    """Which amount a card shows."""
    if project.approved_yuan:
        return _("批准金额")
    return _("部门核定") if project.reviewed_yuan else _("提议估算")


def alike(project: Project) -> list[dict[str, Any]]:
    """Similar open projects of the town as cards (相近的项目), without this one."""
    if project.spoken == Spoken.WAITS:
        return []
    found = similar.similar_to(project.title, project.area_id[:9], most=4)
    return [card(other, other.get_absolute_url(), id=other.pk, code=other.code) for other in found if other != project]


def photos(project: Project) -> list[dict[str, Any]]:
    """The proposal's photos for the gallery."""
    return [shown(attachment) for attachment in project.photos.all() if attachment.kind == "photo"]


def shown(attachment: Any) -> dict[str, Any]:
    whole, thumb = smaller.address(attachment.token), smaller.address(attachment.token, "page")
    return {
        "url": whole,
        "thumb_url": thumb,
        "alt": attachment.caption or _("提议时拍的照片"),
        "caption": attachment.caption,
    }
