"""A project as one card of a list (项目卡片): what parts/_project_card.html shows of a row that is already loaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from civic import smaller
from civic.calendar import workdays_between
from civic.models import Level
from proposals.models import Project, ProjectState
from publicity import steps
from publicity.models import Objection
from publicity.queries.figures import Headline
from publicity.queries.stats.scope import Scope
from publicity.tables import Table, written

TITLE_MOST = 20
CALLED = {  # the texts a search looks into, as the project's page calls them
    "title": _lazy("什么事"),
    "place_text": _lazy("在哪里"),
    "need": _lazy("为什么要办"),
    "plan": _lazy("打算怎么办"),
}
STATE_LABELS = dict(ProjectState.choices)


@dataclass(frozen=True)
class Line:
    """A row of the list: its card, made only when the cache does not hold it under this key."""

    key: str
    card: Callable[[], dict[str, Any]]


def line(project: Project, today: date, words: Sequence[str] = ()) -> Line:
    """The card of a row, and all that its look depends on; ``words`` are those it was searched by."""
    key = f"{project.pk}.{project.version}.{project.seconds}.{project.cover}.{today}"  # type: ignore[attr-defined]
    return Line(f"{key}.{' '.join(words)}" if words else key, partial(card, project, today, words))


def card(project: Project, today: date, words: Sequence[str] = ()) -> dict[str, Any]:
    """The card; seconders only before a vote, so that no number sways it."""
    amount, word = amount_of(project)
    cover = getattr(project, "cover", None)
    left = None if project.due_on is None else workdays_between(today, project.due_on)
    return {
        "url": project.get_absolute_url(),
        "title": Truncator(project.title).chars(TITLE_MOST),
        "place": format_html('{} · <span class="num nowrap">{}</span>', area_names(project), project.code),
        "state": project.state,
        "state_label": STATE_LABELS[project.state],
        "deadline": steps.chip(
            project.state, left=left, limit=project.limit_workdays, passed=_passed(project.due_on, today)
        ),
        "amount_yuan": amount,
        "amount_word": word,
        "seconds": getattr(project, "seconds", 0) if project.is_open_to_seconds else 0,
        "photo_url": smaller.address(cover, "card") if cover else "",
        "note": " · ".join(filter(None, [why_found(project, words), project.mark])),
    }


def why_found(project: Project, words: Sequence[str]) -> str:
    """Where a search found what the card itself does not show: 在“为什么要办”里提到“坡道”."""
    shown = f"{Truncator(project.title).chars(TITLE_MOST)} {project.code}".casefold()
    found: dict[str, list[str]] = {}
    for word in words:
        if word.casefold() not in shown:
            name = next((name for name in CALLED if word.casefold() in getattr(project, name).casefold()), "title")
            found.setdefault(name, []).append(_("“%(word)s”") % {"word": word})
    said = [
        _("在“%(where)s”里提到%(words)s") % {"where": CALLED[name], "words": "".join(each)}
        for name, each in found.items()
    ]
    return _("；").join(said)


def _passed(due_on: date | None, today: date) -> bool:
    return due_on is not None and due_on < today


def area_names(project: Project) -> str:
    """斗门镇 小濠冲村."""
    town = project.area.parent
    names = [town.short_name] if town is not None and town.level == Level.TOWN else []
    return " ".join([*names, project.area.short_name])


def amount_of(project: Project) -> tuple[Decimal | None, str]:
    """The latest amount known before the works, and which one it is."""
    for amount, word in (
        (project.approved_yuan, _("批准金额")),
        (project.reviewed_yuan, _("部门核定")),
        (project.estimate_yuan, _("提议估算")),
    ):
        if amount is not None:
            return amount, word
    return None, ""


def deadline(objection: Objection, today: date) -> steps.Chip:
    """The clock of an objection's answer: running, or how long it took."""
    left = workdays_between(today, objection.due_on)
    if not objection.is_open:
        answered = objection.rechecked_at or objection.replied_at
        used = objection.limit_workdays - workdays_between(localdate(answered), objection.due_on) if answered else 0
        return steps.Chip("done", max(used, 0), objection.limit_workdays)
    passed = _passed(objection.due_on, today)
    return steps.chip("", left=left, limit=objection.limit_workdays, passed=passed) or steps.Chip("none")


