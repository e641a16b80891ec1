"""Polls for tests: a town office of two, projects that wait for the vote, a roll, and a poll in any state."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from civic.models import Person, Role
from civic.moments import now
from proposals.models import Project, ProjectState, Round
from tests import make
from voting.models import ActKind, Poll, PollAct, RollEntry, RollSource
from voting.services import poll_acts, polls

ROUTE = ["screening", "poll", "approval", "notice"]
URN = ["default", "urn"]  # the databases a test of an open poll touches


@dataclass
class Office:
    """Who runs the poll; ``poll`` is fetched anew with ``fresh()``."""

    round: Round
    handler: Person
    approver: Person
    projects: list[Project]
    poll: Poll

    def fresh(self) -> Poll:
        self.poll = Poll.objects.select_related("round", "area").get(pk=self.poll.pk)
        return self.poll

    def ask(self, kind: str, **more) -> PollAct:
        return poll_acts.ask(self.fresh(), ActKind(kind), by=self.handler, reason="群众要求", **more)

    def agree(self, kind: str, **more) -> PollAct:
        """Asked by one and confirmed by the other."""
        return poll_acts.confirm(self.ask(kind, **more), by=self.approver)


def prepared(*, projects: int = 3, at: str = make.VILLAGE, rules: dict | None = None, **more) -> Office:
    """A draft with its dates and money, and nobody on its roll."""
    its_round = make.round_(route=ROUTE, rules={"poll_notice_days": 0} | (rules or {}))
    found = [make.project(ProjectState.IN_POLL, round=its_round, at=make.VILLAGE) for _n in range(projects)]
    handler, approver = make.officer(Role.TOWN_HANDLER, make.TOWN), make.officer(Role.TOWN_APPROVER, make.TOWN)
    values = {"budget_yuan": Decimal(100000), "opens_at": hour(1), "closes_at": hour(48)} | more
    return Office(its_round, handler, approver, found, polls.prepare(its_round, make.area(at), by=handler, **values))


def ready(*, roll: int = 3, **more) -> Office:
    """A draft that lacks nothing."""
    found = prepared(**more)
    for _n in range(roll):
        on_roll(found.poll)
    return found


def opened(**more) -> Office:
    """A poll that the clock opened a minute ago, open for two days more."""
    found = ready(**more)
    found.agree("open")
    found.fresh()
    Poll.objects.filter(pk=found.poll.pk).update(opens_at=hour(0) - timedelta(minutes=1))
    assert polls.open_due(by="test") == 1
    found.fresh()
    return found


def on_roll(poll: Poll, person: Person | None = None, **more) -> RollEntry:
    values = {"area": poll.area, "source": RollSource.RESIDENCY, "age_band": "30-44"} | more
    return RollEntry.objects.create(poll=poll, person=person or make.person(), **values)


def hour(hours: float) -> datetime:
    """A moment so many hours from now."""
    return now() + timedelta(hours=hours)
