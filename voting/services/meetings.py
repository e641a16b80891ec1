"""The life of a meeting (会议): called, prepared, opened or missed, reconvened, cancelled, closed.

`_move` is the one place that assigns ``Meeting.state``. The meeting's row is locked first, then its items,
then projects in key order.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from civic.audit import record
from civic.files import use
from civic.models import Attachment, Person
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import check_reason
from proposals.models import Project, ProjectState, Round
from proposals.services import moves
from voting import meeting_rules as rules
from voting import queries, sentences
from voting.models import AgendaItem, Assembly, ItemState, Meeting
from voting.permissions import CHAIRS


def locked(meeting: Meeting) -> Meeting:
    """The meeting as it is now, held until the transaction ends."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("assembly__area", "round").get(pk=meeting.pk)


@transaction.atomic
def call_meeting(
    assembly: Assembly,
    round: Round,
    *,
    by: Person,
    projects: Sequence[Project],
    starts_at: datetime,
    place: str,
    chair: Person,
    recorder: Person,
    teller: Person | None = None,
    monitor: Person | None = None,
    topic: str = "",
    mark: str = "",
) -> Meeting:
    """Call the assembly for a day, with the projects of a round that wait for it, or something to talk over (安排议事)."""
    rules.check_notice(round.terms, starts_at=starts_at, at=now())
    rules.check_posts(teller, monitor)
    held = _held([p for p in projects if p.round_id == round.pk and assembly.area.covers(p.area_id)])
    rules.check_agenda([p.state for p in held], _already_listed(held), topic)
    terms = round.terms
    meeting = Meeting.objects.create(
        assembly=assembly,
        round=round,
        place=place,
        topic=topic,
        starts_at=starts_at,
        notice_at=now(),
        chair=chair,
        recorder=recorder,
        teller=teller,
        monitor=monitor,
        vote_form=terms.vote_form,
        pass_base=terms.pass_base,
        quorum_share_text=str(terms.quorum_share),
        pass_share_text=str(terms.pass_share),
        rule_book=terms.rule_book,
        mark=mark,
    )
    _list(meeting, held, by=by)
    return meeting


@transaction.atomic
def name_posts(
    meeting: Meeting, *, by: Person, chair: Person, recorder: Person, teller: Person | None, monitor: Person | None
) -> Meeting:
    """Settle who chairs, records, counts and watches the count (主持、记录、计票、监票) before the meeting opens."""
    meeting = locked(meeting)
    rules.check_can_prepare(meeting)
    rules.check_posts(teller, monitor)
    before = _posts(meeting)
    meeting.chair, meeting.recorder, meeting.teller, meeting.monitor = chair, recorder, teller, monitor
    meeting.save(update_fields=["chair", "recorder", "teller", "monitor"])
    _note(
        meeting, "meeting.posts", by=by, before=before, after=_posts(meeting), sentence="确定主持、记录、计票、监票人"
    )
    return meeting


@transaction.atomic
def record_prior_study(
    meeting: Meeting, *, by: Person, body: str, on: date, conclusion: str, document: Attachment | None = None
) -> Meeting:
    """Write down that the Party organisation studied the matters first (前置研究)."""
    meeting = locked(meeting)
    rules.check_can_prepare(meeting)
    rules.check_prior_study(meeting, on, now())
    meeting.prior_body, meeting.prior_on, meeting.prior_conclusion = body, on, conclusion
    if document:
        meeting.prior_document = use([document], public=False, at=meeting.audit_area_id)[0]
    meeting.save(update_fields=["prior_body", "prior_on", "prior_conclusion", "prior_document"])
    _note(
        meeting,
        "meeting.prior_study",
        by=by,
        after={"on": on},
        sentence=sentences.prior_study(body, conclusion),
    )
    return meeting


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: Person) -> Meeting:
    """Open the meeting when enough members are there (开会). Freezes the roll; below quorum RuleBroken."""
    meeting = locked(meeting)
    target = rules.meeting_target(meeting, "open")
    rules.check_meeting_day(meeting, now())
    rules.check_ready(meeting.round.terms, meeting)
    standing = queries.standing(meeting, today())
    rules.check_quorum(standing.present, standing.due, standing.share)
    _freeze_roll(meeting)
    meeting.opened_at = now()
    return _move(
        meeting,
        target,
        "meeting.opened",
        by=by,
        after={"due": meeting.due_count, "present": meeting.present_count},
        rule=sentences.quorum_rule(meeting),
        sentence=sentences.opened(meeting, due=standing.due, present=standing.present, needed=standing.needed),
    )


@transaction.atomic
def record_miss(meeting: Meeting, *, by: Person) -> Meeting:
    """Note that too few came (人数不足): nothing is decided, the attempt is kept, another may be called."""
    meeting = locked(meeting)
    target = rules.meeting_target(meeting, "miss")
    standing = queries.standing(meeting, today())
    rules.check_missed(standing.present, standing.due, standing.share, starts_at=meeting.starts_at, at=now())
    _freeze_roll(meeting)
    words = sentences.missed(meeting, due=standing.due, present=standing.present, needed=standing.needed)
    event: dict[str, Any] = {"sentence": words, "rule": sentences.quorum_rule(meeting)}
    meeting = _move(meeting, target, "meeting.missed", by=by, **event)
    _tell_projects(meeting, "meeting.missed", by=by, kind=Kind.DECISION, **event)
    return meeting


