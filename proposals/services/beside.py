"""Beside a pre-review (预审的旁支): giving it to a colleague, asking another unit or for more time, walking over the site.

Each is in the record. The department's own task and clock are `reviews`'; each act here locks the project first and the task second, as there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from civic import files
from civic.audit import record
from civic.calendar import add_workdays, workdays_between
from civic.models import Attachment, Organisation, Person
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import check_reason
from proposals import queries, review_rules, rules, sentences
from proposals.models import (
    MOVES,
    Consultation,
    ConsultationState,
    Extension,
    ExtensionState,
    PreReview,
    Project,
    ProjectState,
    SiteSurvey,
)
from proposals.models.projects import BACK
from proposals.permissions import EXTENDERS
from proposals.services import moves, reviews


@dataclass(frozen=True)
class Survey:
    """What was seen on the site (踏勘): the day, the units that came, the words; ``people`` stays in the file."""

    surveyed_on: date
    units: Sequence[str]
    findings: str
    people: str = ""
    photos: Iterable[Attachment] = ()


def follow(project: Project, action: str, before: str) -> None:
    """Let the questions go with the project: their clocks stand while its own do, and they end when pre-review does."""
    if before != ProjectState.IN_REVIEW and project.state != ProjectState.IN_REVIEW:
        return
    open_ones = Consultation.objects.filter(review__project=project, state=ConsultationState.OPEN)
    if project.state == ProjectState.IN_REVIEW and MOVES[action][1] == BACK:
        for asked in open_ones:
            _start_clock(asked)
    elif project.state in moves.RESUMABLE:
        for asked in open_ones:
            _stop_clock(asked)
    elif project.state != ProjectState.IN_REVIEW:
        reviews.end_beside(PreReview.objects.filter(project=project))


@transaction.atomic
def give(review: PreReview, *, by: Person, to: Person, version: int | None = None, **event: Any) -> PreReview:
    """Give the task to a colleague of the department (交给同事): who sees to it, no lock and no new clock.

    The department answers for it as before, so the record keeps it for offices alone.
    """
    _project, review = _open(review, "give", version)
    review_rules.check_colleague(
        queries.colleagues_on([review]).filter(pk=to.pk).exists(), is_given=review.given_to_id == to.pk
    )
    before, review.given_to = review.given_to_id, to
    review.version += 1
    review.save(update_fields=["given_to", "version"])
    record(
        "review.give",
        by=by,
        on=review,
        kind=Kind.DAILY,
        before={"person": before},
        after={"person": to.pk},
        is_public=False,
        **({"roles": reviews.ROLES} | event),
    )
    return review


@transaction.atomic
def give_each(found: Iterable[PreReview], *, by: Person, to: Person) -> list[PreReview]:
    """Give several tasks to one colleague (批量交给同事); who has one already keeps it. All of them or, RuleBroken, none."""
    return [give(review, by=by, to=to) for review in found if review.given_to_id != to.pk]


@transaction.atomic
def consult(
    review: PreReview, *, by: Person, unit: Organisation, question: str, version: int | None = None, **event: Any
) -> Consultation:
    """Ask another unit, in parallel (征求意见): its clock starts now, the department's own runs on."""
    check_reason(question)
    project, review = _open(review, "consult", version)
    rules.check_other_department(review, unit)
    review_rules.check_not_asked(
        review.consultations.exclude(state=ConsultationState.CLOSED).filter(unit=unit).exists()
    )
    days = project.round.terms.consult_workdays
    asked = Consultation.objects.create(
        review=review,
        unit=unit,
        question=question,
        limit_workdays=days,
        due_on=add_workdays(today(), days),
        asked_by=by,
        asked_at=now(),
    )
    said = sentences.consulted(review.department.name if review.department else "", unit.name, question, days)
    record("review.consult", by=by, on=asked, kind=Kind.DAILY, sentence=said, **({"roles": reviews.ROLES} | event))
    moves.touch(project)
    return asked


@transaction.atomic
def answer(asked: Consultation, *, by: Person, text: str, **event: Any) -> Consultation:
    """The other unit's word (答复征求意见), as public as the question."""
    check_reason(text)
    project = moves.locked(asked.review.project)
    asked = Consultation.objects.select_for_update(of=("self",)).select_related("unit", "review").get(pk=asked.pk)
    asked.review.project = project
    rules.check_state(project, ProjectState.IN_REVIEW, "answer")
    review_rules.check_awaits_answer(asked)
    asked.state, asked.answer, asked.answered_by, asked.answered_at = ConsultationState.ANSWERED, text, by, now()
    asked.save()
    record(
        "review.consult_answer",
        by=by,
        on=asked,
        unit=asked.unit.name,
        sentence=sentences.consult_answered(asked.unit.name, text),
        used_workdays=used_workdays(asked),
        limit_workdays=asked.limit_workdays,
        **({"roles": reviews.ROLES} | event),
    )
    moves.touch(project)
    return asked


