"""What is read of a poll's count (投票结果)."""

from django.db.models import Exists, OuterRef, QuerySet

from voting import paper_queries, station_queries
from voting.models import Poll, PollState, Result, ResultLine


def polls_to_count() -> QuerySet[Poll]:
    """Closed polls whose seed is known, whose paper is in the urn and whose disputes are answered (待计票)."""
    disputed = station_queries.open_disputes().filter(entry__poll=OuterRef("pk"))
    closed = Poll.objects.filter(~Exists(disputed), state=PollState.CLOSED).exclude(seed="")
    ready = closed.exclude(pk__in=paper_queries.polls_whose_paper_waits().values("pk"))
    return ready.select_related("round", "area").order_by("pk")


def result_of(poll: Poll) -> Result | None:
    """The poll's count, if it was counted; the ballots' file is not read."""
    return Result.objects.select_related("poll__round", "poll__area").defer("ballots_file").filter(poll=poll).first()


def result_lines(result: Result) -> QuerySet[ResultLine]:
    return result.lines.select_related("project").order_by("position")
