"""Polls over the API: what everybody reads of them, in whatever state."""

import pytest
from django.core.cache import cache

from tests import make
from tests.voting.api import calls
from tests.voting.polls import build
from tests.voting.results import hall
from voting import tasks
from voting.services import polls

pytestmark = pytest.mark.django_db(databases=build.URN)


def listed(client, query: str = "") -> list[int]:
    return [poll["id"] for poll in client.get(f"/api/v1/polls/{query}").json()["results"]]


def test_a_poll_says_what_its_page_says(client):
    vote = calls.opened("budget")
    poll = vote.office.fresh()

    told = client.get(vote.path()).json()

    assert (told["title"], told["area"]["code"], told["round"]) == (
        "测试甲村居民投票",
        make.VILLAGE,
        {"id": poll.round.pk, "name": poll.round.name},
    )
    assert (told["method"], told["how"], told["budget_yuan"]) == (
        "budget",
        "一共100,000元，选到不超为止。",
        "100000.00",
    )
    assert (told["state"], told["phase"], told["openings"], told["min_age"]) == ("open", "open", "open", poll.min_age)
    assert (told["rule_hash"], told["rule_record"]) == (poll.rule_hash, poll.rule_record)
    assert told["seed_commitment"] == poll.seed_commitment
    assert told["roll_size"] == 3  # as it was frozen at the opening
    assert (told["turnout"], told["links"]) == (None, None)
    assert {(one["code"], one["cost_yuan"]) for one in told["projects"]} == {(code, "60000.00") for code in vote.codes}


def test_the_seed_itself_is_told_with_the_result_alone(client):
    vote = calls.opened()

    assert "seed" not in client.get(vote.path()).json()


def test_projects_stand_in_the_readers_own_order_as_on_the_page():
    vote = calls.opened(projects=8)

    def order():
        return [one["code"] for one in vote.get().json()["projects"]]

    page = vote.client.get(f"/vote/{vote.office.poll.pk}/")

    assert order() == order() == [line.code for line in page.context["form"].lines()]


def test_a_draft_is_hidden_until_its_opening_is_confirmed(client):
    office = build.ready()
    path = f"/api/v1/polls/{office.poll.pk}/"
    client.force_login(office.handler)
    for act in ("", "ballot/", "results/", "log/", "receipt/8K3F27/"):
        assert client.get(path + act).status_code == 404, act
    assert listed(client) == []

    office.agree("open")

    assert listed(client) == [office.poll.pk]
    assert client.get(path).json()["phase"] == "soon"


def test_the_list_filters_by_place_round_and_state_and_refuses_what_it_does_not_know(client):
    vote = calls.opened()
    poll = vote.office.poll

    assert listed(client) == [poll.pk]
    assert listed(client, f"?area={make.TOWN}&round={poll.round_id}&state=open") == [poll.pk]
    assert listed(client, f"?area={make.OTHER_VILLAGE}") == []
    assert listed(client, f"?round={poll.round_id + 1}") == []
    assert listed(client, "?state=published") == []
    for wrong in (
        "state=nonsense",
        "area=440403",
        "round=x",
        "round=99999999999",
        "ordering=opens_at",
        "state=open&state=open",
    ):
        assert client.get(f"/api/v1/polls/?{wrong}").status_code == 400, wrong


@pytest.mark.parametrize("pk", ["0", "999999999", "1e3", "-1", "%00", "99999999999999999999"])
def test_a_poll_that_is_not_there_is_not_found(client, pk):
    assert client.get(f"/api/v1/polls/{pk}/").status_code == 404


def test_nothing_but_get_and_post_is_known():
    vote = calls.opened()

    for method in ("put", "patch", "delete"):
        assert getattr(vote.client, method)(vote.path("ballot/")).status_code == 405
    assert vote.client.post(vote.path(), {}).status_code == 405
    assert vote.client.head(vote.path()).status_code == 200


def test_after_the_close_turnout_is_told_and_after_the_publication_where_the_result_is(client):
    office = hall.counted(hall.votes(2, 1), roll=5)
    path = f"/api/v1/polls/{office.poll.pk}/"
    closed = client.get(path).json()
    office.agree("publish")
    cache.clear()

    published = client.get(path).json()

    assert (closed["phase"], closed["turnout"], closed["links"]) == ("closed", {"voters": 3, "paper": 0}, None)
    assert published["links"] == {
        "results": f"{path}results/",
        "log": f"{path}log/",
        "ballots_file": f"/vote/{office.poll.pk}/results/ballots.pb",
        "rule_file": f"/vote/{office.poll.pk}/results/rule.json",
    }
    assert [client.get(address).status_code for address in published["links"].values()] == [200] * 4


def test_between_the_last_second_and_the_clock_a_poll_is_closed_to_who_looks(client):
    vote = calls.opened()
    poll = vote.office.poll
    type(poll).objects.filter(pk=poll.pk).update(closes_at=build.hour(-0.001))

    told = client.get(vote.path()).json()

    assert (told["state"], told["phase"], told["turnout"]) == ("open", "closed", None)


def test_a_list_and_a_poll_ask_as_much_for_many_as_for_one(client, django_assert_num_queries):
    vote = calls.opened(projects=2)
    with django_assert_num_queries(2):
        client.get("/api/v1/polls/")
    with django_assert_num_queries(3):
        client.get(vote.path())
    vote.office.agree("cancel")
    for _n in range(3):
        last = calls.opened(projects=6)
        last.office.agree("cancel")
        tasks.open_and_close_polls()
    assert polls.open_due(by="test") == 0

    with django_assert_num_queries(2):
        assert len(listed(client)) == 4
    with django_assert_num_queries(3):
        assert len(client.get(last.path()).json()["projects"]) == 6
