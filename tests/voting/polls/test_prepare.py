"""Preparing a poll: what the round says, which projects stand, what may still change, and the seed nobody sees."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from civic.models import AuditEvent
from civic.rules import RuleBroken
from proposals.models import Project, ProjectState
from tests import make
from tests.voting.polls import build
from voting import poll_queries as queries
from voting import poll_rules
from voting.models import Openings, Poll
from voting.rules.ties import commitment
from voting.services import polls, seeds

pytestmark = pytest.mark.django_db


def test_a_poll_takes_its_figures_from_the_round():
    office = build.prepared(rules={"ballot_method": "points", "ballot_limit": 10, "vote_min_age": 16})

    poll = office.poll
    assert (poll.method, poll.limit, poll.project_max, poll.min_age) == ("points", 10, 5, 16)
    assert (poll.count_rule, poll.openings, poll.state) == ("greedy_by_score", Openings.OPEN, "draft")
    assert poll_rules.rule_is_whole(poll.rule_record, poll.rule_hash)


def test_yes_no_votes_are_sealed():
    assert build.prepared(rules={"ballot_method": "yes_no"}).poll.openings == Openings.SEALED


def test_all_that_waits_for_the_vote_in_the_place_is_listed_with_its_reviewed_cost():
    its_round = make.round_(route=build.ROUTE)
    first = make.project(ProjectState.IN_POLL, round=its_round, reviewed_yuan=Decimal(52800))
    second = make.project(ProjectState.IN_POLL, round=its_round)
    make.project(ProjectState.FOR_APPROVAL, round=its_round)
    make.project(ProjectState.IN_POLL, round=its_round, at=make.OTHER_VILLAGE)
    make.project(ProjectState.IN_POLL)

    poll = polls.prepare(its_round, make.area(), by="test")

    listed = [(one.project, one.cost_yuan) for one in queries.poll_projects(poll)]
    assert listed == [(first, Decimal("52800.00")), (second, Decimal("60000.00"))]


def test_a_place_has_one_poll_of_a_round_at_a_time():
    office = build.prepared()

    with pytest.raises(RuleBroken, match="已经有一个投票"):
        polls.prepare(office.round, make.area(), by=office.handler)

    assert Poll.objects.count() == 1


def test_a_project_is_in_one_living_poll_alone():
    office = build.prepared()

    of_the_town = polls.prepare(office.round, make.area(make.TOWN), by=office.handler)

    assert of_the_town.entries.count() == 0


@pytest.mark.parametrize(
    ("route", "at"), [(make.MICRO_ROUTE, make.VILLAGE), (build.ROUTE, make.OTHER_TOWN)], ids=["no step", "elsewhere"]
)
def test_no_poll_where_the_round_has_none(route, at):
    its_round = make.round_(route=route, at=make.TOWN)

    with pytest.raises(RuleBroken, match="没有投票这一步"):
        polls.prepare(its_round, make.area(at), by="test")


def test_changing_a_draft_writes_its_rule_anew_and_says_so():
    office = build.prepared()
    before = office.poll.rule_hash

    polls.change(office.poll, by=office.approver, count_rule="sequential_phragmen", budget_yuan=Decimal(90000))

    poll = office.fresh()
    assert (poll.rule_record["method"], poll.rule_record["budget"]) == ("phragmen", "90000.00")
    assert poll.rule_hash != before
    event = AuditEvent.objects.get(action="poll.changed")
    assert (event.role, event.subject, event.area_id) == ("town_approver", f"poll:{poll.pk}", make.VILLAGE)
    assert "一共90,000元，每人最多选5项" in event.sentence


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ({"count_rule": "newest_first"}, RuleBroken),
        ({"closes_at": build.hour(-1)}, RuleBroken),
        ({"method": "hands"}, ValidationError),
        ({"limit": 0}, ValidationError),
        ({"openings": "half"}, ValidationError),
        ({"state": "open"}, TypeError),
        ({"seed": "x"}, TypeError),
    ],
)
def test_what_no_poll_can_have_is_refused_and_changes_nothing(values, broken):
    office = build.prepared()
    before = Poll.objects.values().get()

    with pytest.raises(broken):
        polls.change(office.poll, by=office.handler, **values)

    assert Poll.objects.values().get() == before


def test_the_voting_age_stands_once_somebody_is_on_the_roll():
    office = build.ready(roll=1)

    with pytest.raises(RuleBroken, match="名册里已经有人"):
        polls.change(office.poll, by=office.handler, min_age=16)


def test_the_projects_may_be_fewer_but_never_strangers():
    office = build.prepared()
    stranger = make.project(ProjectState.IN_POLL)

    with pytest.raises(RuleBroken, match="只能列本轮次"):
        polls.list_projects(office.poll, [office.projects[0], stranger], by=office.handler)
    assert office.poll.entries.count() == 3

    polls.list_projects(office.poll, office.projects[1:], by=office.handler)
    assert [one.project for one in queries.poll_projects(office.poll)] == office.projects[1:]


def test_the_seed_is_in_a_file_of_ours_alone_and_only_its_commitment_in_the_database(settings):
    office = build.prepared()

    file = settings.POLL_KEYS_DIR / f"{office.poll.seed_commitment}.seed"
    assert file.stat().st_mode & 0o777 == 0o600
    seed = file.read_text()
    assert commitment(seed) == office.poll.seed_commitment
    assert office.poll.seed == ""
    assert not any(seed in str(row) for row in [*Poll.objects.values(), *AuditEvent.objects.values()])


def test_where_keys_cannot_be_written_no_poll_begins(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.POLL_KEYS_DIR = tmp_path / "file"

    with pytest.raises(RuleBroken, match="密钥目录写不进去"):
        build.prepared()

    assert Poll.objects.count() == 0


def test_a_seed_that_was_exchanged_is_noticed(settings):
    office = build.prepared()
    (settings.POLL_KEYS_DIR / f"{office.poll.seed_commitment}.seed").write_text("another")

    assert seeds.trouble(office.poll.seed_commitment) == "抽签种子和事先公布的承诺值对不上"
    with pytest.raises(RuleBroken, match="对不上"):
        seeds.reveal(office.poll.seed_commitment)


def test_readiness_reads_what_really_stands():
    office = build.prepared(rules={"poll_notice_days": 3}, opens_at=build.hour(71), closes_at=build.hour(99))
    assert [one.code for one in polls.readiness(office.fresh())] == ["notice", "roll"]

    build.on_roll(office.poll)
    polls.change(office.poll, by=office.handler, opens_at=build.hour(73), closes_at=build.hour(99))
    assert polls.readiness(office.fresh()) == []


def test_readiness_sees_an_open_key_folder_a_project_gone_and_a_lonely_officer(settings):
    office = build.ready()
    settings.POLL_KEYS_DIR.chmod(0o755)
    Project.objects.filter(pk=office.projects[0].pk).update(state=ProjectState.WITHDRAWN)
    office.approver.appointments.update(ends_on=office.poll.opens_at.date() - timedelta(days=1))

    try:
        found = polls.readiness(office.fresh())
    finally:
        settings.POLL_KEYS_DIR.chmod(0o700)

    assert [one.code for one in found] == ["project_elsewhere", "keys", "two_people"]


def test_two_voters_see_two_orders():
    office = build.prepared(projects=8)

    mine, mine_again, yours = (queries.poll_projects_for(office.poll, voter) for voter in ("a", "a", "b"))

    assert mine == mine_again
    assert mine != yours
    assert sorted(one.pk for one in mine) == sorted(one.pk for one in yours)
