"""The roll's word to the urn: forged, altered, expired or borrowed it is worth nothing; twice it gains nothing."""

import base64
import json
from datetime import timedelta

import pytest

from civic.models import Person
from civic.moments import now
from civic.rules import RuleBroken
from tests import make
from tests.voting.urn.boxes import POLL, cast, count, opened, rewritten, style_hash, ticket
from voting import keys, tickets
from voting.models import Poll, RollEntry
from voting.models.urn import Ballot
from voting.services import urn
from voting.services.tickets import issue
from voting.urn_check import findings

pytestmark = pytest.mark.django_db(databases=["default", "urn"])


def refused_with(code: str, text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        urn.cast(text, {"11": 1})
    assert refused.value.code == code
    assert not Ballot.objects.exists()


def altered(text: str, **fields) -> str:
    """The ticket with other contents under the same signature."""
    body, _dot, signature = text.partition(".")
    changed = json.loads(base64.urlsafe_b64decode(body)) | fields
    return base64.urlsafe_b64encode(json.dumps(changed).encode()).decode() + "." + signature


def test_a_ticket_says_pseudonym_poll_style_and_channel_and_nothing_of_the_person():
    opened()

    read = tickets.read(ticket(1), at=now())

    assert (read.poll, read.pseudonym, read.channel) == (POLL, keys.pseudonym(POLL, 1), "online")
    assert set(vars(read)) == {"poll", "pseudonym", "style_hash", "channel", "expires"}


@pytest.mark.parametrize(
    "fields", [{"pseudonym": "f" * 64}, {"poll": 8}, {"channel": "paper"}, {"expires": 2**40}], ids=lambda f: min(f)
)
def test_an_altered_ticket_is_refused(fields):
    opened()
    opened(poll=8)

    refused_with("ticket_invalid", altered(ticket(1), **fields))


@pytest.mark.parametrize("text", ["", ".", "a.b", "投票.凭据", "=.=", "e30=.", "a" * 100_000])
def test_what_is_no_ticket_is_refused(text):
    opened()

    refused_with("ticket_invalid", text)


def test_a_ticket_signed_by_another_key_is_refused(poll_keys):
    opened()
    forged = ticket(1)
    (poll_keys / "tickets.ed25519").unlink()

    refused_with("ticket_invalid", forged)


def test_a_signature_of_the_log_is_no_ticket(monkeypatch):
    opened()
    monkeypatch.setattr(keys, "TICKETS", keys.LOG)
    signed_for_another_purpose = ticket(1)
    monkeypatch.undo()

    refused_with("ticket_invalid", signed_for_another_purpose)


def test_a_ticket_runs_out_after_its_quarter_of_an_hour():
    opened()

    refused_with("ticket_expired", ticket(1, at=now() - tickets.LIFE))
    cast(1, "11", at=now() - tickets.LIFE + timedelta(seconds=30))

    assert Ballot.objects.count() == 1


def test_a_ticket_for_another_style_of_ballot_is_refused():
    opened("choose")

    refused_with("ticket_invalid", ticket(1, style_hash=style_hash("points")))


def test_a_ticket_for_another_poll_finds_no_box():
    opened()
    keys.make(9)

    refused_with("vote_not_open", ticket(1, poll=9, style_hash=style_hash("choose")))


def test_a_ticket_used_twice_is_one_ballot_and_changes_nothing():
    opened()
    once = ticket(1)
    receipt = urn.cast(once, {"11": 1})

    assert urn.cast(once, {"11": 1}) == receipt
    with pytest.raises(urn.AlreadyCast):
        urn.cast(once, {"12": 1})
    assert Ballot.objects.get().choices == {"11": 1}


def enrolled() -> tuple[Poll, Person]:
    """A resident on the roll of a poll whose box is open."""
    resident = make.resident()
    poll = Poll.objects.create(
        round=make.round_(),
        area=make.area(),
        method="choose",
        limit=3,
        project_max=5,
        min_age=18,
        openings="open",
        count_rule="greedy_by_score",
        rule_hash="a" * 64,
        seed_commitment="b" * 64,
    )
    RollEntry.objects.create(poll=poll, person=resident, area=make.area(), source="residency")
    opened(poll=poll.pk)
    return poll, resident


def test_who_is_on_the_roll_gets_a_ticket_that_votes():
    poll, resident = enrolled()

    urn.cast(issue(poll.pk, resident.pk, channel="online"), {"11": 1})

    assert urn.own_ballot(poll.pk, resident.pk) == {"11": 1}


def test_issuing_writes_nothing_into_either_database(django_assert_num_queries):
    poll, resident = enrolled()

    with django_assert_num_queries(1) as asked, django_assert_num_queries(1, using="urn") as asked_urn:
        issue(poll.pk, resident.pk, channel="online")

    assert all(query["sql"].startswith("SELECT") for query in [*asked, *asked_urn])


def test_who_is_not_on_the_roll_gets_none():
    poll, _resident = enrolled()

    with pytest.raises(RuleBroken) as refused:
        issue(poll.pk, make.person().pk, channel="online")

    assert refused.value.code == "not_on_the_roll"


def test_after_the_key_is_destroyed_no_ticket_is_given():
    poll, resident = enrolled()
    keys.destroy(poll.pk)

    with pytest.raises(RuleBroken) as refused:
        issue(poll.pk, resident.pk, channel="online")

    assert refused.value.code == "key_gone"


def test_the_erasure_of_a_person_leaves_the_count_intact():
    poll, resident = enrolled()
    urn.cast(issue(poll.pk, resident.pk, channel="online"), {"11": 1})

    RollEntry.objects.filter(person=resident).delete()
    rewritten(poll.pk)

    published = urn.public_log(poll.pk)
    assert count(published["openings"])["11"] == 1
    assert list(findings(published)) == []
