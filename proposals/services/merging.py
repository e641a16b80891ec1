"""Merging 合并: one proposal joins another; both pages live on, and supporters keep their record where it was.

Across proposers two people decide: one in office proposes, another (or one of the proposers) confirms. It takes effect
when every proposer agreed, or when they were told and the round's working days passed without one of them objecting:
at the confirming press, or by the clock the day after (`take_effect`). A proposer who objects ends it.
Projects are locked in the order of their keys, so two merges at once wait for each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from civic.audit import record
from civic.calendar import add_workdays
from civic.models import Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from civic.people import GONE
from civic.rules import check_reason
from proposals import merge_rules, queries, rules, sentences
from proposals.models import (
    ConsentHow,
    Merge,
    MergeConsent,
    MergeState,
    Project,
    Screening,
    ScreeningOutcome,
)
from proposals.permissions import INTAKE
from proposals.services import moves
from proposals.services.intake import may_object_until

ROLES = (*INTAKE, Role.TOWN_HANDLER)


@dataclass(frozen=True)
class Consent:
    """That a proposer agrees (同意合并): who, how, and what shows it (not public)."""

    person: Person
    how: str
    note: str = ""


@transaction.atomic
def propose(
    source: Project,
    *,
    target: Project,
    by: Person,
    reason: str,
    consents: Sequence[Consent] = (),
    version: int | None = None,
    **event: Any,
) -> Merge:
    """Propose that ``source`` joins ``target``. Of one and the same proposer it is done at once.

    Otherwise the proposers are told by this very event, and the notice runs from today; ``consents`` are of those who
    were asked before.
    """
    check_reason(reason)
    source, target = _both(source, target)
    rules.check_can_merge(source, target)
    rules.target_state(source, "merge")
    rules.check_version(source.version, version)
    rules.check_no_merge_waits(source.merges_out.filter(state=MergeState.PROPOSED).exists())
    merge = Merge.objects.create(source=source, target=target, reason=reason, proposed_by=by, proposed_at=now())
    if source.proposer_id is not None and source.proposer_id == target.proposer_id:
        return _join(merge, by=by, **event)
    days = source.round.terms.merge_notice_workdays
    if days and merge_rules.asked(source, target):
        merge.notice_until = add_workdays(today(), days)
        merge.save(update_fields=["notice_until"])
    daily = {"kind": Kind.DAILY, "reason": reason} | event
    _on_both(
        merge,
        "merge_proposed",
        by=by,
        on_source=sentences.to_join(str(target.code), target.title, merge.notice_until),
        on_target=sentences.to_be_joined(str(source.code), source.title, merge.notice_until),
        **daily,
    )
    for given in consents:
        _agree(merge, given, by=by, **event)
    return merge


@transaction.atomic
def confirm(merge: Merge, *, by: Person, **event: Any) -> Merge:
    """The second person agrees (确认合并); a proposer who does so agrees to it as well.

    It takes effect at once where nobody is waited for any more, else by the clock.
    """
    merge = _held(merge)
    merge_rules.check_second_person(merge, by)
    rules.check_can_merge(merge.source, merge.target)
    if by.pk in merge_rules.asked(merge.source, merge.target):
        _agree(merge, Consent(by, ConsentHow.OWN), by=by, **event)
    else:
        merge_rules.check_not_confirmed(merge)
    if merge.confirmed_by_id is None:
        merge.confirmed_by = by
        merge.save(update_fields=["confirmed_by"])
    return _settle(merge, by=by, **event)


@transaction.atomic
def consent(merge: Merge, *, by: Person, person: Person, how: str, note: str, **event: Any) -> Merge:
    """A worker writes down that a proposer agreed (记下同意): present, by phone or on paper, with what shows it."""
    merge = _held(merge)
    _agree(merge, Consent(person, how, note), by=by, **event)
    return _settle(merge, by=by, **event)


@transaction.atomic
def take_effect(merge: Merge, *, by: str) -> Merge:
    """The clock's word when the notice is over (到期生效); one that does not take effect now, or did, stays as it is."""
    return _settle(_held(merge), by=by)


