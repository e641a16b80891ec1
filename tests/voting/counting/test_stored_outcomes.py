"""Every rule on every real election of the shared data: winners, order, cost and steps as an independent tool found.

The files are test material that must not be copied into the project; PABULIB_DIR says where they lie (make test
points it at the shared folder when that is there).
"""

import json
import os
from functools import cache
from pathlib import Path

import pytest

from tests.voting.counting.build import NINE, plain
from voting.rules.count import count
from voting.rules.pabulib.reading import read
from voting.rules.records import RECORDS

FOLDER = Path(os.environ["PABULIB_DIR"]).expanduser() if os.environ.get("PABULIB_DIR") else None
STORED = json.loads((FOLDER / "outcomes.json").read_text())["files"] if FOLDER else {}
WITHOUT = [pytest.param("", marks=pytest.mark.skip(reason="PABULIB_DIR names no folder with the real elections"))]
NAMES = list(STORED) or WITHOUT
RULES = [rule for rule in NINE if not rule.endswith("_add1")]  # the add1 outcome is the add1u count before completion
STORED_RULES = [
    (name, rule) for name in STORED for rule in RULES if rule in STORED[name] or rule.removesuffix("u") in STORED[name]
]
DIALECTS = [name for name in STORED if "mes_cost_utility_add1_dialects" in STORED[name]] or WITHOUT
SMALL = [name for name in STORED if STORED[name]["n"] < 1_000] or WITHOUT
ONE_RUN = ["mes_cost_utility", "mes_score_utility"]


@cache
def real(name):
    with (FOLDER / STORED[name]["file"]).open("rb") as stream:
        return read(stream)


@pytest.mark.parametrize("name", NAMES)
def test_a_real_file_reads_whole(name):
    stored, pb = STORED[name], real(name)

    assert (pb.election.voters, len(pb.election.projects)) == (stored["n"], stored["m"])
    assert pb.election.money(pb.election.budget) == stored["budget"]
    assert pb.election.vote_type == stored["vote_type"]
    assert set(pb.selected) == set(stored["in_file"].get("selected", pb.selected))


@pytest.mark.parametrize(("name", "rule"), STORED_RULES or [pytest.param("", "", marks=WITHOUT[0].marks)])
def test_the_winners_are_those_of_the_stored_outcome(name, rule):
    stored, election = STORED[name], real(name).election

    counted = count(election, RECORDS[rule])

    if rule.endswith("_add1u"):
        before = [step for step in counted.steps if step.stage == "rule"]
        same_winners([step.project for step in before], stored[rule.removesuffix("u")])
        assert counted.add1.steps == stored[rule.removesuffix("u")]["steps"]
        assert str(counted.add1.voter_money / election.scale) == stored[rule.removesuffix("u")]["final_voter_budget"]
    if rule in stored:
        same_winners(list(counted.selected), stored[rule], in_order=rule != "sequential_phragmen")
        assert election.money(counted.cost) == stored[rule]["cost"]


def same_winners(found, stored, *, in_order=True):
    assert set(found) == set(stored["selected"])
    if in_order:
        assert found == stored["selected"]


@pytest.mark.parametrize("name", DIALECTS)
def test_what_a_city_did_with_equal_shares_is_what_es_pabulib_gives(name):
    counted = count(real(name).election, RECORDS["es-pabulib"])

    dialect = STORED[name]["mes_cost_utility_add1_dialects"]["until_overspend_start_floor"]
    same_winners(list(counted.selected), dialect)
    assert str(counted.add1.voter_money) == dialect["final_voter_budget"]
    assert set(counted.selected) == set(real(name).selected)


GREEN = "Poland_Wieliczka_2023_Green_Budget"


@pytest.mark.parametrize("name", [GREEN] if GREEN in STORED else WITHOUT)
def test_the_published_figures_of_the_green_million_come_out(name):
    """Wieliczka 2023: 18% of the voters without a winner, 28% by greedy; 45% with one; 1.61 winners each, or 1.47."""
    fair, greedy = (count(real(name).election, RECORDS[rule]) for rule in ("es-pabulib", "greedy_by_score"))

    per_thousand = [[round(1000 * n / c.voters) for n in c.voters_by_winners[:3]] for c in (fair, greedy)]
    means = [sum(k * n for k, n in enumerate(c.voters_by_winners)) / c.voters for c in (fair, greedy)]
    assert (per_thousand[0], per_thousand[1][0]) == ([178, 450, 212], 276)
    assert [round(mean, 3) for mean in means] == [1.617, 1.471]


@pytest.mark.parametrize("rule", ONE_RUN)
@pytest.mark.parametrize("name", NAMES)
def test_the_certificate_in_fractions_bears_the_count_out(name, rule):
    certified_alike(real(name).election, rule)


@pytest.mark.parametrize("rule", ["mes_cost_utility_add1", "es-authors"])
@pytest.mark.parametrize("name", SMALL)
def test_the_certificate_bears_the_last_step_of_add1_out(name, rule):
    certified_alike(real(name).election, rule)


def certified_alike(election, rule):
    quick, certified = count(election, RECORDS[rule]), count(election, RECORDS[rule], certify=True)

    assert certified.selected == quick.selected
    assert certified.ties == quick.ties
    for rough, exact in zip(quick.steps, certified.steps, strict=True):
        if exact.stage == "rule":
            assert exact.price.exact
            assert rough.price.low <= exact.price.low <= rough.price.high


@pytest.mark.parametrize("rule", [*ONE_RUN, "greedy_by_score_per_cost"])
@pytest.mark.parametrize("name", SMALL)
def test_the_plain_script_finds_the_same_winners(name, rule):
    vote = plain.Vote(*plain.read(FOLDER / STORED[name]["file"]))

    assert vote.winners(rule) == list(count(real(name).election, RECORDS[rule]).selected)


@pytest.mark.parametrize("name", SMALL)
def test_the_plain_script_confirms_a_step_of_add1(name):
    counted = count(real(name).election, RECORDS["mes_cost_utility_add1"])
    vote = plain.Vote(*plain.read(FOLDER / STORED[name]["file"]))

    assert vote.winners("mes_cost_utility_add1", step=counted.add1.steps) == list(counted.selected)
