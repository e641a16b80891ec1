"""A paper ballot's whole way: made, given, taken back, read twice, balanced, in the urn, counted, published, checked."""

import json

import pytest

from civic.models import AuditEvent
from civic.rules import RuleBroken
from tests.voting.paper import station
from tests.voting.polls import build
from tests.voting.results import hall
from voting import keys, paper_queries, tasks, urn_check
from voting.models import Ballot, PaperHold, PaperSheet, RollEntry
from voting.services import results, urn

pytestmark = pytest.mark.django_db(databases=build.URN)


def test_paper_and_web_are_counted_together_and_anyone_can_check_it():
    found = station.opened(size=10, roll=6)
    office, codes = found.office, [project.code for project in found.office.projects]
    hall.cast(office.poll, found.entries[0].person, {codes[0]: 1})
    hall.cast(office.poll, found.entries[1].person, {codes[1]: 1})
    found.give(2, 3, 4)
    found.close()
    found.back(3)
    first = found.codes().index(codes[0]) + 1
    found.key_twice(1, first)
    found.key_twice(5, first)
    found.key_twice(9, fault="unreadable")
    found.sign()

    assert found.into_urn() == 2
    station.counted(found)
    office.agree("publish")

    result = office.fresh().results.get()
    assert (result.voters, result.channels) == (4, {"online": 2, "paper": 2})
    assert result.lines.get(project__code=codes[0]).votes == 3
    assert results.differences(result) == []
    published = json.loads(json.dumps(urn.public_log(office.poll.pk)))
    assert list(urn_check.findings(published)) == []
    leaf = next(entry for entry in map(json.loads, published["leaves"]) if entry["type"] == "PAPER-BATCH")
    assert (leaf["ballots"], leaf["batches"], leaf["figures"]["given"]) == (2, [1], 3)
    assert (leaf["figures"]["counted"], leaf["figures"]["invalid"]) == (2, 1)
    assert result.ballots_file.count("\n") >= 4


def test_what_was_keyed_and_who_held_paper_is_gone_from_the_urn_after_the_count():
    found = station.returned(2)
    for serial in (1, 2):
        found.key_twice(serial, 1)
    found.sign()
    assert PaperSheet.objects.count() == 4
    assert PaperHold.objects.count() == 2

    found.into_urn()
    station.counted(found)

    assert not PaperSheet.objects.exists()
    assert not PaperHold.objects.exists()
    assert Ballot.objects.count() == 2


def test_nothing_leads_from_a_person_to_a_paper_ballot():
    """Its pseudonym is made of its number; nobody's own pseudonym stands in the box."""
    found = station.returned(2)
    for serial in (1, 2):
        found.key_twice(serial, 1)
    found.sign()
    found.into_urn()

    poll = found.office.poll.pk
    people = {keys.pseudonym(poll, entry.person_id) for entry in RollEntry.objects.all()}
    kept = set(Ballot.objects.values_list("pseudonym", flat=True))
    assert kept == {keys.paper_pseudonym(poll, 1, serial) for serial in (1, 2)}
    assert not kept & people
    assert [urn.standing(poll, entry.person_id) for entry in found.entries] == [None] * 6
    told = json.dumps(list(AuditEvent.objects.filter(action__startswith="paper.").values()), default=str)
    assert not any(entry.person.name in told for entry in found.entries)
    assert not any(name in told for name in kept)


def test_a_poll_is_neither_written_anew_nor_counted_while_its_paper_waits():
    found = station.returned(1)
    office = found.office

    for step in (lambda: None, lambda: found.key_twice(3, 1), found.sign):
        step()
        station.counted(found)
        assert office.poll.state == "closed"
        assert urn.public_log(office.poll.pk).get("openings") is None
    found.into_urn()
    station.counted(found)

    assert office.poll.state == "counted"


def test_a_poll_without_paper_is_counted_at_once():
    office = hall.held(hall.votes(1, 1))
    tasks.open_and_close_polls()

    assert office.fresh().state == "counted"


def test_a_cancelled_poll_waits_for_no_paper():
    found = station.opened()
    found.give(0)

    found.office.agree("cancel")
    station.counted(found)

    assert "openings" in urn.public_log(found.office.poll.pk)


def test_a_box_is_not_written_anew_over_papers_that_were_read():
    found = station.returned(1)
    found.key(3, found.worker, 1)

    with pytest.raises(RuleBroken) as refused:
        urn.rewrite(poll=found.office.poll.pk)

    assert refused.value.code == "paper_waits"


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (lambda log: log["openings"].pop(0), "paper ballots are opened"),
        (lambda log: log["openings"][0].update(is_paper=False), "the chains of the openings"),
        (lambda log: log["openings"][0].update(commitments=["f" * 64]), "are not the ones the log promised"),
    ],
    ids=["left out", "passed off as cast", "put in another's place"],
)
def test_a_paper_ballot_that_was_tampered_with_is_found(spoil, finding):
    found = station.returned(2)
    for serial in (1, 2):
        found.key_twice(serial, 1)
    found.sign()
    found.into_urn()
    station.counted(found)
    log = json.loads(json.dumps(urn.public_log(found.office.poll.pk)))

    spoil(log)

    assert any(finding in said for said in urn_check.findings(log))


def test_more_ballots_than_people_on_the_roll_do_not_enter():
    found = station.returned(2, roll=2)
    for serial in (1, 2):
        found.key_twice(serial, 1)
    found.sign()
    build.fill_box(found.office.poll, 1)

    with pytest.raises(RuleBroken) as refused:
        found.into_urn()

    assert refused.value.code == "beyond_the_roll"
    assert paper_queries.batches(found.office.poll).get().state == "balanced"


def test_into_the_urn_again_after_half_of_it_was_written_changes_nothing_there():
    """The urn commits by itself: where the row here did not follow, it is done again."""
    found = station.returned(1)
    found.key_twice(4, 1)
    found.sign()
    urn.take_paper(poll=found.office.poll.pk, batches=[1], figures={"counted": 1})

    assert found.into_urn() == 1
    assert Ballot.objects.count() == 1
