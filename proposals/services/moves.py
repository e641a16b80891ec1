"""Every change of a project's state (办理流转). `_move` is the one place that assigns ``Project.state``.

Each act returns the locked, updated row; the one passed in is stale. Acts of upper apps call these inside
their own transaction and pass what the record needs (``roles``, ``sentence``, ``documents`` …) through to
`civic.audit.record`. What must change together with a state (the reviews of a project that enters
pre-review) follows in the same transaction: `after_move`.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from civic.audit import record
from civic.calendar import add_workdays, workdays_between
from civic.models import Person
from civic.moments import now, today
from civic.rules import check_reason
from proposals import rules
from proposals.models import Project, ProjectState, Step

RESUMABLE = {ProjectState.RETURNED, ProjectState.PAUSED, ProjectState.MERGED, ProjectState.OBJECTED}
Follower = Callable[[Project, str, str], None]
FOLLOWERS: list[Follower] = []


def after_move(follow: Follower) -> Follower:
    """Have ``follow(project, action, state_before)`` called in the transaction of every move, after its event.

    A RuleBroken from it takes the whole move back. receivers.py says who follows.
    """
    FOLLOWERS.append(follow)
    return follow


def locked(project: Project) -> Project:
    """The project as it is now, held until the transaction ends."""
    return (
        Project.objects.select_for_update(of=("self",)).select_related("round", "area", "proposer").get(pk=project.pk)
    )


@transaction.atomic
def submit(project: Project, *, by: Person | str, **event: Any) -> Project:
    """File a draft (提交提议): onto the first step of its round's route."""
    return _move(project, "submit", by=by, **event)


@transaction.atomic
def withdraw(project: Project, *, by: Person | str, **event: Any) -> Project:
    """The proposer takes it back (撤回); code and page stay."""
    return _move(project, "withdraw", by=by, **event)


@transaction.atomic
def advance(project: Project, *, by: Person | str, **event: Any) -> Project:
    """Finish the present step: on to the next of the round's route (进入下一步)."""
    return _move(project, "advance", by=by, **event)


@transaction.atomic
def decline(project: Project, *, by: Person | str, reason: str, rule: str, **event: Any) -> Project:
    """Do not take the project up (不予采纳): reason and rule are public, and how to object."""
    rules.check_against(reason, rule)
    return _move(project, "decline", by=by, reason=reason, rule=rule, **event)


@transaction.atomic
def send_for_completion(project: Project, *, by: Person | str, reason: str, **event: Any) -> Project:
    """Back to the author with exactly what to mend (退回补充); the step's own clock stands meanwhile."""
    check_reason(reason)
    return _move(project, "return", by=by, reason=reason, **event)


@transaction.atomic
def complete(project: Project, *, by: Person | str, **event: Any) -> Project:
    """What was missing is here (补充完毕): back to where it was, with the days that were left."""
    return _move(project, "complete", by=by, **event)


@transaction.atomic
def merge(project: Project, *, by: Person | str, reason: str, **event: Any) -> Project:
    """Join another project (合并); this page lives on and can be brought back."""
    check_reason(reason)
    return _move(project, "merge", by=by, reason=reason, **event)


@transaction.atomic
def unmerge(project: Project, *, by: Person | str, **event: Any) -> Project:
    """Bring a merged project back to where it was (撤销合并)."""
    return _move(project, "unmerge", by=by, **event)


@transaction.atomic
def transfer(project: Project, *, by: Person | str, reason: str, **event: Any) -> Project:
    """Hand the matter to a unit outside this programme (转办); its answer is still awaited here."""
    check_reason(reason)
    return _move(project, "transfer", by=by, reason=reason, **event)


@transaction.atomic
def misdirected(project: Project, *, by: Person | str, reason: str, **event: Any) -> Project:
    """The unit it was handed to says it is not its own (转错退回): intake decides anew."""
    check_reason(reason)
    return _move(project, "misdirected", by=by, reason=reason, **event)


@transaction.atomic
def reserve(project: Project, *, by: Person | str, reason: str, **event: Any) -> Project:
    """Put the project on the reserve list until money is free (列入候补)."""
    check_reason(reason)
    return _move(project, "reserve", by=by, reason=reason, **event)


@transaction.atomic
def recall(project: Project, *, by: Person | str, **event: Any) -> Project:
    """Take a reserve project up again for approval (候补递补)."""
    return _move(project, "recall", by=by, **event)


@transaction.atomic
def hold_for_objection(project: Project, *, by: Person | str, **event: Any) -> Project:
    """An objection came in (收到异议): the notice runs on, the start waits."""
    return _move(project, "object", by=by, **event)


@transaction.atomic
def objections_answered(project: Project, *, by: Person | str, **event: Any) -> Project:
    """The last open objection is answered (异议答复完毕): back to the notice, whose last day is ``due_on``."""
    return _move(project, "answer", by=by, **event)


@transaction.atomic
def send_back(project: Project, *, by: Person | str, to_step: Step, reason: str, **event: Any) -> Project:
    """An upheld objection or a returned request sends the project back to a step of its route (退回重办)."""
    check_reason(reason)
    return _move(project, "send_back", by=by, to_step=to_step, reason=reason, **event)


