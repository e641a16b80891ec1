"""A poll's stages as a small model, played against the services (RELIABILITY A7): what it refuses, they refuse."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from civic import moments
from civic.models import AuditEvent
from civic.rules import RuleBroken
from tests.voting.polls.build import Office
from voting import tasks
from voting.models import ActKind, Ballot, Poll, PollAct, Result
from voting.services import own_ballots, poll_acts, polls

ONCE = ["poll.opened", "poll.closed", "poll.counted", "poll.published", "poll.cancelled"]
ASKED_IN = {
    "open": ["draft"],
    "extend": ["open"],
    "close": ["open"],
    "cancel": ["draft", "open"],
    "publish": ["counted"],
}
WAYS_ON = ["open", "extend", "close", "publish"]
WAYS_TO = {  # where a play begins: what is agreed on, and when what is due is waited for, on the way there
    "draft": [],
    "open": ["open", "due"],
    "closed": ["open", "due", "close"],
    "counted": ["open", "due", "due"],
    "published": ["open", "due", "due", "publish"],
    "cancelled": ["cancel"],
}
HOURS = st.integers(1, 12)


class Model:
    """What a poll may do, in whole hours; the clock stands at half past, so that no two moments are the same."""

    def __init__(self, opens: int, closes: int) -> None:
        self.state, self.at, self.opens, self.closes = "draft", 0.5, opens, closes
        self.opening: str | None = None  # asked, confirmed
        self.waiting: tuple[str, int] | None = None  # what waits for the second person
        self.has_box, self.voted = False, set[int]()

    @property
    def takes_ballots(self) -> bool:
        return self.state == "open" and self.at < self.closes

    def may_change(self) -> bool:
        return self.state == "draft" and self.opening is None

    def change(self, opens: int, closes: int) -> None:
        self.opens, self.closes = opens, closes

    def fits(self, kind: str, until: int) -> bool:
        """Whether an act fits where the poll is; asked once at the asking and once at the confirmation."""
        if self.state not in ASKED_IN[kind] or (self.state == "open" and self.closes <= self.at):
            return False
        if kind == "open":
            return self.opens > self.at
        return kind != "extend" or until > self.closes

    def may_ask(self, kind: str, until: int) -> bool:
        is_second_opening = kind == "open" and self.opening is not None
        return self.fits(kind, until) and self.waiting is None and not is_second_opening

    def ask(self, kind: str, until: int) -> None:
        self.waiting = (kind, until)
        if kind == "open":
            self.opening = "asked"

    def may_confirm(self) -> bool:
        return self.waiting is not None and self.fits(*self.waiting)

    def confirm(self) -> None:
        (kind, until), self.waiting = self.waiting, None
        match kind:
            case "open":
                self.opening = "confirmed"
            case "extend":
                self.closes = until
            case _:
                self.state = {"close": "closed", "cancel": "cancelled", "publish": "published"}[kind]

    def may_refuse(self, kind: str) -> bool:
        if self.waiting is not None:
            return True
        return kind == "open" and self.opening == "confirmed" and self.state == "draft"

    def refuse(self) -> None:
        if self.waiting is None or self.waiting[0] == "open":
            self.opening = None
        self.waiting = None

    def tick(self) -> None:
        """The clock's job: close, open, count, in this order."""
        if self.state == "open" and self.closes <= self.at:
            self.state, self.waiting = "closed", None
        elif self.state == "draft" and self.opening == "confirmed" and self.opens <= self.at < self.closes:
            self.state, self.has_box = "open", True
        if self.state == "closed":
            self.state = "counted"

    def may_vote(self, voter: int) -> bool:
        """Who voted gets the receipt again at any time."""
        return self.takes_ballots or voter in self.voted


