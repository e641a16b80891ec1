"""Filing a contract (合同备案): its clock begins when it is signed, ends when it is filed, and is told once when late."""

from datetime import date

from django.db import transaction

from civic.audit import record
from civic.calendar import add_workdays, workdays_between
from civic.models import Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from delivery import sentences
from delivery.models import Contract, Filing
from delivery.rules import works as rules
from proposals.models import Project
from proposals.round_rules import RoundRules
from proposals.services import moves
from proposals.services.telling import heard_in

ROLES = (Role.TOWN_HANDLER, Role.VILLAGE_OFFICE)


def begin(contract: Contract, terms: RoundRules) -> None:
    """Start the clock with the contract, in its transaction; none where the round asks for no filing."""
    limit = terms.contract_filing_workdays
    if limit:
        Filing.objects.create(contract=contract, limit_workdays=limit, due_on=add_workdays(contract.signed_on, limit))


@transaction.atomic
def file(filing: Filing, *, by: Person, number: str, filed_on: date) -> Filing:
    """Note under which number the contract was filed (登记备案), on the page of each of its projects."""
    projects, filing = _held(filing)
    contract = filing.contract
    rules.check_filing(
        is_filed=filing.filed_on is not None, signed_on=contract.signed_on, filed_on=filed_on, today=today()
    )
    filing.number, filing.filed_on, filing.filed_by = number, filed_on, by
    filing.save(update_fields=["number", "filed_on", "filed_by"])
    for project in projects:
        moves.touch(project)
        record(
            "contract.file",
            by=by,
            on=project,
            roles=ROLES,
            kind=Kind.DAILY,
            sentence=sentences.contract_filed(number, filed_on),
            after={"contract": contract.number, "filing": number, "filed_on": filed_on},
            rule=sentences.contract_named(contract),
            used_workdays=workdays_between(contract.signed_on, filed_on),
            limit_workdays=filing.limit_workdays,
        )
    return filing


@transaction.atomic
def tell_late(pk: int, *, by: str) -> bool:
    """Say once in the record that a contract was not filed in time (备案超期), and tell whom the round names.

    A contract of several projects stands on the page of each and is told upwards with the first.
    """
    projects, filing = _held(Filing.objects.get(pk=pk))
    terms = projects[0].round.terms
    late = workdays_between(filing.due_on, today())
    if not filing.is_late(today()) or filing.told_at or late < max(terms.escalate_after_workdays, 1):
        return False
    filing.told_at = now()
    filing.save(update_fields=["told_at"])
    said = sentences.filing_overdue(filing.contract.number, late, terms.escalate_to)
    for place, project in enumerate(projects):
        moves.touch(project)
        record(
            "contract.filing_overdue",
            by=by,
            on=project,
            sentence=said,
            after=heard_in(terms.escalate_to) if place == 0 else None,
            is_public=terms.overdue_is_public,
            mark=project.mark,
        )
    return True


def _held(filing: Filing) -> tuple[list[Project], Filing]:
    """The projects of the contract and then the filing, locked in this order everywhere, as they are now."""
    found = Project.objects.filter(work__item__contract=filing.contract_id).order_by("pk")
    projects = [moves.locked(project) for project in found]
    return projects, Filing.objects.select_for_update(of=("self",)).select_related("contract").get(pk=filing.pk)
