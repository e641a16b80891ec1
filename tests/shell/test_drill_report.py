"""What `make drill DRILLS=…` writes: its own sections anew, every other one to the letter as it was."""

from pathlib import Path

from tests.drill import report
from tests.drill.finding import Finding

OLD = (Path(__file__).resolve().parents[2] / "docs/drill.md").read_text()
ORDER = ["crash", "restart", "redis", "races", "channels", "closing", "stages", "crowd", "roll", "workers"]


def found(figure: int) -> Finding:
    finding = Finding("A promise of the test")
    finding.equal("a figure of the test", figure, 1)
    return finding


def sections(text: str) -> dict[str, str]:
    return {part.split()[0]: part.strip() for part in text.split("\n## ")[1:]}


def test_one_drill_alone_leaves_every_other_section_and_row_as_it_was():
    new = report.replaced(OLD, {"roll": (found(1), 3.4)}, ORDER)

    old, its = sections(OLD), sections(new)
    assert list(its) == list(old)
    assert {name for name in old if its[name] != old[name]} == {"roll"}
    assert "| a figure of the test | 1 | 1 | yes |\n\nRun alone on 20" in its["roll"]
    assert [line for line in OLD.splitlines() if line not in new and not line.startswith("| roll")] == [
        line for line in old["roll"].splitlines() if line not in new
    ]
    assert "| roll | A promise of the test | yes | 3 |" in new


def test_a_drill_that_was_not_there_yet_joins_at_its_place_and_a_miss_is_told():
    without = report.replaced(OLD, {}, [name for name in ORDER if name != "crash"])

    new = report.replaced(without, {"crash": (found(2), 1.0)}, ORDER)

    assert "crash" not in sections(without)
    assert next(iter(sections(new))) == "crash"
    assert "| crash | A promise of the test | **no** | 1 |" in new


def test_with_nothing_run_the_report_is_the_same_to_the_letter():
    assert report.replaced(OLD, {}, ORDER) == OLD