class Stages(RuleBasedStateMachine):
    """The services in step with the model; set ``office`` (a poll that is ready), ``begins`` and ``played`` first.

    ``starts`` are the states where plays begin.
    """

    office: Office
    begins: datetime
    played: Counter[str]  # steps by the state they led to, and how many acts were taken
    starts = sorted(WAYS_TO)

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        for database in ("default", "urn"):  # each play is undone at its end
            block = transaction.atomic(using=database)
            block._from_testcase = True  # what wants to be outermost may be so within it
            self.stack.enter_context(block)
            self.stack.callback(transaction.set_rollback, True, using=database)
        self.model = Model(2, 20)
        self.is_taken(True, self.set_dates)
        self.voters = [entry.person for entry in self.office.poll.roll.select_related("person").order_by("pk")]

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        state = data.draw(st.sampled_from(self.starts))
        caches["default"].clear()  # it knows the box of the play before, which was taken back
        for step in WAYS_TO[state]:
            if step == "due":
                self.wait_for_what_is_due()
            else:
                self.ask(step, 0)
                self.confirm()

    def teardown(self) -> None:
        self.stack.close()

    def moment(self, hours: float) -> datetime:
        return self.begins + timedelta(hours=hours)

    def is_taken(self, expected: bool, act: Callable[[], Any]) -> None:
        """The act is taken or refused as the model says, at the model's time."""
        self.played["taken" if expected else "refused"] += 1
        said = ""
        try:
            with moments.at(self.moment(self.model.at)):
                act()
        except (RuleBroken, ValidationError) as refused:
            said = str(refused)
        assert (not said) is expected, said or "taken all the same"

    def set_dates(self) -> None:
        polls.change(
            self.office.poll,
            by=self.office.handler,
            opens_at=self.moment(self.model.opens),
            closes_at=self.moment(self.model.closes),
        )

    def last_act(self) -> PollAct:
        """The act the model means: the one that waits, else the opening that stands, else the last one of all."""
        acts = PollAct.objects.filter(poll=self.office.poll).order_by("pk")
        stands = acts.filter(kind=ActKind.OPEN, state="confirmed").last() if self.model.opening else None
        return acts.filter(state="asked").last() or stands or acts.last()

    @rule(hours=st.integers(1, 20))
    def time_passes(self, hours: int) -> None:
        self.model.at += hours

    @rule(opens=st.integers(-2, 6), lasts=HOURS)
    def change_dates(self, opens: int, lasts: int) -> None:
        before = self.model.opens, self.model.closes
        opens += int(self.model.at)
        is_fine = self.model.may_change()
        self.model.change(opens, opens + lasts)
        self.is_taken(is_fine, self.set_dates)
        if not is_fine:
            self.model.change(*before)

    @rule(kind=st.sampled_from(sorted(ASKED_IN)), later=st.integers(-6, 12))
    def ask_for_anything(self, kind: str, later: int) -> None:
        self.ask(kind, later)

    def ask(self, kind: str, later: int) -> None:
        until, is_fine = self.model.closes + later, self.model.may_ask(kind, self.model.closes + later)
        more = {"closes_at": self.moment(until)} if kind == "extend" else {}
        self.is_taken(is_fine, lambda: self.office.ask(kind, **more))
        if is_fine:
            self.model.ask(kind, until)

    @rule(data=st.data())
    def agree_on_what_fits(self, data: st.DataObject) -> None:
        """So that plays get far."""
        fitting = [kind for kind in WAYS_ON if self.model.may_ask(kind, self.model.closes + 5)]
        if fitting:
            self.ask(data.draw(st.sampled_from(fitting)), 5)
            self.confirm()

    @rule()
    def wait_for_what_is_due(self) -> None:
        due = [hour + 0.5 for hour in (self.model.opens, self.model.closes) if hour > self.model.at]
        self.model.at = min(due, default=self.model.at)
        self.tick()

    @rule()
    def confirm(self) -> None:
        act, is_fine = self.last_act(), self.model.may_confirm()
        if act is None:
            return
        self.is_taken(is_fine, lambda: poll_acts.confirm(act, by=self.office.approver))
        if is_fine:
            self.model.confirm()

    @rule()
    def confirm_what_one_asked_for_oneself(self) -> None:
        act = self.last_act()
        if act is not None:
            self.is_taken(False, lambda: poll_acts.confirm(act, by=self.office.handler))

    @rule()
    def refuse(self) -> None:
        act = self.last_act()
        if act is None:
            return
        is_fine = self.model.may_refuse(act.kind)
        self.is_taken(is_fine, lambda: poll_acts.refuse(act, by=self.office.approver, reason="时间不合适"))
        if is_fine:
            self.model.refuse()

    @rule()
    def tick(self) -> None:
        self.is_taken(True, lambda: (tasks.open_and_close_polls(), tasks.rewrite_closed_boxes()))
        self.model.tick()

    @rule(voter=st.integers(0, 2))
    def vote(self, voter: int) -> None:
        choices = {self.office.projects[voter].code: 1}
        is_fine = self.model.may_vote(voter)
        self.is_taken(is_fine, lambda: own_ballots.vote(self.office.fresh().pk, choices, by=self.voters[voter]))
        if is_fine:
            self.model.voted.add(voter)

    @invariant()
    def is_where_the_model_is(self) -> None:
        self.played[self.model.state] += 1
        poll = Poll.objects.get(pk=self.office.poll.pk)
        assert poll.state == self.model.state
        assert Ballot.objects.filter(box__poll=poll.pk).count() == len(self.model.voted)
        is_counted = self.model.state in {"counted", "published"}
        voters = Result.objects.filter(poll=poll).values_list("voters", flat=True)
        assert list(voters) == ([len(self.model.voted)] if is_counted else [])
        told = list(
            AuditEvent.objects.filter(subject=poll.audit_subject, action__in=ONCE).values_list("action", flat=True)
        )
        assert len(told) == len(set(told))
