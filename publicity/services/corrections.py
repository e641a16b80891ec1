"""Corrections of the record of a project or of a matter on the board (更正): civic's act, kept apart from the books."""

from decimal import Decimal

from django.db import transaction

from civic import corrections
from civic.models import AuditEvent, Person
from civic.models.record import Kind
from civic.telling import amounts
from proposals.models import Project
from publicity import rules
from publicity.queries import works
from wishes.models import Demand


@transaction.atomic
def correct(
    on: Project | Demand, event: AuditEvent, *, by: Person, right: str, recorded: str, reason: str
) -> AuditEvent:
    """Put an event's words right (更正); RuleBroken where they name a sum that the project's books do not know. A matter
    has no books, and no event of it is of money."""
    said = amounts(right)
    known: set[Decimal] = works.amounts(on) if said and isinstance(on, Project) else set()
    rules.check_figures(said, amounts(event.sentence), known, is_of_money=event.kind == Kind.MONEY)
    return corrections.correct(event, by=by, right=right, recorded=recorded, reason=reason)
