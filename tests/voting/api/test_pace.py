"""Ten new ballots a minute for one account, through whichever door; the same one again is always answered."""

import pytest

from civic.limits import TooOften
from tests.voting.api import calls
from tests.voting.polls import build
from voting import pace
from voting.models.urn import Ballot

pytestmark = pytest.mark.django_db(databases=build.URN)


@pytest.fixture
def clock(monkeypatch):
    """Seconds by hand."""
    told = [1000.0]
    monkeypatch.setattr(pace, "monotonic", lambda: told[0])
    return told


def changed(vote: calls.Vote, version: int):
    return vote.cast({vote.codes[version % 2]: 1}, replaces=version or None)


def test_the_eleventh_new_ballot_within_a_minute_waits(clock):
    vote = calls.opened()
    assert [changed(vote, version).status_code for version in range(10)] == [201] * 10
    clock[0] += 20

    refused = changed(vote, 10)
    page = vote.client.post(f"/vote/{vote.office.poll.pk}/", {"choices": [vote.codes[0]], "replaces": "10"})

    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (429, "too_often", "40")
    assert (page.status_code, page["Retry-After"]) == (429, "40")
    assert "操作太频繁，请 40 秒后再试" in page.content.decode()
    assert "data-score checked" in page.content.decode()
    assert Ballot.objects.get().version == 10
    clock[0] += 40
    assert changed(vote, 10).status_code == 201


def test_a_ballot_sent_again_and_one_refused_take_nothing_of_the_ten(clock):
    vote = calls.opened()
    changed(vote, 0)
    one, other, _third = vote.codes

    again = {vote.cast({one: 1}).status_code for _n in range(15)}
    keyed = {vote.cast({other: 1}, replaces=1, key=calls.KEY).status_code for _n in range(15)}
    wrong = {vote.cast({one: 1}).status_code for _n in range(15)}

    assert (again, keyed, wrong) == ({200}, {201}, {409})


def test_another_voter_is_not_slowed_down(clock):
    vote = calls.opened()
    for version in range(10):
        changed(vote, version)
    vote.client.force_login(build.on_roll(vote.office.poll).person)

    assert changed(vote, 0).status_code == 201


def test_what_is_over_is_forgotten(clock):
    ours = pace.Pace(most=2, seconds=60)
    for person in range(1000):
        ours.count(person, 1, 1)
    ours.count(1, 1, 2)
    with pytest.raises(TooOften):
        ours.check(1)
    clock[0] += 60

    ours.check(1)

    assert (ours._of, len(ours._came)) == ({}, 0)
