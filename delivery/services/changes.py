"""Changes of a contract (变更): small ones one office agrees to, large ones go to the town's two people and the pool."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from civic import files
from civic.audit import record
from civic.calendar import add_workdays
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import check_reason
from delivery import queries, sentences
from delivery.models import ApprovalState, ChangeOrder, ChangeState, Work
from delivery.models.money import EntryKind
from delivery.rules import money
from delivery.rules import works as rules
from delivery.services import pools
from delivery.services.works import AT_WORK, OFFICES, locked
from proposals.models import Project, ProjectState
from proposals.services import moves

APPROVER = (Role.TOWN_APPROVER,)


@transaction.atomic
def report(
    project: Project, *, by: Person, reason: str, delta_yuan: Decimal, photo: Attachment, extra_days: int = 0
) -> ChangeOrder:
    """Ask for a change of the contract (报变更): what and why, money up or down, days, and a photo."""
    work = locked(project)
    rules.check_state(work.project, "change", *AT_WORK)
    rules.check_change(work, delta_yuan, extra_days, reason)
    files.use([photo], public=True)
    change = ChangeOrder.objects.create(
        work=work,
        reason=reason,
        delta_yuan=delta_yuan,
        extra_days=extra_days,
        photo=photo,
        is_over=_is_over(work, delta_yuan),
        reported_by=by,
        reported_at=now(),
        due_on=add_workdays(today(), work.project.round.terms.change_workdays),
    )
    _noted(change, "change.report", by, (Role.CONTRACTOR, *OFFICES), "申请", kind=Kind.DAILY, documents=[photo])
    return change


@transaction.atomic
def confirm(change: ChangeOrder, *, by: Person) -> ChangeOrder:
    """The village office agrees to a change within the threshold (同意变更); over it see `submit`."""
    work, change = _held(change, ChangeState.REPORTED)
    rules.check_within(change.is_over or _is_over(work, change.delta_yuan))
    rules.check_change(work, change.delta_yuan, change.extra_days, change.reason)
    change.state = ChangeState.AGREED
    change.handled_by, change.handled_at, change.decided_at = by, now(), now()
    change.save()
    _agreed(work, change)
    _noted(change, "change.agree", by, OFFICES, "同意", money_delta_yuan=change.delta_yuan or None)
    return change


@transaction.atomic
def submit(change: ChangeOrder, *, by: Person, minutes_no: str) -> ChangeOrder:
    """The town's handler takes a change over the threshold to the approver (变更上报审批)."""
    _work, change = _held(change, ChangeState.REPORTED)
    money.check_two_people(change.reported_by_id, by.pk)
    change.is_over = True
    change.state = ChangeState.SUBMITTED
    change.handled_by, change.handled_at, change.minutes_no = by, now(), minutes_no
    change.save()
    _noted(change, "change.submit", by, OFFICES, "提交审批", kind=Kind.DAILY, rule=minutes_no)
    return change


@transaction.atomic
def approve(change: ChangeOrder, *, by: Person) -> ChangeOrder:
    """The town's approver agrees (批准变更); what the grant does not cover is drawn from the pool, never overdrawn."""
    project = moves.locked(change.work.project)
    approval = project.approvals.get(state=ApprovalState.APPROVED)
    pool = pools.locked(approval.pool_id)
    work, change = _held(change, ChangeState.SUBMITTED)
    money.check_two_people(change.handled_by_id, by.pk)
    money.check_two_people(change.reported_by_id, by.pk)
    rules.check_change(work, change.delta_yuan, change.extra_days, change.reason)
    drawn = max(Decimal(0), work.agreed_yuan + change.delta_yuan - work.granted_yuan)
    money.check_fits(drawn, queries.available_in(pool))
    pools.book(pool, EntryKind.COMMIT, drawn, project=project, by=by)
    work.granted_yuan += drawn
    change.state, change.drawn_yuan = ChangeState.AGREED, drawn
    change.approved_by, change.decided_at = by, now()
    change.save()
    _agreed(work, change)
    _noted(
        change,
        "change.approve",
        by,
        APPROVER,
        "批准",
        money_delta_yuan=change.delta_yuan or None,
        rule=change.minutes_no,
    )
    return change


@transaction.atomic
def refuse(change: ChangeOrder, *, by: Person, answer: str) -> ChangeOrder:
    """An office does not agree (不同意变更), and says why."""
    check_reason(answer)
    _work, change = _held(change, ChangeState.REPORTED, ChangeState.SUBMITTED)
    change.state = ChangeState.REFUSED
    if change.handled_by_id is None:
        change.handled_by, change.handled_at = by, now()
    change.decided_at, change.answer = now(), answer
    change.save()
    _noted(change, "change.refuse", by, (*OFFICES, *APPROVER), "不同意", reason=answer)
    return change


def _is_over(work: Work, delta: Decimal) -> bool:
    """Over the round's share of the contract, counting earlier changes, or beyond the money granted."""
    agreed = work.changes.filter(state=ChangeState.AGREED).values_list("delta_yuan", flat=True)
    share = work.project.round.terms.change_threshold_share
    return (
        rules.is_over_threshold(work.contract_yuan, agreed, delta, share)
        or work.agreed_yuan + delta > work.granted_yuan
    )


def _held(change: ChangeOrder, *wanted: ChangeState) -> tuple[Work, ChangeOrder]:
    work = locked(change.work.project)
    change = ChangeOrder.objects.select_related("photo").get(pk=change.pk)
    change.work = work
    rules.check_change_state(change, *wanted)
    rules.check_state(work.project, "change", *AT_WORK)
    return work, change


def _agreed(work: Work, change: ChangeOrder) -> None:
    """The work carries the change; the step's last day moves with it."""
    work.changes_delta_yuan += change.delta_yuan
    work.version += 1
    work.last_news_at = now()
    work.save()
    project = work.project
    if change.extra_days > 0 and project.state == ProjectState.IN_PROGRESS and project.due_on:
        moves.set_due(project, project.due_on + timedelta(days=change.extra_days))


def _noted(change: ChangeOrder, action: str, by: Person, roles: tuple[Role, ...], verb: str, **event: Any) -> None:
    moves.touch(change.work.project)
    record(
        action,
        by=by,
        on=change,
        roles=roles,
        sentence=sentences.change(verb, change.reason, change.delta_yuan, change.extra_days),
        **({"kind": Kind.MONEY} | event),
    )
