"""Screening (受理): what the social worker or the village office decides about a filed proposal, and what follows.

Each act locks the project, checks that the form still shows what is there (``version``), writes one Screening
row and moves the project. Further keywords go into the record (``channel``, ``mark`` …).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from civic import family, files
from civic.audit import acting_as, record
from civic.calendar import add_workdays
from civic.models import Attachment, Person, Role
from civic.models.record import Channel
from civic.moments import now, today
from civic.rules import check_reason
from proposals import queries, rules, sentences
from proposals.models import PreReview, Project, ProjectState, Screening, ScreeningOutcome
from proposals.permissions import INTAKE
from proposals.services import moves

REPLY_ROLES = (Role.VILLAGE_OFFICE, Role.TOWN_HANDLER)


@transaction.atomic
def accept(project: Project, *, by: Person, note: str = "", version: int | None = None, **event: Any) -> Project:
    """Take the proposal up (受理): on to the next step of the round's route. ``note`` is public."""
    project = _to_screen(project, version)
    _write(project, ScreeningOutcome.ACCEPT, by=by, reason=note, done_at=now())
    office = acting_as(by, INTAKE, project.area_id)
    by_worker = office is not None and office.role == Role.SOCIAL_WORKER
    return moves.advance(
        project, by=by, sentence=sentences.accepted(by_worker=by_worker, note=note), roles=INTAKE, **event
    )


@transaction.atomic
def send_back(
    project: Project, *, by: Person, items: Sequence[str], reason: str, version: int | None = None, **event: Any
) -> Project:
    """Ask the author for exactly these things (退回补充); the screening clock stands until they are here."""
    return ask(_to_screen(project, version), by=by, items=items, reason=reason, roles=INTAKE, **event)


def ask(
    project: Project,
    *,
    by: Person,
    items: Sequence[str],
    reason: str,
    roles: Sequence[Role],
    review: PreReview | None = None,
    **event: Any,
) -> Project:
    """Write down what is asked for, by intake or by a department, and return a locked project to its author."""
    check_reason(reason)
    wanted = [item.strip() for item in items if item.strip()]
    rules.check_items(wanted)
    days = project.round.terms.completion_workdays
    _write(
        project,
        ScreeningOutcome.RETURN,
        by=by,
        reason=reason,
        review=review,
        items=[{"what": what, "answer": "", "photos": []} for what in wanted],
        due_on=add_workdays(today(), days),
    )
    return moves.send_for_completion(
        project, by=by, reason=reason, sentence=sentences.asked(wanted, days), roles=roles, **event
    )


@transaction.atomic
def complete(
    project: Project,
    *,
    by: Person,
    answers: Sequence[str],
    photos: Sequence[Sequence[Attachment]] = (),
    voice: Attachment | None = None,
    version: int | None = None,
    **event: Any,
) -> Project:
    """Answer each thing asked for, in its order (补充): back to where it was, with the days that were left.

    What ``voice`` says needs no words; it lies at no place: ``permissions.may_hear_answer`` says who hears it.
    """
    project = moves.locked(project)
    rules.check_state(project, ProjectState.RETURNED, "complete")
    rules.check_version(project.version, version)
    asked = queries.asked_for(project)
    items = asked.items if asked else []
    pictures = list(photos) or [[] for _item in items]
    rules.check_answers(items, answers, pictures, spoken=voice is not None)
    shown = files.use([photo for some in pictures for photo in some], public=True)
    if asked:
        _answer(asked, answers, pictures, voice)
    project.photos.add(*shown)
    helped = project.proposer is not None and by.pk != project.proposer_id
    by_family = project.is_of_family_of(by)
    if by_family:
        family.acting(by, project.proposer)
    helper: dict[str, Any] = {"on_behalf_of": project.proposer, "channel": Channel.DESK} if helped else {}
    if by_family:
        helper["channel"] = Channel.WEB
    given = [(item["what"], item["answer"]) for item in items]
    sentence = sentences.completed(given, helped=helped, by_family=by_family, spoken=voice is not None)
    roles = (*INTAKE, Role.GRID_WORKER) if by.pk != project.proposer_id and not by_family else ()
    return moves.complete(project, by=by, sentence=sentence, documents=shown, roles=roles, **(helper | event))


