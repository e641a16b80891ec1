"""Ratings (评价), one per person; the looks back (回头看) some months later, and what raters say then (追评)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from civic import files
from civic.audit import record
from civic.models import Attachment, Person, Role
from civic.models.record import Channel, Kind
from civic.moments import now, today
from civic.rules import check_reason
from delivery import sentences
from delivery.models import Afterword, FollowUp, Rating
from delivery.rules import acceptance as rules
from delivery.services import rectifying
from delivery.services.works import OFFICES
from proposals.models import Project
from proposals.services import moves


@transaction.atomic
def rate(
    project: Project,
    *,
    by: Person,
    score: int,
    reasons: Sequence[str] = (),
    words: str = "",
    photo: Attachment | None = None,
    voice: Attachment | None = None,
    entered_by: Person | None = None,
) -> Rating:
    """Say how the finished work is (评价), or change what one said while that is allowed; low ones start a fix.

    The photo is public; the recording is heard by the offices of the place alone. ``entered_by`` asked by phone and
    writes down what was said (电话回访).
    """
    project = moves.locked(project)
    rules.check_can_rate(project)
    rules.check_score(score, reasons)
    rating, made = _row(project, by, score)
    before = rating.score
    if not made:
        rules.check_can_change(rating, now())
        rating.score, rating.changed_at = score, now()
    rating.reasons, rating.words, rating.entered_by = list(reasons), words, entered_by
    _hold(rating, photo, voice)
    rating.save()
    rating.project = project
    moves.touch(project)
    asked: dict[str, Any] = (
        {"by": entered_by, "on_behalf_of": by, "channel": Channel.PHONE, "roles": (Role.SOCIAL_WORKER,)}
        if entered_by
        else {"by": by}
    )
    record(
        "rating.give" if made else "rating.change",
        **asked,
        on=rating,
        kind=Kind.DAILY,
        sentence=sentences.rated(score, changed=not made, by_phone=entered_by is not None),
        before=None if made else {"score": before},
        after={"score": score},
    )
    if score in rules.LOW:
        rectifying.open_for(rating, what=words or sentences.low_rating(reasons))
    return rating


@transaction.atomic
def rate_again(
    look: FollowUp, *, by: Person, score: int, words: str = "", voice: Attachment | None = None
) -> Afterword:
    """Say at a look back how it is now (追评), beside the first rating; a low one starts a fix as the first would.

    The recording is heard as that of the first is: by the offices of the place alone.
    """
    project = moves.locked(look.project)
    look = FollowUp.objects.get(pk=look.pk)
    rating = Rating.objects.filter(project=project, person=by).first()
    rules.check_can_rate_again(rating, look, today())
    rules.check_score(score, ())
    assert rating is not None  # noqa: S101  check_can_rate_again has said so
    until = now() + timedelta(days=project.round.terms.rating_edit_days)
    said, made = Afterword.objects.get_or_create(
        rating=rating, look=look, defaults={"score": score, "said_at": now(), "edit_until": until}
    )
    before = said.score
    if not made:
        rules.check_can_change(said, now())
    said.score, said.words = score, words
    _hold_voice(said, voice, at=project.area_id)
    said.save()
    rating.project = project
    moves.touch(project)
    record(
        "rating.again",
        by=by,
        on=rating,
        kind=Kind.DAILY,
        sentence=sentences.rated_again(look.months, score, changed=not made),
        before=None if made else {"score": before},
        after={"score": score},
    )
    if score in rules.LOW:
        rectifying.open_for(rating, what=words or sentences.low_rating(()))
    return said


def forget_erased() -> None:
    """Whoever was erased leaves no voice (注销)."""
    files.empty(Rating.objects.filter(person__erased_at__isnull=False, voice__isnull=False), "voice")
    files.empty(Afterword.objects.filter(rating__person__erased_at__isnull=False, voice__isnull=False), "voice")


def _hold(rating: Rating, photo: Attachment | None, voice: Attachment | None) -> None:
    """These stand with the rating now; what they replace goes."""
    files.let_go(old for old in [rating.photo] if old != photo)
    rating.photo = next(iter(files.use([photo] if photo else [], public=True)), None)
    _hold_voice(rating, voice, at=rating.project.area_id)


def _hold_voice(said: Rating | Afterword, voice: Attachment | None, *, at: str) -> None:
    files.let_go(old for old in [said.voice] if old != voice)
    said.voice = next(iter(files.use([voice] if voice else [], public=False, at=at)), None)


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
    rules.check_follow_up(visit, today())
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
