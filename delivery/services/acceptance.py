"""Acceptance (验收): opened, filled item by item, signed, concluded; every attempt stays on record.

Further keywords of an act go into the record (``channel``, ``mark`` …).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civic import files
from civic.audit import record
from civic.calendar import add_workdays
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import sentences
from delivery.models import (
    Acceptance,
    AcceptanceItem,
    Conclusion,
    FollowUp,
    ItemResult,
    Rectification,
    Signature,
    Work,
)
from delivery.permissions import capacities
from delivery.rules import acceptance as rules
from delivery.rules.works import check_state
from delivery.services import call_backs
from delivery.services.works import OFFICES, locked
from proposals.models import Project, ProjectState
from proposals.rules import Stale
from proposals.services import moves

SIGNERS = (Role.SUPERVISOR, Role.VILLAGE_OFFICE, Role.TOWN_HANDLER)


@transaction.atomic
def open_for(project: Project, *, by: Person, held_on: date, **event: Any) -> Acceptance:
    """Begin an attempt at acceptance (开始验收) of works that were reported done."""
    work = locked(project)
    check_state(work.project, "accept", ProjectState.FOR_ACCEPTANCE)
    if work.project.acceptances.filter(conclusion="").exists():
        raise RuleBroken(_("已经开始验收了"), code="acceptance_open")
    rules.check_held_on(held_on, work.reported_done_on, today())
    acceptance = Acceptance.objects.create(
        project=work.project,
        attempt=work.project.acceptances.count() + 1,
        held_on=held_on,
        opened_by=by,
        opened_at=now(),
    )
    moves.touch(work.project)
    record(
        "acceptance.open",
        by=by,
        on=acceptance,
        roles=OFFICES,
        kind=Kind.DAILY,
        sentence=sentences.acceptance_opened(acceptance.attempt),
        **event,
    )
    return acceptance


@transaction.atomic
def set_items(
    acceptance: Acceptance, items: Sequence[rules.Measured], *, by: Person, version: int | None = None, **event: Any
) -> Acceptance:
    """Write the measured items (逐项验收), replacing what was written before in this attempt."""
    _work, acceptance = _held(acceptance, version)
    rules.check_unsigned(acceptance.signatures.count())
    rules.check_items(items)
    photos = files.use([item.photo for item in items if item.photo], public=True)
    acceptance.items.all().delete()
    AcceptanceItem.objects.bulk_create(
        AcceptanceItem(acceptance=acceptance, order=number, **item._asdict())
        for number, item in enumerate(items, start=1)
    )
    failed = [item.name for item in items if item.result == ItemResult.FAIL]
    _changed(acceptance)
    record(
        "acceptance.items",
        by=by,
        on=acceptance,
        roles=OFFICES,
        kind=Kind.PHOTO,
        sentence=sentences.items_measured(len(items), len(failed)),
        after={"items": [_line(item) for item in items]},
        documents=photos,
        **event,
    )
    return acceptance


@transaction.atomic
def sign(
    acceptance: Acceptance,
    role: str,
    *,
    by: Person,
    agrees: bool,
    dissent: str = "",
    name: str = "",
    paper: Attachment | None = None,
    drawn: Attachment | None = None,
    **event: Any,
) -> Signature:
    """Sign (签字): in one's own name, or, with ``name``, as the worker who saw that person sign.

    ``drawn`` is what was written by hand on a screen, ``paper`` a photo of a signed sheet; neither is ever public.

    Dissent is written down beside the agreement of the others; it stops nothing by itself.
    """
    _work, acceptance = _held(acceptance)
    rules.check_filled(acceptance.items.all())
    own = not name.strip()
    if own and role not in capacities(by, acceptance.project):
        raise RuleBroken(_("您不能以这个身份签字"), code="not_in_this_role", field="role")
    rules.check_signature(agrees=agrees, dissent=dissent, own=own, name=name)
    files.use([f for f in (paper, drawn) if f], public=False, at=acceptance.project.area_id)
    try:
        with transaction.atomic():
            signature = Signature.objects.create(
                acceptance=acceptance,
                role=role,
                person=by if own else None,
                name=name.strip(),
                witnessed_by=None if own else by,
                agrees=agrees,
                dissent=dissent,
                paper=paper,
                drawn=drawn,
                signed_at=now(),
            )
    except IntegrityError:
        raise RuleBroken(_("这个人已经签过字了"), code="signed_already") from None
    _changed(acceptance)
    record(
        "acceptance.sign",
        by=by,
        on=acceptance,
        roles=SIGNERS if own else OFFICES,
        kind=Kind.DECISION if dissent else Kind.DAILY,
        sentence=sentences.signature(signature),
        **event,
    )
    return signature


@transaction.atomic
def conclude(
    acceptance: Acceptance, *, by: Person, note: str = "", version: int | None = None, **event: Any
) -> Project:
    """Draw the conclusion (验收结论): all items pass and all sign, or what failed is to be put right by a day."""
    work, acceptance = _held(acceptance, version)
    project = work.project
    items, signatures = list(acceptance.items.all()), list(acceptance.signatures.all())
    open_fixes = project.rectifications.filter(done_on=None).count()
    acceptance.conclusion = rules.conclude(items, signatures, project.round.terms.acceptance_signatures, open_fixes)
    acceptance.concluded_by, acceptance.concluded_at, acceptance.note = by, now(), note
    acceptance.save()
    if acceptance.conclusion == Conclusion.PASS:
        return _passed(work, acceptance, len(items), signatures, by=by, **event)
    return _failed(project, acceptance, [i for i in items if i.result == ItemResult.FAIL], by=by, **event)


@transaction.atomic
def set_aside(
    acceptance: Acceptance, *, by: Person, reason: str, version: int | None = None, **event: Any
) -> Acceptance:
    """Set an attempt aside with its signatures (验收作废): its list was wrong. It stays on record, the next one begins."""
    _work, acceptance = _held(acceptance, version)
    signatures = acceptance.signatures.count()
    rules.check_signed(signatures)
    acceptance.conclusion, acceptance.note = Conclusion.VOID, reason
    acceptance.concluded_by, acceptance.concluded_at = by, now()
    acceptance.save()
    moves.touch(acceptance.project)
    record(
        "acceptance.void",
        by=by,
        on=acceptance,
        roles=OFFICES,
        kind=Kind.DECISION,
        sentence=sentences.set_aside(acceptance.attempt, signatures),
        reason=reason,
        **event,
    )
    return open_for(acceptance.project, by=by, held_on=acceptance.held_on, **event)


@transaction.atomic
def hold(
    project: Project,
    *,
    by: Person,
    held_on: date,
    items: Sequence[rules.Measured],
    signatures: Sequence[Mapping[str, Any]],
    note: str = "",
    **event: Any,
) -> Project:
    """A whole acceptance in one act, as it stands on a paper form: open, measure, sign, conclude."""
    acceptance = open_for(project, by=by, held_on=held_on, **event)
    set_items(acceptance, items, by=by, **event)
    for signature in signatures:
        sign(acceptance, **({"by": by} | event | dict(signature)))
    return conclude(acceptance, by=by, note=note, **event)


def forget_erased() -> None:
    """Whoever was erased leaves no handwriting (注销)."""
    files.empty(Signature.objects.filter(person__erased_at__isnull=False, drawn__isnull=False), "drawn")
    files.empty(Signature.objects.filter(person__erased_at__isnull=False, paper__isnull=False), "paper")


def _passed(work: Work, acceptance: Acceptance, items: int, signatures: list[Signature], **event: Any) -> Project:
    work.accepted_on = acceptance.held_on
    work.save(update_fields=["accepted_on"])
    FollowUp.objects.bulk_create(
        FollowUp(project=work.project, months=months, due_on=rules.add_months(acceptance.held_on, months))
        for months in work.project.round.terms.follow_up_months
    )
    call_backs.list_for(work.project, accepted_on=acceptance.held_on)
    dissents = sum(1 for s in signatures if s.dissent)
    return moves.accept(
        work.project,
        roles=OFFICES,
        sentence=sentences.accepted(items, len(signatures), dissents),
        reason=acceptance.note,
        **event,
    )


def _failed(project: Project, acceptance: Acceptance, failed: list[AcceptanceItem], **event: Any) -> Project:
    limit = project.round.terms.rectify_workdays
    due_on = add_workdays(today(), limit)
    Rectification.objects.bulk_create(
        Rectification(
            project=project,
            acceptance=acceptance,
            what=sentences.to_mend(item),
            limit_workdays=limit,
            due_on=due_on,
            opened_at=now(),
        )
        for item in failed
    )
    return moves.fail(
        project,
        due_on=due_on,
        roles=OFFICES,
        sentence=sentences.failed([item.name for item in failed], due_on),
        reason="；".join(sentences.to_mend(item) for item in failed),
        **event,
    )


def _held(acceptance: Acceptance, version: int | None = None) -> tuple[Work, Acceptance]:
    """Work and open attempt, locked; Stale when the page was read before somebody else wrote."""
    work = locked(acceptance.project)
    acceptance = Acceptance.objects.get(pk=acceptance.pk)
    acceptance.project = work.project
    rules.check_open(acceptance)
    check_state(work.project, "accept", ProjectState.FOR_ACCEPTANCE)
    if version is not None and version != acceptance.version:
        raise Stale
    return work, acceptance


def _changed(acceptance: Acceptance) -> None:
    acceptance.version += 1
    acceptance.save(update_fields=["version"])
    moves.touch(acceptance.project)


def _line(item: rules.Measured) -> dict[str, str]:
    """An item as the record keeps it."""
    return {
        "name": item.name,
        "unit": item.unit,
        "contract": str(item.contract_quantity),
        "measured": "" if item.measured is None else str(item.measured),
        "result": item.result,
    }
