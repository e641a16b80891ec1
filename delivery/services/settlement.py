"""Settlement (结算) returns the surplus to the pool, visibly; then the file can be closed (归档)."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from civic import files
from civic.audit import record
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now
from civic.rules import RuleBroken
from delivery import sentences
from delivery.models import ApprovalState, Settlement, Work
from delivery.models.money import EntryKind
from delivery.rules import acceptance, money
from delivery.rules.works import check_state
from delivery.services import pools, split_years
from delivery.services.payments import pending_yuan
from delivery.services.works import OFFICES, locked
from proposals.models import Project, ProjectState
from proposals.rules import Stale
from proposals.services import moves, outcomes


@transaction.atomic
def settle(
    project: Project,
    *,
    by: Person,
    settled_yuan: Decimal,
    sheet: Attachment,
    note: str = "",
    version: int | None = None,
) -> Settlement:
    """Close the account of accepted works (结算): at most what was agreed, at least what was paid."""
    project = moves.locked(project)
    check_state(project, "settle", ProjectState.COMPLETED)
    approval = project.approvals.filter(state=ApprovalState.APPROVED).first()
    if approval is None:
        raise RuleBroken(_("没有批准金额，不能结算"), code="not_approved")
    pools.locked(approval.pool_id)
    work = locked(project)
    if version is not None and version != work.version:
        raise Stale
    money.check_settlement(work, settled_yuan, note)
    if pending_yuan(work):
        raise RuleBroken(_("还有请款没有办完，先付款或退回再结算"), code="payment_pending")
    surplus = work.granted_yuan - settled_yuan
    returned = split_years.give_back(
        approval,
        EntryKind.SURPLUS,
        lambda part: money.surplus_to_pool(surplus, part, work.granted_yuan),
        by=by,
    )
    work.settled_yuan = settled_yuan
    work.version += 1
    work.save()
    files.use([sheet], public=True, caption="结算书")
    settlement = Settlement.objects.create(
        work=work, surplus_yuan=surplus, returned_yuan=returned, sheet=sheet, note=note, by=by, at=now()
    )
    moves.touch(project)
    record(
        "work.settle",
        by=by,
        on=work,
        roles=(Role.TOWN_HANDLER,),
        kind=Kind.MONEY,
        sentence=sentences.settled(settled_yuan, surplus, returned),
        after={"settled_yuan": str(settled_yuan), "returned_yuan": str(returned)},
        reason=note,
        money_delta_yuan=-surplus or None,
        documents=[sheet],
    )
    return settlement


@transaction.atomic
def archive(project: Project, *, by: Person) -> Project:
    """Close the project's file (归档): accepted, settled, paid in full, nothing left to put right."""
    project = moves.locked(project)
    work = Work.objects.select_for_update(of=("self",)).filter(project=project).first()
    open_fixes = project.rectifications.filter(done_on=None).count()
    unpaid = work.payable_yuan - work.paid_yuan if work else Decimal(0)
    acceptance.check_can_archive(project, work, open_fixes, unpaid)
    return outcomes.archive(project, by=by, roles=OFFICES, sentence=sentences.archived(work))
