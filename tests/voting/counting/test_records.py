import json
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from typing import get_args

import pytest

from proposals.round_rules import CountRule
from proposals.rule_words import COUNT_RULES
from voting.rules.model import Unusable
from voting.rules.records import RECORDS, Eligibility, Guarantee, RuleRecord, canonical, from_json, record_named
from voting.rules.ties import TieRule, commitment

FULL = RuleRecord(
    "斗门2021",
    "equal_shares",
    utility="score",
    start="floor",
    increment="0.5",
    stop="overspend",
    completion="score_per_cost",
    comparison="cost",
    score_vector=(3, 2, 1),
    eligibility=Eligibility(10, 5, Fraction(1, 20), 3, True, ("p3",)),
    guarantees=(Guarantee("village", 2, ("南澳村", "网山村")), Guarantee("category")),
    reserve=3,
    tie=TieRule(("cost", "lot"), commitment("x"), "drand"),
    budget="60000.50",
)


def test_the_fingerprint_is_the_hash_of_sorted_json_without_spaces():
    text = canonical(FULL)

    assert FULL.sha256 == sha256(text.encode()).hexdigest()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert '"min_share":"1/20"' in text
    assert "斗门2021" in text


@pytest.mark.parametrize("record", [*RECORDS.values(), FULL], ids=lambda record: record.name)
def test_a_record_survives_its_file(record):
    again = from_json(canonical(record))

    assert again == record
    assert again.sha256 == record.sha256


def test_the_published_rules_are_frozen():
    """A changed figure here means that a published fingerprint no longer finds its rule: raise ENGINE instead."""
    fingerprints = {name: record.sha256[:12] for name, record in RECORDS.items()}

    assert fingerprints == {
        "greedy_by_score": "ef7dff7af307",
        "greedy_by_score_per_cost": "7606235c67b8",
        "mes_cost_utility": "d3347023574e",
        "mes_score_utility": "8843dc2ac158",
        "mes_cost_utility_add1": "2568092c4ce6",
        "mes_cost_utility_add1u": "cbebd7c6e12c",
        "mes_score_utility_add1": "f452959c8c8a",
        "mes_score_utility_add1u": "2ba77a370af9",
        "sequential_phragmen": "1c81bc882ffd",
        "es-authors": "8a9018823f33",
        "es-pabulib": "07171dfb8544",
    }


def test_every_choice_changes_the_fingerprint():
    changed = [
        replace(FULL, utility="cost"),
        replace(FULL, increment=None),
        replace(FULL, score_vector=(3, 2)),
        replace(FULL, eligibility=Eligibility(11, 5, Fraction(1, 20), 3, True, ("p3",))),
        replace(FULL, guarantees=()),
        replace(FULL, tie=TieRule(("cost", "lot"), commitment("y"), "drand")),
        replace(FULL, budget=None),
    ]

    assert len({record.sha256 for record in [FULL, *changed]}) == 8


def test_what_is_not_said_takes_its_default():
    assert from_json('{"name":"x","method":"greedy"}') == RuleRecord("x", "greedy")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "record cannot be"),
        ("{}", "lacks name, method"),
        ('{"name":"x","name":"y","method":"greedy"}', "twice"),
        ('{"name":"x","method":"lottery"}', "record.method cannot be 'lottery'"),
        ('{"name":1,"method":"greedy"}', "record.name"),
        ('{"name":"x","method":"greedy","rounding":"up"}', "no field rounding"),
        ('{"name":"x","method":"greedy","skip":1}', "record.skip"),
        ('{"name":"x","method":"greedy","reserve":true}', "record.reserve"),
        ('{"name":"x","method":"greedy","reserve":NaN}', "record.reserve"),
        ('{"name":"x","method":"greedy","reserve":-1}', "not below zero"),
        ('{"name":"x","method":"greedy","increment":"1e99999999"}', "amounts above zero"),
        ('{"name":"x","method":"greedy","budget":"0"}', "amounts above zero"),
        ('{"name":"x","method":"greedy","engine":2}', "engine 2"),
        ('{"name":"x","method":"greedy","score_vector":[3,-1]}', "not below zero"),
        ('{"name":"x","method":"greedy","score_vector":"321"}', "record.score_vector"),
        ('{"name":"x","method":"greedy","eligibility":{"min_share":"3/2"}}', "record.eligibility.min_share"),
        ('{"name":"x","method":"greedy","eligibility":{"min_share":0.5}}', "record.eligibility.min_share"),
        ('{"name":"x","method":"greedy","guarantees":[{"at_least":1}]}', "lacks by"),
        ('{"name":"x","method":"greedy","guarantees":[{"by":"category","at_least":0}]}', "at least one"),
        ('{"name":"x","method":"greedy","tie":{"keys":["cost"]}}', "leaves ties open"),
    ],
)
def test_a_record_that_is_not_plain_is_refused(text, said):
    with pytest.raises(Unusable) as fault:
        from_json(text)

    assert said in str(fault.value)


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(Unusable, match=r"no rule is named borda; there are greedy_by_score, .*es-pabulib"):
        record_named("borda")


def test_a_round_may_set_each_rule_there_is_and_the_desk_has_words_for_it():
    assert list(get_args(CountRule)) == list(RECORDS) == list(COUNT_RULES)
