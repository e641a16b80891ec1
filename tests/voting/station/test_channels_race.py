"""One person over every pair of channels at the same instant: one ballot counts, and an assisted one says for whom."""

import threading
from itertools import combinations_with_replacement

import pytest
from django.db import connections

from civic.limits import TooOften
from civic.models import AuditEvent, Outbox, Role
from civic.rules import RuleBroken
from tests import make
from tests.racing import WAY, at_once
from tests.voting.polls import build
from tests.voting.station import desk
from voting import receipts
from voting.models import AssistedEntry, ReminderWish, StationDay
from voting.models.urn import Ballot
from voting.receipts import Receipt
from voting.services import assisted, own_ballots, reminders, station, urn

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, databases=build.URN)]
CHANNELS = ["online", "station", "assisted"]


@pytest.fixture
def at_desk():
    return desk.station_of()


def way(at_desk, channel: str):
    """What number n of a channel does; everything it needs is ready before the race."""
    person, poll, code = at_desk.entry.person, at_desk.poll, at_desk.codes
    if channel == "online":
        return lambda n: own_ballots.vote(poll.pk, {code[n % 3]: 1}, by=person)
    if channel == "station":
        tokens = [at_desk.opened(f"s{n}") for n in range(WAY)]
        worker = at_desk.worker
        return lambda n: station.vote(poll, tokens[n], {code[n % 3]: 1}, by=worker, session=f"s{n}")
    workers = [make.officer(Role.SOCIAL_WORKER) for _n in range(WAY)]
    papers = [desk.consent(worker) for worker in workers]

    def enter(n):
        evidence = {"reason": "sight", "witness": "陈测试", "documents": [papers[n]]}
        return assisted.enter(at_desk.entry, {code[n % 3]: 1}, by=workers[n], **evidence)

    return enter


@pytest.mark.parametrize(("one", "other"), list(combinations_with_replacement(CHANNELS, 2)))
def test_one_person_over_two_channels_at_once_counts_once(at_desk, one, other):
    ways = [way(at_desk, one), way(at_desk, other)]

    given = at_once(lambda n: ways[n % 2](n))

    stands = Ballot.objects.get()
    refused = [answer for answer in given if isinstance(answer, Exception)]
    assert len(refused) < WAY
    assert {type(answer) for answer in refused} <= {RuleBroken, urn.AlreadyCast, station.ScreenOver}
    assert stands.channel in {one, other}
    assert stands.version == 1 + len(stands.trail)
    accepted = {answer.commitment for answer in given if isinstance(answer, Receipt)}
    if stands.channel != "assisted":
        assert stands.commitment in accepted
    entered = [answer for answer in given if isinstance(answer, AssistedEntry)]
    assert len(entered) == AssistedEntry.objects.count() <= 1
    told = AuditEvent.objects.filter(action="poll.assisted", on_behalf_of=at_desk.entry.person)
    assert told.count() == Outbox.objects.filter(payload__template="assisted").count() == len(entered)
    if stands.channel == "assisted":
        assert len(entered) == 1


def test_without_the_constraint_two_channels_count_twice(at_desk, monkeypatch):
    """The control: the same people, the protection taken away, and each saw that nothing stands."""
    looked, new_nonce = threading.Barrier(WAY), receipts.new_nonce

    def wait_for_all():
        looked.wait(30)
        return new_nonce()

    monkeypatch.setattr(receipts, "new_nonce", wait_for_all)
    monkeypatch.setattr(urn, "standing", lambda *_who: None)
    constraint = next(c for c in Ballot._meta.constraints if c.name == "ballot_one_per_pseudonym")
    with connections["urn"].schema_editor() as editor:
        editor.remove_constraint(Ballot, constraint)
    ways = [way(at_desk, "online"), way(at_desk, "station")]

    try:
        at_once(lambda n: ways[n % 2](n))
        assert Ballot.objects.count() == WAY
        assert set(Ballot.objects.values_list("channel", flat=True)) == {"online", "station"}
    finally:
        Ballot.objects.all().delete()
        with connections["urn"].schema_editor() as editor:
            editor.add_constraint(Ballot, constraint)


def test_one_screen_pressed_sixty_four_times_is_one_ballot(at_desk):
    token = at_desk.opened()
    sent = {"by": at_desk.worker, "session": "s1"}

    given = at_once(lambda n: station.vote(at_desk.poll, token, {at_desk.codes[n % 3]: 1}, **sent))

    assert len([answer for answer in given if isinstance(answer, Receipt)]) == 1
    assert {type(answer) for answer in given} == {Receipt, station.ScreenOver}
    assert Ballot.objects.get().version == 1


def test_sixty_four_entries_of_one_worker_at_once_are_one_in_twenty_seconds(at_desk):
    entries = [build.on_roll(at_desk.poll) for _n in range(WAY)]
    papers = [desk.consent(at_desk.worker) for _n in range(WAY)]

    def enter(n):
        evidence = {"reason": "sight", "witness": "陈测试", "documents": [papers[n]]}
        return assisted.enter(entries[n], {}, by=at_desk.worker, **evidence)

    given = at_once(enter)

    assert {type(answer) for answer in given} == {AssistedEntry, TooOften}
    assert (Ballot.objects.count(), AssistedEntry.objects.count()) == (1, 1)


def test_screens_opened_at_once_are_all_counted(at_desk):
    at_once(lambda n: at_desk.opened(f"s{n}"), 16)

    assert StationDay.objects.get().opened == 16


def test_two_schedulers_remind_once(at_desk):
    poll = at_desk.poll
    for _n in range(10):
        ReminderWish.objects.create(poll=poll, person=build.on_roll(poll).person)
    poll.closes_at = build.hour(23)
    poll.save()

    at_once(lambda _n: reminders.send_due(), 16)

    assert Outbox.objects.filter(payload__template="vote_reminder").count() == 10
    assert not ReminderWish.objects.exists()
