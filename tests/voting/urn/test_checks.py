"""Settings that would lay roll and urn together are refused at the start."""

from types import SimpleNamespace

import pytest

from voting import checks

ROLL = {"HOST": "db", "PORT": "5432", "NAME": "weishishi", "USER": "roll"}


@pytest.mark.parametrize(
    ("urn", "found"),
    [
        ({"HOST": "urn", "NAME": "urn", "USER": "urn"}, []),
        ({"NAME": "urn", "USER": "urn"}, []),
        ({"NAME": "urn"}, ["voting.W001"]),
        ({"USER": "urn"}, ["voting.E001"]),
        ({}, ["voting.E001", "voting.W001"]),
    ],
    ids=["another server", "another database", "same role", "same database", "same address"],
)
def test_roll_and_urn_need_two_databases_and_two_roles(monkeypatch, urn, found):
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES={"default": ROLL, "urn": ROLL | urn}))

    assert [message.id for message in [*checks.urn_lies_apart(), *checks.urn_has_its_own_role()]] == found
