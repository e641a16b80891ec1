"""What a poll's rules say, without a database: what is missing, the frozen rule, the order of the projects, ages."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from civic.rules import RuleBroken
from proposals.round_rules import RoundRules
from voting import poll_rules as rules
from voting.rules import records

NOON = datetime(2026, 6, 20, 4, tzinfo=UTC)
TERMS = RoundRules()


def facts(**changes) -> rules.Facts:
    whole = {
        "method": "choose",
        "projects": [("WSS-1", "in_poll", Decimal(10)), ("WSS-2", "in_poll", Decimal(20))],
        "budget_yuan": Decimal(25),
        "roll": 1,
        "opens_at": NOON + timedelta(days=3),
        "closes_at": NOON + timedelta(days=5),
        "rule_is_whole": True,
        "keys": "",
        "officers": 2,
        "notice_days": 3,
        "at": NOON,
    }
    return rules.Facts(**(whole | changes))


def test_a_poll_with_everything_lacks_nothing():
    assert rules.missing(facts()) == []


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"projects": [("WSS-1", "in_poll", Decimal(10))]}, "projects", "参投项目至少要2个，现在1个"),
        (
            {"projects": [("WSS-1", "in_poll", Decimal(10)), ("WSS-2", "withdrawn", Decimal(20))]},
            "project_elsewhere",
            "WSS-2现在是“已撤回”，不在投票这一步",
        ),
        ({"projects": [("WSS-1", "in_poll", Decimal(10)), ("WSS-2", "in_poll", None)]}, "cost", "WSS-2没有核定金额"),
        ({"budget_yuan": Decimal("19.99")}, "cost_over_budget", "WSS-2一项就超过一共的钱"),
        ({"budget_yuan": None}, "budget", "没有写一共多少钱"),
        ({"opens_at": None}, "dates", "没有写开始和截止时间"),
        ({"opens_at": NOON + timedelta(days=3, seconds=-1)}, "notice", "开始时间离现在不到3天，来不及提前公布"),
        ({"closes_at": NOON, "is_hour": True}, "closes_at", "截止时间已经过了"),
        ({"roll": 0}, "roll", "名册还是空的"),
        ({"rule_is_whole": False}, "rule", "计票规则和它的指纹对不上，请重新保存一次"),
        ({"keys": "密钥目录写不进去"}, "keys", "密钥目录写不进去"),
        ({"officers": 1}, "two_people", "要两个人办，在岗的只有1人"),
    ],
)
def test_what_is_missing_is_named(change, code, words):
    assert rules.missing(facts(**change)) == [rules.Missing(code, words)]


def test_everything_missing_is_named_at_once():
    found = rules.missing(facts(projects=[], budget_yuan=None, opens_at=None, roll=0, officers=0))

    assert [one.code for one in found] == ["projects", "budget", "dates", "roll", "two_people"]


def test_at_its_hour_the_notice_is_past():
    assert rules.missing(facts(opens_at=NOON, is_hour=True)) == []


def test_a_yes_no_vote_needs_one_item_and_no_money():
    assert rules.missing(facts(method="yes_no", projects=[("WSS-1", "in_poll", Decimal(9))], budget_yuan=None)) == []


def record(method="choose", rule="greedy_by_score", **changes):
    values = {"limit": 3, "budget_yuan": Decimal("60000.50"), "commitment": "c" * 64, "terms": TERMS} | changes
    return rules.rule_record(method, rule, **values)


def test_the_rule_record_is_what_the_count_reads_and_its_fingerprint_is_of_the_canonical_form():
    values, fingerprint = record(rule="mes_cost_utility_add1u")

    read = records.from_json(json.dumps(values))
    assert (read.name, read.increment, read.completion) == ("mes_cost_utility_add1u", "1", "score")
    assert (read.budget, read.tie.keys, read.tie.commitment) == ("60000.50", ("cost", "score", "lot"), "c" * 64)
    assert fingerprint == read.sha256 == sha256(records.canonical(read).encode()).hexdigest()


def test_a_ranking_earns_as_many_points_as_places():
    assert record("rank")[0]["score_vector"] == [3, 2, 1]


def test_yes_no_is_decided_by_the_rounds_shares():
    values, fingerprint = record("yes_no")

    assert (values["name"], values["quorum_share"], values["majority_share"]) == ("yes_no", "2/3", "1/2")
    assert rules.rule_is_whole(values, fingerprint)


@pytest.mark.parametrize("method", ["choose", "rank", "yes_no"])
def test_a_changed_rule_record_no_longer_has_its_fingerprint(method):
    values, fingerprint = record(method)

    assert rules.rule_is_whole(values, fingerprint)
    assert not rules.rule_is_whole(values | {"engine": 2}, fingerprint)
    assert not rules.rule_is_whole(values, "0" * 64)


def test_another_seed_is_another_rule():
    assert record()[1] != record(commitment="d" * 64)[1]


def test_an_unknown_rule_is_refused_by_name():
    with pytest.raises(RuleBroken, match="没有“votes”这个计票规则"):
        record(rule="votes")


CODES = [f"WSS-2026-{number:04d}" for number in range(12)]


def test_one_voter_always_sees_the_same_order_and_two_voters_differ():
    mine = rules.shuffled(CODES, commitment="c", voter="p1")

    assert mine == rules.shuffled(reversed(CODES), commitment="c", voter="p1")
    assert sorted(mine) == CODES
    assert mine != rules.shuffled(CODES, commitment="c", voter="p2")
    assert mine != rules.shuffled(CODES, commitment="d", voter="p1")


def test_every_project_comes_first_about_as_often():
    first = Counter(rules.shuffled(CODES[:4], commitment="c", voter=str(number))[0] for number in range(4000))

    assert set(first) == set(CODES[:4])
    assert all(850 < times < 1150 for times in first.values())  # 1000 each; 5 standard deviations


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2008, 6, 20), date(2026, 6, 19), 17),
        (date(2008, 6, 20), date(2026, 6, 20), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_whole_years_on_the_day(birth, day, age):
    assert rules.age_on(birth, day) == age


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-17"), (17, "0-17"), (18, "18-29"), (44, "30-44"), (59, "45-59"), (74, "60-74"), (75, "75+"), (None, "")],
)
def test_of_an_age_only_its_band_is_kept(age, band):
    assert rules.band(age) == band
