"""Changes of a round's rules that hold from a day to come (规则改动): decided, withdrawn, put into force once."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Person
from civic.models.record import Channel
from civic.moments import today
from civic.rules import RuleBroken, check_reason
from proposals.models import Round, RuleChange
from proposals.models.rounds import check_route, check_rules
from proposals.services.rounds import EDITORS, change_rules, check_nobody_is_stranded, check_none_waits

State = RuleChange.State


@transaction.atomic
def decide(
    round: Round, *, by: Person, rules: dict[str, Any], route: list[str], from_day: date, reason: str
) -> RuleChange | None:
    """Let these rules and this route hold from a day on (改规则); from today on they hold at once, and None waits.

    RuleBroken where nothing would change, the day is past, another change waits, or a step still has projects in it.
    """
    check_reason(reason)
    round = Round.objects.select_for_update().get(pk=round.pk)
    check_rules(rules)
    check_route(route)
    if (round.rules, round.route) == (rules, route):
        raise RuleBroken(_("没有改动"), code="nothing_changed")
    if from_day < today():
        raise RuleBroken(_("生效的日子不能早于今天"), code="day_is_past", field="from_day")
    check_none_waits(round)
    if from_day == today():
        change_rules(round, by=by, reason=reason, rules=rules, route=route)
        return None
    check_nobody_is_stranded(Round(pk=round.pk, route=route), round.route)
    change = RuleChange.objects.create(
        round=round, rules=rules, route=route, from_day=from_day, reason=reason, decided_by=by
    )
    _note("round.plan_rules", change, by=by, after={"from_day": from_day, "rules": rules, "route": route})
    return change


@transaction.atomic
def withdraw(change: RuleChange, *, by: Person) -> None:
    """Take back a change that has not come into force (撤回改动). RuleBroken for one that has, or was taken back."""
    change = RuleChange.objects.select_for_update().get(pk=change.pk)
    if change.state != State.WAITING:
        raise RuleBroken(_("这份改动已经生效或撤回"), code="not_waiting")
    change.state = State.WITHDRAWN
    change.save(update_fields=["state"])
    _note("round.withdraw_rules", change, by=by, after={"from_day": change.from_day})


def due() -> QuerySet[RuleChange]:
    """The changes whose day has come (到日的改动)."""
    return RuleChange.objects.filter(state=State.WAITING, from_day__lte=today()).order_by("from_day", "pk")


@transaction.atomic
def apply(change: RuleChange, *, by: str) -> bool:
    """Put a change into force (生效), once whoever asks; what stands in its way is kept with it, and it waits on."""
    change = RuleChange.objects.select_for_update(of=("self",)).select_related("round", "decided_by").get(pk=change.pk)
    if change.state != State.WAITING:
        return False
    try:
        with transaction.atomic():
            _put_into_force(change, by)
    except RuleBroken as broken:
        RuleChange.objects.filter(pk=change.pk).update(trouble=broken.message)
        return False
    return True


def _put_into_force(change: RuleChange, by: str) -> None:
    change.state, change.trouble = State.APPLIED, ""
    change.save(update_fields=["state", "trouble"])
    change_rules(
        change.round,
        by=by,
        reason=change.reason,
        rules=change.rules,
        route=change.route,
        decided_by=change.decided_by,
    )


def _note(action: str, change: RuleChange, *, by: Person, after: dict[str, Any]) -> None:
    record(
        action,
        by=by,
        on=change,
        roles=EDITORS,
        channel=Channel.DESK,
        after=after | {"round": change.round_id},
        reason=change.reason,
        is_public=False,
    )
