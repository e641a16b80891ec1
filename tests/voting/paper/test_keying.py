"""Reading papers (录入): two people each on their own, a third where they differ, nothing before the close."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from civic.models import Role
from civic.rules import RuleBroken
from tests import make
from tests.voting.paper import station
from tests.voting.polls import build
from voting.models import BallotBox, PaperSheet
from voting.services import paper_keying, urn

pytestmark = pytest.mark.django_db(databases=build.URN)


def refused(act) -> str:
    with pytest.raises(RuleBroken) as broken:
        act()
    return broken.value.code


def third(found):
    return found.office.approver


def test_two_that_agree_make_a_ballot_sure():
    found = station.returned(1)

    found.key(7, found.worker, 1, 2)
    assert found.batch.state == "keying"
    found.key(7, found.village, 2, 1)  # the order of ticks says nothing

    assert (found.batch.state, found.batch.counted) == ("keyed", 1)


def test_the_same_person_reads_a_paper_once():
    found = station.returned(2)
    found.key(7, found.worker, 1)

    assert refused(lambda: found.key(7, found.worker, 1)) == "keyed_by_you"
    assert PaperSheet.objects.count() == 1


def test_the_table_itself_refuses_a_second_reading_by_the_same_person():
    found = station.returned(2)
    found.key(7, found.worker, 1)
    one = PaperSheet.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic(using="urn"):
        PaperSheet.objects.create(box=one.box, batch=1, serial=7, turn=2, keyer=one.keyer, choices={})


@pytest.mark.parametrize(
    "values",
    [{"turn": 4}, {"choices": None}, {"fault": "unreadable"}, {"choices": None, "fault": "no such"}],
    ids=["a fourth turn", "neither", "both", "unknown fault"],
)
def test_the_table_keeps_only_readings_that_say_one_thing(values):
    station.returned(1)
    fields = {"batch": 1, "serial": 7, "turn": 1, "keyer": "a" * 64, "choices": {}} | values

    with pytest.raises(IntegrityError), transaction.atomic(using="urn"):
        PaperSheet.objects.create(box=BallotBox.objects.get(), **fields)


def test_two_that_differ_wait_for_a_third_person():
    found = station.returned(1)
    found.key(7, found.worker, 1)
    found.key(7, found.village, 2)
    assert found.batch.state == "keying"
    assert [sheet.differs for sheet in urn.sheets(found.office.poll.pk, 1)] == [True]
    choices = {found.codes()[1]: 1}

    for one in (found.worker, found.village):
        broken = refused(lambda one=one: paper_keying.settle(found.batch, 7, by=one, choices=choices))
        assert broken == "keyed_by_you"
    paper_keying.settle(found.batch, 7, by=third(found), choices=choices)

    found.fresh()
    assert (found.batch.state, found.batch.counted) == ("keyed", 1)
    assert urn.sheets(found.office.poll.pk, 1)[0].outcome == (choices, "")


def test_a_fault_that_only_one_saw_is_a_difference_too():
    found = station.returned(1)
    found.key(7, found.worker, 1)
    found.key(7, found.village, fault="unreadable")
    assert found.batch.state == "keying"

    paper_keying.settle(found.batch, 7, by=third(found), fault="unreadable")

    assert (found.fresh().counted, found.batch.unreadable) == (0, 1)


def test_a_third_reading_is_for_papers_that_differ():
    found = station.returned(2)
    found.key_twice(7, 1)

    assert refused(lambda: found.key(7, third(found), 1)) == "keyed_twice"
    for serial in (7, 8):
        broken = refused(lambda serial=serial: paper_keying.settle(found.batch, serial, by=third(found), choices={}))
        assert broken == "nothing_to_settle"


def test_nothing_is_read_while_others_still_vote():
    found = station.opened()
    found.give(0)

    assert refused(lambda: found.key(1, found.worker, 1)) == "wrong_state"
    assert refused(lambda: found.back(1)) == "wrong_state"
    assert not PaperSheet.objects.exists()


def test_the_urn_itself_takes_no_reading_before_its_close():
    found = station.opened()

    broken = refused(
        lambda: urn.key_sheet(
            poll=found.office.poll.pk, batch=1, serial=1, person=found.worker.pk, choices={}, fault=""
        )
    )

    assert broken == "vote_open"


def test_a_blank_paper_counts_and_gives_nothing():
    found = station.returned(1)

    found.key_twice(2)

    assert (found.batch.counted, found.batch.state) == (1, "keyed")


def test_a_paper_beyond_its_style_is_not_taken_as_a_choice():
    found = station.returned(1, projects=6)

    assert refused(lambda: found.key(2, found.worker, 1, 2, 3, 4, 5, 6)) == "over_limit"
    found.key_twice(2, fault="over_limit")

    assert (found.batch.counted, found.batch.over_limit) == (0, 1)


def test_no_more_papers_are_read_than_came_back():
    found = station.returned(1)
    found.key(3, found.worker, 1)

    assert refused(lambda: found.key(4, found.village, 1)) == "more_than_returned"


def test_a_wrong_number_is_taken_back_while_nobody_else_read_it():
    found = station.returned(1)
    found.key(3, found.worker, 1)

    assert refused(lambda: paper_keying.strike(found.batch, 3, by=found.village)) == "not_yours_alone"
    paper_keying.strike(found.batch, 3, by=found.worker)
    found.key_twice(4, 1)

    assert found.batch.state == "keyed"


def test_what_another_read_too_is_not_taken_back():
    found = station.returned(2)
    found.key_twice(3, 1)

    assert refused(lambda: paper_keying.strike(found.batch, 3, by=found.worker)) == "not_yours_alone"


@pytest.mark.parametrize("serial", [0, 11])
def test_a_number_of_no_paper_is_refused(serial):
    found = station.returned(1, size=10)

    assert refused(lambda: found.key(serial, found.worker, 1)) == "serial_wrong"


def test_who_does_not_work_there_reads_nothing():
    found = station.returned(1)

    with pytest.raises(PermissionDenied):
        found.key(1, make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE), 1)


def test_what_is_keyed_is_told_by_serial_and_never_by_whom():
    found = station.returned(2)
    found.key(1, found.worker, 1)

    mine = urn.serials_read_by(found.office.poll.pk, 1, found.worker.pk)
    others = urn.serials_read_by(found.office.poll.pk, 1, found.village.pk)

    assert (mine, others) == ({1}, set())
    assert str(found.worker.pk) != PaperSheet.objects.get().keyer
    assert not hasattr(urn.sheets(found.office.poll.pk, 1)[0], "keyer")
