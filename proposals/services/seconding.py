"""Seconding (附议): one person shares the wish once, may take it back and share it again; it is never a vote.

Each act leaves an event that is not public: one by one they would tell who shared which wish and when,
and drown the timeline. The public reads the count.
"""

from uuid import UUID

from django.db import transaction

from civic import family
from civic.audit import record
from civic.models import Person
from civic.models.record import Kind
from civic.moments import now
from proposals import rules, sentences
from proposals.models import Project, Seconding
from proposals.queries import secondings_of
from proposals.services import drafts, moves


@transaction.atomic
def second(project: Project, *, by: Person, instead_of: UUID | None = None, helped: Person | None = None) -> Seconding:
    """Share the wish (附议); twice is once. ``instead_of`` names the draft of the same thing, which is thrown away.

    ``helped`` is whose wish it is, where family hands it in (帮家里人办). RuleBroken where that does not hold.
    """
    if helped:
        family.acting(by, helped)
    project = moves.locked(project)
    rules.check_can_second(project.state)
    seconding, is_new = Seconding.objects.get_or_create(project=project, person=helped or by)
    if is_new or seconding.withdrawn_at is not None:
        seconding.seconded_at, seconding.withdrawn_at = now(), None
        seconding.entered_by = by if helped else None
        seconding.save(update_fields=["seconded_at", "withdrawn_at", "entered_by"])
        _note("seconding.add", project, by=by, helped=helped)
    if instead_of is not None:
        drafts.discard(instead_of, by=by)
    return seconding


@transaction.atomic
def unsecond(project: Project, *, by: Person, helped: Person | None = None) -> None:
    """Take it back (取消附议) while it is open, also where it came by a merge; twice is once.

    For somebody ``helped`` only what ``by`` handed in for her: what she shared by herself is hers.
    """
    if helped:
        family.acting(by, helped)
    project = moves.locked(project)
    rules.check_can_unsecond(project.state)
    standing = secondings_of(project).filter(person=helped or by)
    if (standing.filter(entered_by=by) if helped else standing).update(withdrawn_at=now()):
        _note("seconding.withdraw", project, by=by, helped=helped)


def _note(action: str, project: Project, *, by: Person, helped: Person | None) -> None:
    """Only whom the family helped reads it in words; anybody else's own act needs none."""
    sentence = sentences.seconded(is_back=action == "seconding.withdraw") if helped else ""
    record(action, by=by, on=project, kind=Kind.DAILY, is_public=False, on_behalf_of=helped, sentence=sentence)
