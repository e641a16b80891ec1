"""Approvals (审批): one person submits, another decides; the pool's row is locked throughout and never overdrawn.

Further keywords of an act go into the record (``channel``, ``mark`` …).
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from civic import files
from civic.audit import record
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now
from civic.rules import RuleBroken, check_reason
from delivery import queries, sentences
from delivery.holding import held
from delivery.models import Approval, ApprovalState, FundingSource, Pool, Source, Work
from delivery.models.money import EntryKind
from delivery.queries.money import live_approval
from delivery.rules import approvals as rules
from delivery.rules import money
from delivery.rules.works import check_state
from delivery.services import pools, split_years
from proposals.models import Project, ProjectState
from proposals.rules import over_cap
from proposals.services import moves, outcomes

HANDLER = (Role.TOWN_HANDLER,)


@transaction.atomic
def submit(
    project: Project,
    *,
    by: Person,
    amount_yuan: Decimal,
    minutes_no: str,
    minutes: Attachment,
    reason: str = "",
    sources: Mapping[str, Decimal] | None = None,
    skip_reason: str = "",
    **event: Any,
) -> Approval:
    """Ask the second person for an amount (提交审批). ``sources`` are the parts that are not the pool's.

    ``skip_reason`` says why it comes before projects ranked ahead of it; it is public on the page of each.
    """
    project = moves.locked(project)
    check_state(project, "submit_approval", ProjectState.FOR_APPROVAL)
    if live_approval(project) is not None:
        raise RuleBroken(_("已经有一份审批在等第二人，不能再提交"), code="already_submitted")
    rules.check_not_held(held([project.pk]).get(project.pk, ""))
    requested, terms = money.requested_of(project), project.round.terms
    part = money.check_request(requested, amount_yuan, reason, sources)
    rules.check_cap(terms, project.work_type, amount_yuan, reason)
    role = rules.approver_role(terms, amount_yuan)
    skipped = queries.skipped_by(project)
    rules.check_skip([f"{each.code} {each.title}" for each in skipped], skip_reason)
    pool = _pool(project)
    money.check_fits(part, queries.available_in(pool))
    split_years.check_asked(pool, sources or {})
    files.use([minutes], public=True, caption="会议纪要")
    approval = Approval.objects.create(
        project=project,
        pool=pool,
        requested_yuan=requested,
        amount_yuan=amount_yuan,
        pool_yuan=part,
        reason=reason if amount_yuan != requested or over_cap(terms, project.work_type, amount_yuan) else "",
        skip_reason=skip_reason if skipped else "",
        approver_role=role,
        minutes_no=minutes_no,
        minutes=minutes,
        submitted_by=by,
        submitted_at=now(),
    )
    _write_sources(approval, {Source.POOL.value: part, **(sources or {})})
    _changed(pool)
    moves.touch(project)
    record(
        "approval.submit",
        by=by,
        on=approval,
        roles=HANDLER,
        kind=Kind.DAILY,
        sentence=sentences.submitted(amount_yuan, role),
        after={"amount_yuan": str(amount_yuan), "pool_yuan": str(part)},
        reason=approval.reason,
        rule=minutes_no,
        documents=[minutes],
        **event,
    )
    for each in skipped:
        _note_skipped(each, project, by=by, reason=skip_reason)
    return approval


def _note_skipped(project: Project, ahead: Project, *, by: Person, reason: str) -> None:
    """The page of a project that was skipped says why (越过名次)."""
    moves.touch(project)
    record(
        "approval.skip",
        by=by,
        on=project,
        roles=HANDLER,
        kind=Kind.DAILY,
        sentence=sentences.skipped(ahead.code or "", ahead.title),
        reason=reason,
    )


@transaction.atomic
def approve(approval: Approval, *, by: Person, **event: Any) -> Project:
    """Approve (批准): the pool is booked, the amount stands on the project, the notice begins."""
    project, pool, approval = _held(approval)
    check_state(project, "approve", ProjectState.FOR_APPROVAL)
    money.check_waiting(approval)
    money.check_two_people(approval.submitted_by_id, by.pk)
    rules.check_not_held(held([project.pk]).get(project.pk, ""))
    money.check_fits(approval.pool_yuan, pool.left_yuan - queries.promised_yuan(pool))
    money.check_sources(approval.amount_yuan, {s.kind: s.amount_yuan for s in approval.sources.all()})
    approval.state = ApprovalState.APPROVED
    approval.approved_by, approval.decided_at = by, now()
    approval.save()
    pools.book(pool, EntryKind.COMMIT, approval.pool_yuan, project=project, by=by)
    split_years.book(approval, pool, by=by)
    outcomes.set_approved(project, approval.amount_yuan)
    return moves.advance(
        project,
        by=by,
        roles=(Role(approval.approver_role),),
        kind=Kind.MONEY,
        sentence=sentences.approved(approval.amount_yuan, approval.requested_yuan, approval.approver_role),
        reason=approval.reason,
        rule=approval.minutes_no,
        money_delta_yuan=approval.amount_yuan,
        documents=[approval.minutes],
        **event,
    )


@transaction.atomic
def approve_each(chosen: Collection[Approval], *, by: Person) -> list[Project]:
    """Approve a batch of one pool in one press (一起批准): all of it or nothing; a refusal names its project.

    The projects are locked first, in one order for everybody, then the pool: two presses at once never wait for each
    other in a circle.
    """
    if len({approval.pool_id for approval in chosen}) != 1:
        raise RuleBroken(_("一次只能批准同一个资金池的项目，至少选一项"), code="one_pool")
    list(Project.objects.select_for_update().filter(approvals__in=chosen).order_by("pk"))
    return [_approve_one(approval, by=by) for approval in sorted(chosen, key=lambda each: each.project_id)]


def _approve_one(approval: Approval, *, by: Person) -> Project:
    try:
        return approve(approval, by=by)
    except RuleBroken as broken:
        said = _("%(project)s：%(why)s。一项都没有批") % {"project": approval.project, "why": broken.message}
        raise RuleBroken(said, code=broken.code) from broken


@transaction.atomic
def send_back(approval: Approval, *, by: Person, reason: str, **event: Any) -> Approval:
    """Return the request to the handler with a reason (退回经办); the project goes on waiting."""
    check_reason(reason)
    project, pool, approval = _held(approval)
    money.check_waiting(approval)
    money.check_two_people(approval.submitted_by_id, by.pk)
    approval.state = ApprovalState.RETURNED
    approval.approved_by, approval.decided_at, approval.answer = by, now(), reason
    approval.save()
    _changed(pool)
    moves.touch(project)
    record(
        "approval.return",
        by=by,
        on=approval,
        roles=(Role(approval.approver_role),),
        kind=Kind.MONEY,
        sentence=sentences.returned(approval.amount_yuan),
        reason=reason,
        **event,
    )
    return approval


@transaction.atomic
def reserve(project: Project, *, by: Person, reason: str) -> Project:
    """Put the project on the reserve list for want of money (列入候补); a request under way is withdrawn."""
    check_reason(reason)
    project = moves.locked(project)
    check_state(project, "reserve", ProjectState.FOR_APPROVAL)
    if live_approval(project) is not None:
        raise RuleBroken(_("已经提交审批，请审批人先退回再列入候补"), code="already_submitted")
    return moves.reserve(project, by=by, reason=reason, roles=HANDLER, sentence=sentences.reserved())


@transaction.atomic
def recall(project: Project, *, by: Person) -> Project:
    """Take a reserve project up again when the pool has money for it (候补递补)."""
    project = moves.locked(project)
    check_state(project, "recall", ProjectState.RESERVE)
    rules.check_not_held(held([project.pk]).get(project.pk, ""))
    money.check_can_recall(project.best_yuan, queries.available_in(_pool(project)))
    return moves.recall(project, by=by, roles=HANDLER, sentence=sentences.recalled())


@transaction.atomic
def release_for(project: Project, *, by: Person | str, reason: str) -> Decimal:
    """Void a project's live approval and give its unspent money back to the pool (批准作废); returns how much.

    Called when an upheld objection sends the project back and whenever it ends; a second call finds nothing to do.
    What is paid stays paid and committed.
    """
    project = moves.locked(project)
    approval = live_approval(project)
    if approval is None:
        return Decimal(0)
    pools.locked(approval.pool_id)
    work = Work.objects.select_for_update().filter(project=project).first()
    unspent = split_years.give_back(
        approval, EntryKind.RELEASE, lambda part: _unspent(part, work), by=by if isinstance(by, Person) else None
    )
    approval.state = ApprovalState.VOID
    approval.decided_at, approval.answer = now(), reason
    approval.save()
    if work is None:
        outcomes.set_approved(project, None)
    _changed(pools.locked(approval.pool_id))
    moves.touch(project)
    record(
        "approval.void",
        by=by,
        on=approval,
        roles=(Role.TOWN_APPROVER, Role.TOWN_HANDLER),
        kind=Kind.MONEY,
        sentence=sentences.released(unspent),
        reason=reason,
        money_delta_yuan=-unspent or None,
    )
    return unspent


GIVES_BACK = {
    "decline": "项目没有采纳",
    "withdraw": "项目已撤回",
    "send_back": "项目退回重办",
    "terminate": "项目终止，没有用的钱退回",
}
"""The moves after which money goes back, and why, as the record says it."""


def follow(project: Project, action: str, _state_before: str) -> None:
    """A project that ends or is sent back keeps no money (批准随项目作废), in that move's own transaction."""
    if action in GIVES_BACK:
        release_for(project, by="rule:money_returns", reason=GIVES_BACK[action])


