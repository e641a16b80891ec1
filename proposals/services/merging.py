"""Merging 合并: one proposal joins another; both pages live on, and supporters keep their record where it was.

Across proposers two people decide: one in office proposes, another (or the proposer of the source) confirms.
Projects are locked in the order of their keys, so two merges at once wait for each other.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction

from civic.audit import record
from civic.models import Person, Role
from civic.models.record import Kind
from civic.moments import now
from civic.rules import check_reason
from proposals import queries, rules, sentences
from proposals.models import Merge, MergeState, Project, Screening, ScreeningOutcome
from proposals.permissions import INTAKE
from proposals.services import moves
from proposals.services.intake import may_object_until

ROLES = (*INTAKE, Role.TOWN_HANDLER)


@transaction.atomic
def propose(
    source: Project, *, target: Project, by: Person, reason: str, version: int | None = None, **event: Any
) -> Merge:
    """Propose that ``source`` joins ``target``. Of one and the same proposer it is done at once."""
    check_reason(reason)
    source, target = _both(source, target)
    rules.check_can_merge(source, target)
    rules.target_state(source, "merge")
    rules.check_version(source.version, version)
    rules.check_no_merge_waits(source.merges_out.filter(state=MergeState.PROPOSED).exists())
    merge = Merge.objects.create(source=source, target=target, reason=reason, proposed_by=by, proposed_at=now())
    if source.proposer_id is not None and source.proposer_id == target.proposer_id:
        return _join(merge, by=by, **event)
    daily = {"kind": Kind.DAILY, "reason": reason} | event
    _on_both(
        merge,
        "merge_proposed",
        by=by,
        on_source=sentences.to_join(str(target.code), target.title),
        on_target=sentences.to_be_joined(str(source.code), source.title),
        **daily,
    )
    return merge


@transaction.atomic
def confirm(merge: Merge, *, by: Person, **event: Any) -> Merge:
    """The second person agrees (确认合并)."""
    merge = _held(merge)
    rules.check_can_confirm(merge, by)
    rules.check_can_merge(merge.source, merge.target)
    merge.confirmed_by = by
    return _join(merge, by=by, **event)


@transaction.atomic
def refuse(merge: Merge, *, by: Person, reason: str, **event: Any) -> Merge:
    """The second person does not agree (不合并): both go on by themselves."""
    check_reason(reason)
    merge = _held(merge)
    rules.check_can_confirm(merge, by)
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


def _join(merge: Merge, *, by: Person, **event: Any) -> Merge:
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