@transaction.atomic
def reopen(project: Project, *, by: Person | str, to_step: Step, reason: str, **event: Any) -> Project:
    """An objection to a refusal, a place in reserve or a transfer is upheld (异议成立): the project goes on at a step of its route."""
    check_reason(reason)
    return _move(project, "reopen", by=by, to_step=to_step, reason=reason, **event)


@transaction.atomic
def start(project: Project, *, by: Person | str, due_on: date | None = None, **event: Any) -> Project:
    """The works begin (开工); ``due_on`` is the contract's finish, else the round's limit."""
    return _move(project, "start", by=by, due_on=due_on, **event)


@transaction.atomic
def finish(project: Project, *, by: Person | str, **event: Any) -> Project:
    """The contractor reports the works done (报完工): acceptance is due."""
    return _move(project, "finish", by=by, **event)


@transaction.atomic
def fail(project: Project, *, by: Person | str, reason: str, due_on: date | None = None, **event: Any) -> Project:
    """Acceptance found faults (验收不合格): rectification begins."""
    check_reason(reason)
    return _move(project, "fail", by=by, reason=reason, due_on=due_on, **event)


@transaction.atomic
def recheck(project: Project, *, by: Person | str, **event: Any) -> Project:
    """The faults are mended (整改完毕): acceptance again."""
    return _move(project, "recheck", by=by, **event)


@transaction.atomic
def accept(project: Project, *, by: Person | str, **event: Any) -> Project:
    """Residents and the unit accepted the works (验收合格)."""
    return _move(project, "accept", by=by, **event)


@transaction.atomic
def pause(project: Project, *, by: Person | str, reason: str, **event: Any) -> Project:
    """Stop the clock for a stated reason (暂停)."""
    check_reason(reason)
    return _move(project, "pause", by=by, reason=reason, **event)


@transaction.atomic
def resume(project: Project, *, by: Person | str, **event: Any) -> Project:
    """Go on where the project stood, with the days it had left (恢复)."""
    return _move(project, "resume", by=by, **event)


@transaction.atomic
def terminate(project: Project, *, by: Person | str, reason: str, rule: str, **event: Any) -> Project:
    """End the project for good (终止); its money goes back to the pool by delivery."""
    rules.check_against(reason, rule)
    return _move(project, "terminate", by=by, reason=reason, rule=rule, **event)


def _move(
    project: Project,
    action: str,
    *,
    by: Person | str,
    to_step: str = "",
    due_on: date | None = None,
    reason: str = "",
    **event: Any,
) -> Project:
    """Lock, check and set the state and its clock; every move leaves an audit event. Raises WrongState."""
    project = locked(project)
    before, used, limit = project.state, used_workdays(project), project.limit_workdays
    target = rules.target_state(project, action, to_step)
    if target in RESUMABLE:
        _remember(project)
    project.state = target
    _set_clock(project, back=rules.MOVES[action][1] == rules.BACK, due_on=due_on)
    project.updated_at = now()
    project.version = F("version") + 1
    project.save()
    project.refresh_from_db(fields=["version"])
    clock = {"used_workdays": used, "limit_workdays": limit}
    states = {"before": {"state": before}, "after": {"state": target}}
    record(f"project.{action}", by=by, on=project, reason=reason, **(states | clock | event))
    for follow in FOLLOWERS:
        follow(project, action, before)
    return project


def set_due(project: Project, due_on: date) -> None:
    """Give the present step a later day (延期); the act that does so records it. ValueError for an earlier one."""
    if project.due_on is None or project.limit_workdays is None or due_on < project.due_on:
        raise ValueError("a step's day only moves later")
    limit = project.limit_workdays + workdays_between(project.due_on, due_on)
    Project.objects.filter(pk=project.pk).update(
        due_on=due_on, limit_workdays=limit, updated_at=now(), version=F("version") + 1
    )


def stop_clock(project: Project) -> None:
    """The present step has no limit any longer (时限不再计算); the act that does so records why."""
    Project.objects.filter(pk=project.pk).update(due_on=None, limit_workdays=None)


def touch(project: Project) -> None:
    """Note that something happened on the project's page (最近进展), without a change of state."""
    Project.objects.filter(pk=project.pk).update(updated_at=now(), version=F("version") + 1)


def used_workdays(project: Project) -> int | None:
    """Working days the present step has used so far; used + left = limit. None where there is no limit."""
    if project.due_on is None or project.limit_workdays is None:
        return None
    return max(0, project.limit_workdays - workdays_between(today(), project.due_on))


def _remember(project: Project) -> None:
    """Keep where the project stands and how many days it has left, for the way back."""
    project.resume_state = project.state
    project.resume_limit_workdays = project.limit_workdays
    project.resume_left_workdays = None if project.due_on is None else workdays_between(today(), project.due_on)


def _set_clock(project: Project, *, back: bool, due_on: date | None) -> None:
    project.state_since, project.overdue_level, project.overdue_told = now(), 0, ""
    if back:
        left = project.resume_left_workdays
        project.limit_workdays = project.resume_limit_workdays
        project.due_on = due_on or (None if left is None else add_workdays(today(), max(left, 0)))
        project.resume_state, project.resume_left_workdays, project.resume_limit_workdays = "", None, None
        return
    project.limit_workdays = rules.limit_workdays(project.round.terms, project.state)
    project.due_on = due_on or (
        None if project.limit_workdays is None else add_workdays(today(), project.limit_workdays)
    )
    if due_on is not None:
        project.limit_workdays = workdays_between(today(), due_on)
