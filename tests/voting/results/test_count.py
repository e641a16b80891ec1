"""A closed poll is counted once, from its box, by its own rule; what was counted cannot be changed."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from civic.models import AuditEvent
from proposals.models import ProjectState
from proposals.services import moves
from tests.voting.polls import build
from tests.voting.results import hall
from voting import tasks
from voting.models import BallotBox, Poll, PollState, Result, ResultLine
from voting.rules.ties import lot
from voting.services import results

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=build.URN)]


def test_the_clock_counts_a_closed_poll_once():
    office = hall.held(hall.votes(1, 4, 2))

    tasks.open_and_close_polls()
    tasks.open_and_close_polls()

    assert office.fresh().state == PollState.COUNTED
    assert [line.votes for line in hall.result(office).lines.all()] == [4, 2, 1]
    assert [line.outcome for line in hall.result(office).lines.all()] == ["won", "reserve", "reserve"]
    assert AuditEvent.objects.filter(action="poll.counted").count() == 1


def test_an_open_poll_is_not_counted():
    office = build.opened()
    tasks.open_and_close_polls()

    assert office.fresh().state == PollState.OPEN
    assert not Result.objects.exists()


def test_nobody_reads_of_the_count_before_two_people_publish_it():
    office = hall.counted(hall.votes(3, 1))

    told = " ".join(AuditEvent.objects.filter(action="poll.counted").values_list("sentence", flat=True))
    assert told and "票，" not in told and "名" not in told
    assert {project.state for project in office.poll.round.projects.all()} == {ProjectState.IN_POLL}


def test_a_poll_whose_seed_is_unknown_waits():
    office = hall.held(hall.votes(1))
    Poll.objects.filter(pk=office.poll.pk).update(seed="")

    assert results.count_due(by="test") == 0


def test_a_tie_is_decided_by_the_published_draw_and_kept():
    office = hall.counted(hall.votes(2, 2, 1))

    first, second, _third = hall.result(office).lines.select_related("project")
    seed = office.poll.seed
    assert lot(seed, first.project.code) < lot(seed, second.project.code)
    assert second.facts["tie"] == {"with": [first.project.code], "by": "lot", "lost": True}
    assert hall.result(office).ties[0]["by"] == "lot"


def test_each_loser_is_told_how_many_more_would_have_done():
    office = hall.counted(hall.votes(5, 2, 1))

    needed = [line.facts["more_votes"] for line in hall.result(office).lines.exclude(outcome="won")]
    assert needed[1] in {4, 5}  # a draw may decide the even case
    assert needed[0] in {3, 4}


def test_a_project_taken_back_during_the_poll_is_not_counted_and_the_record_says_so():
    office = hall.held(hall.votes(5, 2, 1))
    gone = moves.withdraw(office.projects[0], by=office.projects[0].proposer, sentence="撤回")
    tasks.open_and_close_polls()

    result = hall.result(office)
    line = result.lines.get(project=gone)
    assert (line.outcome, line.reason, line.facts["condition"]) == ("out", "barred", "withdrawn")
    assert result.rule_record["eligibility"]["withdrawn"] == [gone.code]
    assert result.rule_hash != office.poll.rule_hash


def test_points_and_ranks_are_counted_as_what_they_earn():
    points = hall.counted(
        [{0: 5, 1: 1}, {1: 5}, {0: 3}], rules={"ballot_method": "points", "ballot_limit": 10, "ballot_project_max": 5}
    )
    assert [(line.score, line.votes) for line in hall.result(points).lines.all()] == [(8, 2), (6, 2), (0, 0)]

    ranks = hall.counted([{0: 1, 1: 2}, {1: 1}], rules={"ballot_method": "rank", "ballot_limit": 3})
    assert [line.score for line in hall.result(ranks).lines.all()] == [5, 3, 0]


def test_items_of_a_small_body_pass_one_by_one():
    office = hall.counted(
        [{0: 1, 1: 0}, {0: 1, 1: 1}, {0: 0}], roll=4, rules={"ballot_method": "yes_no", "quorum_share": "1/2"}
    )

    told = {line.project_id: line for line in hall.result(office).lines.all()}
    first, second, _third = (told[project.pk] for project in office.projects)
    assert (first.outcome, first.reason, first.facts["yes"], first.facts["no"]) == ("won", "passed", 2, 1)
    assert (second.outcome, second.reason, second.facts["abstain"]) == ("out", "not_passed", 1)
    assert hall.result(office).ballots_file == ""


def test_a_poll_nobody_voted_in_elects_nothing():
    result = hall.result(hall.counted([]))

    assert (result.voters, result.cost_yuan, result.ballots_file) == (0, Decimal(0), "")
    assert {line.facts["condition"] for line in result.lines.all()} == {"no_votes"}


def test_the_published_file_counted_by_the_command_gives_the_same_winners(tmp_path):
    office = hall.counted(hall.votes(3, 3, 1), budget_yuan=Decimal(120000))
    result = hall.result(office)
    file, rule = tmp_path / "ballots.pb", tmp_path / "rule.json"
    file.write_text(result.ballots_file)
    rule.write_text(json.dumps(result.rule_record))

    out = StringIO()
    call_command("recount", str(file), rule_file=rule, seed=office.poll.seed, json=True, stdout=out)

    told = json.loads(out.getvalue())
    won = result.lines.filter(outcome="won").values_list("project__code", flat=True)
    assert told["selected"] == list(won)
    assert told["record_sha256"] == result.rule_hash
    assert told["voters"] == 7


def test_the_engine_refuses_to_change_a_result():
    result = hall.result(hall.counted(hall.votes(2)))

    for act in (
        lambda: Result.objects.update(voters=9),
        lambda: ResultLine.objects.update(votes=9),
        lambda: ResultLine.objects.all()._raw_delete("default"),
        lambda: Result.objects.filter(pk=result.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_check_result_counts_again_and_finds_what_differs():
    office = hall.published(hall.votes(3, 1))
    out = StringIO()
    call_command("check_result", office.poll.pk, stdout=out)
    assert hall.result(office).outcome_hash in out.getvalue()

    box = BallotBox.objects.get(poll=office.poll.pk)
    box.ballots.filter(choices={office.projects[0].code: 1}).first().delete()
    with pytest.raises(CommandError, match="voters"):
        call_command("check_result", office.poll.pk)
    with pytest.raises(CommandError, match="no result"):
        call_command("check_result", office.poll.pk + 1)
