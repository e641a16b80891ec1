"""A lost key file comes back from two halves, and from no others."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.voting.urn.boxes import POLL, cast, opened
from voting.services import urn

pytestmark = pytest.mark.django_db(databases=["default", "urn"])


def split() -> list[str]:
    said = StringIO()
    call_command("poll_key", "split", str(POLL), stdout=said)
    return said.getvalue().split()


def join(monkeypatch, *typed: str) -> None:
    answers = iter(typed)
    monkeypatch.setattr("voting.management.commands.poll_key.getpass", lambda _prompt: next(answers))
    call_command("poll_key", "join", str(POLL), stdout=StringIO())


def test_a_voter_finds_her_ballot_again_after_the_key_file_was_lost(monkeypatch, poll_keys):
    opened()
    cast(1, "11")
    halves = split()
    (poll_keys / f"poll-{POLL}.key").unlink()

    join(monkeypatch, *halves)

    assert urn.own_ballot(POLL, 1) == {"11": 1}


@pytest.mark.parametrize("typed", [("00" * 32, "00" * 32), ("", ""), ("no hex", "zz")])
def test_other_halves_are_refused_and_nothing_is_written(monkeypatch, poll_keys, typed):
    opened()
    (poll_keys / f"poll-{POLL}.key").unlink()

    with pytest.raises(CommandError):
        join(monkeypatch, *typed)

    assert not (poll_keys / f"poll-{POLL}.key").exists()


def test_a_key_that_is_not_there_cannot_be_split():
    with pytest.raises(CommandError, match="has no key"):
        split()
