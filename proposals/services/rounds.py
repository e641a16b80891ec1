"""Rounds (轮次): opening one and changing its rules; every version of the rules is kept (规则版本)."""

from typing import Any

from django.db import transaction

from civic.audit import record
from civic.models import Person, Role
from civic.rules import check_reason
from proposals.models import Round, RuleVersion
from proposals.models.rounds import check_route, check_rules

EDITORS = (Role.SYSTEM_ADMIN, Role.DISTRICT_OFFICE)


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
    round: Round, *, by: Person | str, reason: str, rules: dict[str, Any] | None = None, route: list[str] | None = None
) -> Round:
    """Change a round's rules or route from now on (改规则); deadlines already running stay as they are.

    Projects under way go on by the new route from where they stand. ValidationError names every fault.
    """
    check_reason(reason)
    round = Round.objects.select_for_update().get(pk=round.pk)
    before = {"rules": round.rules, "route": round.route}
    round.rules = round.rules if rules is None else rules
    round.route = round.route if route is None else route
    check_rules(round.rules)
    check_route(round.route)
    if before == {"rules": round.rules, "route": round.route}:
        return round
    if not round.versions.exists():
        RuleVersion.objects.create(round=round, version=round.rules_version, changed_at=round.opens_at, **before)
    round.rules_version += 1
    round.save(update_fields=["rules", "route", "rules_version"])
    _keep_version(round, by, reason)
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


def _keep_version(round: Round, by: Person | str, reason: str) -> None:
    RuleVersion.objects.create(
        round=round,
        version=round.rules_version,
        route=round.route,
        rules=round.rules,
        changed_by=by if isinstance(by, Person) else None,
        reason=reason,
    )
