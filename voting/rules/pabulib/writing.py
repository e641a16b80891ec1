"""Writing a .pb file (公开选票文件): what anyone needs to recount, and nothing about who voted.

Projects stand in the order of their lots, so that the file alone decides ties (``--tie file``). Ballots stand in the
order of what they say, numbered anew, without age, sex or place: their order tells nothing of when or by whom.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from voting.rules.model import Ballot, Election, Project, Unusable
from voting.rules.records import Eligibility, RuleRecord
from voting.rules.ties import TieRule

OURS = {"num_projects", "num_votes", "budget", "vote_type"}
WORDS = {
    "greedy": RuleRecord("", "greedy"),
    "greedy-no-skip": RuleRecord("", "greedy", skip=False),
    "equalshares": RuleRecord("", "equal_shares"),
    "equalshares/add1": RuleRecord("", "equal_shares", start="floor", increment="1", stop="overspend"),
}


def lines(
    election: Election, meta: Mapping[str, str], order: Sequence[int], selected: Sequence[str] | None = None
) -> Iterator[str]:
    """The file line by line; ``order`` the places of the projects as they shall stand, ``selected`` the winners' ids.

    ``meta`` adds what the format knows (description, country, unit, rule, comment …); the counts, the budget, the kind
    of vote and its limits are written from the election. A project in no order, or text no cell can hold, is refused.
    """
    if sorted(order) != list(range(len(election.projects))):
        raise Unusable("the order must name every project once")
    rows = chain(_meta(election, meta), _projects(election, order, selected), _votes(election))
    cell = io.StringIO()
    writer = csv.writer(cell, delimiter=";", lineterminator="\n")
    for row in rows:
        writer.writerow(row)
        yield cell.getvalue()
        cell.seek(0)
        cell.truncate()


def declared(record: RuleRecord, url: str) -> dict[str, str]:
    """What META says of the rule: the format's nearest word, and where the whole record is, with its fingerprint."""
    told = {"rule": _nearest(record), "comment": f"#1: rule record {url} SHA-256 {record.sha256}"}
    if record.eligibility.min_score:
        told["min_project_score_threshold"] = str(record.eligibility.min_score)
    return told


def _nearest(record: RuleRecord) -> str:
    """A rule's word in the format's own vocabulary; whatever it has no word for is custom or unknown."""
    plain = replace(record, name="", tie=TieRule(), reserve=0, budget=None)
    for word, known in WORDS.items():
        if replace(known, eligibility=plain.eligibility) == plain and _only_least_score(record):
            return "greedy-threshold" if word == "greedy" and record.eligibility.min_score else word
    return "greedy-custom" if record.method == "greedy" else "unknown"


def _only_least_score(record: RuleRecord) -> bool:
    return replace(record.eligibility, min_score=0, withdrawn=()) == Eligibility()


def _meta(election: Election, meta: Mapping[str, str]) -> Iterator[Sequence[str]]:
    yield ["META"]
    yield ["key", "value"]
    told = {key: value for key, value in meta.items() if key not in OURS}
    told |= {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": election.money(election.budget),
        "vote_type": election.vote_type,
    }
    if election.currency:
        told["currency"] = election.currency
    told |= _limits(election)
    for key, value in told.items():
        yield [key, " ".join(value.split())]


def _limits(election: Election) -> dict[str, str]:
    limits = election.limits
    counts = ("min_length", "max_length", "min_points", "max_points", "min_sum_points", "max_sum_points")
    told = {name: str(value) for name in counts if (value := getattr(limits, name)) is not None}
    for name in ("min_sum_cost", "max_sum_cost"):
        if (value := getattr(limits, name)) is not None:
            told[name] = election.money(value)
    if limits.default_score:
        told["default_score"] = str(limits.default_score)
    return told


def _projects(election: Election, order: Sequence[int], selected: Sequence[str] | None) -> Iterator[Sequence[str]]:
    yield ["PROJECTS"]
    columns = ["project_id", "cost", "name", "category", "neighborhood", "beneficiaries"]
    yield [*columns, "selected"] if selected is not None else columns
    for place in order:
        project = election.projects[place]
        row = [_id(project), election.money(project.cost), " ".join(project.name.split())]
        row += [_list(cell) for cell in (project.categories, project.villages, project.targets)]
        yield [*row, str(int(project.id in selected))] if selected is not None else row


def _id(project: Project) -> str:
    if any(sign in project.id for sign in ",\n\r") or project.id.strip() != project.id:
        raise Unusable(f"the id {project.id!r} cannot stand on a ballot")
    return project.id


def _list(values: Iterable[str]) -> str:
    if any("," in value for value in values):
        raise Unusable(f"a comma inside {values!r} would split it")
    return ",".join(values)


def _votes(election: Election) -> Iterator[Sequence[str]]:
    yield ["VOTES"]
    points = election.vote_type in {"cumulative", "scoring"}
    yield ["voter_id", "vote", "points"] if points else ["voter_id", "vote"]
    ids = [project.id for project in election.projects]
    number = 0
    for ballot in sorted(election.ballots, key=lambda ballot: _said(ballot, ids)):
        said = [",".join(ids[place] for place in ballot.choices)]
        said += [",".join(map(str, ballot.points))] if points else []
        for _voter in range(ballot.voters):
            number += 1
            yield [str(number), *said]


def _said(ballot: Ballot, ids: Sequence[str]) -> tuple[list[str], tuple[int, ...]]:
    return [ids[place] for place in ballot.choices], ballot.points
