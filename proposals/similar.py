"""Similar projects (相近的提议): which open ones of the same town sound like what somebody is typing.

Chinese has no spaces, so two titles are compared by their pairs of neighbouring characters; the order of
the words does not matter, and a short title inside a long one counts.
"""

import re
from collections.abc import Iterable
from math import cos, hypot, isfinite, radians

from django.db.models import Q
from django.utils.translation import gettext as _

from proposals.models import Project, ProjectState, Spoken
from proposals.models.projects import ENDED, ON_THE_GROUND

LEAST_CHARACTERS = 4
ALIKE = 55  # of 100
MOST = 3
LOOKED_AT = 2000  # the latest of a town; more would only slow the typing down
DEGREE_METRES = 111_200
PUNCTUATION = re.compile(r"[\W_]+")


def similar_to(title: str, town_prefix: str, *, most: int = MOST) -> list[Project]:
    """The open projects of a town most like a title, best first; none for fewer than four characters."""
    if len(title.strip()) < LEAST_CHARACTERS:
        return []
    open_ones = Project.objects.filter(area__code__startswith=town_prefix).exclude(
        Q(state__in=[*ENDED, ProjectState.DRAFT, ProjectState.PAUSED]) | Q(spoken=Spoken.WAITS)
    )
    titles = dict(open_ones.order_by("-updated_at").values_list("pk", "title")[:LOOKED_AT])
    best = [pk for pk, _score in alike(title, titles.items())[:most]]
    found = Project.objects.select_related("area").prefetch_related("photos").in_bulk(best)
    return [found[pk] for pk in best if pk in found]


def alike(title: str, others: Iterable[tuple[int, str]]) -> list[tuple[int, float]]:
    """(key, score from 55 to 100) of every title that sounds alike, best first."""
    from rapidfuzz import fuzz, process  # only whoever types a title waits for it

    pairs = {key: _pairs(other) for key, other in others}
    found = process.extract(_pairs(title), pairs, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=None)
    return [(key, score) for _text, score, key in found]


def away(found: Iterable[Project], latitude: str, longitude: str) -> dict[int, str]:
    """How far each lies from what somebody pinned (离得多远), by key: 约120米; only of those that have a point."""
    try:
        here = float(latitude), float(longitude)
    except ValueError:
        return {}
    if not all(map(isfinite, here)):
        return {}
    points = {p.pk: (float(p.latitude), float(p.longitude)) for p in found if _is_pinned(p)}
    return {pk: said(metres(here, point)) for pk, point in points.items()}


def said(metres: float) -> str:
    """A distance as neighbours say it: tens of metres, from a kilometre on its tenths."""
    if metres < 995:
        return _("约%(metres)d米") % {"metres": max(10, round(metres, -1))}
    return _("约%(km).1f公里") % {"km": metres / 1000}


def _is_pinned(project: Project) -> bool:
    return None not in (project.latitude, project.longitude) and project.crs in ON_THE_GROUND


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two points, exact enough within a town."""
    across = (other[1] - one[1]) * cos(radians((one[0] + other[0]) / 2))
    return hypot(other[0] - one[0], across) * DEGREE_METRES


def _pairs(text: str) -> str:
    """修路灯 → "修路 路灯"."""
    text = PUNCTUATION.sub("", text.lower()) or text
    return " ".join(text[n : n + 2] for n in range(max(1, len(text) - 1)))