@transaction.atomic
def refuse(merge: Merge, *, by: Person, reason: str, **event: Any) -> Merge:
    """The second person or a proposer does not agree (不合并), confirmed already or not: both go on by themselves."""
    check_reason(reason)
    merge = _held(merge)
    merge_rules.check_second_person(merge, by)
    merge.state, merge.confirmed_by = MergeState.REFUSED, by
    merge.save()
    source, target = merge.source, merge.target
    _on_both(
        merge,
        "merge_refused",
        by=by,
        on_source=sentences.not_joined(str(target.code)),
        on_target=sentences.not_joined(str(source.code)),
        **({"reason": reason} | event),
    )
    return merge


@transaction.atomic
def undo(merge: Merge, *, by: Person, reason: str, **event: Any) -> Merge:
    """Take a merge back within its days (撤销合并): both pages and all support stand as before."""
    check_reason(reason)
    merge = _held(merge)
    rules.check_can_undo(merge, now())
    merge.state = MergeState.UNDONE
    merge.save()
    source, target = merge.source, merge.target
    said = {"roles": ROLES, "reason": reason} | event
    moves.unmerge(source, by=by, sentence=sentences.parted(str(target.code)), **said)
    record("project.unmerged_from", by=by, on=target, sentence=sentences.was_parted(str(source.code)), **said)
    moves.touch(target)
    return merge


@transaction.atomic
def forget_erased() -> None:
    """What showed that somebody agreed goes with them (注销); twice is harmless."""
    MergeConsent.objects.filter(person__erased_at__isnull=False).exclude(note__in=["", GONE]).update(note=GONE)


def _agree(merge: Merge, given: Consent, *, by: Person, **event: Any) -> None:
    agreed = queries.agreed_to(merge)
    is_own = given.person.pk == by.pk
    how = ConsentHow.OWN if is_own else given.how
    merge_rules.check_consent(merge, given.person.pk, agreed, how, given.note, is_own=is_own)
    note = "" if is_own else given.note
    MergeConsent.objects.create(merge=merge, person=given.person, how=how, note=note, recorded_by=by, at=now())
    project = merge.source if given.person.pk == merge.source.proposer_id else merge.target
    record(
        "project.merge_agreed",
        by=by,
        on=project,
        kind=Kind.DAILY,
        on_behalf_of=None if is_own else given.person,
        sentence=sentences.agreed(ConsentHow(how)),
        **({"roles": ROLES} | event),
    )
    moves.touch(project)


def _settle(merge: Merge, *, by: Person | str, **event: Any) -> Merge:
    """Join the two once nobody is waited for."""
    considered = merge.state == MergeState.PROPOSED
    if not considered or not merge_rules.takes_effect(merge, queries.agreed_to(merge), today()):
        return merge
    rules.check_can_merge(merge.source, merge.target)
    return _join(merge, by=by, **event)


def _join(merge: Merge, *, by: Person | str, **event: Any) -> Merge:
    source, target = merge.source, merge.target
    merge.state, merge.merged_at = MergeState.DONE, now()
    merge.undo_until = now() + timedelta(days=source.round.terms.merge_undo_days)
    merge.save()
    Screening.objects.create(
        project=source,
        outcome=ScreeningOutcome.MERGE,
        reason=merge.reason,
        by=merge.proposed_by,
        at=now(),
        done_at=now(),
    )
    count, until = queries.supporters(source).count(), may_object_until(source)
    said = {"roles": ROLES, "reason": merge.reason} | event
    moves.merge(source, by=by, sentence=sentences.joined(str(target.code), target.title, count, until), **said)
    brought = sentences.was_joined(str(source.code), source.title, count)
    record("project.merged_in", by=by, on=target, sentence=brought, **said)
    moves.touch(target)
    return merge


def _on_both(merge: Merge, action: str, *, by: Person, on_source: str, on_target: str, **event: Any) -> None:
    """A merge is told on both pages."""
    for project, sentence in ((merge.source, on_source), (merge.target, on_target)):
        record(f"project.{action}", by=by, on=project, sentence=sentence, roles=ROLES, **event)
        moves.touch(project)


def _both(source: Project, target: Project) -> tuple[Project, Project]:
    rows = {project.pk: moves.locked(project) for project in sorted({source, target}, key=lambda p: p.pk)}
    return rows[source.pk], rows[target.pk]


def _held(merge: Merge) -> Merge:
    """The merge as it is now, with both its projects, held until the transaction ends."""
    source, target = _both(merge.source, merge.target)
    merge = Merge.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=merge.pk)
    merge.source, merge.target = source, target
    return merge