def _unspent(part: Decimal, work: Work | None) -> Decimal:
    """A pool's part of a project's money less its share of what was paid."""
    if work is None or not work.paid_yuan:
        return part
    return money.surplus_to_pool(work.granted_yuan - work.paid_yuan, part, work.granted_yuan)


def _pool(project: Project) -> Pool:
    pool = queries.pool_for(project)
    if pool is None:
        raise RuleBroken(_("这个轮次还没有定资金池，请区专班先定总额"), code="no_pool")
    return pools.locked(pool.pk)


def _held(approval: Approval) -> tuple[Project, Pool, Approval]:
    """Project, pool and request, locked in this order."""
    project = moves.locked(approval.project)
    pool = pools.locked(approval.pool_id)
    held = Approval.objects.select_for_update(of=("self",)).select_related("project", "minutes").get(pk=approval.pk)
    return project, pool, held


def _changed(pool: Pool) -> None:
    """What waits in the pool changed: a page that showed it before is stale."""
    pool.version += 1
    pool.save(update_fields=["version"])


def _write_sources(approval: Approval, parts: Mapping[str, Decimal]) -> None:
    money.check_sources(approval.amount_yuan, parts)
    FundingSource.objects.bulk_create(
        FundingSource(approval=approval, kind=kind, amount_yuan=amount) for kind, amount in parts.items() if amount
    )