@transaction.atomic
def reconvene(meeting: Meeting, *, by: Person, starts_at: datetime, place: str) -> Meeting:
    """Call a missed meeting again with the same agenda (另行召集); notice runs anew, the miss stays linked."""
    missed = locked(meeting)
    rules.check_can_reconvene(missed, has_next=Meeting.objects.filter(reconvenes=missed).exists())
    rules.check_notice(missed.round.terms, starts_at=starts_at, at=now())
    held = _held(item.project for item in missed.items.select_related("project").order_by("order"))
    held = [p for p in held if p.state == ProjectState.FOR_ASSEMBLY]
    rules.check_agenda([p.state for p in held], _already_listed(held), missed.topic)
    again = Meeting.objects.get(pk=missed.pk)
    again.pk, again._state.adding = None, True
    again.reconvenes, again.attempt = missed, missed.attempt + 1
    again.starts_at, again.place, again.notice_at = starts_at, place, now()
    again.state = Meeting._meta.get_field("state").default
    again.due_count = again.present_count = again.opened_at = None
    again.save()
    _list(again, held, by=by)
    return again


@transaction.atomic
def cancel(meeting: Meeting, *, by: Person, reason: str) -> Meeting:
    """Call a meeting off before it opens (取消会议); its projects wait for another."""
    check_reason(reason)
    meeting = locked(meeting)
    target = rules.meeting_target(meeting, "cancel")
    meeting.cancel_reason = reason
    event: dict[str, Any] = {"sentence": sentences.cancelled(meeting), "reason": reason}
    meeting = _move(meeting, target, "meeting.cancelled", by=by, **event)
    _tell_projects(meeting, "meeting.cancelled", by=by, **event)
    return meeting


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Person) -> Meeting:
    """End the meeting when every item has its outcome (散会). No project moves before the minutes are confirmed."""
    meeting = locked(meeting)
    target = rules.meeting_target(meeting, "close")
    rules.check_all_decided(meeting.items.exclude(state=ItemState.CLOSED).count())
    meeting.closed_at = now()
    meeting = _move(meeting, target, "meeting.closed", by=by, sentence="散会，纪要待主持人确认")
    _tell_projects(meeting, "meeting.closed", by=by, sentence=sentences.minutes_missing(meeting))
    return meeting


def _move(meeting: Meeting, target: str, action: str, *, by: Person, **event: Any) -> Meeting:
    """Set the state and leave the event; the caller holds the row and has checked the move."""
    before, meeting.state = meeting.state, target
    meeting.save()
    after = event.pop("after", {}) | {"state": target}
    _note(meeting, action, by=by, before={"state": before}, after=after, **event)
    return meeting


def _note(meeting: Meeting, action: str, *, by: Person, **event: Any) -> None:
    record(action, by=by, on=meeting, roles=CHAIRS, **event)


def _tell_projects(meeting: Meeting, action: str, *, by: Person, kind: Kind = Kind.DAILY, **event: Any) -> None:
    """Leave the same event on the page of every project on the agenda."""
    for item in meeting.items.select_related("project").order_by("project_id"):
        moves.touch(item.project)
        record(action, by=by, on=item.project, roles=CHAIRS, kind=kind, **event)


def _list(meeting: Meeting, projects: Iterable[Project], *, by: Person) -> None:
    """Put the projects on the agenda in this order, with the notice on the meeting's and on each project's page."""
    AgendaItem.objects.bulk_create(
        [AgendaItem(meeting=meeting, project=p, order=n) for n, p in enumerate(projects, start=1)]
    )
    _note(
        meeting,
        "meeting.called",
        by=by,
        after={"starts_at": meeting.starts_at, "attempt": meeting.attempt},
        sentence=sentences.called(meeting, meeting.items.count()),
    )
    link = {"title": "会议通知", "url": meeting.get_absolute_url()}
    _tell_projects(meeting, "meeting.listed", by=by, sentence=sentences.listed(meeting), documents=[link])


def _held(projects: Iterable[Project]) -> list[Project]:
    """The projects locked in key order, handed back in the order given."""
    order = [p.pk for p in projects]
    held = {pk: moves.locked(Project(pk=pk)) for pk in sorted(order)}
    return [held[pk] for pk in order]


def _already_listed(projects: Iterable[Project]) -> list[str]:
    found = queries.listed().filter(project__in=list(projects))
    return sorted(code for code in found.values_list("project__code", flat=True) if code)


def _freeze_roll(meeting: Meeting) -> None:
    """Who is due is settled now (名册定格): later appointments change nothing at this meeting."""
    roll = list(queries.members(meeting.assembly, today()).values_list("pk", flat=True))
    meeting.roll.set(roll)
    meeting.attendances.exclude(member_id__in=roll).delete()
    meeting.due_count, meeting.present_count = len(roll), meeting.attendances.count()


def _posts(meeting: Meeting) -> dict[str, int | None]:
    return {name: getattr(meeting, f"{name}_id") for name in ("chair", "recorder", "teller", "monitor")}
