"""The ballot account (选票账): it balances or names its gap, two sign it, and what cannot be told apart does not count."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from civic.models import AuditEvent
from civic.rules import RuleBroken
from tests.voting.paper import station
from tests.voting.paper.station import WITNESS
from tests.voting.polls import build
from voting import paper_queries
from voting.models import Ballot, PaperBatch, PaperHandout
from voting.paper_rules import Account, together
from voting.services import paper, paper_account

pytestmark = pytest.mark.django_db(databases=build.URN)
WHOLE = {"printed": 10, "given": 6, "spoiled": 1, "left": 3, "returned": 5, "counted": 3, "late": 1, "unreadable": 1}


def refused(act) -> str:
    with pytest.raises(RuleBroken) as broken:
        act()
    return broken.value.code


def test_an_account_that_balances():
    account = Account(**WHOLE)

    assert account.printed == account.handed_out + account.left
    assert account.given == account.counted + account.invalid + account.not_returned
    assert (account.invalid, account.not_returned, account.gaps()) == (2, 1, [])


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"left": 2}, "有1张找不到"),
        ({"left": 5}, "比印的多2张"),
        ({"counted": 2}, "收回的还有1张没有录完"),
        ({"counted": 4}, "录入的比收回的多1张"),
        ({"returned": 7, "late": 3}, "收回比发出多1张"),
        ({"returned": 8, "counted": 6}, "收回比发出多2张，全部作废"),
    ],
)
def test_every_gap_is_named(change, gap):
    assert Account(**(WHOLE | change)).gaps() == [gap]


def test_accounts_add_up():
    assert together([Account(**WHOLE), Account(**WHOLE)]) == Account(**{name: 2 * n for name, n in WHOLE.items()})


def test_the_account_of_a_batch_from_the_record():
    found = station.opened(size=10)
    found.give(0, 1, 2)
    paper.exchange(PaperHandout.objects.first(), by=found.worker)
    found.close()
    found.back(2, late=1)
    found.key_twice(4, 1)

    account = paper_queries.account(found.fresh())

    assert account == Account(printed=10, given=3, spoiled=1, left=6, returned=2, counted=1, late=1)
    assert (account.not_returned, account.gaps()) == (1, [])


def test_two_people_sign():
    found = station.returned(1)
    found.key_twice(1, 1)
    office = found.office

    assert refused(lambda: paper_account.confirm_signature(found.batch, by=office.approver)) == "not_asked"
    paper_account.ask_signature(found.batch, by=office.handler)
    assert refused(lambda: paper_account.ask_signature(found.batch, by=office.approver)) == "act_pending"
    assert refused(lambda: paper_account.confirm_signature(found.batch, by=office.handler)) == "same_person"
    paper_account.confirm_signature(found.batch, by=office.approver)

    assert found.fresh().state == "balanced"
    said = AuditEvent.objects.get(action="paper.balanced")
    assert said.sentence == "小濠冲站选票账：印10，发1，换0，剩9；收回1，没交回0；计入1，无效0"


def test_the_table_itself_wants_two_people():
    found = station.returned(1)

    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBatch.objects.update(asked_by=found.worker, confirmed_by=found.worker)


def test_a_gap_wants_a_public_reason():
    found = station.opened(size=10)
    found.give(0)
    found.close()
    found.back(1, left=8)
    found.key_twice(1, 1)

    assert refused(found.sign) == "gap_unexplained"
    found.sign("撕坏1张没有留底")

    assert AuditEvent.objects.get(action="paper.balanced").reason == "撕坏1张没有留底"


def test_where_more_came_back_than_was_given_none_of_the_batch_counts():
    found = station.opened(size=10)
    found.give(0)
    found.close()
    found.back(2)
    for serial in (1, 2):
        found.key_twice(serial, 1)
    found.sign("多出1张，分不出是哪张")

    assert found.into_urn() == 0

    assert (found.batch.counted, found.batch.void) == (0, 2)
    assert not Ballot.objects.exists()
    station.counted(found)
    assert found.office.poll.state == "counted"


def test_a_batch_nobody_was_given_still_balances():
    found = station.opened(size=4)
    found.close()

    found.back(0)
    found.sign()

    assert found.into_urn() == 0
    station.counted(found)
    assert found.office.poll.state == "counted"


def test_all_batches_are_signed_before_any_goes_into_the_urn():
    found = station.returned(1)
    second = PaperBatch.objects.create(
        poll=found.office.poll, number=2, area=found.batch.area, station="公服站", first_serial=11, size=5,
        made_by=found.office.handler,
    )  # fmt: skip
    found.key_twice(1, 1)
    found.sign()

    assert refused(found.into_urn) == "not_balanced"
    paper.take_back(second, by=found.worker, left=5, returned=0)
    second.refresh_from_db()
    paper_account.ask_signature(second, by=found.office.handler)
    paper_account.confirm_signature(second, by=found.office.approver)

    assert found.into_urn() == 1


def test_nothing_is_signed_before_all_is_read():
    found = station.returned(1)

    assert refused(lambda: paper_account.ask_signature(found.batch, by=found.office.handler)) == "wrong_state"


def test_workers_do_not_sign():
    found = station.returned(1)
    found.key_twice(1, 1)

    with pytest.raises(PermissionDenied):
        paper_account.ask_signature(found.batch, by=found.worker)
    with pytest.raises(PermissionDenied):
        paper_account.into_urn(found.office.poll, by=found.worker)


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"returned": 1, "late": 2}, "set_aside_beyond_returned"),
        ({"returned": 1, "left": 11}, "left_beyond_size"),
        ({"returned": 11}, "returned_beyond_size"),
    ],
)
def test_figures_that_cannot_be_are_refused(figures, code):
    found = station.opened(size=10)
    found.give(0)
    found.close()

    assert refused(lambda: found.back(**figures)) == code


def test_the_stations_figures_are_corrected_while_papers_are_read_but_not_below_those_read():
    found = station.returned(3)
    found.key(1, found.worker, 1)
    found.key(2, found.worker, 1)

    assert refused(lambda: found.back(1)) == "keyed_beyond_returned"
    assert found.back(2).state == "keying"
    for serial in (1, 2):
        found.key(serial, found.village, 1)

    assert found.batch.state == "keyed"
    assert refused(lambda: found.back(3)) == "wrong_state"


def test_a_witness_stands_beside_every_handout():
    found = station.opened()
    found.give(0)

    assert PaperHandout.objects.get().witness == WITNESS
