"""Two at a time (同时几个) when many ask and work at once: never a third, none forgotten, nobody waits for another for good."""

import pytest

from civic import outbox, turns
from civic.models import Outbox, Role
from publicity.models import Bundle, BundleKind, BundleState
from publicity.opendata import taken
from publicity.services import bundles
from tests import make
from tests.racing import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MANY = 8


@pytest.fixture
def offices():
    make.areas()
    for number in range(5):
        make.project(title=f"第{number}处坡道")
    return [make.officer(Role.DISTRICT_OFFICE, make.DISTRICT) for _n in range(MANY)]


def asked(offices) -> list:
    return at_once(lambda number: bundles.ask_register(BundleKind.REGISTER_CSV, by=offices[number]).pk, MANY)


def test_eight_ask_at_once_and_two_have_a_turn_whoever_works_on_them_all_are_made_once(offices, monkeypatch):
    monkeypatch.setattr(taken, "PART_ROWS", 2)

    keys = asked(offices)
    turned = sorted(Bundle.objects.exclude(turn=None).values_list("turn", flat=True))
    begun = Outbox.objects.filter(topic="publicity.bundle").count()
    for _round in range(MANY):  # four workers side by side, until nothing is left
        at_once(lambda _number: outbox.run_due(), 4)

    assert len(set(keys)) == MANY
    assert (turned, begun) == ([1, 2], 2)
    assert set(Bundle.objects.values_list("state", "written", "turn")) == {(BundleState.DONE, 5, None)}
    assert Outbox.objects.filter(topic="publicity.bundle", done_at=None).count() == 0
    assert set(Outbox.objects.values_list("last_error", flat=True)) == {""}
    steps = Outbox.objects.filter(topic="publicity.bundle").values_list("key", "attempts")
    wanted = {(f"publicity.bundle:{key}:{step}", 1) for key in keys for step in range(4)}
    assert set(steps) == wanted, "one to cut it, three of two rows at most, each once"


def test_the_control_that_only_looks_begins_more_than_two(offices, monkeypatch):
    """Without the unique column: who counts the turns that are taken and then takes one is overtaken."""
    monkeypatch.setattr(turns, "_take", lambda _row, _turn: True)

    asked(offices)

    assert Outbox.objects.filter(topic="publicity.bundle").count() > 2
