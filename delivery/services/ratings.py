"""Ratings (评价), one per person, and the looks back (回头看) some months later."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from civic import files
from civic.audit import record
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import check_reason
from delivery import sentences
from delivery.models import FollowUp, Rating
from delivery.rules import acceptance as rules
from delivery.services import rectifying
from delivery.services.works import OFFICES
from proposals.models import Project
from proposals.services import moves


@transaction.atomic
def rate(project: Project, *, by: Person, score: int, reasons: Sequence[str] = (), words: str = "") -> Rating:
    """Say how the finished work is (评价), or change what one said while that is allowed; low ones start a fix."""
    project = moves.locked(project)
    rules.check_can_rate(project)
    rules.check_score(score, reasons)
    rating, made = _row(project, by, score)
    before = rating.score
    if not made:
        rules.check_can_change(rating, now())
        rating.score, rating.changed_at = score, now()
    rating.reasons, rating.words = list(reasons), words
    rating.save()
    rating.project = project
    moves.touch(project)
    record(
        "rating.give" if made else "rating.change",
        by=by,
        on=rating,
        kind=Kind.DAILY,
        sentence=sentences.rated(score, changed=not made),
        before=None if made else {"score": before},
        after={"score": score},
    )
    if score in rules.LOW:
        rectifying.open_for(rating, what=words or sentences.low_rating(reasons))
    return rating


def _row(project: Project, by: Person, score: int) -> tuple[Rating, bool]:
    """The person's own row; the project is locked, so a double tap finds what the first one made."""
    until = now() + timedelta(days=project.round.terms.rating_edit_days)
    return Rating.objects.get_or_create(
        project=project, person=by, defaults={"score": score, "rated_at": now(), "edit_until": until}
    )


@transaction.atomic
def look_back(visit: FollowUp, *, by: Person, note: str, photo: Attachment | None = None) -> FollowUp:
    """A visit some months later and what it found (回头看)."""
    check_reason(note)
    project = moves.locked(visit.project)
    visit = FollowUp.objects.get(pk=visit.pk)
    visit.project = project
    rules.check_follow_up(visit)
    photos = files.use([photo] if photo else [], public=True)
    visit.done_on, visit.by, visit.note, visit.photo = today(), by, note, photo
    visit.save()
    moves.touch(project)
    record(
        "follow_up.visit",
        by=by,
        on=visit,
        roles=(Role.SOCIAL_WORKER, *OFFICES),
        kind=Kind.PHOTO if photos else Kind.DECISION,
        sentence=sentences.looked_back(visit.months, note),
        documents=photos,
    )
    return visit
