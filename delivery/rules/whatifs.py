"""What a what-if copy comes to (测算): sums by village and category and per head; whether it may be submitted."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from civic.fields import CENT
from civic.rules import RuleBroken
from delivery.models import WhatIf, WhatIfLine
from delivery.rules.money import NOTHING, in_words

NAMED = 3


class Share(NamedTuple):
    """What one village or category gets; ``per_head_yuan`` where the number of people is known."""

    name: str
    projects: int
    this_year_yuan: Decimal
    next_year_yuan: Decimal
    per_head_yuan: Decimal | None = None


class Spread(NamedTuple):
    """A copy added up (分布)."""

    projects: int
    this_year_yuan: Decimal
    next_year_yuan: Decimal
    left_yuan: Decimal
    over_yuan: Decimal
    by_village: list[Share]
    by_category: list[Share]


def spread(lines: Iterable[WhatIfLine], available: Decimal) -> Spread:
    """The included lines added up against what the pool has for new requests. Their projects and areas are loaded."""
    included = [line for line in lines if line.is_included]
    this_year = sum((line.this_year_yuan for line in included), NOTHING)
    next_year = sum((line.next_year_yuan for line in included), NOTHING)
    villages = {line.project.area.short_name: line.project.area.population for line in included}
    return Spread(
        len(included),
        this_year,
        next_year,
        max(available - this_year, NOTHING),
        max(this_year - available, NOTHING),
        _shares(included, lambda line: line.project.area.short_name, villages),
        _shares(included, lambda line: line.project.category, {}),
    )


def _shares(lines: Sequence[WhatIfLine], name_of: object, people: Mapping[str, int | None]) -> list[Share]:
    found: dict[str, list[WhatIfLine]] = {}
    for line in lines:
        found.setdefault(name_of(line), []).append(line)  # type: ignore[operator]
    return [_share(name, found[name], people.get(name)) for name in sorted(found)]


def _share(name: str, lines: Sequence[WhatIfLine], people: int | None) -> Share:
    this_year = sum((line.this_year_yuan for line in lines), NOTHING)
    next_year = sum((line.next_year_yuan for line in lines), NOTHING)
    per_head = ((this_year + next_year) / people).quantize(CENT, ROUND_HALF_UP) if people else None
    return Share(name, len(lines), this_year, next_year, per_head)


def check_line(amount: Decimal, next_year: Decimal) -> None:
    """Next year's part is a part, and something is left for this year (跨年)."""
    if next_year >= amount:
        raise RuleBroken(_("下年的部分要比金额少"), code="next_year_too_much")


def check_open(whatif: WhatIf) -> None:
    """A copy that was submitted stands still. RuleBroken says so."""
    if whatif.submitted_at is not None:
        raise RuleBroken(_("这份测算已经提交，不能再改。可以复制一份"), code="whatif_submitted")


def check_submittable(whatif: WhatIf, found: Spread, gone: Sequence[str]) -> None:
    """A copy is submitted whole: something is in it, it fits the pool, and all in it still wait for approval."""
    check_open(whatif)
    if not found.projects:
        raise RuleBroken(_("测算里没有列入任何项目"), code="whatif_empty")
    if gone:
        named = "、".join(gone[:NAMED])
        raise RuleBroken(
            _("有%(count)s项已经不在待审批或已经提交过：%(projects)s。请从测算里去掉")
            % {"count": len(gone), "projects": named},
            code="whatif_stale",
        )
    if found.over_yuan:
        raise RuleBroken(_("超出%(over)s，不能提交") % {"over": in_words(found.over_yuan)}, code="over_pool")
