"""All statistics of a scope (统计总表), kept until something happens; the page, screen, API and downloads read here."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.utils.translation import get_language

from civic.audit import last_event
from civic.moments import now, today
from publicity.queries.stats import clocks, lamps, money, people, projects, refusals
from publicity.queries.stats.scope import Scope
from publicity.tables import Table

KEPT_SECONDS = 60


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


def statistics(scope: Scope) -> Statistics:
    """Counted anew after any event, and once a minute; the same number of queries whatever there is to count."""
    key = make_template_fragment_key("stats", [scope.query, last_event(), today(), get_language()])
    found: Any = caches["template_fragments"].get_or_set(key, partial(_counted, scope), KEPT_SECONDS)
    return cast(Statistics, found)


def _counted(scope: Scope) -> Statistics:
    counts, below = projects.counted(scope), people.below_of(scope)
    polls, areas = people.results(scope), money.by_both(scope)
    tables = [
        projects.figures(scope, counts),
        projects.funnel(scope, counts),
        clocks.by_unit(scope),
        projects.answers(scope, counts, people.ratings(scope), scope.strictest("suppress_ratings_below", 5)),
        lamps.by_place(scope),
        people.proposals(scope, below),
        people.voters_by_channel(polls, below),
        people.voters_by_age(polls, below),
        refusals.reasons(scope),
        money.pools(scope),
        money.by_category(scope),
        money.areas(areas),
        money.by_place(scope),
    ]
    return Statistics({table.key: table for table in tables}, now(), areas, below)
