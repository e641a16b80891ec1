"""Every file we publish passes the checker by which Pabulib takes files in (pabulib-checker), winners included."""

from dataclasses import replace

import pytest
from pabulib.checker import Checker

from tests.voting.counting.build import election
from voting.rules.count import count
from voting.rules.model import Limits
from voting.rules.pabulib.writing import declared, lines
from voting.rules.records import RECORDS, Eligibility

ORGANISER = {
    "description": "南澳村 2021",
    "country": "China",
    "unit": "Doumen",
    "instance": "2021",
    "date_begin": "01.03.2021",
    "date_end": "15.03.2021",
    "language": "zh",
    "currency": "CNY",
}


def published(made, record):
    told = ORGANISER | declared(record, "https://example.org/rule.json")
    return "".join(lines(made, told, range(len(made.projects)), count(made, record)))


def named(made):
    """What an organiser would have besides: names, categories, villages."""
    projects = (replace(p, name=f"项目；“{p.id}”", categories=("环境",), villages=("北村",)) for p in made.projects)
    return replace(made, projects=tuple(projects))


@pytest.mark.parametrize("rule", ["mes_cost_utility", "es-pabulib", "es-authors", "sequential_phragmen"])
def test_a_published_file_passes_under_each_rule(rule):
    """One by hand: on any election where Add1 elects everything, the checker itself would never end."""
    made = election({"灯": 30, "渠": 31, "亭": 20}, ["灯渠", "灯渠", "灯渠", "灯", "亭", "亭"], budget=60)

    verdict = Checker().process_files([published(named(made), RECORDS[rule])])

    assert (verdict["metadata"]["valid"], faults(verdict)) == (1, {})


@pytest.mark.parametrize(
    ("kind", "ballots", "limits"),
    [
        ("approval", ["灯渠", "灯", "亭"], Limits(min_length=1, max_length=2, max_sum_cost=61)),
        ("choose-1", ["灯", "灯", "亭"], Limits(min_length=1, max_length=1)),
        ("cumulative", [{"灯": 1, "渠": 3}, {"灯": 4}, {"亭": 2}], Limits(max_sum_points=4)),
        ("ordinal", ["灯渠", "灯亭", "亭灯"], Limits(min_length=2, max_length=2)),
    ],
)
@pytest.mark.parametrize("least", [0, 2])
def test_a_published_file_of_each_kind_passes(kind, ballots, limits, least):
    made = election({"灯": 30, "渠": 31, "亭": 20}, ballots, budget=60, vote_type=kind, limits=limits)
    record = replace(RECORDS["greedy_by_score"], eligibility=Eligibility(min_score=least))

    verdict = Checker().process_files([published(named(made), record)])

    assert (verdict["metadata"]["valid"], faults(verdict)) == (1, {})


def faults(verdict):
    found = [v["results"]["errors"] for k, v in verdict.items() if k not in {"metadata", "summary"}]
    return found[0] if found else verdict
