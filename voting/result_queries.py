"""What is read of a poll's count (投票结果)."""

from django.db.models import Exists, OuterRef, QuerySet

from voting import station_queries
from voting.models import Poll, PollState, Result, ResultLine


def polls_to_count() -> QuerySet[Poll]:
    """Closed polls whose seed is known and whose disputes about votes entered for others are answered (待计票)."""
    disputed = station_queries.open_disputes().filter(entry__poll=OuterRef("pk"))
    closed = Poll.objects.filter(~Exists(disputed), state=PollState.CLOSED).exclude(seed="")
    return closed.select_related("round", "area").order_by("pk")


def result_of(poll: Poll) -> Result | None:
    """The poll's count, if it was counted; the ballots' file is not read."""
    return Result.objects.select_related("poll__round", "poll__area").defer("ballots_file").filter(poll=poll).first()


def result_lines(result: Result) -> QuerySet[ResultLine]:
    return result.lines.select_related("project").order_by("position")
