"""Similar projects (相近的提议): which open ones of the same town sound like what somebody is typing.

Chinese has no spaces, so two titles are compared by their pairs of neighbouring characters; the order of
the words does not matter, and a short title inside a long one counts.
"""

import re
from collections.abc import Iterable

from django.db.models import Q

from proposals.models import Project, ProjectState, Spoken
from proposals.models.projects import ENDED

LEAST_CHARACTERS = 4
ALIKE = 55  # of 100
MOST = 3
LOOKED_AT = 2000  # the latest of a town; more would only slow the typing down
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


def _pairs(text: str) -> str:
    """修路灯 → "修路 路灯"."""
    text = PUNCTUATION.sub("", text.lower()) or text
    return " ".join(text[n : n + 2] for n in range(max(1, len(text) - 1)))
