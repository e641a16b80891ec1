"""Rounds (轮次): opening one and changing its rules; every version of the rules is kept (规则版本)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Person, Role
from civic.moments import now
from civic.rules import RuleBroken, check_reason
from proposals.models import Round, RuleChange, RuleVersion, Step
from proposals.models.projects import STEP_STATE
from proposals.models.rounds import check_route, check_rules

EDITORS = (Role.SYSTEM_ADMIN, Role.DISTRICT_OFFICE)
DETAILS = ("name", "programme", "opens_at", "closes_at", "mark")


@transaction.atomic
def set_up(round: Round, *, by: Person | str) -> Round:
    """Save a new round with the first version of its rules (设轮次). ValidationError names every fault."""
    round.full_clean()
    round.save(force_insert=True)
    _keep_version(round, by, reason="")
    record("round.set_up", by=by, on=round, roles=EDITORS, after={"version": round.rules_version}, is_public=False)
    return round


@transaction.atomic
def change_rules(
    round: Round,
    *,
    by: Person | str,
    reason: str,
    rules: dict[str, Any] | None = None,
    route: list[str] | None = None,
    decided_by: Person | None = None,
) -> Round:
    """Change a round's rules or route from now on (改规则); deadlines already running stay as they are.

    Projects under way go on by the new route from where they stand; a step in which one stands cannot be
    dropped, nor anything while a change waits for its day (RuleBroken). ValidationError names every fault.
    ``decided_by`` is whose decision a job carries out.
    """
    check_reason(reason)
    round = Round.objects.select_for_update().get(pk=round.pk)
    check_none_waits(round)
    before = {"rules": round.rules, "route": round.route}
    round.rules = round.rules if rules is None else rules
    round.route = round.route if route is None else route
    check_rules(round.rules)
    check_route(round.route)
    check_nobody_is_stranded(round, before["route"])
    if before == {"rules": round.rules, "route": round.route}:
        return round
    if not round.versions.exists():
        RuleVersion.objects.create(round=round, version=round.rules_version, changed_at=round.opens_at, **before)
    round.rules_version += 1
    round.save(update_fields=["rules", "route", "rules_version"])
    _keep_version(round, decided_by or by, reason)
    record(
        "round.change_rules",
        by=by,
        on=round,
        roles=EDITORS,
        before=before,
        after={"rules": round.rules, "route": round.route, "version": round.rules_version},
        reason=reason,
        is_public=False,
    )
    return round


@transaction.atomic
def change_dates(round: Round, *, by: Person | str) -> Round:
    """Save a round's name, programme, mark and the dates of its call (改轮次资料); rules have their own act.

    RuleBroken if the call would end in the past: what people could still hand in is not cut off unseen.
    """
    old = Round.objects.select_for_update().get(pk=round.pk)
    changed = [name for name in DETAILS if getattr(old, name) != getattr(round, name)]
    check_closing(old, round.closes_at)
    if not changed:
        return old
    before = {name: getattr(old, name) for name in changed}
    for name in changed:
        setattr(old, name, getattr(round, name))
    old.full_clean()
    old.save(update_fields=changed)
    after = {name: getattr(old, name) for name in changed}
    record("round.change_dates", by=by, on=old, roles=EDITORS, before=before, after=after, is_public=False)
    return old


def check_closing(round: Round, closes_at: datetime | None) -> None:
    """The end of a call is moved to a moment that is still to come (截止时间不能改到过去)."""
    if closes_at is not None and closes_at != round.closes_at and closes_at <= now():
        raise RuleBroken(_("截止时间不能改到过去"), code="closes_in_the_past", field="closes_at")


def check_none_waits(round: Round) -> None:
    """Two changes never cross: what waits for its day is withdrawn first (先撤回等着生效的)."""
    waiting = round.planned.filter(state=RuleChange.State.WAITING).first()
    if waiting is not None:
        raise RuleBroken(
            _("已有一份改动等着从%(day)s起生效，请先撤回它") % {"day": date_format(waiting.from_day, "Y-m-d")},
            code="change_waits",
        )


def check_nobody_is_stranded(round: Round, before: Sequence[str]) -> None:
    """A step where projects stand, or to which one would go back, stays on the route (不能撤掉正在办的步骤)."""
    for step in sorted(set(before) - set(round.route)):
        state = STEP_STATE[Step(step)]
        standing = round.projects.filter(Q(state=state) | Q(resume_state=state)).count()
        if standing:
            raise RuleBroken(
                _("有%(count)d个项目正在“%(step)s”这一步，不能从路线里去掉")
                % {"count": standing, "step": Step(step).label},
                code="step_in_use",
                field="route",
            )


def _keep_version(round: Round, by: Person | str, reason: str) -> None:
    RuleVersion.objects.create(
        round=round,
        version=round.rules_version,
        route=round.route,
        rules=round.rules,
        changed_by=by if isinstance(by, Person) else None,
        reason=reason,
    )
