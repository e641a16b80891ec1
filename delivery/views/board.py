"""The delivery board (实施看板): every work of one's places by where it stands, as lists or as a table."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Person
from civic.moments import now
from civic.pages import page
from civic.permissions import require, scopes
from delivery import queries
from delivery.models import PaymentState
from delivery.permissions import SEES_WORKS
from delivery.rules.lamps import Lamp, lamp_of
from delivery.rules.money import in_words
from delivery.views.desks import window
from delivery.views.moving import Move, moves_of, stands_because
from proposals.models import Project, ProjectState
from proposals.rules import Clock
from proposals.views.desks import chip

MOST, CASES, A_PAGE = 300, 20, 50
IN_COLUMN = 12  # of a column on the board; its own page has the rest
COLUMNS = {
    "waiting": gettext_lazy("待开工"),
    "running": gettext_lazy("进行中"),
    "soon": gettext_lazy("快到期"),
    "late": gettext_lazy("已超期"),
    "accepting": gettext_lazy("待验收"),
    "done": gettext_lazy("已完工"),
    "paused": gettext_lazy("已暂停"),
}
BY_STATE = {
    ProjectState.AWAITING_START: "waiting",
    ProjectState.FOR_ACCEPTANCE: "accepting",
    ProjectState.COMPLETED: "done",
    ProjectState.PAUSED: "paused",
}
BY_CHIP = {"soon": "soon", "over": "late"}
COLOURS = {"red": 0, "yellow": 1, "green": 2, "blue": 3}


class Card(NamedTuple):
    """What one work shows on the board."""

    project: Project
    column: str
    chip: Clock
    lamp: Lamp | None
    done: int
    of: int
    progress: int
    paid: int
    quiet_days: int | None

    @property
    def tells_quiet(self) -> bool:
        """Whether the days without news are still to be said: the lamp itself says so many (没有更新)."""
        is_lit = self.lamp is not None and bool(self.lamp.why)
        return bool(self.quiet_days) and not (is_lit and self.quiet_days >= self.project.round.terms.stale_days)


SORTS: dict[str, tuple[Any, Callable[[Card], Any]]] = {  # heading; what a column is sorted by, first the first press
    "title": (gettext_lazy("项目"), lambda card: card.project.title),
    "state": (gettext_lazy("状态"), lambda card: list(COLUMNS).index(card.column)),
    "lamp": (gettext_lazy("亮灯"), lambda card: COLOURS.get(card.lamp.colour if card.lamp else "", 4)),
    "due": (gettext_lazy("期限"), lambda card: card.project.due_on or date.max),
    "stages": (gettext_lazy("里程碑"), lambda card: card.done / card.of if card.of else 0),
    "progress": (gettext_lazy("进度"), lambda card: card.progress),
    "paid": (gettext_lazy("付款"), lambda card: card.paid),
    "quiet": (gettext_lazy("没更新"), lambda card: -1 if card.quiet_days is None else card.quiet_days),
}
FIGURES = ("stages", "progress", "paid", "quiet")


class Heading(NamedTuple):
    """The head of a column of the table: pressed once it sorts by it, pressed again the other way round."""

    label: str
    key: str
    way: str
    is_figure: bool
    sorted: str  # "", "ascending" or "descending", as the table says it


def _headings(sort: str, is_back: bool) -> list[Heading]:
    now = "descending" if is_back else "ascending"
    return [
        Heading(label, key, "back" if key == sort and not is_back else "", key in FIGURES, now if key == sort else "")
        for key, (label, _key) in SORTS.items()
    ]


class Column(NamedTuple):
    """One list of the board: how many works stand there, and the cards that are drawn, each with its moves."""

    key: str
    label: Any
    many: int
    cards: list[tuple[Card, list[Move], str]]

    @property
    def left(self) -> int:
        return self.many - len(self.cards)


@window
def board(request: HttpRequest) -> HttpResponse:
    """看板: lists by column, each card with its menu of moves; or ``?view=table`` sorted by what one asks for.

    A column shows its first cards and leads to the rest: ``?column=late`` is that column alone, in pages.
    """
    require(request.user, "delivery.board")
    moment = now()
    found = list(queries.on_board(scopes(request.user, SEES_WORKS))[: MOST + 1])
    cards = [card_of(project, moment) for project in found[:MOST]]
    view = "table" if request.GET.get("view") == "table" else "columns"
    sort = request.GET.get("sort", "")
    sort, is_back = (sort if sort in SORTS else "lamp"), request.GET.get("way") == "back"
    cards.sort(key=SORTS[sort][1], reverse=is_back)
    alone = request.GET.get("column", "") if view == "columns" else ""
    if alone in COLUMNS:
        cards = [card for card in cards if card.column == alone]
    shown = Paginator(cards, A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "delivery/board.html",
        view=view,
        is_cut=len(found) > MOST,
        most=MOST,
        column=_column(request.user, alone, len(cards), list(shown)) if alone in COLUMNS else None,
        columns=_columns(request.user, cards) if view == "columns" and alone not in COLUMNS else [],
        cards=shown,
        headings=_headings(sort, is_back),
        title=_("实施看板"),
        cases=list(_cases(request.user)),
    )


def _columns(user: Person, cards: list[Card]) -> list[Column]:
    """The columns with their first cards."""
    held = {key: [card for card in cards if card.column == key] for key in COLUMNS if _shown(key, cards)}
    return [_column(user, key, len(its), its[:IN_COLUMN]) for key, its in held.items()]


def _column(user: Person, key: str, many: int, cards: list[Card]) -> Column:
    """A column with these of its cards, each with its moves and, where it has none, why."""
    return Column(key, COLUMNS[key], many, [_movable(user, card) for card in cards])


def _movable(user: Person, card: Card) -> tuple[Card, list[Move], str]:
    work = getattr(card.project, "work", None)
    moves = moves_of(user, card.project, work)
    return card, moves, "" if moves else stands_because(card.project, work)


class Case(NamedTuple):
    """Something that waits for this person (等您办的)."""

    what: str
    project: Project
    url: str
    due_on: date | None = None


def _cases(user: Person) -> Iterator[Case]:
    for claim in queries.claims_for(user)[:CASES]:
        amount = in_words(claim.amount_yuan)
        what = _("审核请款%(amount)s") if claim.state == PaymentState.REQUESTED else _("付款%(amount)s")
        url = reverse("delivery:payment_case", args=[claim.pk])
        yield Case(what % {"amount": amount}, claim.work.project, url, claim.due_on)
    for change in queries.changes_for(user)[:CASES]:
        what = _("变更：%(reason)s") % {"reason": change.reason}
        yield Case(what, change.work.project, reverse("delivery:change_case", args=[change.pk]), change.due_on)
    for report in queries.troubles_for(user)[:CASES]:
        what = _("答复问题：%(note)s") % {"note": report.note}
        yield Case(what, report.work.project, reverse("delivery:trouble", args=[report.pk]), report.due_on)
    for fix in queries.complaints_for(user)[:CASES]:
        what = _("答复居民：%(what)s") % {"what": fix.what}
        yield Case(what, fix.project, reverse("delivery:fix", args=[fix.pk]), fix.due_on)
    for visit in queries.looks_for(user)[:CASES]:
        what = _("回头看（%(months)d个月）") % {"months": visit.months}
        yield Case(what, visit.project, reverse("delivery:follow_up", args=[visit.pk]), visit.due_on)


def _shown(column: str, cards: list[Card]) -> bool:
    """Paused works have a column only when there are any."""
    return column != "paused" or any(card.column == column for card in cards)


def card_of(project: Project, moment: datetime) -> Card:
    """A project with its prefetched work as a card."""
    work = getattr(project, "work", None)
    clock = chip(project.due_on, project.limit_workdays, paused=project.state == ProjectState.PAUSED)
    column = BY_STATE.get(ProjectState(project.state)) or BY_CHIP.get(clock.kind, "running")
    if work is None:
        return Card(project, column, clock, None, 0, 0, 0, 0, None)
    work.project = project
    milestones = list(work.milestones.all())
    return Card(
        project=project,
        column=column,
        chip=clock,
        lamp=lamp_of(work, milestones, moment, getattr(project, "claimed_at", None)),
        done=sum(1 for m in milestones if m.actual_on),
        of=len(milestones),
        progress=work.progress_percent,
        paid=work.paid_percent,
        quiet_days=max(0, (moment - work.last_news_at).days) if work.started_on and not work.accepted_on else None,
    )
