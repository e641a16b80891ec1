"""Every change of a project's state (办理流转). `_move` is the one place that assigns ``Project.state``.

Each act returns the locked, updated row; the one passed in is stale. Acts of upper apps call these inside
their own transaction and pass what the record needs (``roles``, ``sentence``, ``documents`` …) through to
`civic.audit.record`.
"""

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


def locked(project: Project) -> Project:
    """The project as it is now, held until the transaction ends."""
    return Project.objects.select_for_update(of=("self",)).select_related("round", "area", "proposer").get(pk=project.pk)


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
    """The last open objection is answered (异议答复完毕): back to the notice."""
    return _move(project, "answer", by=by, **event)


@transaction.atomic
def send_back(project: Project, *, by: Person | str, to_step: Step, reason: str, **event: Any) -> Project:
    """An upheld objection or a returned request sends the project back to a step of its route (退回重办)."""
    check_reason(reason)
    return _move(project, "send_back", by=by, to_step=to_step, reason=reason, **event)


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
    record(
        f"project.{action}",
        by=by,
        on=project,
        before={"state": before},
        after={"state": target},
        reason=reason,
        used_workdays=used,
        limit_workdays=limit,
        **event,
    )
    return project


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
    project.state_since = now()
    if back:
        left = project.resume_left_workdays
        project.limit_workdays = project.resume_limit_workdays
        project.due_on = None if left is None else add_workdays(today(), max(left, 0))
        project.resume_state, project.resume_left_workdays, project.resume_limit_workdays = "", None, None
        return
    project.limit_workdays = rules.limit_workdays(project.round.terms, project.state)
    project.due_on = due_on or (
        None if project.limit_workdays is None else add_workdays(today(), project.limit_workdays)
    )
    if due_on is not None:
        project.limit_workdays = workdays_between(today(), due_on)
