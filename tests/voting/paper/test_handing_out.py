"""Giving paper ballots (发放): once each, never beside another ballot, taken back within the hour, exchanged when spoiled."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from civic.models import AuditEvent, Role
from civic.moments import at, now
from civic.rules import RuleBroken
from tests import make
from tests.voting.paper import station
from tests.voting.paper.station import WITNESS
from tests.voting.polls import build
from tests.voting.results import hall
from voting import paper_queries
from voting.models import Ballot, PaperBatch, PaperHandout
from voting.services import paper, tickets, urn

pytestmark = pytest.mark.django_db(databases=build.URN)


def refused(act) -> str:
    with pytest.raises(RuleBroken) as broken:
        act()
    return broken.value.code


def give(found, place=0, **how):
    values = {"by": found.worker, "witness": WITNESS} | how
    return paper.hand_out(found.batch, found.entries[place], **values)


def test_serials_run_on_from_batch_to_batch():
    found = station.opened(size=10)

    second = paper.make_batch(found.office.poll, "公服站", 5, by=found.office.handler)

    assert (found.batch.first_serial, found.batch.last_serial) == (1, 10)
    assert (second.number, second.first_serial, second.last_serial) == (2, 11, 15)


@pytest.mark.parametrize("size", [0, 2001])
def test_a_batch_is_a_stack_two_people_can_count(size):
    found = station.opened()

    with pytest.raises(ValidationError):
        paper.make_batch(found.office.poll, "公服站", size, by=found.office.handler)


def test_batches_are_made_while_the_poll_takes_ballots_by_its_office():
    draft = build.ready()
    worker = make.officer(Role.SOCIAL_WORKER)

    assert refused(lambda: paper.make_batch(draft.poll, "站", 5, by=draft.handler)) == "wrong_state"
    with pytest.raises(PermissionDenied):
        paper.make_batch(draft.poll, "站", 5, by=worker)


def test_a_batch_is_for_people_of_the_poll():
    found = station.opened()
    elsewhere = make.area(make.TOWN)

    broken = refused(lambda: paper.make_batch(found.office.poll, "站", 5, by=found.office.handler, area=elsewhere))

    assert broken == "outside_the_poll"


def test_who_was_given_paper_votes_no_other_way():
    found = station.opened()
    before = tickets.issue(found.office.poll.pk, found.entries[0].person_id, channel="online")

    give(found)

    poll, person = found.office.poll.pk, found.entries[0].person_id
    assert refused(lambda: tickets.issue(poll, person, channel="station")) == "paper_given"
    assert refused(lambda: urn.cast(before, {})) == "paper_given"  # a ticket from before is of no use either
    assert not Ballot.objects.exists()


def test_who_voted_online_is_given_no_paper_and_the_try_is_written_down():
    found = station.opened()
    hall.cast(found.office.poll, found.entries[0].person, {})

    assert refused(lambda: give(found)) == "voted_already"

    assert not PaperHandout.objects.exists()
    trace = AuditEvent.objects.get(action="paper.refused")
    assert (trace.actor, trace.is_public) == (found.worker, False)


def test_nobody_is_given_two():
    found = station.opened()
    give(found)

    assert refused(lambda: give(found)) == "paper_given_already"


def test_the_table_itself_takes_one_handout_a_person():
    found = station.opened()
    give(found)

    with pytest.raises(IntegrityError):
        PaperHandout.objects.create(entry=found.entries[0], batch=found.batch, witness="甲", by=found.worker)


def test_a_batch_gives_no_more_than_it_has():
    found = station.opened(size=2)
    give(found, 0)
    paper.exchange(PaperHandout.objects.get(), by=found.worker)

    assert refused(lambda: give(found, 1)) == "batch_empty"
    assert refused(lambda: paper.exchange(PaperHandout.objects.get(), by=found.worker)) == "batch_empty"


def test_only_people_on_this_polls_roll_for_this_place():
    found, other = station.opened(), build.opened(roll=1)
    stranger = other.poll.roll.get()

    broken = refused(lambda: paper.hand_out(found.batch, stranger, by=found.worker, witness=WITNESS))

    assert broken == "not_on_the_roll"


def test_nobody_gives_herself_a_ballot():
    found = station.opened()
    own = build.on_roll(found.office.poll, found.worker)

    assert refused(lambda: paper.hand_out(found.batch, own, by=found.worker, witness=WITNESS)) == "own_ballot"


def test_a_witness_is_named():
    assert refused(lambda: give(station.opened(), witness=" ")) == "witness_required"


def test_a_worker_from_next_door_gives_nothing():
    found = station.opened()
    neighbour = make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE)

    with pytest.raises(PermissionDenied):
        give(found, by=neighbour)


def test_nothing_is_given_once_the_poll_has_closed():
    found = station.opened()
    found.close()

    assert refused(lambda: give(found)) == "wrong_state"


def test_nothing_is_given_after_the_closing_second_though_the_clock_has_not_come():
    found = station.opened()
    urn.move_close(poll=found.office.poll.pk, closes_at=None)

    assert refused(lambda: give(found)) == "vote_closed"
    assert not PaperHandout.objects.exists()


def test_a_mistake_is_taken_back_within_the_hour_by_who_made_it():
    found = station.opened()
    handout = give(found)

    assert refused(lambda: paper.undo_handout(handout, by=found.village, reason="记错人")) == "too_late_to_undo"
    paper.undo_handout(handout, by=found.worker, reason="记错人")

    assert not PaperHandout.objects.exists()
    hall.cast(found.office.poll, found.entries[0].person, {})  # the web is open to her again
    assert AuditEvent.objects.get(action="paper.handout_undone").reason == "记错人"
    assert refused(lambda: paper.undo_handout(handout, by=found.worker, reason="记错人")) == "undone_already"


def test_after_the_hour_it_stands():
    found = station.opened()
    handout = give(found)

    with at(now() + timedelta(minutes=61)):
        assert refused(lambda: paper.undo_handout(handout, by=found.worker, reason="记错人")) == "too_late_to_undo"


def test_taking_back_wants_a_reason_and_is_not_for_who_exchanged():
    found = station.opened()
    handout = give(found)

    assert refused(lambda: paper.undo_handout(handout, by=found.worker, reason=" ")) == "reason_required"
    paper.exchange(handout, by=found.worker)
    assert refused(lambda: paper.undo_handout(handout, by=found.worker, reason="记错")) == "exchanged_already"


def test_the_record_of_handing_out_keeps_no_serial():
    assert {field.name for field in PaperHandout._meta.local_fields} == {
        "id", "entry", "batch", "witness", "by", "at", "spoiled",
    }  # fmt: skip


def test_the_order_of_projects_differs_by_batch_and_anyone_can_work_it_out():
    found = station.opened(size=1)
    for _n in range(5):
        paper.make_batch(found.office.poll, "站", 1, by=found.office.handler)

    orders = {tuple(paper_queries.codes(batch)) for batch in paper_queries.batches(found.office.poll)}

    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset(p.code for p in found.office.projects)}
    assert paper_queries.codes(PaperBatch.objects.get(number=3)) == paper_queries.codes(
        PaperBatch.objects.get(number=3)
    )


def test_somebody_is_found_by_name_household_or_the_end_of_a_phone():
    found = station.opened(roll=0 + 1)
    someone = build.on_roll(found.office.poll, make.person("陈大文"), household="12-3")

    for text in ("大文", "12-3", someone.person.phone[-4:]):
        assert someone in paper_queries.entries_named(found.batch, text), text
    assert paper_queries.entries_named(found.batch, "没有这人") == []
