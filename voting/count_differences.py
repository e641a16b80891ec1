"""How a recount differs from the count before it (重新计票的不同), as data; the sentences are made from it. Pure."""

from collections.abc import Sequence
from typing import Any

from voting.models import Result, ResultLine

SHOWN = ("rank", "score", "votes", "outcome", "reason")


def explained(
    before: Result, lines_before: Sequence[ResultLine], after: Result, lines_after: Sequence[ResultLine]
) -> dict[str, Any]:
    """Which rows changed and what lay behind it: ``cause`` is voters, ballots, rule or program, the first that holds."""
    old = {line.project.code: line for line in lines_before}
    rows = [
        {"project": line.project.code}
        | {name: [getattr(old[line.project.code], name), getattr(line, name)] for name in SHOWN}
        for line in lines_after
        if any(getattr(old[line.project.code], name) != getattr(line, name) for name in SHOWN)
    ]
    return {"cause": _cause(before, after, rows), "voters": [before.voters, after.voters], "rows": rows}


def _cause(before: Result, after: Result, rows: Sequence[dict[str, Any]]) -> str:
    if before.voters != after.voters:
        return "voters"
    if before.ballots_hash != after.ballots_hash or any(row["score"][0] != row["score"][1] for row in rows):
        return "ballots"
    return "rule" if before.rule_hash != after.rule_hash else "program"


def moved(explanation: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows whose project would be in, in reserve or out otherwise than before."""
    return [row for row in explanation["rows"] if row["outcome"][0] != row["outcome"][1]]
