"""A poll is counted again by two people: the same is noted, another outcome stands beside the first with its reason."""

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.html import strip_tags

from civic.models import AuditEvent, Role
from civic.rules import RuleBroken
from proposals.models import ProjectState
from proposals.services import moves
from tests import make
from tests.voting.polls import build
from tests.voting.results import hall
from voting.models import BallotBox, LogLeaf, PollState, Result
from voting.services import poll_acts

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=build.URN)]


def lose_ballots(office: build.Office, project: int, how_many: int) -> None:
    """A fault of the urn: ballots for a project are gone."""
    box = BallotBox.objects.get(poll=office.poll.pk)
    for ballot in box.ballots.filter(choices={office.projects[project].code: 1})[:how_many]:
        ballot.delete()


def page(client, office, query="") -> str:
    response = client.get(reverse("voting:results", args=[office.poll.pk]) + query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


def test_a_recount_that_comes_to_the_same_is_noted_and_makes_no_result(client):
    office = hall.published(hall.votes(3, 1))

    office.agree("recount")

    assert Result.objects.count() == 1
    assert AuditEvent.objects.get(action="poll.rechecked").sentence == "重新计票，和已有的结果完全一致"
    assert "和已有的结果一致理由：群众要求" in page(client, office)


def test_a_recount_that_differs_is_a_second_result_with_its_difference_explained(client):
    office = hall.published(hall.votes(3, 2), rules={"poll_reserve": 1})
    lose_ballots(office, 0, 2)

    act = office.agree("recount")

    again = hall.result(office)
    assert (again.number, again.act, again.voters) == (2, act, 3)
    assert again.explained["cause"] == "voters"
    assert again.explained["voters"] == [5, 3]
    first, second = (project.code for project in office.projects[:2])
    assert {row["project"]: row["outcome"] for row in again.explained["rows"]} == {
        second: ["reserve", "won"],
        first: ["won", "reserve"],
    }
    now, then = page(client, office), page(client, office, "?count=1")
    assert "第2次计票，和上一次不同" in now and "原来5张，现在3张" in now
    assert f"{office.projects[1].title}：原来第2名，2票，候补；重算第1名，2票，入选" in now
    assert "现在以第2次为准" in then and "5人投票" in then


def test_both_counts_keep_their_own_files_and_link_to_each_other(client):
    office = hall.published(hall.votes(3, 1))
    lose_ballots(office, 0, 1)
    office.agree("recount")

    html = client.get(reverse("voting:results", args=[office.poll.pk])).content.decode()
    assert 'href="?count=1"' in html
    first, second = office.poll.results.order_by("number")
    for result, query in ((first, "?count=1"), (second, "?count=2"), (second, "")):
        answer = client.get(reverse("voting:ballots_file", args=[office.poll.pk]) + query)
        assert answer.content.decode() == result.ballots_file
    assert f"poll-{office.poll.pk}-2.pb" in answer["Content-Disposition"]
    for wrong in ("?count=3", "?count=0", "?count=x", "?count=²"):
        assert client.get(reverse("voting:results", args=[office.poll.pk]) + wrong).status_code == 404


def test_after_publication_nothing_moves_and_the_projects_pages_say_what_would_have():
    office = hall.published(hall.votes(3, 2), rules={"poll_reserve": 1})
    lose_ballots(office, 0, 2)
    before = [moves.locked(project).state for project in office.projects]

    office.agree("recount")

    assert [moves.locked(project).state for project in office.projects] == before
    told = AuditEvent.objects.filter(action="poll.project_recounted").order_by("subject")
    assert {event.subject: event.sentence for event in told} == {
        office.projects[0].code: "重新计票：原来入选，重算候补；项目不自动改变，按异议处理",
        office.projects[1].code: "重新计票：原来候补，重算入选；项目不自动改变，按异议处理",
    }
    assert {event.kind for event in told} == {"objection"}
    facts = [json.loads(data) for data in LogLeaf.objects.order_by("position").values_list("data", flat=True)]
    assert [entry["facts"].get("number", 1) for entry in facts if entry["type"] == "RESULT"] == [1, 2]


def test_before_publication_the_last_count_is_the_one_that_is_published():
    office = hall.counted(hall.votes(3, 2), rules={"poll_reserve": 1})
    lose_ballots(office, 0, 2)
    office.agree("recount")

    assert office.fresh().state == PollState.COUNTED
    assert not AuditEvent.objects.filter(action="poll.project_recounted").exists()
    office.agree("publish")

    assert moves.locked(office.projects[1]).state == ProjectState.FOR_APPROVAL
    assert moves.locked(office.projects[0]).state == ProjectState.RESERVE


def test_a_recount_takes_two_people_and_a_counted_poll():
    with pytest.raises(RuleBroken) as refused:
        hall.held(hall.votes(1)).ask("recount")
    assert refused.value.code == "wrong_state"

    office = hall.published(hall.votes(1))
    act = office.ask("recount")
    with pytest.raises(RuleBroken, match="另一个人"):
        poll_acts.confirm(act, by=office.handler)
    assert not AuditEvent.objects.filter(action="poll.rechecked").exists()


def test_the_second_result_cannot_be_changed_either():
    office = hall.published(hall.votes(2, 1))
    lose_ballots(office, 0, 1)
    office.agree("recount")

    for act in (
        lambda: Result.objects.filter(number=2).update(voters=9),
        lambda: Result.objects.filter(number=2)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_the_desk_shows_what_a_recount_comes_to_before_it_is_asked_for(client):
    office = hall.published(hall.votes(3, 1))
    client.force_login(office.handler)
    address = reverse("voting:poll_recount", args=[office.poll.pk])
    assert "完全一致" in client.get(address).content.decode()
    lose_ballots(office, 0, 1)

    assert "原来4张，现在3张" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "有人说少了票"}).status_code == 302
    assert client.post(address, {"reason": "再提一次"}).status_code == 409
    act = office.poll.acts.get(kind="recount")
    client.force_login(office.approver)
    confirm = reverse("voting:poll_confirm", args=[office.poll.pk, act.pk])
    assert confirm in client.get(address).content.decode()
    assert "按异议处理" in client.get(confirm).content.decode()
    assert client.post(confirm).status_code == 302
    assert hall.result(office).number == 2


def test_nobody_else_counts_again(client):
    office = hall.published(hall.votes(1))
    address = reverse("voting:poll_recount", args=[office.poll.pk])
    assert client.get(address).status_code == 302
    for person in (make.resident(), make.officer(Role.TOWN_APPROVER, make.OTHER_TOWN)):
        client.force_login(person)
        assert client.get(address).status_code == 403
    client.force_login(office.handler)
    assert client.get(reverse("voting:poll_recount", args=[build.prepared().poll.pk])).status_code == 404


def test_the_command_compares_with_the_newest_count():
    office = hall.published(hall.votes(3, 1))
    lose_ballots(office, 0, 1)
    with pytest.raises(CommandError, match="原来4张，现在3张"):
        call_command("check_result", office.poll.pk)

    office.agree("recount")

    out = StringIO()
    call_command("check_result", office.poll.pk, stdout=out)
    assert hall.result(office).outcome_hash in out.getvalue()
