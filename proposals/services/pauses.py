"""Pausing 暂停, saying more, going on again 恢复, and ending for good 终止, by the town's handler.

A paused project's ``due_on`` is the day of the next word (再更新的日子); its step's own clock stands.
"""

from datetime import date
from typing import Any

from django.db import transaction

from civic.audit import record
from civic.calendar import workdays_between
from civic.models import Person, Role
from civic.moments import today
from civic.rules import check_reason
from proposals import rules, sentences
from proposals.models import Project, ProjectState
from proposals.services import moves
from proposals.services.intake import may_object_until

ROLES = (Role.TOWN_HANDLER,)
NO_CLOCK: dict[str, None] = {"used_workdays": None, "limit_workdays": None}


@transaction.atomic
def pause(
    project: Project, *, by: Person, reason: str, next_on: date, version: int | None = None, **event: Any
) -> Project:
    """Stop the clock for a stated reason, with the day on which the public hears more (暂停)."""
    project = _held(project, version)
    rules.target_state(project, "pause")
    rules.check_next_word(next_on, today())
    said = sentences.paused(next_on)
    return moves.pause(project, by=by, reason=reason, due_on=next_on, sentence=said, roles=ROLES, **event)


@transaction.atomic
def say_more(
    project: Project, *, by: Person, news: str, next_on: date, version: int | None = None, **event: Any
) -> Project:
    """Keep the promise of the next word while the pause lasts, and promise another day (暂停期间说明)."""
    project = _held(project, version)
    rules.check_state(project, ProjectState.PAUSED, "say_more")
    check_reason(news)
    rules.check_next_word(next_on, today())
    limit = workdays_between(today(), next_on)
    Project.objects.filter(pk=project.pk).update(due_on=next_on, limit_workdays=limit, overdue_level=0, overdue_told="")
    record("project.say_more", by=by, on=project, sentence=sentences.still_paused(next_on, news), roles=ROLES, **event)
    moves.touch(project)
    project.refresh_from_db()
    return project


@transaction.atomic
def resume(project: Project, *, by: Person, note: str = "", version: int | None = None, **event: Any) -> Project:
    """Go on where the project stood, with the days it had left (恢复); the days of the pause are no one's."""
    project = _held(project, version)
    said = sentences.resumed(note)
    return moves.resume(project, by=by, sentence=said, roles=ROLES, **(NO_CLOCK | event))


@transaction.atomic
def terminate(
    project: Project, *, by: Person, reason: str, rule: str, version: int | None = None, **event: Any
) -> Project:
    """End the project for good (终止): reason, rule and how to object are public."""
    project = _held(project, version)
    said = sentences.terminated(may_object_until(project))
    return moves.terminate(project, by=by, reason=reason, rule=rule, sentence=said, roles=ROLES, **(NO_CLOCK | event))


def _held(project: Project, version: int | None) -> Project:
    project = moves.locked(project)
    rules.check_version(project.version, version)
    return project
