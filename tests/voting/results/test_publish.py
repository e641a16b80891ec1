"""Two people publish; then every project goes on from the poll as the rules say, and the record says why."""

import json

import pytest

from civic.models import AuditEvent, Role
from civic.rules import RuleBroken
from proposals.models import ProjectState
from proposals.services import moves
from tests import make
from tests.voting.polls import build
from tests.voting.results import hall
from voting.models import ActState, LogLeaf, PollState
from voting.services import poll_acts, urn

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=build.URN)]


def test_two_different_people_publish():
    office = hall.counted(hall.votes(2, 1))
    act = office.ask("publish")

    with pytest.raises(RuleBroken, match="另一个人"):
        poll_acts.confirm(act, by=office.handler)
    assert office.fresh().state == PollState.COUNTED

    poll_acts.confirm(act, by=office.approver)
    assert office.fresh().state == PollState.PUBLISHED
    event = AuditEvent.objects.get(action="poll.published")
    assert "3人投票，3项里入选1项，一共60,000元" in event.sentence
    assert event.after["asked_by"] == office.handler.pk


@pytest.mark.parametrize("held", [build.opened, lambda: hall.held(hall.votes(1))], ids=["open", "not counted"])
def test_nothing_is_published_before_it_is_counted(held):
    with pytest.raises(RuleBroken) as refused:
        held().ask("publish")
    assert refused.value.code == "wrong_state"


def test_a_result_that_was_sent_back_can_be_asked_for_again():
    office = hall.counted(hall.votes(1))
    poll_acts.refuse(office.ask("publish"), by=office.approver, reason="再核对一遍")

    assert office.agree("publish").state == ActState.CONFIRMED


def test_winners_go_on_and_the_others_wait_or_end_with_the_reason():
    office = hall.published(hall.votes(5, 2, 1), rules={"poll_reserve": 1})

    first, second, third = (moves.locked(project) for project in office.projects)
    assert (first.state, second.state, third.state) == (
        ProjectState.FOR_APPROVAL,
        ProjectState.RESERVE,
        ProjectState.DECLINED,
    )
    won = AuditEvent.objects.get(action="project.advance", subject=first.code)
    assert won.sentence == "居民投票第1名，5票，入选"
    waits = AuditEvent.objects.get(action="project.reserve", subject=second.code)
    assert waits.sentence == "居民投票第2名，2票，没入选：轮到它时剩下的钱还差20,000元，进入候补第1位"
    assert waits.reason.startswith("第2名，2票，没入选")
    assert "就能入选" in waits.reason
    out = AuditEvent.objects.get(action="project.decline", subject=third.code)
    assert out.rule and out.reason.startswith("第3名，1票，没入选")


def test_a_project_that_left_the_poll_meanwhile_stays_where_it_is():
    office = hall.held(hall.votes(5, 2, 1))
    gone = moves.withdraw(office.projects[0], by=office.projects[0].proposer, sentence="撤回")
    hall.tasks.open_and_close_polls()
    office.agree("publish")

    assert moves.locked(gone).state == ProjectState.WITHDRAWN
    assert moves.locked(office.projects[1]).state == ProjectState.FOR_APPROVAL


def test_the_log_of_the_box_ends_with_the_hashes_of_the_result_once():
    office = hall.published(hall.votes(2))
    facts = json.loads(LogLeaf.objects.order_by("-position").first().data)["facts"]
    result = hall.result(office)
    assert facts == {
        "outcome_hash": result.outcome_hash,
        "rule_hash": result.rule_hash,
        "ballots_hash": result.ballots_hash,
    }

    before = LogLeaf.objects.count()
    urn.log_result(poll=office.poll.pk, facts=facts)  # a publication that was taken back, tried again
    assert LogLeaf.objects.count() == before


def test_a_stranger_to_the_office_may_neither_ask_nor_confirm():
    from voting.permissions import may_ask_poll_act, may_confirm_poll_act

    office = hall.counted(hall.votes(1))
    act = office.ask("publish")
    for person in (make.resident(), make.officer(Role.TOWN_APPROVER, make.OTHER_TOWN)):
        assert not may_ask_poll_act(person, office.poll)
        assert not may_confirm_poll_act(person, act)


def test_nobody_waits_in_reserve_where_approval_does_not_follow(monkeypatch):
    monkeypatch.setattr(build, "ROUTE", ["screening", "poll", "review", "approval", "notice"])
    office = hall.published(hall.votes(2, 1))

    assert [moves.locked(project).state for project in office.projects] == [
        ProjectState.IN_REVIEW,
        ProjectState.DECLINED,
        ProjectState.DECLINED,
    ]
