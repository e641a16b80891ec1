"""What is read of a poll's count (投票结果)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from voting import paper_queries, station_queries
from voting.models import ActKind, ActState, PaperBatch, Poll, PollAct, PollState, Result, ResultLine


def polls_to_count() -> QuerySet[Poll]:
    """Closed polls whose seed is known, whose paper is in the urn and whose disputes are answered (待计票)."""
    disputed = station_queries.open_disputes().filter(entry__poll=OuterRef("pk"))
    closed = Poll.objects.filter(~Exists(disputed), state=PollState.CLOSED).exclude(seed="")
    ready = closed.exclude(pk__in=paper_queries.polls_whose_paper_waits().values("pk"))
    return ready.select_related("round", "area").order_by("pk")


def result_of(poll: Poll, number: int | None = None) -> Result | None:
    """The poll's newest count, or the one of that number; the ballots' file is not read."""
    found = Result.objects.select_related("poll__round", "poll__area", "act").defer("ballots_file").filter(poll=poll)
    return found.order_by("-number").first() if number is None else found.filter(number=number).first()


def recounts(poll: Poll) -> QuerySet[PollAct]:
    """Every time the poll was counted again (重新计票), with the result where it differed; the latest first."""
    acts = poll.acts.filter(kind=ActKind.RECOUNT, state=ActState.CONFIRMED)
    return acts.select_related("result").defer("result__ballots_file").order_by("-settled_at", "-pk")


def published_at(poll: Poll) -> datetime | None:
    """When two people published the result (公布时间)."""
    acts = poll.acts.filter(kind=ActKind.PUBLISH, state=ActState.CONFIRMED)
    return acts.values_list("settled_at", flat=True).first()


def result_lines(result: Result) -> QuerySet[ResultLine]:
    return result.lines.select_related("project").order_by("position")


def published(prefix: str, rounds: Iterable[int]) -> QuerySet[Result]:
    """The newest count of each poll whose result is public, in a place and all in it, without the ballots' files.

    ``has_paper``: whether paper was used, so that its account is public as well.
    """
    newest = Result.objects.filter(poll=OuterRef("poll")).order_by("-number").values("pk")[:1]
    polls = Poll.objects.filter(state=PollState.PUBLISHED, area__code__startswith=prefix, round__in=list(rounds))
    return (
        Result.objects.filter(poll__in=polls, pk=Subquery(newest))
        .select_related("poll__round", "poll__area")
        .defer("ballots_file")
        .annotate(has_paper=Exists(PaperBatch.objects.filter(poll=OuterRef("poll"))))
        .order_by("pk")
    )
