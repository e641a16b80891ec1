"""One voter, sixty-four requests at the same instant, page and API mixed: one ballot, one receipt for all."""

import pytest
from django.test import Client

from tests.racing import WAY, at_once
from tests.voting.api import calls
from tests.voting.polls import build
from voting.models.urn import Ballot, PendingLeaf

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, databases=build.URN)]


def sixty_four(vote: calls.Vote) -> list[Client]:
    clients = [Client() for _n in range(WAY)]
    for client in clients:
        client.cookies = vote.client.cookies.copy()
    return clients


def test_the_same_ballot_through_both_doors_is_one_with_one_receipt():
    vote = calls.opened()
    clients, one = sixty_four(vote), vote.codes[0]
    page = f"/vote/{vote.office.poll.pk}/"

    def send(number: int):
        if number % 2:
            return clients[number].post(page, {"choices": [one]})
        return clients[number].post(vote.path("ballot/"), {"choices": {one: 1}}, content_type="application/json")

    given = at_once(send)

    stands = Ballot.objects.get()
    assert (stands.version, PendingLeaf.objects.count()) == (1, 1)
    assert {answer.status_code for answer in given[1::2]} == {302}
    over_api = given[0::2]
    assert {answer.status_code for answer in over_api} <= {200, 201}
    assert sum(answer.status_code == 201 for answer in over_api) <= 1
    assert {answer.json()["commitment"] for answer in over_api} == {stands.commitment}


def test_different_ballots_through_both_doors_are_one_and_the_others_hear_its_receipt():
    vote = calls.opened(limit=1)
    clients, page = sixty_four(vote), f"/vote/{vote.office.poll.pk}/"

    def send(number: int):
        code = vote.codes[number % 3]
        if number % 2:
            return clients[number].post(page, {"choices": [code]})
        return clients[number].post(vote.path("ballot/"), {"choices": {code: 1}}, content_type="application/json")

    given = at_once(send)

    stands = Ballot.objects.get()
    assert (stands.version, PendingLeaf.objects.count()) == (1, 1)
    assert {answer.status_code for answer in given[1::2]} <= {302, 409}
    for answer in given[0::2]:
        assert answer.status_code in {200, 201, 409}
        told = answer.json()
        assert told.get("standing", told)["commitment"] == stands.commitment


def test_one_key_sixty_four_times_is_one_answer():
    vote = calls.opened()
    clients, one = sixty_four(vote), vote.codes[0]
    headers = {"Idempotency-Key": calls.KEY}

    def send(number: int):
        body = {"choices": {one: 1}}
        return clients[number].post(vote.path("ballot/"), body, content_type="application/json", headers=headers)

    given = at_once(send)

    assert Ballot.objects.count() == 1
    assert {(answer.status_code, answer.content) for answer in given} == {(201, given[0].content)}
