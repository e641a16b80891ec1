"""The database itself refuses nonsense in polls and rolls, whoever writes it."""

import pytest
from django.db import IntegrityError, transaction

from civic.moments import now
from tests import make
from tests.voting.polls import build
from voting.models import Poll, PollAct, PollProject, RollEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> build.Office:
    return build.ready(roll=2)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"limit": 0}, "poll_limits_above_zero"),
        ({"project_max": 0}, "poll_limits_above_zero"),
        ({"budget_yuan": 0}, "poll_budget_above_zero"),
        ({"closes_at": build.hour(-1)}, "poll_closes_after_opening"),
        ({"state": "open"}, "poll_held_is_complete"),
        ({"state": "open", "opened_at": now(), "roll_size": 0}, "poll_held_is_complete"),
        ({"state": "closed", "opened_at": now(), "roll_size": 2}, "poll_closed_has_its_moment"),
        ({"seed": "x"}, "poll_seed_only_after_the_close"),
    ],
)
def test_a_poll_makes_sense(office, changes, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Poll.objects.update(**changes)


def test_a_place_has_one_living_poll_of_a_round(office):
    again = Poll.objects.get()
    again.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_project_stands_in_a_poll_once_and_at_a_place_of_its_own(office):
    first, second = PollProject.objects.order_by("position")[:2]

    for changes in ({"project": first.project}, {"position": first.position}, {"cost_yuan": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PollProject.objects.filter(pk=second.pk).update(**changes)


ACT = {"reason": "群众要求"}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (ACT | {"kind": "open", "reason": ""}, "poll_act_has_a_reason"),
        (ACT | {"kind": "extend"}, "poll_act_extends_to_a_moment"),
        (ACT | {"kind": "open", "closes_at": build.hour(9)}, "poll_act_extends_to_a_moment"),
        (ACT | {"kind": "enrol"}, "poll_act_enrols_someone"),
        (ACT | {"kind": "open", "state": "confirmed"}, "poll_act_confirmed_by_someone"),
    ],
)
def test_an_act_is_whole(office, values, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PollAct.objects.create(poll=office.poll, asked_by=office.handler, **values)


def test_one_act_of_a_poll_waits_and_one_enrolment_of_a_person(office):
    enrolment = {"kind": "enrol", "person": office.approver, "area": make.area(), "evidence": "户口簿"}
    for values in (ACT | {"kind": "cancel"}, ACT | enrolment):
        PollAct.objects.create(poll=office.poll, asked_by=office.handler, **values)
        with pytest.raises(IntegrityError), transaction.atomic():
            PollAct.objects.create(poll=office.poll, asked_by=office.handler, **values)


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"source": "added"}, "roll_added_with_evidence"), ({"late": True}, "roll_late_only_added")],
)
def test_an_entry_on_the_roll_says_how_it_came(office, changes, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RollEntry.objects.update(**changes)
