"""Putting right (整改): what acceptance found goes to a new attempt, what a resident found is asked again."""

from typing import Any

from django.db import transaction

from civic import files
from civic.audit import record
from civic.calendar import add_workdays
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from delivery import queries, sentences
from delivery.models import Rating, Rectification
from delivery.rules import acceptance as rules
from delivery.rules.works import check_state
from delivery.services.works import OFFICES
from proposals.models import Project, ProjectState, Round
from proposals.services import moves, telling

JOB = "task:note_overdue_fixes"


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


def due_to_tell() -> telling.News:
    """The fixes that are late or near their day and of which there is something new to tell."""
    return telling.news(queries.fixes_running(), Round.objects.in_bulk(), to="project__round_id")


@transaction.atomic
def tell_late(pk: int) -> bool:
    """Say in the record that a fix passed its day, and to whom the round's rules have it told (整改超期)."""
    project, fix = _waiting(pk)
    if fix is None or fix.due_on >= today():
        return False
    told = telling.late(fix, project, _clock(fix, project), by=JOB)
    if told and fix.escalated_at is None:
        fix.escalated_at = now()
        fix.save(update_fields=["escalated_at"])
    return told


@transaction.atomic
def tell_near(pk: int) -> bool:
    """Remind whom the round's rules want reminded of a fix that comes near its day (整改快到期)."""
    project, fix = _waiting(pk)
    if fix is None or fix.due_on < today() or fix.near_told_on == fix.due_on:
        return False
    return telling.near(fix, project, _clock(fix, project), by=JOB)


def follow(project: Project, action: str, _state_before: str) -> None:
    """After a pause what acceptance found is due with the step itself: the days of the pause are no one's (恢复)."""
    if action == "resume" and project.state == ProjectState.RECTIFYING and project.due_on is not None:
        open_ones = project.rectifications.filter(acceptance__isnull=False, done_on=None)
        open_ones.update(due_on=project.due_on, overdue_level=0, overdue_told="", escalated_at=None)


def _clock(fix: Rectification, project: Project) -> telling.About:
    what = sentences.fix_clock(is_complaint=fix.rating_id is not None)
    return telling.About("fix", telling.town_of(project.area), what, on=fix)


def _waiting(pk: int) -> tuple[Project, Rectification | None]:
    """The project, locked, and its fix as it is then; None once it is done, or while a pause stops the clock."""
    project = moves.locked(Project.objects.get(rectifications=pk))
    return project, queries.fixes_running().filter(pk=pk).first()


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
