"""What the district's routes name in the permission table: a draw with its first project, the cases of a figure."""

from typing import Any

from civic.models import Area
from proposals.services import checks
from publicity.demo.places import account


def tell(rows: Any) -> None:
    """A draw of the district office in its district."""
    office = account("区专班")
    check = checks.draw(Area.objects.get(pk="440403000000"), among="all", size=3, by=office)
    rows.given["publicity:check"] = {"pk": check.pk}
    rows.given["publicity:check_find"] = {"pk": check.pk, "order": 1}
    rows.given["publicity:district_cases"] = {"what": "steps"}
    rows.query["publicity:district_cases"] = "?area=440403103000&year=all"
