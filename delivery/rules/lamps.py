"""The delivery lamp (亮灯): how far the works are behind their own plan, in words beside the colour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from delivery.models import Milestone, Work
from proposals.models import ProjectState
from proposals.round_rules import RoundRules

LIT = frozenset({ProjectState.IN_PROGRESS, ProjectState.RECTIFYING, ProjectState.FOR_ACCEPTANCE})


@dataclass(frozen=True)
class Lamp:
    """A colour (green, yellow, red, blue) and why."""

    colour: str
    why: str = ""


def planned_percent(milestones: Iterable[Milestone], on: date) -> int:
    """How much should be done by a day: the shares of the milestones whose planned day is over (计划进度)."""
    return min(100, sum(m.share_percent for m in milestones if m.planned_on < on))


def done_percent(milestones: Iterable[Milestone]) -> int:
    """The shares of the milestones that are finished."""
    return min(100, sum(m.share_percent for m in milestones if m.actual_on))


def lamp(
    terms: RoundRules,
    *,
    planned: int,
    actual: int,
    paid: int = 0,
    silent_days: int = 0,
    claim_days: int = 0,
) -> Lamp:
    """Points behind plan: below the round's yellow mark green, up to its red mark yellow, beyond it red.

    Works nobody reported on for ``stale_days``, money more than the yellow mark ahead of progress, and a claim
    unanswered as long as that are yellow as well; a red one says these too. All in whole percentage points and calendar days.
    """
    behind = planned - actual
    is_red, why = behind > terms.lamp_red_points, []
    if is_red or behind >= terms.lamp_yellow_points:
        why.append(_("比计划慢%(points)d个百分点") % {"points": behind})
    if paid - actual > terms.lamp_yellow_points:
        why.append(_("付款比进度快%(points)d个百分点") % {"points": paid - actual})
    if silent_days >= terms.stale_days:
        why.append(_("%(days)d天没有更新") % {"days": silent_days})
    if claim_days >= terms.stale_days:
        why.append(_("请款%(days)d天没有付") % {"days": claim_days})
    return Lamp("red" if is_red else "yellow", "；".join(why)) if why else Lamp("green")


def lamp_of(
    work: Work, milestones: Iterable[Milestone], at: datetime, waiting_since: datetime | None = None
) -> Lamp | None:
    """The lamp of a loaded work with its project and round; None before the start and while it is paused."""
    state = work.project.state
    if state == ProjectState.COMPLETED:
        return Lamp("blue")
    if state not in LIT:
        return None
    milestones = list(milestones)
    return lamp(
        work.project.round.terms,
        planned=planned_percent(milestones, at.astimezone(timezone.get_current_timezone()).date()),
        actual=work.progress_percent,
        paid=work.paid_percent,
        silent_days=(at - work.last_news_at).days,
        claim_days=(at - waiting_since).days if waiting_since else 0,
    )
