"""Corrections of a project's record (更正): civic's act, kept apart from the books."""

from decimal import Decimal

from django.db import transaction

from civic import corrections
from civic.models import AuditEvent, Person
from civic.models.record import Kind
from civic.telling import amounts
from proposals.models import Project
from publicity import rules
from publicity.queries import works


@transaction.atomic
def correct(project: Project, event: AuditEvent, *, by: Person, right: str, recorded: str, reason: str) -> AuditEvent:
    """Put an event's words right (更正); RuleBroken where they name a sum that the books do not know."""
    said = amounts(right)
    known: set[Decimal] = works.amounts(project) if said else set()
    rules.check_figures(said, amounts(event.sentence), known, is_of_money=event.kind == Kind.MONEY)
    return corrections.correct(event, by=by, right=right, recorded=recorded, reason=reason)
