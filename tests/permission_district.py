"""What the district's routes name in the permission table: a draw with its first project, the cases of a figure, and a
change of rules that waits."""

from datetime import timedelta
from typing import Any

from civic.models import Area
from civic.moments import today
from proposals.models import Round
from proposals.services import checks, rule_changes
from publicity.demo.places import account


def tell(rows: Any) -> None:
    """A draw of the district office in its district, and rules it decided on for tomorrow."""
    office = account("区专班")
    check = checks.draw(Area.objects.get(pk="440403000000"), among="all", size=3, by=office)
    rows.given["publicity:check"] = {"pk": check.pk}
    rows.given["publicity:check_find"] = {"pk": check.pk, "order": 1}
    rows.given["publicity:district_cases"] = {"what": "steps"}
    rows.query["publicity:district_cases"] = "?area=440403103000&year=all"
    round = Round.objects.filter(area="440403000000").order_by("-year", "pk").first()
    assert round is not None
    change = rule_changes.decide(
        round,
        by=office,
        rules={**round.rules, "rectify_workdays": 14},
        route=round.route,
        from_day=today() + timedelta(days=1),
        reason="试一试",
    )
    assert change is not None
    rows.given["proposals:rules_change"] = {"pk": round.pk}
    rows.given["proposals:rules_withdraw"] = {"pk": change.pk}
