"""What left the house and what did not (发送记录): counted by day, way and template; never for whom, never its words."""

from datetime import timedelta

from django.db.models import Count

from civic.clock import every_minute
from civic.models import Dispatch, Outcome, Way
from civic.moments import today

KEPT_DAYS = 400
USUAL_DAYS, HOURS = 14, 10  # of a day in which people sign in
DROPPED_AT_ONCE = 1000


def note(way: Way, template: str, outcome: Outcome = Outcome.SENT, *, parts: int = 1) -> None:
    """Note one message, in the caller's transaction."""
    Dispatch.objects.create(day=today(), way=way, template=template, outcome=outcome, parts=parts)


def usual_hour(*templates: str) -> int:
    """How many of these messages left in an hour of the last fortnight (平常一小时), the days without any left out."""
    since = today() - timedelta(days=USUAL_DAYS)
    sent = Dispatch.objects.filter(day__gte=since, day__lt=today(), template__in=templates, outcome=Outcome.SENT)
    told = sent.aggregate(messages=Count("pk"), days=Count("day", distinct=True))
    return -(-told["messages"] // (told["days"] * HOURS)) if told["days"] else 0


@every_minute
def sweep() -> None:
    """Drop what is older than a year and a month (到期清理), so many a minute."""
    old = Dispatch.objects.filter(day__lt=today() - timedelta(days=KEPT_DAYS)).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:DROPPED_AT_ONCE])
    if keys:
        Dispatch.objects.filter(pk__in=keys).delete()
