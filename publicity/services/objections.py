"""Objections (异议): a number and a reply-by date at once, an answer with reasons, one recheck by another person.

The objector's own words stay with the objection and out of the record, which keeps only its number.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from civic.audit import record
from civic.calendar import add_workdays, workdays_between
from civic.files import empty, use
from civic.models import Attachment, Person
from civic.models.record import Channel, Kind
from civic.moments import now, today
from civic.rules import RuleBroken
from civic.serials import next_number
from civic.words import label
from proposals.models import Project, ProjectState, Round, Spoken, Step
from proposals.services import moves, telling
from publicity import rules
from publicity.models import BLOCKING, NoticeState, Objection, ObjectionOutcome, ObjectionState
from publicity.offices import AGAINST, ANSWERERS, RECHECKERS, TAKERS, WRITER
from publicity.queries.objections import objection_until, recheck_until, running
from publicity.services import notices, words

JOB = "clock:objections"
NO_CLOCK = {"used_workdays": None, "limit_workdays": None}  # the notice's own days say nothing of an objection
MOST_OPEN = 3  # by one person to one project


@transaction.atomic
def file(
    project: Project,
    *,
    by: Person,
    what: str,
    why: str,
    photos: Iterable[Attachment] = (),
    voice: Attachment | None = None,
    objector: Person | None = None,
    channel: str = Channel.WEB,
    provenance: str = "",
    evidence: Attachment | None = None,
) -> Objection:
    """Take an objection in (提异议): for oneself, or, with ``objector``, one that came by phone or on paper.

    The same words by the same person while the first are unanswered are the first (重复提交). What a recording says
    instead of them waits to be written down; the recording lies at no place, so that only who must answer hears it.
    """
    spoken = Spoken.WAITS if voice and not (what and why) else ""
    if not spoken and not (what and why):
        raise RuleBroken(_("写下不同意什么、为什么，或者说一段"), code="words_required", field="what")
    what, why = what or rules.SPOKEN_WHAT, why or rules.SPOKEN_WORDS
    project = moves.locked(project)
    whose = objector or by
    mine = project.objections.filter(objector=whose, state__in=BLOCKING)
    same = mine.filter(what=what, why=why, **({"voice__sha256": voice.sha256} if voice else {})).first()
    if same is not None:
        return same
    rules.check_can_object(state=project.state, until=objection_until(project), at=now())
    if mine.count() >= MOST_OPEN:
        raise RuleBroken(_("您对这个项目已有%(most)d条异议在等答复") % {"most": MOST_OPEN}, code="objections_enough")
    limit = project.round.terms.objection_reply_workdays
    helped = by if by != whose else None
    objection = Objection.objects.create(
        project=project,
        notice=project.notices.filter(state=NoticeState.RUNNING).first(),
        number=f"YY-{today().year}-{next_number(f'objection-{today().year}'):04d}",
        objector=whose,
        entered_by=helped,
        channel=channel,
        provenance=provenance,
        evidence=evidence,
        what=what,
        why=why,
        voice=voice,
        spoken=spoken,
        due_on=add_workdays(today(), limit),
        limit_workdays=limit,
    )
    objection.photos.set(use(photos, public=True))
    use([voice] if voice else [], public=False)
    use([evidence] if evidence else [], public=False, at=project.area_id)
    told = {
        "sentence": f"收到异议{objection.number}，{words.day(objection.due_on)}前答复",
        "kind": Kind.OBJECTION,
        "channel": channel,
        "on_behalf_of": whose if helped else None,
        "roles": TAKERS if helped else (),
    }
    if project.state == ProjectState.ON_NOTICE:
        moves.hold_for_objection(project, by=by, **told, **NO_CLOCK)
    else:
        _note("objection.file", objection, by=by, **told)
    return objection


@transaction.atomic
def enter(project: Project, *, by: Person, name: str, phone: str, **heard: Any) -> Objection:
    """Enter an objection that came by phone or on paper (代录异议), with its provenance."""
    return file(project, by=by, objector=_whose(name, phone, by=by), **heard)


@transaction.atomic
def write_down(objection: Objection, *, by: Person, what: str = "", why: str = "", reason: str = "") -> Objection:
    """Put into words what was said (听后写下): an objection's ``what`` and ``why``, or a recheck's ``reason``; public."""
    _project, objection = _held(objection)
    rules.check_awaits_words(objection)
    if objection.spoken == Spoken.WAITS:
        objection.what, objection.why, objection.spoken = what, why, Spoken.WRITTEN
        roles: tuple[str, ...] = (*ANSWERERS, WRITER)
    else:
        objection.recheck_reason, objection.recheck_spoken = reason, Spoken.WRITTEN
        roles = RECHECKERS
    objection.save(update_fields=["what", "why", "spoken", "recheck_reason", "recheck_spoken"])
    sentence = f"听录音后写下异议{objection.number}"
    _note("objection.write_down", objection, by=by, sentence=sentence, kind=Kind.OBJECTION, roles=roles)
    return objection


def forget(person: Person) -> None:
    """Whoever was erased leaves no voice (注销); what was written down of it stays."""
    for name in ("voice", "recheck_voice"):
        empty(Objection.objects.filter(objector=person, **{f"{name}__isnull": False}), name)


@transaction.atomic
def reply(objection: Objection, *, by: Person, outcome: str, reply: str, to_step: str = "") -> Objection:
    """Answer an objection (答复异议). Upheld, the project goes back to a step of its route; the reason is public."""
    project, objection = _held(objection)
    rules.check_answer(objection, outcome=outcome, reply=reply)
    rules.check_redo_step(state=project.state, route=project.round.route, outcome=outcome, to_step=to_step)
    used = _used(objection)
    objection.outcome, objection.reply = outcome, reply
    objection.replied_by, objection.replied_at = by, now()
    objection.state = ObjectionState.ANSWERED
    objection.save()
    told = {
        "sentence": f"答复异议{objection.number}：{label(ObjectionOutcome(outcome))}",
        "roles": ANSWERERS,
        "reason": reply,
        "used_workdays": used,
        "limit_workdays": objection.limit_workdays,
    }
    _settle(project, objection, "objection.reply", by=by, outcome=outcome, to_step=to_step, **told)
    return objection


@transaction.atomic
def ask_recheck(objection: Objection, *, by: Person, reason: str = "", voice: Attachment | None = None) -> Objection:
    """Ask for the one recheck (申请复核): another person answers anew; until then the start waits.

    What a recording says instead of the reason is heard and written down by who rechecks.
    """
    project, objection = _held(objection)
    objection.recheck_spoken = Spoken.WAITS if voice and not reason else ""
    reason = reason or (rules.SPOKEN_WORDS if voice else "")
    rules.check_can_ask_recheck(objection, reason=reason, until=recheck_until(objection), today=today())
    objection.recheck_reason, objection.recheck_asked_at = reason, now()
    objection.recheck_voice = next(iter(use([voice] if voice else [], public=False)), None)
    objection.limit_workdays = project.round.terms.objection_reply_workdays
    objection.due_on, objection.escalated_at = add_workdays(today(), objection.limit_workdays), None
    objection.overdue_level, objection.overdue_told = 0, ""
    objection.state = ObjectionState.RECHECKING
    objection.save()
    told = {
        "sentence": f"对异议{objection.number}的答复申请复核，{words.day(objection.due_on)}前由另一人答复",
        "kind": Kind.OBJECTION,
    }
    if project.state == ProjectState.ON_NOTICE:
        moves.hold_for_objection(project, by=by, **told, **NO_CLOCK)
    else:
        _note("objection.ask_recheck", objection, by=by, **told)
    return objection


@transaction.atomic
def recheck(objection: Objection, *, by: Person, outcome: str, reply: str, to_step: str = "") -> Objection:
    """Answer the recheck (复核答复), by another person than the first time; it is final here."""
    project, objection = _held(objection)
    rules.check_recheck(objection, outcome=outcome, reply=reply, by_pk=by.pk)
    rules.check_redo_step(state=project.state, route=project.round.route, outcome=outcome, to_step=to_step)
    used = _used(objection)
    objection.recheck_outcome, objection.recheck_reply = outcome, reply
    objection.rechecked_by, objection.rechecked_at = by, now()
    objection.state = ObjectionState.RECHECKED
    objection.save()
    told = {
        "sentence": f"复核异议{objection.number}：{label(ObjectionOutcome(outcome))}",
        "roles": RECHECKERS,
        "reason": reply,
        "used_workdays": used,
        "limit_workdays": objection.limit_workdays,
    }
    _settle(project, objection, "objection.recheck", by=by, outcome=outcome, to_step=to_step, **told)
    return objection


def due_to_tell() -> telling.News:
    """The answers that are late or near their day and of which there is something new to tell."""
    return telling.news(running(), Round.objects.in_bulk(), to="project__round_id")


@transaction.atomic
def tell_late(pk: int) -> bool:
    """Say in the record that an answer is late, and to whom the round's rules have it told (超期上报)."""
    project, objection = _held(Objection.objects.get(pk=pk))
    if not objection.is_open or objection.due_on >= today():
        return False
    told = telling.late(objection, project, _clock(objection, project), by=JOB)
    if told and objection.escalated_at is None:
        objection.escalated_at = now()
        objection.save(update_fields=["escalated_at"])
    return told


