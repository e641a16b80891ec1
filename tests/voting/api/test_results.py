"""After the poll, over the API: a receipt looked for, the result with its reasons, the log; nothing of it too early."""

import base64
import hashlib
import json

import pytest
from django.core.cache import cache

from tests.voting.api import calls
from tests.voting.polls import build
from tests.voting.results import hall
from voting import merkle, notes, receipts, tasks
from voting.models import Poll, Result
from voting.models.urn import BallotBox, LogLeaf
from voting.services import urn
from voting.services.urn import log as urn_log

pytestmark = pytest.mark.django_db(databases=build.URN)
NOTHING = dict.fromkeys(("commitment", "is_counted", "position", "size", "path"))


def published(vote: calls.Vote) -> None:
    vote.office.agree("close")
    tasks.open_and_close_polls()
    vote.office.agree("publish")
    cache.clear()


def batched(poll: Poll) -> None:
    """What waits enters the log, as after an hour."""
    box = BallotBox.objects.get(poll=poll.pk)
    urn_log.append(box, *urn_log.take_pending(box))


@pytest.mark.parametrize("spelt", ["code", "commitment", "lower", "plain"])
def test_anybody_sees_that_a_receipt_waits_and_then_stands_in_the_log(client, spelt):
    vote = calls.opened()
    receipt = vote.cast({vote.codes[0]: 1}).json()
    code = {"lower": receipt["code"].lower(), "plain": receipt["code"].replace("-", "")}.get(spelt) or receipt[spelt]

    waits = client.get(vote.path(f"receipt/{code}/"))
    batched(vote.office.poll)
    stands = client.get(vote.path(f"receipt/{code}/"))

    assert waits.json() == NOTHING | {"is_in_log": False}
    assert stands.json() == NOTHING | {"is_in_log": True}
    assert vote.codes[0] not in stands.content.decode()


@pytest.mark.parametrize("code", ["8K3F-27", "ZZZZZZ", "a" * 64, "OOOOOO", "UUUUUU", "0000000", "-" * 6])
def test_a_receipt_nobody_has_is_not_found(client, code):
    vote = calls.opened()
    vote.cast({vote.codes[0]: 1})

    assert client.get(vote.path(f"receipt/{code}/")).status_code == 404


def test_other_entries_of_the_log_are_no_receipts(client):
    """Only a vote's entry begins as a receipt is looked for."""
    vote = calls.opened()
    config = LogLeaf.objects.get().data

    for text in (json.loads(config)["style_hash"], receipts.digest(config)):
        assert client.get(vote.path(f"receipt/{text}/")).status_code == 404


def test_a_short_code_that_fits_two_receipts_asks_for_the_whole(client):
    vote = calls.opened()
    box = BallotBox.objects.get()
    twins = ["ab" * 4 + "0" * 56, "ab" * 4 + "1" * 56]
    urn_log.append(box, *({"type": "CAST", "commitment": one} for one in twins))
    short = receipts.Receipt(1, 1, twins[0]).code

    answer = client.get(vote.path(f"receipt/{short}/"))

    assert (answer.status_code, answer.json()["code"]) == (409, "code_ambiguous")
    assert client.get(vote.path(f"receipt/{twins[1]}/")).json()["is_in_log"] is True


def test_before_the_opening_there_is_no_log_to_look_into(client):
    office = build.ready()
    office.agree("open")

    answer = client.get(f"/api/v1/polls/{office.poll.pk}/receipt/8K3F-27/")

    assert (answer.status_code, answer.json()["code"]) == (409, "vote_not_open")


def test_with_the_result_a_receipt_has_its_proof_against_the_signed_checkpoint(client):
    vote = calls.opened(roll=5)
    one, other, _third = vote.codes
    first = vote.cast({one: 1}).json()
    last = vote.cast({other: 1}, replaces=1).json()
    published(vote)

    overtaken = client.get(vote.path(f"receipt/{first['code']}/")).json()
    counts = client.get(vote.path(f"receipt/{last['code']}/")).json()
    log = client.get(vote.path("log/")).json()

    assert (overtaken["is_counted"], counts["is_counted"]) == (False, True)
    leaf = log["leaves"][counts["position"]]
    assert json.loads(leaf) == {"type": "CAST", "commitment": last["commitment"]}
    head = notes.read(log["checkpoints"][-1], base64.b64decode(json.loads(log["leaves"][0])["log_key"]))
    path = [bytes.fromhex(step) for step in counts["path"]]
    assert head.size == counts["size"] == len(log["leaves"])
    assert merkle.included(merkle.leaf_hash(leaf.encode()), counts["position"], counts["size"], path, head.root)
    assert other not in json.dumps(counts)


def test_the_log_over_the_api_is_the_file_of_the_page(client):
    vote = calls.opened(roll=5)
    vote.cast({vote.codes[0]: 1})
    published(vote)

    log = client.get(vote.path("log/")).json()
    file = json.loads(client.get(f"/vote/{vote.office.poll.pk}/results/log.json").content)

    assert (log["leaves"], log["checkpoints"]) == (file["leaves"], file["checkpoints"])
    assert [opening["choices"] for opening in log["openings"]] == [{vote.codes[0]: 1}]
    assert [json.loads(leaf)["type"] for leaf in log["leaves"]] == ["CONFIG", "HOURS", "CAST", "CLOSE", "RESULT"]


