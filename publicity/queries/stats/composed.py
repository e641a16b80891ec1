"""All statistics of a scope (统计总表), kept until something happens; the page, screen, API and downloads read here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.utils.translation import get_language

from civic.audit import last_event
from civic.moments import now, today
from publicity.queries.stats import board, clocks, lamps, money, people, projects, refusals
from publicity.queries.stats.scope import Scope
from publicity.tables import Table

KEPT_SECONDS = 60
LONG_SECONDS, REST = 1.0, 20
T = TypeVar("T")


@dataclass(frozen=True)
class Statistics:
    """Tables by key, in the order they are told; when they were counted; ``areas`` is money by category and place."""

    tables: dict[str, Table]
    counted_at: datetime
    areas: money.Areas
    below: int

    @property
    def count(self) -> int:
        """How many projects all of this is about."""
        found = self.tables["funnel"].total_of("projects")
        return found if isinstance(found, int) else 0

    def of(self, keys: tuple[str, ...]) -> list[Table]:
        return [self.tables[key] for key in keys]


@dataclass(frozen=True)
class Kept:
    """What was counted, after which event, and until when it is shown whatever happens."""

    found: Any
    event: int
    rests_until: float


def statistics(scope: Scope) -> Statistics:
    """Counted anew after any event, and once a minute; the same number of queries whatever there is to count.

    Where counting itself takes long (a province, a hundred thousand projects), it rests for twenty times as long, so
    that readers of a busy day do not keep the database counting; ``counted_at`` says how old it is.
    """
    return _kept("stats", scope, _counted)


def timeliness(scope: Scope) -> Table:
    """The table of time alone (按时率), kept as all of them are, for a page that tells no other."""
    return _kept("clocks", scope, clocks.by_unit)


def _kept(name: str, scope: Scope, count: Callable[[Scope], T]) -> T:
    cache, event = caches["template_fragments"], last_event()
    key = make_template_fragment_key(name, [scope.query, today(), get_language()])
    kept: Kept | None = cache.get(key)
    began = monotonic()
    if kept is not None and (kept.event == event or began < kept.rests_until):
        return kept.found
    found = count(scope)
    took = monotonic() - began
    rest = REST * took if took > LONG_SECONDS else 0.0
    cache.set(key, Kept(found, event, began + rest), max(KEPT_SECONDS, rest))
    return found


def _counted(scope: Scope) -> Statistics:
    counts, below = projects.counted(scope), people.below_of(scope)
    polls, areas, matters = people.results(scope), money.by_both(scope), board.counted(scope)
    tables = [
        projects.figures(scope, counts),
        projects.funnel(scope, counts),
        clocks.by_unit(scope),
        projects.answers(counts, matters, people.ratings(scope), scope.strictest("suppress_ratings_below", 5)),
        board.table(scope, matters),
        lamps.by_place(scope),
        people.proposals(scope, below),
        people.voters_by_channel(polls, below),
        people.voters_by_age(polls, below),
        refusals.reasons(scope),
        money.pools(scope),
        money.by_category(scope),
        money.areas(areas),
        money.by_place(scope),
        money.by_year(scope),
    ]
    return Statistics({table.key: table for table in tables}, now(), areas, below)