@transaction.atomic
def tell_near(pk: int) -> bool:
    """Remind whom the round's rules want reminded of an answer that comes near its day (快到期)."""
    project, objection = _held(Objection.objects.get(pk=pk))
    if not objection.is_open or objection.due_on < today() or objection.near_told_on == objection.due_on:
        return False
    return telling.near(objection, project, _clock(objection, project), by=JOB)


def _clock(objection: Objection, project: Project) -> telling.About:
    """The town's to answer; a recheck is done by the office above, and its lateness is told to the one above that."""
    is_recheck = objection.state == ObjectionState.RECHECKING
    what = f"{'复核' if is_recheck else '答复'}异议{objection.number}"
    unit = telling.town_of(project.area)
    return telling.About("objection", unit, what, on=objection, is_higher=is_recheck, kind=Kind.OBJECTION)


def _held(objection: Objection) -> tuple[Project, Objection]:
    """The project and then the objection, locked in this order everywhere, as they are now."""
    project = moves.locked(objection.project)
    return project, Objection.objects.select_for_update(of=("self",)).select_related("project").get(pk=objection.pk)


def _settle(
    project: Project, objection: Objection, action: str, *, by: Person, outcome: str, to_step: str, **told: Any
) -> None:
    """What an answer does to the project: done again from a step, on with the notice, or nothing but the record."""
    told["kind"] = Kind.OBJECTION
    if outcome == ObjectionOutcome.UPHELD and project.state in rules.REDOABLE:
        _redo(project, by=by, to_step=Step(to_step), **told)
    elif project.state == ProjectState.OBJECTED and not project.objections.filter(state__in=BLOCKING).exists():
        _go_on(project, by=by, **told)
    else:
        _note(action, objection, by=by, **told)