@pytest.mark.parametrize(
    ("openings", "file", "choices"), [("open", True, {"A": 1}), ("sealed", False, None)], ids=["open", "sealed"]
)
def test_sealed_ballots_are_shown_nowhere(client, openings, file, choices):
    vote = calls.opened(roll=5)
    Poll.objects.filter(pk=vote.office.poll.pk).update(openings=openings)
    BallotBox.objects.update(openings=openings)
    vote.cast({vote.codes[0]: 1})
    published(vote)

    result, log = client.get(vote.path("results/")).json(), client.get(vote.path("log/")).json()

    assert (result["files"]["ballots_file"] is not None, bool(result["ballots_hash"])) == (file, file)
    assert [opening["choices"] for opening in log["openings"]] == [choices and {vote.codes[0]: 1}]
    assert [opening["nonce"] is None for opening in log["openings"]] == [not file]


def test_a_result_says_what_its_page_says(client):
    office = hall.published(hall.votes(5, 3, 0), roll=20)
    path = f"/api/v1/polls/{office.poll.pk}/results/"

    told = client.get(path).json()

    page = client.get(f"/vote/{office.poll.pk}/results/")
    result, rows = Result.objects.get(), [*page.context["won"], *page.context["others"]]
    assert [line["project"] for line in told["lines"]] == [row["line"].project.code for row in rows]
    assert [line["sentence"] for line in told["lines"]] == [row["sentence"] for row in rows]
    assert [line["outcome"] for line in told["lines"]].count("won") == len(page.context["won"]) == 1
    losers = [line["what_would_change"] for line in told["lines"] if line["outcome"] != "won"]
    assert losers == [row["change"] for row in page.context["others"]]
    assert (told["voters"], told["roll_size"], told["cost_yuan"], told["budget_yuan"]) == (
        8,
        20,
        "60000.00",
        "100000.00",
    )
    assert [one["voters"] for one in told["channels"]] == [many for _names, many in page.context["channels"]]
    assert told["method"] == page.context["method"]
    assert (told["rule_record"], told["rule_hash"], told["ballot_rule_hash"]) == (
        result.rule_record,
        result.rule_hash,
        office.poll.rule_hash,
    )
    assert (told["outcome_hash"], told["ballots_hash"]) == (result.outcome_hash, result.ballots_hash)
    assert [(lot["project"], lot["lot"]) for lot in told["draw"]["lots"]] == [
        (code, lot) for code, _title, lot in page.context["lots"]
    ]


def test_the_draw_follows_from_what_was_promised(client):
    office = hall.published(hall.votes(2, 2, 2), roll=10)

    told = client.get(f"/api/v1/polls/{office.poll.pk}/results/").json()

    draw = told["draw"]
    assert (
        draw["seed_commitment"]
        == office.poll.seed_commitment
        == client.get(f"/api/v1/polls/{office.poll.pk}/").json()["seed_commitment"]
    )
    assert sorted(draw["lots"], key=lambda one: one["lot"]) == draw["lots"]
    assert {one["project"] for one in draw["lots"]} == {project.code for project in office.projects}
    assert any("并列" in said for said in told["ties"])


def test_the_files_it_names_are_those_it_names_the_hashes_of(client):
    office = hall.published(hall.votes(3, 1), roll=10)

    told = client.get(f"/api/v1/polls/{office.poll.pk}/results/").json()
    ballots, rule = (client.get(told["files"][name]).content for name in ("ballots_file", "rule_file"))

    assert hashlib.sha256(ballots).hexdigest() == told["ballots_hash"]
    assert hashlib.sha256(rule).hexdigest() == told["rule_hash"]
    assert client.get(told["files"]["page"]).status_code == 200
    assert client.get(told["files"]["log_file"]).status_code == 200


def test_items_voted_on_one_by_one_have_no_draw(client):
    office = hall.published([{0: 1, 1: 0}] * 3, rules={"ballot_method": "yes_no"}, roll=4)

    told = client.get(f"/api/v1/polls/{office.poll.pk}/results/").json()

    assert told["draw"] is None
    assert "赞成3" in told["lines"][0]["sentence"]


@pytest.mark.parametrize("tail", ["results/", "log/"])
def test_too_early_it_is_409_with_what_the_page_says(client, tail):
    vote = calls.opened(roll=5)
    vote.cast({vote.codes[0]: 1})

    def told():
        answer = client.get(vote.path(tail))
        assert (answer.status_code, answer.json()["code"]) == (409, "not_published")
        return answer.json()["detail"]

    assert "截止前不公布任何票数" in told()
    vote.office.agree("close")
    assert "投票已经截止" in told()
    tasks.open_and_close_polls()
    assert "计票后由两个人核对" in told()
    vote.office.agree("publish")
    cache.clear()
    assert client.get(vote.path(tail)).status_code == 200


def test_a_cancelled_poll_has_no_result(client):
    vote = calls.opened()
    vote.office.agree("cancel")

    assert client.get(vote.path("results/")).json()["detail"] == "这次投票取消了，选票不计。"


def test_a_result_and_a_log_ask_as_much_for_many_as_for_few(client, django_assert_num_queries):
    few = hall.published(hall.votes(1), roll=3, projects=2)
    many = hall.published(hall.votes(4, 3, 2, 1, 1), roll=20, projects=6)

    for office in (few, many):
        with django_assert_num_queries(3):
            assert client.get(f"/api/v1/polls/{office.poll.pk}/results/").status_code == 200
        with django_assert_num_queries(6, using="urn"):
            assert client.get(f"/api/v1/polls/{office.poll.pk}/log/").status_code == 200
        assert urn.public_log(office.poll.pk)["openings"]
