"""docs/ keeps up with the code: a term, a rule or a state that is renamed is renamed there, too."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from proposals.models import ProjectState
from proposals.round_rules import RoundRules
from tests.bench.report import parted, replaced

DOMAIN = (Path(__file__).parent.parent / "docs/domain.md").read_text()
OURS = ("civic", "proposals", "voting", "delivery", "wishes", "publicity")
CODES = set(re.findall(r"`([^`\n]+)`", DOMAIN))


def _rows(heading):
    """The table rows under a heading, each as its cells."""
    part = DOMAIN.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"][2:]


@pytest.mark.parametrize("app", OURS)
def test_every_model_stands_in_the_glossary(app):
    models = {model.__name__ for model in apps.get_app_config(app).get_models()}

    assert models - CODES == set()


def test_every_state_is_explained_by_the_word_the_public_reads():
    explained = {code.strip("`"): word for word, _english, code, *_rest in _rows("The life of a project")}

    assert explained == {state.name: state.label for state in ProjectState}


def test_every_figure_of_a_round_names_its_source_and_no_figure_is_left_over():
    named = {name for row in _rows("Default figures of a round") for name in re.findall(r"`(\w+)`", row[0])}

    assert named == set(RoundRules.model_fields)
    assert all(row[2] for row in _rows("Default figures of a round"))


@pytest.mark.parametrize(
    ("field", "printed"),
    [
        ("screening_workdays", "5"),
        ("review_workdays", "5"),
        ("quorum_share", "2/3"),
        ("pass_share", "1/2"),
        ("notice_workdays", "5"),
        ("objection_reply_workdays", "5"),
        ("contract_workdays", "30"),
        ("change_threshold_share", "1/10"),
        ("rectify_workdays", "15"),
        ("stale_days", "30"),
    ],
)
def test_the_printed_default_is_the_real_one(field, printed):
    row = next(row for row in _rows("Default figures of a round") if f"`{field}`" in row[0])

    assert row[1].startswith(printed)
    assert str(RoundRules().model_dump(mode="json")[field]) == printed


def test_a_part_that_is_measured_by_itself_leaves_the_others_as_they_are():
    bench = (Path(__file__).parent.parent / "docs/bench.md").read_text()
    parts = parted(bench)

    again = replaced(bench, {"voting": "## Casting a ballot\n\nanew"}, list(parts))

    assert parted(again) == parts | {"voting": "## Casting a ballot\n\nanew\n\n"}
    assert replaced(bench, {}, list(parts)) == bench


def test_every_test_that_holds_a_promise_is_there():
    here = Path(__file__).parent
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (here.parent / "docs/pages.md").read_text())

    missing = [name for file, name in named if f"def {name}(" not in (here / file).read_text()]

    assert named and missing == []
