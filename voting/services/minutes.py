"""Confirming the minutes (确认纪要), and what the decisions then do to the projects.

A step that lacks its record cannot be left: a project moves when the minutes of its vote are confirmed.
"""

from typing import Any

from django.db import transaction
from django.urls import reverse

from civic import corrections
from civic.audit import record
from civic.models import Person
from civic.moments import now
from proposals.models import Project, ProjectState
from proposals.services import moves
from voting import meeting_rules as rules
from voting import sentences
from voting.models import AgendaItem, Meeting, MeetingState, MinutesCorrection, Outcome
from voting.permissions import CHAIRS
from voting.services import meetings


@transaction.atomic
def confirm(meeting: Meeting, *, by: Person, closing: str = "") -> Meeting:
    """The chair closes the minutes (定稿), with a last word if there is one: they become public, never change again, and
    passed projects move on."""
    meeting = meetings.locked(meeting)
    before, meeting.state = meeting.state, rules.meeting_target(meeting, "confirm")
    meeting.confirmed_at, meeting.confirmed_by, meeting.closing = now(), by, closing
    meeting.save()
    record(
        "meeting.confirmed",
        by=by,
        on=meeting,
        roles=CHAIRS,
        before={"state": before},
        after={"state": meeting.state},
        sentence="主持人确认纪要，现在公开",
        documents=[_link(meeting)],
    )
    for item in meeting.items.select_related("project").order_by("project_id"):
        item.meeting = meeting
        _apply(item, by=by)
    return meeting


@transaction.atomic
def correct(
    meeting: Meeting, *, by: Person, right: str, recorded: str, reason: str, item: AgendaItem | None = None
) -> MinutesCorrection:
    """Put right beside the closed minutes what they say wrongly (更正纪要); on a project's page too if it is of its item.

    RuleBroken while they are open, and for words that say nothing. No count and no project changes by it.
    """
    meeting = meetings.locked(meeting)
    rules.check_can_correct(meeting)
    right, recorded, reason = corrections.checked(right=right, recorded=recorded, reason=reason)
    made = MinutesCorrection.objects.create(
        meeting=meeting, item=item, right=right, recorded=recorded, reason=reason, made_by=by
    )
    record(
        "meeting.corrected",
        by=by,
        on=item or meeting,
        roles=CHAIRS,
        before={"words": recorded},
        after={"correction": made.pk, "words": right, "reason": reason},
        sentence=sentences.corrected(made),
        documents=[_link(meeting)],
        mark=meeting.mark,
    )
    return made


@transaction.atomic
def apply_pending(project: Project, *, by: str) -> None:
    """Let a confirmed decision take effect on a project that was paused meanwhile and goes on (恢复后生效)."""
    pending = AgendaItem.objects.filter(project=project, applied_at=None, meeting__state=MeetingState.CONFIRMED)
    for item in pending.select_related("meeting__assembly", "project").order_by("meeting_id"):
        _apply(item, by=by)


def _apply(item: AgendaItem, *, by: Person | str) -> None:
    """Move the project as was decided; one that left the step keeps the result on its page and stays where it is."""
    project = moves.locked(item.project)
    if project.state == ProjectState.PAUSED and project.resume_state == ProjectState.FOR_ASSEMBLY:
        return
    event: dict[str, Any] = {
        "by": by,
        "roles": CHAIRS,
        "sentence": sentences.result(item),
        "documents": [_link(item.meeting)],
        "mark": item.meeting.mark,
    }
    if project.state != ProjectState.FOR_ASSEMBLY or item.outcome == Outcome.DEFERRED:
        record("item.result", on=project, reason=item.reason, **event)
        moves.touch(project)
    elif item.outcome == Outcome.PASSED:
        moves.advance(project, rule=sentences.pass_rule(item.meeting), **event)
    else:
        moves.decline(project, reason=sentences.why(item), rule=sentences.pass_rule(item.meeting), **event)
    item.applied_at = now()
    item.save(update_fields=["applied_at"])


def _link(meeting: Meeting) -> dict[str, str]:
    return {"title": "会议纪要", "url": reverse("voting:minutes", args=[meeting.pk])}
