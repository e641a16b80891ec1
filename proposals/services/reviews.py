"""Pre-review 预审: one task per field the round's rules name, each with its own department, clock and answer.

`follow` runs in the transaction of every move of a project (receivers.py): entering pre-review opens the
tasks, coming back to it starts their clocks again, leaving it for a while stops them, leaving it for good
closes them; and nobody advances a project out of pre-review past an open task.

Every act locks the project first and the task second.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from civic.audit import record
from civic.calendar import add_workdays, workdays_between
from civic.models import Organisation, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import RuleBroken, check_reason
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
    ReviewFinding,
    ReviewState,
)
from proposals.models.projects import BACK, NOT_TAKEN
from proposals.permissions import OVERSEERS
from proposals.rules import Answer
from proposals.services import intake, moves

ROLES = (Role.REVIEWER,)
CONCLUDE = "service:reviews.conclude"
OPEN = "service:reviews.open"
UNFINISHED = (ReviewState.OPEN, ReviewState.ASKED)


def follow(project: Project, action: str, before: str) -> None:
    """Let the tasks go with the project (预审随项目走)."""
    if project.state == ProjectState.IN_REVIEW:
        if MOVES[action][1] == BACK:
            _start_clocks(project)
        else:
            _open(project)
    elif action == "advance" and before == ProjectState.IN_REVIEW:
        rules.check_reviews_in([_name(review) for review in _unfinished(project)])
    elif project.state in moves.RESUMABLE and before == ProjectState.IN_REVIEW:
        _stop_clocks(project)
    elif project.state in NOT_TAKEN and before in {ProjectState.IN_REVIEW, *moves.RESUMABLE}:
        _close(project)


@transaction.atomic
def answer(review: PreReview, *, by: Person, answer: Answer, version: int | None = None, **event: Any) -> PreReview:
    """A department's finding (提交预审意见). The last one in concludes the pre-review.

    It concludes with one event, the department's own; only where an earlier answer was a no while this one
    is not, the refusal is written beside it, with that department's reason and rule.
    """
    project, review = held(review)
    rules.check_state(project, ProjectState.IN_REVIEW, "answer")
    rules.check_review_open(review)
    rules.check_version(review.version, version)
    before = standing(project)
    answer = review_rules.costed(answer, before)
    _check(project, answer, before)
    said = _words(project, review, answer, before) | {"roles": ROLES} | event
    _write(review, answer, by=by)
    end_beside([review])
    if _unfinished(project):
        record("review.answer", by=by, on=review, **said)
        moves.touch(project)
    else:
        _conclude(project, review, by=by, before=before, said=said)
    return review


def preview(review: PreReview, answer: Answer) -> str:
    """What residents would read (居民会看到), made as the act itself makes it; writes nothing."""
    before = standing(review.project)
    answer = review_rules.costed(answer, before)
    _check(review.project, answer, before)
    return _words(review.project, review, answer, before)["sentence"]


@transaction.atomic
def keep(review: PreReview, *, by: Person, typed: dict[str, Any], version: int | None = None) -> PreReview:
    """Keep what was typed without handing it in (意见已存，未提交); for the department's own eyes, so not recorded."""
    _project, review = held(review)
    rules.check_review_open(review)
    rules.check_version(review.version, version)
    review.typed, review.reviewer = typed, by
    _save(review)
    return review


def look_in(review: PreReview, *, by: Person) -> PreReview:
    """Note who opened an open case (谁正在审), so that colleagues read it; locks nothing and is not recorded.

    Somebody else who opened it within the last half hour stands; theirs is what the page then shows.
    """
    at = now()
    if review.state != ReviewState.OPEN or review_rules.is_looked_at(review, by, at):
        return review
    is_same = (
        review.looked_by_id == by.pk and review.looked_at is not None and at - review.looked_at < review_rules.LOOKED
    )
    review.looked_since = review.looked_since if is_same else at
    review.looked_by, review.looked_at = by, at
    review.save(update_fields=["looked_by", "looked_since", "looked_at"])
    return review


@transaction.atomic
def remind(review: PreReview, *, by: Person, **event: Any) -> PreReview:
    """Remind a department of its task (催办预审), at most once in two days; in the record, and on its desk."""
    project, review = held(review)
    rules.check_state(project, ProjectState.IN_REVIEW, "remind")
    rules.check_review_open(review)
    review_rules.check_may_remind(review, now())
    review.reminded_at = now()
    _save(review)
    left = workdays_between(today(), review.due_on) if review.due_on else None
    record(
        "review.remind",
        by=by,
        on=review,
        kind=Kind.DAILY,
        sentence=sentences.reminded(_name(review), left),
        **({"roles": OVERSEERS} | event),
    )
    moves.touch(project)
    return review


def remind_each(found: Iterable[PreReview], *, by: Person) -> tuple[int, int]:
    """Remind of each (批量催办): how many were, and how many the rules forbid now, mostly reminded just before."""
    done = refused = 0
    for review in found:
        try:
            remind(review, by=by)
            done += 1
        except RuleBroken:
            refused += 1
    return done, refused


