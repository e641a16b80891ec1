"""Sixty-four threads press 提交提议 at once: one proposal, one receipt; without the protection the race is real."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError

from civic.models import AuditEvent
from proposals.models import Draft, Project
from proposals.services import proposing
from tests import make
from tests.proposals import typed
from tests.racing import WAY, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_a_draft_submitted_from_sixty_four_tabs_is_filed_once_and_all_get_the_receipt():
    person, wanted = make.person(), typed.proposal()
    draft = typed.draft(person)

    receipts = at_once(lambda _n: proposing.propose(wanted, by=person, key=draft.token).code)

    assert receipts == [Project.objects.get().code] * WAY
    assert AuditEvent.objects.filter(action="project.submit").count() == 1
    assert not Draft.objects.exists()


def test_the_race_is_real_without_waiting_for_ones_turn(monkeypatch):
    """The control: nobody waits, so all find nothing filed yet, and only the database's constraint stops the rest."""
    looked = threading.Barrier(8)
    monkeypatch.setattr(proposing, "_wait_your_turn", lambda by, name: None)
    monkeypatch.setattr(proposing, "_check", lambda *_args, **_more: looked.wait())
    monkeypatch.setattr(proposing.limits, "PROPOSAL_ACCOUNT", proposing.limits.Limit("control", 99, 60))
    person, wanted, key = make.old_hand(), typed.proposal(), uuid4()

    outcomes = at_once(lambda _n: proposing.propose(wanted, by=person, key=key), times=8)

    assert Project.objects.count() == 1
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 7


def test_three_a_day_are_three_however_many_come_at_once():
    person, wanted = make.old_hand(), typed.proposal()

    at_once(lambda _n: proposing.propose(wanted, by=person, key=uuid4()))

    assert Project.objects.count() == 3


def test_codes_never_repeat_when_many_people_propose_at_once():
    people, wanted = [make.person() for _ in range(16)], typed.proposal()

    codes = at_once(lambda n: proposing.propose(wanted, by=people[n], key=uuid4()).code, times=16)

    assert len(set(codes)) == 16
    assert not any(isinstance(code, IntegrityError) for code in codes)