def _redo(project: Project, *, by: Person, to_step: Step, sentence: str, reason: str, **told: Any) -> None:
    """Back to the step named (退回重办); the notice comes down and the money goes back by those who follow the move."""
    back = moves.reopen if project.state in AGAINST else moves.send_back
    sentence = f"{sentence}，退回{label(to_step)}重办"
    back(project, by=by, to_step=to_step, reason=reason, sentence=sentence, **told)


def _go_on(project: Project, *, by: Person, **told: Any) -> None:
    """All is answered: the notice goes on to its own day, or ends if that has passed."""
    running = project.notices.filter(state=NoticeState.RUNNING).first()
    due_on = localdate(running.ends_at) if running else None
    project = moves.objections_answered(project, by=by, due_on=due_on, **told)
    notices.end_if_over(project)


def _note(action: str, objection: Objection, *, by: Person | str, **told: Any) -> None:
    """An event on the project's page that moves nothing."""
    record(action, by=by, on=objection, **told)
    moves.touch(objection.project)


def _used(objection: Objection) -> int:
    """Working days the answer took; used + left = limit."""
    return max(0, objection.limit_workdays - workdays_between(today(), objection.due_on))


def _whose(name: str, phone: str, *, by: Person) -> Person:
    """The person behind a phone call or a paper (异议人), or a new one. A phone of somebody of another name is no proof."""
    known = Person.objects.filter(phone=phone).first() if phone else None
    if known is None:
        return Person.objects.create_person(phone or None, name)
    if known.pk == by.pk:
        raise RuleBroken(_("给自己提异议，请不要走代录"), code="for_oneself", field="phone")
    if known.name and known.name != name:
        raise RuleBroken(
            _("这个手机号登记的不是这个姓名，请核对；和家人共用的手机号不用填"), code="phone_of_another", field="phone"
        )
    return known