def _answer(
    asked: Screening, answers: Sequence[str], photos: Sequence[Sequence[Attachment]], voice: Attachment | None
) -> None:
    for item, answer, some in zip(asked.items, answers, photos, strict=True):
        item["answer"], item["photos"] = answer, [str(photo.token) for photo in some]
    asked.voice = next(iter(files.use([voice] if voice else [], public=False)), None)
    asked.done_at = now()
    asked.save()


@transaction.atomic
def decline(
    project: Project, *, by: Person, reason: str, rule: str, version: int | None = None, **event: Any
) -> Project:
    """Do not take the proposal up (不予采纳): reason, rule, unit and how to object are public."""
    project = _to_screen(project, version)
    rules.check_against(reason, rule)
    _write(project, ScreeningOutcome.DECLINE, by=by, reason=reason, rule=rule, done_at=now())
    said = sentences.declined(may_object_until(project))
    return moves.decline(project, by=by, reason=reason, rule=rule, sentence=said, roles=INTAKE, **event)


@transaction.atomic
def transfer(
    project: Project, *, by: Person, to: str, reason: str, version: int | None = None, **event: Any
) -> Project:
    """Hand the matter to the unit whose duty it is (转办); the page lives on and awaits the answer here."""
    project = _to_screen(project, version)
    check_reason(reason)
    rules.check_unit(to)
    days = project.round.terms.transfer_reply_workdays
    _write(
        project,
        ScreeningOutcome.TRANSFER,
        by=by,
        reason=reason,
        transfer_to=to,
        due_on=add_workdays(today(), days),
    )
    Project.objects.filter(pk=project.pk).update(handler_unit=to)
    said = sentences.handed_on(to, days, may_object_until(project))
    return moves.transfer(project, by=by, reason=reason, sentence=said, roles=INTAKE, **event)


@transaction.atomic
def reply(project: Project, *, by: Person, text: str, version: int | None = None, **event: Any) -> Project:
    """Note what the other unit answered (登记转办答复): the followed clock ends, the answer is public."""
    project = moves.locked(project)
    handed = queries.handed_on(project)
    rules.check_reply_awaited(project, handed is None or handed.done_at is not None)
    rules.check_version(project.version, version)
    check_reason(text)
    assert handed is not None  # noqa: S101  check_reply_awaited has said so
    handed.reply, handed.done_at = text, now()
    handed.save()
    record(
        "project.reply",
        by=by,
        on=project,
        sentence=sentences.replied(handed.transfer_to, text),
        used_workdays=moves.used_workdays(project),
        limit_workdays=project.limit_workdays,
        roles=REPLY_ROLES,
        **event,
    )
    moves.stop_clock(project)
    moves.touch(project)
    return project


@transaction.atomic
def take_back(project: Project, *, by: Person, reason: str, version: int | None = None, **event: Any) -> Project:
    """The unit says within its days that the matter is not its own (转错退回): intake has it again, with a fresh limit."""
    project = moves.locked(project)
    handed = queries.handed_on(project)
    rules.check_reply_awaited(project, handed is None or handed.done_at is not None)
    rules.check_version(project.version, version)
    check_reason(reason)
    assert handed is not None  # noqa: S101  check_reply_awaited has said so
    rules.check_may_go_back(add_workdays(localdate(handed.at), project.round.terms.wrong_unit_workdays), today())
    handed.reply, handed.done_at = reason, now()
    handed.save()
    Project.objects.filter(pk=project.pk).update(handler_unit="")
    said = sentences.misdirected(handed.transfer_to, reason)
    return moves.misdirected(project, by=by, reason=reason, sentence=said, roles=REPLY_ROLES, **event)


@transaction.atomic
def look_up_phone(project: Project, *, by: Person) -> str:
    """The proposer's phone for whoever must reach them (查看电话); who looked stands in the record, not in public."""
    person = project.proposer
    record("person.phone_looked_up", by=by, on=project, on_behalf_of=person, roles=INTAKE, is_public=False)
    return person.phone if person and person.phone else ""


def may_object_until(project: Project) -> date:
    """The last day for objecting to a decision made today (异议截止)."""
    return add_workdays(today(), project.round.terms.objection_workdays)


def _to_screen(project: Project, version: int | None) -> Project:
    project = moves.locked(project)
    rules.check_state(project, ProjectState.FILED, "screen")
    rules.check_version(project.version, version)
    return project


def _write(project: Project, outcome: ScreeningOutcome, *, by: Person, **kept: Any) -> Screening:
    return Screening.objects.create(project=project, outcome=outcome, by=by, at=now(), **kept)
