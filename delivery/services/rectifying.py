"""Putting right (整改): what acceptance found goes to a new attempt, what a resident found is asked again."""

from typing import Any

from django.db import transaction

from civic import files
from civic.audit import record
from civic.calendar import add_workdays
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from delivery import sentences
from delivery.models import Rating, Rectification
from delivery.rules import acceptance as rules
from delivery.rules.works import check_state
from delivery.services.works import OFFICES
from proposals.models import Project, ProjectState
from proposals.services import moves


@transaction.atomic
def mend(fix: Rectification, *, by: Person, reply: str, photo: Attachment | None = None) -> Rectification:
    """The contractor mended what acceptance found (整改完成); with the last one the project asks for a new attempt."""
    project, fix = _held(fix)
    check_state(project, "recheck", ProjectState.RECTIFYING)
    photos = _close(fix, by, reply, photo)
    left = project.rectifications.filter(acceptance__isnull=False, done_on=None).count()
    event: dict[str, Any] = {
        "by": by,
        "roles": (Role.CONTRACTOR, *OFFICES),
        "sentence": sentences.mended(fix.what, reply, left),
        "documents": photos,
    }
    if left:
        moves.touch(project)
        record("fix.mend", on=fix, kind=Kind.PHOTO if photos else Kind.DECISION, **event)
    else:
        moves.recheck(project, **event)
    return fix


@transaction.atomic
def answer(fix: Rectification, *, by: Person, reply: str, photo: Attachment | None = None) -> Rectification:
    """An office answers a low rating in public (公开答复) and asks the resident again: is it solved now?"""
    project, fix = _held(fix)
    photos = _close(fix, by, reply, photo)
    fix.asked_at = now()
    fix.save(update_fields=["asked_at"])
    moves.touch(project)
    record(
        "fix.answer",
        by=by,
        on=fix,
        roles=OFFICES,
        sentence=sentences.fix_answered(reply),
        documents=photos,
    )
    return fix


@transaction.atomic
def confirm(fix: Rectification, *, by: Person, solved: bool) -> Rectification:
    """The resident says whether it is solved (现在解决了吗); if not, another round of the clock begins."""
    project = moves.locked(fix.project)
    fix = Rectification.objects.select_related("rating").get(pk=fix.pk)
    rules.check_can_answer(fix)
    fix.solved = solved
    fix.save(update_fields=["solved"])
    moves.touch(project)
    record("fix.confirm", by=by, on=fix, sentence=sentences.fix_confirmed(solved))
    if not solved and fix.rating:
        open_for(fix.rating, what=fix.what)
    return fix


def open_for(rating: Rating, *, what: str) -> Rectification:
    """Start the clock on what a low rating complains of; within the caller's transaction, once while it is open."""
    limit = rating.project.round.terms.rectify_workdays
    fix, made = Rectification.objects.get_or_create(
        rating=rating,
        done_on=None,
        defaults={
            "project": rating.project,
            "what": what,
            "limit_workdays": limit,
            "due_on": add_workdays(today(), limit),
            "opened_at": now(),
        },
    )
    if made:
        record("fix.open", by="rule:low_rating", on=fix, sentence=sentences.fix_opened(fix.due_on))
    return fix


@transaction.atomic
def note_overdue(fix: Rectification) -> None:
    """Say in the record, once, that a fix passed its day (整改超期)."""
    fix = Rectification.objects.select_for_update(of=("self",)).select_related("project").get(pk=fix.pk)
    if fix.done_on or fix.escalated_at or fix.due_on >= today():
        return
    fix.escalated_at = now()
    fix.save(update_fields=["escalated_at"])
    record(
        "fix.overdue",
        by="task:note_overdue_fixes",
        on=fix,
        sentence=sentences.fix_overdue(fix.due_on),
        after={"told": Role.TOWN_APPROVER},
    )


def _held(fix: Rectification) -> tuple[Project, Rectification]:
    project = moves.locked(fix.project)
    fix = Rectification.objects.get(pk=fix.pk)
    fix.project = project
    rules.check_fix_open(fix)
    return project, fix


def _close(fix: Rectification, by: Person, reply: str, photo: Attachment | None) -> list[Attachment]:
    rules.check_reply(reply)
    photos = files.use([photo] if photo else [], public=True)
    fix.done_on, fix.done_by, fix.reply, fix.photo = today(), by, reply, photo
    fix.save()
    return photos
