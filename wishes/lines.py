"""How a matter reads on the board (一行): who has it, what was promised, how many met with it too."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from civic import smaller
from civic.moments import today
from wishes import rules
from wishes.models import Demand, DemandState, Horizon

TAGS = {  # the look of a state's tag, as the projects' states have it
    DemandState.FILED: "filed",
    DemandState.DOING: "in_progress",
    DemandState.DONE: "for_acceptance",
    DemandState.SOLVED: "completed",
    DemandState.EXPLAINED: "explained",
    DemandState.HOTLINE: "transferred",
    DemandState.PROJECT: "transferred",
}


@dataclass(frozen=True)
class Line:
    """One matter as the board, the desk, the page and the printed sheet name it."""

    demand: Demand
    tag: str
    handler: str
    promise: str
    clock: rules.Clock | None
    photo: dict[str, str] | None


def line(demand: Demand, on: date | None = None) -> Line:
    """The words for a matter as of a day (today)."""
    photo = next(iter(demand.photos.all()), None)
    return Line(
        demand=demand,
        tag=TAGS[DemandState(demand.state)],
        handler=demand.handler_name or _("等村里受理"),
        promise=promise(demand),
        clock=rules.clock(demand.due_on, on or today()) if demand.is_waiting else None,
        photo={"url": smaller.address(photo.token, "card"), "alt": demand.what} if photo else None,
    )


def promise(demand: Demand) -> str:
    """答应3月15日前; before it is taken in, until when it will be; of a long one, when the next word comes."""
    on = _day(demand.due_on)
    if demand.state == DemandState.FILED:
        return _("%(day)s前受理") % {"day": on}
    if demand.horizon == Horizon.LONG:
        return _("%(day)s前说下一步") % {"day": on}
    return _("答应%(day)s前") % {"day": on}


def first_promise(demand: Demand) -> str:
    """The day promised at first, where it was moved (原定)."""
    moved = demand.first_due_on != demand.due_on
    return _("原定%(day)s") % {"day": _day(demand.first_due_on)} if moved else ""


def gallery(demand: Demand) -> list[dict[str, Any]]:
    """The reporter's photos as the gallery shows them."""
    return [
        {
            "url": smaller.address(photo.token),
            "thumb_url": smaller.address(photo.token, "page"),
            "alt": demand.what,
            "caption": "",
        }
        for photo in demand.photos.all()
    ]


def _day(on: date) -> str:
    return _("%(month)s月%(day)s日") % {"month": on.month, "day": on.day}
