"""What is read of acceptance and after (验收、整改、评价)."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from civic.models import Attachment, Person
from civic.moments import today
from delivery.models import Acceptance, AcceptanceItem, Afterword, FollowUp, Rating, Rectification, Signature
from delivery.queries.works import within
from proposals.models import Project, ProjectState


def attempts_of(project: Project) -> QuerySet[Acceptance]:
    """Every attempt, newest first, with items, photos and signatures."""
    return project.acceptances.prefetch_related(
        Prefetch("items", AcceptanceItem.objects.select_related("photo")),
        Prefetch("signatures", Signature.objects.select_related("person", "paper", "drawn")),
    )


def concluded() -> QuerySet[Acceptance]:
    """Attempts with a conclusion, newest first."""
    found = Acceptance.objects.exclude(conclusion="").select_related("project")
    items = Prefetch("items", AcceptanceItem.objects.select_related("photo"))
    return found.prefetch_related(items, "signatures").order_by("-concluded_at", "-id")


def open_attempt(project: Project) -> Acceptance | None:
    """The attempt under way, if any."""
    return attempts_of(project).filter(conclusion="").first()


def unsigned_by(user: Person, prefixes: Iterable[str]) -> QuerySet[Acceptance]:
    """Acceptances under way in these places, their list filled in, that lack this person's signature."""
    held = Acceptance.objects.filter(within(prefixes, "project__area__code"), conclusion="")
    filled = held.filter(Exists(AcceptanceItem.objects.filter(acceptance=OuterRef("pk"))))
    return filled.exclude(signatures__person=user).select_related("project").order_by("pk")


def fixes_of(project: Project) -> QuerySet[Rectification]:
    """What is or was to be put right, open ones first."""
    return project.rectifications.select_related("rating", "photo").order_by("done_on", "due_on", "id")


def fixes_running() -> QuerySet[Rectification]:
    """What is to be put right and whose clock runs: low ratings, and what acceptance found while it is mended.

    A pause of the project stops its clock (暂停不计), its end ends it.
    """
    mending = Q(rating__isnull=False) | Q(project__state=ProjectState.RECTIFYING)
    return Rectification.objects.filter(mending, done_on=None)


def rating_of(project: Project, person: Person) -> Rating | None:
    """What this person said of the project."""
    return project.ratings.filter(person=person).first()


def voices_of(rating: Rating) -> list[Attachment]:
    """What this rater said aloud, at first and at looks back, for who is to put it right; one query and the first's."""
    again = rating.afterwords.exclude(voice=None).select_related("voice")
    return [voice for voice in (rating.voice, *(each.voice for each in again)) if voice is not None]


def question_for(project: Project, person: Person) -> Rectification | None:
    """The answered fix about which this resident is still to be asked: solved now?"""
    return (
        project.rectifications.filter(rating__person=person, done_on__isnull=False, solved=None)
        .order_by("-done_on", "-id")
        .first()
    )


def open_fix_of(project: Project, person: Person) -> Rectification | None:
    """The fix under way that concerns this resident: what acceptance found, or what their own rating opened."""
    theirs = Q(acceptance__isnull=False) | Q(rating__person=person)
    return project.rectifications.filter(theirs, done_on=None).order_by("-due_on").first()


def look_of_now(project: Project) -> FollowUp | None:
    """The look back at which raters may speak again (追评): the latest whose day has come or that was made."""
    return project.follow_ups.exclude(done_on=None, due_on__gt=today()).order_by("-due_on").first()


def said_again(rating: Rating | None, look: FollowUp | None) -> Afterword | None:
    """What this rater said at that look back."""
    return rating.afterwords.filter(look=look).first() if rating and look else None


def visits_due(project: Project) -> QuerySet[FollowUp]:
    """The looks back of a project, done and due."""
    return project.follow_ups.select_related("photo")
