"""What the routes of a matter's correction (更正) and of the reminder (到时提醒我) name in the permission table."""

from typing import Any

from civic.models import AuditEvent
from publicity.services import openings


def tell(rows: Any) -> None:
    """The village office said a matter is done: only its people put that right. The neighbour waits for an opening."""
    number = rows.given["wishes:confirm"]["number"]
    said = AuditEvent.objects.get(subject=number, action="demand.finish")
    rows.given["publicity:correct_matter"] = {"number": number, "pk": said.pk}
    rows.sent["publicity:correct_matter"] = {"recorded": "原来的话", "right": "对的话", "reason": "录入错误"}
    village = rows.cast.area
    openings.wish(village, by=rows.neighbour)
    rows.given |= {f"reminders-{name}": {"code": village.code} for name in ("detail", "stop")}
    rows.sent["reminders-list"] = {"area": village.code}
    rows.given |= {f"polls-{name}": rows.given["polls-ballot"] for name in ("remind", "stop-reminder")}