@transaction.atomic
def assign_each(found: Iterable[PreReview], *, by: Person, to: Organisation) -> list[PreReview]:
    """Name one department for several tasks that lack one (批量指定部门); all of them or, RuleBroken, none."""
    return [assign(review, by=by, to=to) for review in found]


@transaction.atomic
def ask(
    review: PreReview,
    *,
    by: Person,
    items: Sequence[str],
    reason: str,
    version: int | None = None,
    **event: Any,
) -> PreReview:
    """Ask the author for exactly these things (退回补充); every department's clock stands until they are here."""
    project, review = held(review)
    rules.check_state(project, ProjectState.IN_REVIEW, "ask")
    rules.check_review_open(review)
    rules.check_version(review.version, version)
    intake.ask(project, by=by, items=items, reason=reason, roles=ROLES, review=review, **event)
    review.refresh_from_db()
    return review


@transaction.atomic
def pass_on(
    review: PreReview, *, by: Person, to: Organisation, reason: str, version: int | None = None, **event: Any
) -> PreReview:
    """Hand the task to the department whose matter it is (转其他部门), with a clock of its own.

    The project's clock runs on: residents see the time both took. Both units stand in the record.
    """
    check_reason(reason)
    project, review = held(review)
    rules.check_state(project, ProjectState.IN_REVIEW, "pass_on")
    rules.check_review_open(review)
    rules.check_version(review.version, version)
    rules.check_other_department(review, to)
    rules.check_not_reviewing(_has_task(review, to))
    review.state, review.passed_to = ReviewState.CLOSED, to
    _save(review)
    end_beside([review])
    passed = _task(project, review.duty, to, review.attempt)
    record(
        "review.pass_on",
        by=by,
        on=passed,
        sentence=sentences.passed_on(_name(review), to.name, passed.limit_workdays or 0),
        before={"department": _name(review)},
        after={"department": to.name},
        reason=reason,
        used_workdays=used_workdays(review),
        limit_workdays=review.limit_workdays,
        **({"roles": ROLES} | event),
    )
    moves.touch(project)
    return passed


@transaction.atomic
def assign(review: PreReview, *, by: Person, to: Organisation, **event: Any) -> PreReview:
    """Name the department where none was found for a field (指定部门); its clock starts now."""
    project, review = held(review)
    rules.check_state(project, ProjectState.IN_REVIEW, "assign")
    rules.check_unassigned(review)
    rules.check_other_department(review, to)
    rules.check_not_reviewing(_has_task(review, to))
    days = project.round.terms.review_workdays
    review.department, review.opened_at = to, now()
    review.limit_workdays, review.due_on = days, add_workdays(today(), days)
    _save(review)
    sentence = sentences.assigned(to.name, review.duty, days)
    record("review.assign", by=by, on=review, sentence=sentence, **({"roles": (Role.TOWN_HANDLER,)} | event))
    moves.touch(project)
    return review


def used_workdays(review: PreReview) -> int | None:
    """Working days the department used until its answer, or so far, without the days its clock stood."""
    if review.due_on is None or review.limit_workdays is None:
        return None
    until = localdate(review.answered_at) if review.answered_at else today()
    return max(0, review.limit_workdays - workdays_between(until, review.due_on))


def end_beside(found: Any) -> None:
    """Nobody need answer any more what these tasks asked (不用答了): the department has answered, or the project went on."""
    for question in Consultation.objects.filter(review__in=found, state=ConsultationState.OPEN):
        question.state, question.due_on = ConsultationState.CLOSED, None
        question.save(update_fields=["state", "due_on"])
    for extension in Extension.objects.filter(review__in=found, state=ExtensionState.ASKED):
        extension.state = ExtensionState.LAPSED
        extension.save(update_fields=["state"])


def _conclude(project: Project, review: PreReview, *, by: Person, before: Decimal | None, said: dict[str, Any]) -> None:
    """All answers are in (预审结论): a no of any department ends it, else on with the amount they came to."""
    answers = list(queries.reviews_of(project))
    refusal = next((given for given in answers if given.finding == ReviewFinding.NOT_FEASIBLE), None)
    if refusal is None:
        amount = rules.settled_amount(answers, before)
        rules.check_amount_known(amount)
        Project.objects.filter(pk=project.pk).update(reviewed_yuan=amount)
        moves.advance(project, by=by, **said)
    elif refusal.pk == review.pk:
        moves.decline(project, by=by, **said)
    else:
        record("review.answer", by=by, on=review, **said)
        moves.decline(
            project,
            by=CONCLUDE,
            reason=refusal.reason,
            rule=refusal.rule,
            sentence=sentences.refused_before(_name(refusal), intake.may_object_until(project)),
            mark=said.get("mark", ""),
        )


