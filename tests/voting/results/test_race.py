"""Two schedulers, two people at the same instant: one result, published once, every project moved once."""

import pytest

from civic.models import AuditEvent
from civic.rules import RuleBroken
from tests.racing import at_once
from tests.voting.hall import anew
from tests.voting.polls import build
from tests.voting.results import hall
from voting.models import PollAct, Result, ResultLine
from voting.services import poll_acts, results

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, databases=build.URN)]
WAY = 8


def test_many_schedulers_count_a_poll_once():
    hall.held(hall.votes(3, 1))

    counted = at_once(lambda _n: results.count_due(by="test"), WAY)

    assert sum(counted) == 1
    assert (Result.objects.count(), ResultLine.objects.count()) == (1, 3)
    assert AuditEvent.objects.filter(action="poll.counted").count() == 1


def test_many_confirmations_publish_once():
    office = hall.counted(hall.votes(3, 1))
    act = office.ask("publish")

    def confirm(_number):
        try:
            poll_acts.confirm(PollAct.objects.get(pk=act.pk), by=anew(office.approver))
        except RuleBroken as refused:
            return refused.code
        return "done"

    assert sorted(at_once(confirm, WAY)) == ["act_settled"] * (WAY - 1) + ["done"]
    assert AuditEvent.objects.filter(action="poll.published").count() == 1
    assert AuditEvent.objects.filter(action="project.advance").count() == 1