@transaction.atomic
def ask_for_time(
    review: PreReview, *, by: Person, workdays: int, reason: str, version: int | None = None, **event: Any
) -> Extension:
    """Ask for more working days (请求延期), once per task and within the round's limit; the clock runs on until granted."""
    check_reason(reason)
    project, review = _open(review, "extend", version)
    review_rules.check_may_extend(workdays, project.round.terms.review_extend_workdays)
    review_rules.check_first_extension(Extension.objects.filter(review=review).exists())
    asked = Extension.objects.create(review=review, workdays=workdays, reason=reason, asked_by=by, asked_at=now())
    unit = review.department.name if review.department else ""
    record(
        "review.extend_ask",
        by=by,
        on=asked,
        sentence=sentences.extension_asked(unit, workdays),
        reason=reason,
        **({"roles": reviews.ROLES} | event),
    )
    moves.touch(project)
    return asked


@transaction.atomic
def grant(asked: Extension, *, by: Person, note: str = "", **event: Any) -> Extension:
    """Give the department its days (同意延期): counted from its own day; the project's day moves along where it is earlier."""
    project, asked = _to_decide(asked, by)
    review = asked.review
    assert review.due_on is not None and review.limit_workdays is not None  # noqa: S101  _to_decide has seen to it
    review.due_on = add_workdays(review.due_on, asked.workdays)
    review.limit_workdays += asked.workdays
    review.overdue_level, review.overdue_told, review.version = 0, "", review.version + 1
    review.save(update_fields=["due_on", "limit_workdays", "overdue_level", "overdue_told", "version"])
    if project.due_on is not None and project.due_on < review.due_on:
        moves.set_due(project, review.due_on)
    unit = review.department.name if review.department else ""
    said = sentences.extended(unit, asked.workdays, review.due_on)
    return _decide(asked, ExtensionState.GRANTED, "review.extend", said, by=by, answer=note, **event)


@transaction.atomic
def refuse_time(asked: Extension, *, by: Person, reason: str, **event: Any) -> Extension:
    """No more days (不同意延期), with the reason; the department's day stands."""
    check_reason(reason)
    _project, asked = _to_decide(asked, by)
    said = sentences.not_extended(asked.review.department.name if asked.review.department else "")
    return _decide(asked, ExtensionState.REFUSED, "review.extend_refuse", said, by=by, answer=reason, **event)


@transaction.atomic
def survey(review: PreReview, *, by: Person, seen: Survey, version: int | None = None, **event: Any) -> SiteSurvey:
    """Write down a joint walk over the site (现场踏勘); its day, units, findings and photos are public, its people are not."""
    project, review = _open(review, "survey", version)
    review_rules.check_survey(seen.surveyed_on, seen.units, localdate(project.filed_at or now()), today())
    shown = files.use(seen.photos, public=True, caption="现场踏勘")
    kept = SiteSurvey.objects.create(
        project=project,
        review=review,
        surveyed_on=seen.surveyed_on,
        units=list(seen.units),
        people=seen.people,
        findings=seen.findings,
        by=by,
        at=now(),
    )
    kept.photos.set(shown)
    record(
        "review.survey",
        by=by,
        on=kept,
        sentence=sentences.surveyed(seen.units, seen.findings),
        happened_at=None if seen.surveyed_on == today() else seen.surveyed_on,
        documents=shown,
        **({"roles": reviews.ROLES} | event),
    )
    moves.touch(project)
    return kept


def used_workdays(asked: Consultation) -> int | None:
    """Working days the unit used until its answer, or so far, without those its clock stood."""
    if asked.due_on is None:
        return None
    until = localdate(asked.answered_at) if asked.answered_at else today()
    return max(0, asked.limit_workdays - workdays_between(until, asked.due_on))


def _decide(
    asked: Extension, state: ExtensionState, action: str, sentence: str, *, by: Person, answer: str, **event: Any
) -> Extension:
    asked.state, asked.answer, asked.decided_by, asked.decided_at = state, answer, by, now()
    asked.save()
    record(action, by=by, on=asked, sentence=sentence, reason=answer, **({"roles": EXTENDERS} | event))
    moves.touch(asked.review.project)
    return asked


def _to_decide(asked: Extension, by: Person) -> tuple[Project, Extension]:
    project = moves.locked(asked.review.project)
    asked = Extension.objects.select_for_update(of=("self",)).select_related("review__department").get(pk=asked.pk)
    asked.review.project = project
    rules.check_state(project, ProjectState.IN_REVIEW, "extend")
    review_rules.check_awaits_decision(asked, by)
    return project, asked


def _open(review: PreReview, action: str, version: int | None) -> tuple[Project, PreReview]:
    """The department's open task, held, as its form showed it."""
    project, review = reviews.held(review)
    rules.check_state(project, ProjectState.IN_REVIEW, action)
    rules.check_review_open(review)
    rules.check_version(review.version, version)
    return project, review


def _stop_clock(asked: Consultation) -> None:
    if asked.due_on is not None:
        asked.left_workdays, asked.due_on = workdays_between(today(), asked.due_on), None
        asked.save(update_fields=["left_workdays", "due_on"])


def _start_clock(asked: Consultation) -> None:
    if asked.left_workdays is not None:
        asked.due_on, asked.left_workdays = add_workdays(today(), max(asked.left_workdays, 0)), None
        asked.save(update_fields=["left_workdays", "due_on"])
