"""Sixteen at once: one person joins once, one report is one matter, and no number is given out twice."""

from uuid import uuid4

import pytest

from civic.models import AuditEvent
from tests import make
from tests.racing import at_once
from tests.wishes import build
from wishes.models import Demand, Join
from wishes.services import reporting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_one_person_who_joins_from_sixteen_tabs_is_one():
    demand, person = build.reported(), make.person()

    at_once(lambda _n: reporting.join(demand, by=person), times=16)

    assert Join.objects.count() == 1
    assert AuditEvent.objects.filter(action="demand.join").count() == 1


def test_sixteen_who_join_at_once_lift_the_matter_once():
    demand, people = build.reported(), [make.person() for _n in range(16)]

    at_once(lambda n: reporting.join(demand, by=people[n]), times=16)

    assert Join.objects.count() == 16
    assert AuditEvent.objects.filter(action="demand.lift").count() == 1


def test_one_report_sent_sixteen_times_is_one_matter():
    person, wanted, key = make.person(), build.matter(), uuid4()

    numbers = at_once(lambda _n: reporting.report(wanted, by=person, key=key).number, times=16)

    assert numbers == [Demand.objects.get().number] * 16


def test_numbers_never_repeat():
    people, wanted = [make.person() for _n in range(16)], build.matter()

    numbers = at_once(lambda n: reporting.report(wanted, by=people[n], key=uuid4()).number, times=16)

    assert len(set(numbers)) == 16
