"""Measure the counting on the real elections: time of each rule and peak memory, one file a process.

``section()`` is a part of the report, or "" where PABULIB_DIR names no folder. ``python -m tests.bench.counting FILE``
prints one file's figures as JSON. Times are CPU seconds, the median of three where a run is short.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHORT = {
    "greedy_by_score": "greedy_cost",
    "sequential_phragmen": "phragmen",
    "mes_cost_utility": "mes_cost",
    "mes_score_utility": "mes_card",
}
LONG = {"mes_cost_utility_add1": "mes_cost_add1", "mes_score_utility_add1": "mes_card_add1"}
PEER = SHORT | LONG  # our rule → its name among the stored timings
LARGE = 60_000  # voters, from which on the targets hold
TARGETS = {"parse": 1, "greedy_by_score": 0.05, "sequential_phragmen": 0.05} | dict.fromkeys(
    ("mes_cost_utility", "mes_score_utility"), 0.1
)
TARGETS |= dict.fromkeys(LONG, 5)
MOST_MB = 300


def section() -> str:
    """The counting's part of docs/bench.md: our time and, in brackets, how many times longer pabutools took."""
    folder = os.environ.get("PABULIB_DIR")
    if not folder:
        return ""
    stored = json.loads((Path(folder) / "outcomes.json").read_text())["files"]
    by_size = sorted(stored, key=lambda name: stored[name]["n"])
    rows = [row(name, stored[name], measured(Path(folder) / stored[name]["file"])) for name in by_size]
    head = ["election", "voters", "read", *[rule.replace("_", " ") for rule in PEER], "certificate", "MB"]
    return "\n".join(
        [
            "## Counting",
            "",
            "CPU seconds from the ballots in memory to the winners, every result exact; in brackets how many times",
            "longer pabutools took (✗: it did not finish in 330 s). The certificate counts equal shares once more in",
            f"fractions. A figure in bold misses its target for elections of {LARGE:,} voters and more.",
            "",
            f"| {' | '.join(head)} |",
            f"|---|{'---:|' * (len(head) - 1)}",
            *rows,
            "",
        ]
    )


def row(name: str, stored: dict[str, Any], found: dict[str, Any]) -> str:
    peer = stored["pabutools_timing"]
    cells = [name.replace("_", " "), f"{stored['n']:,}", cell("parse", found, peer.get("parse"), stored["n"])]
    cells += [cell(rule, found, peer.get(known), stored["n"]) for rule, known in PEER.items()]
    memory = f"{found['peak_mb']}" if found["peak_mb"] <= MOST_MB else f"**{found['peak_mb']}**"
    return f"| {' | '.join([*cells, seconds(found['certificate']), memory])} |"


def cell(what: str, found: dict[str, Any], peer: dict[str, Any] | None, voters: int) -> str:
    ours = found.get(what)
    if ours is None:
        return ""
    missed = voters >= LARGE and ours > TARGETS[what]
    ratio = f" ({peer['wall_s'] / max(ours, 1e-4):,.0f}×)" if peer and "error" not in peer else " (✗)" if peer else ""
    return f"**{seconds(ours)}**{ratio}" if missed else f"{seconds(ours)}{ratio}"


def seconds(figure: float) -> str:
    return f"{figure * 1000:.0f} ms" if figure < 1 else f"{figure:.1f} s"


def measured(file: Path) -> dict[str, Any]:
    """One file's figures, from a process of its own so that the peak is its own."""
    command = [sys.executable, "-m", "tests.bench.counting", str(file)]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def figures(file: Path) -> dict[str, Any]:
    from voting.rules.count import count
    from voting.rules.pabulib.reading import read
    from voting.rules.records import RECORDS

    def opened():
        with file.open("rb") as stream:
            return read(stream).election

    election = opened()
    found: dict[str, Any] = {"parse": timed(opened, 3)}
    for rule in PEER:
        if rule != "sequential_phragmen" or election.vote_type in {"approval", "choose-1"}:
            found[rule] = timed(lambda rule=rule: count(election, RECORDS[rule]), 3 if rule in SHORT else 1)
    plain = RECORDS["mes_cost_utility"]
    found["certificate"] = max(0, timed(lambda: count(election, plain, certify=True), 3) - found[plain.name])
    found["peak_mb"] = peak_mb()
    return found


def peak_mb() -> int:
    """This process's own peak; ru_maxrss would carry over that of whoever started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def timed(act: Callable[[], Any], runs: int) -> float:
    taken = []
    for _run in range(runs):
        start = process_time()
        act()
        taken.append(process_time() - start)
    return median(taken)


if __name__ == "__main__":
    print(json.dumps(figures(Path(sys.argv[1]))) if len(sys.argv) > 1 else section())
