"""What-if copies (测算): made from the requests as they stand, changed freely, submitted whole or not at all."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import Approval, Pool, Source, WhatIf, WhatIfLine
from delivery.queries.requests import Ask
from delivery.queries.whatifs import gone_from, lines_of_whatif
from delivery.rules import whatifs as rules
from delivery.services import approvals, pools
from proposals.models import Project
from proposals.rules import check_version


class Change(NamedTuple):
    """What is typed for one line."""

    is_included: bool
    amount_yuan: Decimal
    next_year_yuan: Decimal
    reason: str


@transaction.atomic
def make(pool: Pool, asks: Collection[Ask], *, by: Person, name: str, of: WhatIf | None = None) -> WhatIf:
    """A copy of the requests not yet submitted (做一份测算), those that fit taken in; or of another copy of them."""
    whatif = WhatIf.objects.create(pool=pool, name=name, made_by=by)
    asking = [ask.pk for ask in asks if not ask.is_submitted]
    lines = list(of.lines.filter(project__in=asking).order_by("position")) if of else _fresh(asks)
    if not lines:
        raise RuleBroken(_("没有等着批、还没提交的项目，不用测算"), code="nothing_to_copy")
    for line in lines:
        line.pk, line.whatif = None, whatif
        line._state.adding = True
    WhatIfLine.objects.bulk_create(lines)
    _note("whatif.make", whatif, by=by)
    return whatif


def _fresh(asks: Collection[Ask]) -> list[WhatIfLine]:
    return [
        WhatIfLine(project_id=ask.pk, position=place, is_included=ask.fits, amount_yuan=ask.amount_yuan)
        for place, ask in enumerate(asks, start=1)
        if not ask.is_submitted and ask.amount_yuan > 0
    ]


@transaction.atomic
def change(whatif: WhatIf, changes: Mapping[int, Change], *, by: Person, version: int | None = None) -> WhatIf:
    """Take in, leave out, change amounts, split years (改测算), by line. The pool and every public figure stay as they are."""
    whatif = _locked(whatif)
    rules.check_open(whatif)
    check_version(whatif.version, version)
    lines = list(whatif.lines.filter(pk__in=changes))
    for line in lines:
        typed = changes[line.pk]
        rules.check_line(typed.amount_yuan, typed.next_year_yuan)
        line.is_included, line.amount_yuan = typed.is_included, typed.amount_yuan
        line.next_year_yuan, line.reason = typed.next_year_yuan, typed.reason
    WhatIfLine.objects.bulk_update(lines, ["is_included", "amount_yuan", "next_year_yuan", "reason"])
    whatif.version += 1
    whatif.save(update_fields=["version"])
    _note("whatif.change", whatif, by=by)
    return whatif


@transaction.atomic
def submit(
    whatif: WhatIf, *, by: Person, minutes_no: str, minutes: Attachment, skip_reason: str = ""
) -> list[Approval]:
    """Submit every request of a copy (提交测算), in the order of rank; what one rule refuses stops all of it."""
    whatif = _locked(whatif)
    asking = whatif.lines.filter(is_included=True).values("project")
    list(Project.objects.select_for_update().filter(pk__in=asking).order_by("pk"))  # projects first, then the pool
    pool = pools.locked(whatif.pool_id)
    lines = list(lines_of_whatif(whatif))
    rules.check_submittable(whatif, rules.spread(lines, queries.available_in(pool)), gone_from(whatif))
    asked = [
        approvals.submit(
            line.project,
            by=by,
            amount_yuan=line.amount_yuan,
            reason=line.reason,
            minutes_no=minutes_no,
            minutes=minutes,
            skip_reason=skip_reason,
            sources={Source.NEXT_YEAR.value: line.next_year_yuan} if line.next_year_yuan else None,
        )
        for line in lines
        if line.is_included
    ]
    whatif.submitted_at = now()
    whatif.version += 1
    whatif.save(update_fields=["submitted_at", "version"])
    _note("whatif.submit", whatif, by=by)
    return asked


def _locked(whatif: WhatIf) -> WhatIf:
    found = WhatIf.objects.select_for_update(of=("self",)).select_related("pool__area", "pool__round", "made_by")
    return found.get(pk=whatif.pk)


def _note(action: str, whatif: WhatIf, *, by: Person) -> None:
    """A copy is for the office alone: its record is kept, and not public."""
    record(action, by=by, on=whatif, roles=(Role.TOWN_HANDLER,), kind=Kind.DAILY, is_public=False)