def figure_cards(headline: Headline, clocks: Table) -> list[dict[str, Any]]:
    """The headline figures as cards, the four that matter most first (今年办成、正在办、花了多少、按时率). Each has the
    address of the list that is as long, or of the table that comes to it; ``clocks`` is the table of time."""
    done, doing, paid, *others = [*_cards(headline), *_workers(headline)]
    return [done, doing, paid, _in_time(headline, clocks), *others]


def _cards(headline: Headline) -> list[dict[str, Any]]:
    """What the projects of a year come to, in number and money."""
    here, counts = reverse("publicity:projects"), headline.counts
    listed = [
        ("micro_done", _("项"), _("民生微实事，已办成")),
        ("micro_in_progress", _("项"), _("民生微实事，正在实施（开工到验收）")),
        ("overdue", _("项"), _("现在超过时限")),
        ("projects", _("项"), _("一共")),
        ("micro_projects", _("项"), _("民生微实事")),
        ("self_chosen", _("项"), _("部门自选动作")),
        ("leader_sponsored_inside", _("项"), _("领导领办")),
    ]
    shown: list[dict[str, Any]] = [
        {"key": key, "number": counts[key], "unit": unit, "label": label, "url": f"{here}?{headline.lists[key]}"}
        for key, unit, label in listed
    ]
    spent = f"{reverse('publicity:money')}?{_scope(headline)}#money_categories"
    planned = f"{here}?{headline.lists['projects']}&sort=money"
    shown[2:2] = [
        _money("paid_yuan", headline.paid_yuan, _("花了多少（已付款）"), spent),
        _money("planned_yuan", headline.planned_yuan, _("计划投入"), planned),
    ]
    return shown


def _money(key: str, amount: Decimal, label: str, url: str) -> dict[str, Any]:
    number, unit = big_yuan(amount)
    return {"key": key, "number": number, "unit": unit, "label": label, "url": url}


def _in_time(headline: Headline, clocks: Table) -> dict[str, Any]:
    """The share of steps that ended within their limit (按时率), as the statistics have it."""
    rate = written(clocks.total_of("rate"), "percent")
    url = f"{reverse('publicity:stats')}?{_scope(headline)}#{clocks.key}"
    return {"key": "in_time", "number": rate, "unit": "", "label": _("按时率"), "url": url}


def _scope(headline: Headline) -> str:
    return Scope(headline.area, headline.year).query


def _workers(headline: Headline) -> list[dict[str, Any]]:
    served, villages = headline.villages_with_social_worker, headline.villages
    if villages < 2:
        return []  # a village's own page names who serves it
    workers = {"key": "villages_with_social_worker", "number": served, "unit": _("个"), "url": headline.workers_list}
    return [workers | {"label": _("村居有驻村社工，共%(all)d个村居") % {"all": villages}}]


def big_yuan(amount: Decimal) -> tuple[str, str]:
    """1.24 亿元, 87.50 万元: a figure and its unit."""
    if amount >= 10**8:
        return f"{amount / 10**8:,.2f}", _("亿元")
    return f"{amount / 10**4:,.{0 if amount >= 10**6 else 1}f}", _("万元")


def year_sentence(headline: Headline) -> SafeString:
    """Another year in one sentence, every number a link to the list it is the length of."""
    cards = {card["key"]: card for card in _cards(headline)}
    said = {
        key: format_html('<a class="nowrap" href="{}">{}{}</a>', card["url"], card["number"], card["unit"])
        for key, card in cards.items()
    }
    year = format_html(
        '<a href="?year={}"><strong>{}</strong></a>', headline.year, _("%(year)s年") % {"year": headline.year}
    )
    return format_html(
        _(
            "{year}：一共{projects}，其中民生微实事{micro_projects}（办成{micro_done}，正在实施{micro_in_progress}），"
            "部门自选动作{self_chosen}；领导领办{leader_sponsored_inside}；计划投入{planned_yuan}，已付款{paid_yuan}。"
        ),
        **said,
        year=year,
    )
