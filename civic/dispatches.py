"""What left the house and what did not (发送记录): counted by day, way and template; never for whom, never its words."""

from datetime import timedelta

from civic.clock import every_minute
from civic.models import Dispatch, Outcome, Way
from civic.moments import today

KEPT_DAYS = 400
DROPPED_AT_ONCE = 1000


def note(way: Way, template: str, outcome: Outcome = Outcome.SENT, *, parts: int = 1) -> None:
    """Note one message, in the caller's transaction."""
    Dispatch.objects.create(day=today(), way=way, template=template, outcome=outcome, parts=parts)


@every_minute
def sweep() -> None:
    """Drop what is older than a year and a month (到期清理), so many a minute."""
    old = Dispatch.objects.filter(day__lt=today() - timedelta(days=KEPT_DAYS)).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:DROPPED_AT_ONCE])
    if keys:
        Dispatch.objects.filter(pk__in=keys).delete()
