"""Drafts (草稿): what somebody typed so far, kept as typed, whether or not it would do."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from civic import files
from civic.models import Attachment, Person
from civic.rules import RuleBroken
from proposals.models import Draft, Project

MOST_DRAFTS = 50
LONGEST = 5000  # more than any field takes, so that a text too long can come back to be shortened


@transaction.atomic
def keep(
    token: UUID,
    values: Mapping[str, str],
    *,
    by: Person,
    photos: Iterable[Attachment] | None = None,
    evidence: Iterable[Attachment] | None = None,
    voice: Iterable[Attachment] | None = None,
) -> Draft | None:
    """Save what was typed (存草稿). None when it was handed in meanwhile; Draft.DoesNotExist for somebody else's."""
    draft = _own(token, by)
    if draft is None:
        return None
    draft.data |= {name: _storable(value) for name, value in values.items()}
    if photos is not None:
        _hold(photos, instead_of=draft.photos.all())
        draft.photos.set(photos)
    for name, sent in (("evidence", evidence), ("voice", voice)):
        if sent is not None:
            _hold(sent, instead_of=_single(draft, name))
            setattr(draft, name, next(iter(sent), None))
    draft.save()
    return draft


@transaction.atomic
def discard(token: UUID, *, by: Person) -> None:
    """Throw a draft away (删草稿); its pictures and what was said go with it."""
    for draft in Draft.objects.select_for_update().filter(token=token, owner=by):
        _hold([], instead_of=[*draft.photos.all(), *_single(draft, "evidence"), *_single(draft, "voice")])
        draft.delete()


def forget_erased() -> None:
    """Whoever was erased leaves no draft either (注销)."""
    for draft in Draft.objects.filter(owner__erased_at__isnull=False).select_related("owner"):
        discard(draft.token, by=draft.owner)


def _own(token: UUID, by: Person) -> Draft | None:
    if Project.objects.filter(submit_key=str(token)).exists():
        return None
    if not Draft.objects.filter(token=token).exists():
        if Draft.objects.filter(owner=by).count() >= MOST_DRAFTS:
            raise RuleBroken(_("草稿太多了，请先提交或删掉几份"), code="too_many_drafts")
        Draft.objects.bulk_create([Draft(token=token, owner=by)], ignore_conflicts=True)
    return Draft.objects.select_for_update().get(token=token, owner=by)


def _single(draft: Draft, name: str) -> list[Attachment]:
    held = getattr(draft, name)
    return [held] if held else []


def _storable(value: str) -> str:
    """What every database can keep: no NUL and no half character; a form says what is wrong with the rest."""
    return "".join(c for c in value[:LONGEST] if c != "\x00" and not "\ud800" <= c <= "\udfff")


def _hold(attachments: Iterable[Attachment], *, instead_of: Iterable[Attachment]) -> None:
    """Keep these from being cleared away as orphans, and let go of what they replace."""
    held = files.use(attachments, public=False)
    gone = {a.pk for a in instead_of} - {a.pk for a in held}
    Attachment.objects.filter(pk__in=gone).update(is_used=False)
