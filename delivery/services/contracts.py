"""Contracts (合同): registered with their scan; one may bundle several projects, each with its own amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civic import files
from civic.audit import record
from civic.models import Attachment, Organisation, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import queries, sentences
from delivery.models import Approval, ApprovalState, Contract, ContractItem, Milestone, Work
from delivery.rules import works as rules
from delivery.services import filing
from proposals.models import Project, ProjectState, WorkType
from proposals.services import moves

OFFICES = (Role.TOWN_HANDLER, Role.VILLAGE_OFFICE)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a contract says, cleaned."""

    number: str
    contractor: Organisation
    method: str
    signed_on: date
    finish_on: date
    total_yuan: Decimal
    scan: Attachment
    split_reason: str = ""
    client: str = ""


@transaction.atomic
def sign(terms: Terms, items: Sequence[tuple[Project, Decimal]], *, by: Person) -> Contract:
    """Register a signed contract for projects that await their start (登记合同); each gets a first plan."""
    items = sorted(items, key=lambda item: item[0].pk)
    projects = [moves.locked(project) for project, _amount in items]
    amounts = [amount for _project, amount in items]
    grants = [_grant(project) for project in projects]
    rules.check_contract(
        total=terms.total_yuan,
        amounts=amounts,
        granted=[grant.amount_yuan for grant in grants],
        signed_on=terms.signed_on,
        finish_on=terms.finish_on,
        today=today(),
    )
    before = queries.alike_yuan(terms.contractor, projects[0], terms.signed_on)
    rules.check_not_split(terms.total_yuan, before, projects[0].round.terms.tender_threshold_yuan, terms.split_reason)
    contract = _register(terms, by)
    filing.begin(contract, projects[0].round.terms)
    for project, amount in zip(projects, amounts, strict=True):
        _begin_work(project, contract, amount)
        moves.touch(project)
        record(
            "contract.sign",
            by=by,
            on=project,
            roles=OFFICES,
            kind=Kind.MONEY,
            sentence=sentences.contract_signed(terms.contractor.name, amount, terms.finish_on, len(items)),
            after={
                "contract": terms.number,
                "client": terms.client,
                "contract_yuan": str(amount),
                "finish_on": str(terms.finish_on),
            },
            rule=sentences.contract_named(contract),
            reason=terms.split_reason,
            documents=[terms.scan],
        )
    return contract


def _grant(project: Project) -> Approval:
    """The approval under which a project may be contracted; it awaits its start and has no contract yet."""
    rules.check_state(project, "contract", ProjectState.AWAITING_START)
    if Work.objects.filter(project=project, contract_yuan__gt=0).exists():
        raise RuleBroken(_("%(code)s 已经登记过合同") % {"code": project.code}, code="has_contract")
    approval = project.approvals.filter(state=ApprovalState.APPROVED).first()
    if approval is None:
        raise RuleBroken(_("%(code)s 还没有批准金额") % {"code": project.code}, code="not_approved")
    return approval


def _register(terms: Terms, by: Person) -> Contract:
    files.use([terms.scan], public=True, caption="合同扫描件")
    try:
        with transaction.atomic():
            return Contract.objects.create(
                client=terms.client,
                number=terms.number,
                contractor=terms.contractor,
                method=terms.method,
                signed_on=terms.signed_on,
                finish_on=terms.finish_on,
                total_yuan=terms.total_yuan,
                scan=terms.scan,
                split_reason=terms.split_reason,
                registered_by=by,
                registered_at=now(),
            )
    except IntegrityError as error:
        if "contract_once_per_contractor" not in str(error) and "contract.number" not in str(error):
            raise
        message = _("这家承接单位的合同%(number)s已经登记过") % {"number": terms.number}
        raise RuleBroken(message, code="contract_twice", field="number") from None


def _begin_work(project: Project, contract: Contract, amount: Decimal) -> Work:
    service = project.work_type == WorkType.SERVICE
    work = Work.objects.create(
        project=project,
        granted_yuan=_grant(project).amount_yuan,
        contract_yuan=amount,
        is_service=service,
        last_news_at=now(),
    )
    ContractItem.objects.create(contract=contract, work=work, amount_yuan=amount)
    write_plan(work, rules.first_plan(contract.signed_on, contract.finish_on, service=service))
    return work


def write_plan(work: Work, stages: Sequence[rules.Stage]) -> None:
    """Replace a work's plan before its start; what was planned is then the first promise."""
    work.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(
            work=work,
            order=number,
            name=stage.name,
            share_percent=stage.share_percent,
            photo_slot=stage.photo_slot,
            first_planned_on=stage.planned_on,
            planned_on=stage.planned_on,
        )
        for number, stage in enumerate(stages, start=1)
    )
