"""Filing a contract (合同备案): its clock begins when it is signed, ends when it is filed, and tells as every other does."""

from datetime import date

from django.db import transaction

from civic.audit import record
from civic.calendar import add_workdays, workdays_between
from civic.models import Person, Role
from civic.models.record import Kind
from civic.moments import today
from delivery import sentences
from delivery.models import Contract, Filing
from delivery.queries.filing import filings_running
from delivery.rules import works as rules
from proposals.models import Project, Round
from proposals.round_rules import RoundRules
from proposals.services import moves, telling

ROLES = (Role.TOWN_HANDLER, Role.VILLAGE_OFFICE)
JOB = "task:tell_late_filings"


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


def due_to_tell() -> telling.News:
    """The contracts that are late to be filed or near their day, of which there is something new to tell."""
    return telling.news(filings_running(), Round.objects.in_bulk(), to="round_of")


@transaction.atomic
def tell_late(pk: int) -> bool:
    """Say in the record that a contract was not filed in time (备案超期), and to whom the round's rules have it told.

    A contract of several projects goes by the round of the first, stands on the page of each and is told with the first.
    """
    projects, filing = _held(Filing.objects.get(pk=pk))
    return filing.is_late(today()) and telling.late(filing, projects[0], _clock(filing, projects), by=JOB)


@transaction.atomic
def tell_near(pk: int) -> bool:
    """Remind whom the round's rules want reminded of a contract that is nearly due to be filed (备案快到期)."""
    projects, filing = _held(Filing.objects.get(pk=pk))
    is_open = filing.filed_on is None and filing.due_on >= today()
    if not is_open or filing.near_told_on == filing.due_on:
        return False
    return telling.near(filing, projects[0], _clock(filing, projects), by=JOB)


def _clock(filing: Filing, projects: list[Project]) -> telling.About:
    unit, what = telling.town_of(projects[0].area), sentences.filing_of(filing.contract.number)
    return telling.About("filing", unit, what, besides=projects[1:])


def _held(filing: Filing) -> tuple[list[Project], Filing]:
    """The projects of the contract and then the filing, locked in this order everywhere, as they are now."""
    found = Project.objects.filter(work__item__contract=filing.contract_id).order_by("pk")
    projects = [moves.locked(project) for project in found]
    return projects, Filing.objects.select_for_update(of=("self",)).select_related("contract").get(pk=filing.pk)
