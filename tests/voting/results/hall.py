"""Polls that were held: ballots cast into the urn, closed by the clock, counted, published."""

from collections.abc import Sequence

from civic.models import Person
from tests.voting.polls import build
from voting import tasks
from voting.models import Poll, Result, RollEntry
from voting.services import tickets, urn


def held(ballots: Sequence[dict[int, int]], *, roll: int = 0, channel: str = "online", **more) -> build.Office:
    """Opened, these ballots cast (place of the project → score), closed early by two people, not yet counted."""
    office = build.opened(roll=max(roll, len(ballots), 1), **more)
    codes = [project.code for project in office.projects]
    for voter, scores in zip(voters(office.poll), ballots, strict=False):
        cast(office.poll, voter, {codes[place]: score for place, score in scores.items()}, channel=channel)
    office.agree("close")
    office.fresh()
    return office


def counted(ballots: Sequence[dict[int, int]], **more) -> build.Office:
    office = held(ballots, **more)
    tasks.open_and_close_polls()
    office.fresh()
    return office


def published(ballots: Sequence[dict[int, int]], **more) -> build.Office:
    office = counted(ballots, **more)
    office.agree("publish")
    office.fresh()
    return office


def result(office: build.Office) -> Result:
    """The newest count of the poll."""
    return office.poll.results.latest("number")


def cast(poll: Poll, voter: Person, choices: dict[str, int], *, channel: str = "online"):
    return urn.cast(tickets.issue(poll.pk, voter.pk, channel=channel), choices)


def voters(poll: Poll) -> list[Person]:
    return [entry.person for entry in RollEntry.objects.filter(poll=poll).select_related("person").order_by("pk")]


def votes(*how_many: int) -> list[dict[int, int]]:
    """Ballots of one project each: how many for the first, the second …"""
    return [{place: 1} for place, many in enumerate(how_many) for _n in range(many)]
