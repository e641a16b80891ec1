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
from voting.rules.results import Count
from voting.rules.supporters import supporters
from voting.rules.ties import TieRule

# The format's keys in its order (pabulib-checker refuses others); what comes from the election is written from it.
GIVEN = ("description", "country", "unit", "district", "subunit", "instance")
SIZES = ("num_projects", "num_votes", "budget", "vote_type")
WHEN = ("rule", "date_begin", "date_end")
COUNTS = ("min_points", "max_points", "min_sum_points", "max_sum_points", "default_score")
LIMITS = ("min_length", "max_length", "min_sum_cost", "max_sum_cost", *COUNTS)
MORE = ("min_project_score_threshold", "neighborhoods", "categories", "edition", "language", "currency", "comment")
KEYS = (*GIVEN, *SIZES, *WHEN, *LIMITS, *MORE)
WORDS = {
    "greedy": RuleRecord("", "greedy"),
    "greedy-no-skip": RuleRecord("", "greedy", skip=False),
    "equalshares": RuleRecord("", "equal_shares"),
    "equalshares/add1": RuleRecord("", "equal_shares", start="floor", increment="1", stop="overspend"),
}


def lines(
    election: Election, meta: Mapping[str, str], order: Sequence[int], counted: Count | None = None
) -> Iterator[str]:
    """The file line by line; ``order`` the places of the projects as they shall stand, ``counted`` adds the winners.

    ``meta`` adds what the format knows (description, country, unit, instance, dates, rule, comment …); the sizes, the
    budget, the kind of vote and its limits are written from the election. Unusable: an order that leaves a project
    out, a key the format does not have, text no cell can hold.
    """
    if sorted(order) != list(range(len(election.projects))):
        raise Unusable("the order must name every project once")
    rows = chain(_meta(election, meta), _projects(election, order, counted), _votes(election))
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
    told = dict(meta) | {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": election.money(election.budget),
        "vote_type": election.vote_type,
    }
    if election.currency:
        told["currency"] = election.currency
    told |= _limits(election)
    if unknown := set(told) - set(KEYS):
        raise Unusable(f"the format has no {', '.join(sorted(unknown))}")
    for key in KEYS:
        if told.get(key):
            yield [key, " ".join(told[key].split())]


def _limits(election: Election) -> dict[str, str]:
    limits = election.limits
    values = {name: getattr(limits, name) for name in LIMITS if getattr(limits, name) is not None}
    if not limits.default_score:
        del values["default_score"]
    return {name: election.money(value) if name.endswith("cost") else str(value) for name, value in values.items()}


def _projects(election: Election, order: Sequence[int], counted: Count | None) -> Iterator[Sequence[str]]:
    """The projects with what they came to; a column that would be empty throughout is left out."""
    yield ["PROJECTS"]
    held = supporters(election)
    ids = [_id(project) for project in election.projects]
    points = election.vote_type not in {"approval", "choose-1"}
    columns: dict[str, list[str]] = {
        "project_id": ids,
        "cost": [election.money(project.cost) for project in election.projects],
        "votes": [str(counted.votes[id]) for id in ids] if counted else list(map(str, held.votes)),
        "score": ([str(counted.scores[id]) for id in ids] if counted else list(map(str, held.scores)))
        if points
        else [],
        "name": [" ".join(project.name.split()) for project in election.projects],
        "category": [_list(project.categories) for project in election.projects],
        "beneficiaries": [_list(project.targets) for project in election.projects],
        "selected": [str(int(id in counted.selected)) for id in ids] if counted else [],
        "neighborhood": [_list(project.villages) for project in election.projects],
    }
    shown = {name: cells for name, cells in columns.items() if any(cells)}
    yield list(shown)
    for place in order:
        yield [cells[place] for cells in shown.values()]


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
    with_points = election.vote_type in {"cumulative", "scoring"}
    yield ["voter_id", "vote", "points"] if with_points else ["voter_id", "vote"]
    ids = [project.id for project in election.projects]
    number = 0
    for said, voters in sorted((_said(ballot, ids), ballot.voters) for ballot in election.ballots):
        cells = [",".join(id for id, _points in said)]
        cells += [",".join(str(points) for _id, points in said)] if with_points else []
        for _voter in range(voters):
            number += 1
            yield [str(number), *cells]


def _said(ballot: Ballot, ids: Sequence[str]) -> list[tuple[str, int]]:
    """What a ballot says, most points first; without points in the ballot's own order."""
    said = zip((ids[place] for place in ballot.choices), ballot.points or [0] * len(ballot.choices), strict=True)
    return sorted(said, key=lambda named: -named[1])
