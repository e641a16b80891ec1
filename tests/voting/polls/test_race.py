"""Two people, two schedulers, two clerks at the same instant: once, and what would happen without the lock."""

from threading import Barrier

import pytest
from django.db import transaction

from civic.models import AuditEvent, Person, Role
from civic.moments import now
from civic.rules import RuleBroken
from tests import make
from tests.racing import at_once
from tests.voting.hall import anew
from tests.voting.polls import build
from voting import poll_queries as queries
from voting.models import ActKind, BallotBox, Poll, PollAct, RollEntry
from voting.roll_files.people import Listed
from voting.services import poll_acts, polls, roll

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, databases=build.URN)]
WAY = 16


def due_to_open(number: int = 1) -> list[build.Office]:
    offices = [build.ready() for _n in range(number)]
    for office in offices:
        office.agree("open")
    Poll.objects.update(opens_at=build.hour(-0.001))
    return offices


def happened(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def test_many_schedulers_open_each_poll_once():
    due_to_open(3)

    opened = at_once(lambda _n: polls.open_due(by="test"), WAY)

    assert sum(opened) == 3
    assert (happened("poll.opened"), BallotBox.objects.count()) == (3, 3)
    assert set(Poll.objects.values_list("state", flat=True)) == {"open"}


def test_many_schedulers_close_each_poll_once():
    due_to_open(2)
    polls.open_due(by="test")
    Poll.objects.update(opens_at=build.hour(-2), closes_at=build.hour(-1))
    BallotBox.objects.update(opens_at=build.hour(-2), closes_at=build.hour(-1))

    closed = at_once(lambda _n: polls.close_due(by="test"), WAY)

    assert sum(closed) == 2
    assert happened("poll.closed") == 2


def test_without_the_lock_two_schedulers_open_a_poll_twice():
    """The control: look, then act, so that the tests above are seen to measure something."""
    [office] = due_to_open()
    looked = Barrier(WAY)

    def naive(_number):
        with transaction.atomic():
            poll = queries.polls_due_to_open().filter(pk=office.poll.pk).get()
            looked.wait(20)
            poll.roll_size, poll.opened_at = 3, now()
            polls._move(poll, "open", "poll.opened", by="test")

    at_once(naive, WAY)

    assert happened("poll.opened") > 1


def test_many_confirmations_carry_an_act_out_once():
    [office] = due_to_open()
    polls.open_due(by="test")
    later = build.hour(72)
    act = office.ask("extend", closes_at=later)

    given = at_once(lambda _n: poll_acts.confirm(act, by=anew(office.approver)), WAY)

    assert sum(isinstance(one, PollAct) for one in given) == 1
    assert all(isinstance(one, RuleBroken) for one in given if not isinstance(one, PollAct))
    assert happened("poll.extended") == 1
    assert office.fresh().closes_at == later


def test_a_confirmation_and_a_refusal_at_once_leave_one_of_them():
    office = build.ready()
    act = office.ask("cancel")

    def settle(number: int):
        if number % 2:
            return poll_acts.confirm(act, by=anew(office.approver))
        return poll_acts.refuse(act, by=anew(office.handler), reason="不办了")

    at_once(settle, WAY)

    act.refresh_from_db()
    assert act.state in {"confirmed", "refused"}
    assert happened("poll.cancelled") + happened("poll.act_refused") == 1
    assert office.fresh().state == ("cancelled" if act.state == "confirmed" else "draft")


def test_many_who_ask_leave_one_act_waiting():
    office = build.ready()

    at_once(lambda _n: poll_acts.ask(office.poll, ActKind.OPEN, by=anew(office.handler), reason="到时候了"), WAY)

    assert PollAct.objects.count() == 1


def test_one_person_added_many_times_at_once_is_on_the_roll_once():
    office = build.prepared()
    person, worker = make.person("赵测试"), make.officer(Role.SOCIAL_WORKER)

    at_once(
        lambda _n: roll.enrol(
            office.poll, by=anew(worker), person=person, area=make.area(), age=46, evidence="看了户口簿"
        ),
        WAY,
    )

    assert RollEntry.objects.filter(person=person).count() == 1


def test_one_list_imported_many_times_at_once_makes_its_people_once():
    office = build.prepared()
    people = [Listed(n, f"居民{n}", f"+86139{n:08d}", None, 46, "", str(n)) for n in range(50)]
    before = Person.objects.count()

    given = at_once(lambda _n: roll.import_roll(office.poll, people, by="test"), 8)

    assert sorted(one.added for one in given) == [0] * 7 + [50]
    assert (office.poll.roll.count(), Person.objects.count()) == (50, before + 50)


def test_who_is_added_as_the_poll_opens_is_on_the_frozen_roll_or_refused():
    [office] = due_to_open()
    worker = make.officer(Role.SOCIAL_WORKER)
    people = [make.person(f"居民{n}") for n in range(WAY)]

    def act(number: int):
        if number % 4 == 0:
            return polls.open_due(by="test")
        return roll.enrol(
            office.poll, by=anew(worker), person=people[number], area=make.area(), age=46, evidence="看了户口簿"
        )

    given = at_once(act, WAY)
    polls.open_due(by="test")

    added = sum(isinstance(one, RollEntry) for one in given)
    assert office.fresh().roll_size == office.poll.roll.count() == 3 + added
    assert all(isinstance(one, int | RollEntry | RuleBroken) for one in given)