def _check(project: Project, answer: Answer, before: Decimal | None) -> None:
    rules.check_finding(
        finding=answer.finding,
        reason=answer.reason,
        rule=answer.rule,
        conditions=answer.conditions,
        amount=answer.amount_yuan,
        estimate=before,
        amount_reason=answer.amount_reason,
        answers=answer.checklist,
        checklist=project.round.terms.points(project.work_type),
    )
    rules.check_within_cap(project.round.terms, project.work_type, answer.amount_yuan, field="amount_yuan")


def _words(project: Project, review: PreReview, answer: Answer, before: Decimal | None) -> dict[str, Any]:
    """What the record says of an answer; the preview shows its sentence."""
    refused = answer.finding == ReviewFinding.NOT_FEASIBLE
    last = all(other.pk == review.pk for other in _unfinished(project))
    amount = None if refused else answer.amount_yuan
    return {
        "sentence": sentences.found(
            finding=answer.finding,
            amount=amount,
            before=before,
            proposed=before == project.estimate_yuan,
            amount_reason=answer.amount_reason,
            conditions=answer.conditions,
            until=intake.may_object_until(project) if refused and last else None,
        ),
        "reason": answer.reason,
        "rule": answer.rule,
        "money_delta_yuan": amount - before if amount and before and amount != before else None,
        "used_workdays": used_workdays(review),
        "limit_workdays": review.limit_workdays,
    }


def standing(project: Project) -> Decimal | None:
    """The cost as it stands before this answer: by this pre-review so far, an earlier one, or the estimate."""
    answered = [given for given in queries.reviews_of(project) if given.state == ReviewState.ANSWERED]
    return rules.settled_amount(answered, project.reviewed_yuan or project.estimate_yuan)


def _write(review: PreReview, answer: Answer, *, by: Person) -> None:
    review.finding, review.checklist = answer.finding, dict(answer.checklist)
    review.amount_yuan, review.amount_reason = answer.amount_yuan, answer.amount_reason
    review.costs = [
        {
            "item": line.item,
            "asked": f"{line.asked_yuan:.2f}",
            "amount": f"{line.amount_yuan:.2f}",
            "reason": line.reason,
        }
        for line in answer.costs
    ]
    review.conditions, review.reason, review.rule = answer.conditions, answer.reason, answer.rule
    review.state, review.reviewer, review.answered_at, review.typed = ReviewState.ANSWERED, by, now(), {}
    _save(review)


def _open(project: Project) -> None:
    """A new attempt: one task per field the rules name; a field without a department is publicly missing."""
    terms = project.round.terms
    duties = {str(kind): named for kind, named in terms.review_departments.items()}.get(project.work_type) or ("",)
    units = queries.departments_for(duties, project.area_id)
    attempt = (project.reviews.aggregate(latest=Max("attempt"))["latest"] or 0) + 1
    for duty in duties:
        _task(project, duty, units.get(duty), attempt)
    missing = [duty for duty in duties if duty not in units]
    names = [units[duty].name for duty in duties if duty in units]
    record(
        "review.open",
        by=OPEN,
        on=project,
        kind=Kind.DECISION if missing else Kind.DAILY,
        sentence=sentences.opened(names, missing, terms.review_workdays),
        mark=project.mark,
    )


def _task(project: Project, duty: str, department: Organisation | None, attempt: int) -> PreReview:
    days = project.round.terms.review_workdays
    return PreReview.objects.create(
        project=project,
        duty=duty,
        department=department,
        attempt=attempt,
        opened_at=now(),
        limit_workdays=days if department else None,
        due_on=add_workdays(today(), days) if department else None,
    )


def _start_clocks(project: Project) -> None:
    for review in _unfinished(project):
        review.state = ReviewState.OPEN
        if review.left_workdays is not None:
            review.due_on = add_workdays(today(), max(review.left_workdays, 0))
            review.left_workdays = None
        _save(review)


def _stop_clocks(project: Project) -> None:
    asked = project.state == ProjectState.RETURNED
    for review in _unfinished(project):
        review.state = ReviewState.ASKED if asked else ReviewState.OPEN
        if review.due_on is not None:
            review.left_workdays = workdays_between(today(), review.due_on)
            review.due_on = None
        _save(review)


def _close(project: Project) -> None:
    for review in _unfinished(project):
        review.state = ReviewState.CLOSED
        _save(review)


def _unfinished(project: Project) -> list[PreReview]:
    return list(queries.reviews_of(project).filter(state__in=UNFINISHED))


def _has_task(review: PreReview, department: Organisation) -> bool:
    same = queries.reviews_of(review.project).filter(duty=review.duty, department=department)
    return same.exclude(pk=review.pk).exists()


def _name(review: PreReview) -> str:
    """The department, or the field that still lacks one."""
    return review.department.name if review.department else f"{review.duty}预审部门"


def _save(review: PreReview) -> None:
    review.version += 1
    review.save()


def held(review: PreReview) -> tuple[Project, PreReview]:
    project = moves.locked(review.project)
    held = PreReview.objects.select_for_update(of=("self",)).select_related("department").get(pk=review.pk)
    held.project = project
    return project, held
