"""Reading a .pb file: sections META, PROJECTS, VOTES of CSV with semicolons. Strict about what decides a winner.

A fault names its line. What real files get wrong without harm is taken and noted: a project named twice on an
approval ballot counts once, declared totals that are off, ballots beyond the declared limits.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, cast

from voting.rules.ballots import faults
from voting.rules.model import (
    VOTE_TYPES,
    Ballot,
    Election,
    Limits,
    Project,
    Unusable,
    VoteType,
    is_amount,
    merged,
    smallest_units,
)
from voting.rules.pabulib.source import PbFault, text_of

SECTIONS = ("META", "PROJECTS", "VOTES")
WHOLE = re.compile(r"-?[0-9]{1,9}")
MOST_PROJECTS, MOST_VOTERS = 20_000, 10_000_000


class Note(NamedTuple):
    """Something odd that changes no winner (提示)."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class PbFile:
    """A file as read: the election, what META says, what the file calls selected, and what was odd."""

    election: Election
    meta: Mapping[str, str]
    selected: tuple[str, ...]
    notes: tuple[Note, ...]


def read(stream: BinaryIO) -> PbFile:
    """Read an election from a .pb file, packed by gzip or not. Raises PbFault."""
    return _Reader(text_of(stream)).file()


@dataclass(slots=True)
class _Reader:
    """A pass over the lines of a file."""

    text: str
    meta: dict[str, tuple[int, str]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    projects: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def file(self) -> PbFile:
        lines = _Lines(self.text)
        try:
            self._sections(lines)
            votes = _votes(lines)
        except csv.Error as fault:
            raise PbFault(lines.number, f"no CSV: {fault}") from None
        try:
            election = self._election(votes)
        except PbFault:
            raise
        except Unusable as fault:
            raise PbFault(0, str(fault)) from None
        self._compare(election)
        selected = [row.get("selected", "") for _line, row in self.projects]
        ids = [project.id for project in election.projects]
        return PbFile(
            election,
            {key: value for key, (_line, value) in self.meta.items()},
            tuple(id for id, mark in zip(ids, selected, strict=True) if mark not in {"", "0"}),
            tuple(self.notes),
        )

    def _sections(self, lines: "_Lines") -> None:
        """META and PROJECTS, up to the line that opens VOTES."""
        lines.expect("META")
        lines.header({"key", "value"})
        for number, row in lines.until("PROJECTS"):
            self.meta[row[0].strip()] = (number, ";".join(row[1:]).strip())
        header = lines.header({"project_id", "cost"})
        for number, row in lines.until("VOTES"):
            if len(row) > len(header):
                raise PbFault(number, f"{len(row)} cells under {len(header)} columns")
            self._project(number, {name: cell.strip() for name, cell in zip(header, row, strict=False)})

    def _project(self, number: int, row: dict[str, str]) -> None:
        id = row["project_id"]
        if not id or "," in id or id in self.places:
            raise PbFault(number, f"project_id {id!r} is empty, has a comma, or is there already")
        if len(self.projects) >= MOST_PROJECTS:
            raise PbFault(number, f"more than {MOST_PROJECTS} projects")
        self.places[id] = len(self.projects)
        self.projects.append((number, row))

    def _election(self, votes: "_Votes") -> Election:
        vote_type = cast(VoteType, self._told("vote_type"))
        if vote_type not in VOTE_TYPES:
            raise PbFault(self.meta["vote_type"][0], f"vote_type {vote_type} is none of {', '.join(VOTE_TYPES)}")
        scale = self._scale()
        election = Election(
            tuple(_as_project(number, row, scale) for number, row in self.projects),
            self._money("budget", scale) or 0,
            merged(self._ballots(votes, vote_type)),
            vote_type,
            self._limits(scale),
            scale,
            self.meta.get("currency", (0, ""))[1],
        )
        self._note_invalid(election)
        return election

    def _told(self, key: str) -> str:
        if key not in self.meta:
            raise PbFault(0, f"META lacks {key}")
        return self.meta[key][1]

    def _scale(self) -> int:
        """How many smallest units make a currency unit: as many decimals as any amount has."""
        self._told("budget")
        amounts = [self.meta[key] for key in ("budget", "min_sum_cost", "max_sum_cost") if key in self.meta]
        amounts += [(number, row.get("cost", "")) for number, row in self.projects]
        for number, text in amounts:
            if not is_amount(text):
                raise PbFault(number, f"{text!r} is no amount like 1200 or 1200.50")
        return int(10 ** max(len(text.partition(".")[2]) for _number, text in amounts))

    def _money(self, key: str, scale: int) -> int | None:
        return smallest_units(self.meta[key][1], scale) if key in self.meta else None

    def _whole(self, key: str) -> int | None:
        number, text = self.meta.get(key, (0, ""))
        if text and not WHOLE.fullmatch(text):
            raise PbFault(number, f"{key} {text!r} is no whole number")
        return int(text) if text else None

    def _limits(self, scale: int) -> Limits:
        return Limits(
            min_length=self._whole("min_length"),
            max_length=self._whole("max_length"),
            min_sum_cost=self._money("min_sum_cost", scale),
            max_sum_cost=self._money("max_sum_cost", scale),
            min_points=self._whole("min_points"),
            max_points=self._whole("max_points"),
            min_sum_points=self._whole("min_sum_points"),
            max_sum_points=self._whole("max_sum_points"),
            default_score=self._whole("default_score") or 0,
        )

    def _ballots(self, votes: "_Votes", vote_type: VoteType) -> Iterator[Ballot]:
        with_points = vote_type in {"cumulative", "scoring"}
        if with_points and not votes.has_points:
            raise PbFault(votes.line, f"{vote_type} votes need a column points")
        for (vote, points), many in votes.counts.items():
            number = votes.first[vote, points]
            choices = self._choices(number, vote, vote_type)
            given = _points(number, points, choices) if with_points else ()
            yield _in_order(choices, given, many, vote_type)

    def _choices(self, number: int, vote: str, vote_type: VoteType) -> list[int]:
        try:
            choices = list(map(self.places.__getitem__, vote.split(","))) if vote else []
        except KeyError:
            choices = [self._place(number, id.strip()) for id in vote.split(",")]
        if len(set(choices)) == len(choices):
            return choices
        if vote_type in {"cumulative", "scoring"}:
            raise PbFault(number, "a project is named twice, with points each time")
        self.notes.append(Note(number, "a project is named twice and counts once"))
        return list(dict.fromkeys(choices))

    def _place(self, number: int, id: str) -> int:
        if id not in self.places:
            raise PbFault(number, f"a vote for {id!r}, which is no project here")
        return self.places[id]

    def _note_invalid(self, election: Election) -> None:
        """Ballots beyond the declared limits are counted all the same: whoever ran the vote took them."""
        found: Counter[tuple[str, int]] = Counter()
        for ballot, many in _by_limits(election):
            found.update({(fault.code, fault.limit): many for fault in faults(ballot, election)})
        for (code, limit), many in sorted(found.items()):
            self.notes.append(Note(0, f"{code} {limit}: {many} different ballots, counted all the same"))

    def _compare(self, election: Election) -> None:
        """What META says of its own size, against what is there."""
        for key, found in (("num_votes", election.voters), ("num_projects", len(election.projects))):
            if (told := self._whole(key)) is not None and told != found:
                self.notes.append(Note(self.meta[key][0], f"{key} says {told}, the file holds {found}"))


class _Lines:
    """The rows of the file with their line numbers."""

    def __init__(self, text: str) -> None:
        self.rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")

    @property
    def number(self) -> int:
        return self.rows.line_num

    def until(self, section: str) -> Iterator[tuple[int, list[str]]]:
        """Rows up to the one that opens this section."""
        for row in self.rows:
            if len(row) == 1 and row[0].strip() in SECTIONS:
                if row[0].strip() == section:
                    return
                raise PbFault(self.number, f"section {row[0].strip()} where {section} should be")
            if any(row):
                yield self.number, row
        raise PbFault(self.number, f"the section {section} is missing")

    def expect(self, section: str) -> None:
        for number, row in self.until(section):
            raise PbFault(number, f"{section} should stand first, not {row[0]!r}")

    def header(self, needed: set[str]) -> list[str]:
        names = [cell.strip() for cell in next(self.rows, [])]
        if missing := needed - set(names):
            raise PbFault(self.number, f"the header lacks {', '.join(sorted(missing))}")
        if len(set(names)) != len(names):
            raise PbFault(self.number, "the header names a column twice")
        return names


@dataclass(slots=True)
class _Votes:
    """Equal votes once, by (vote, points): how often each was cast, and its first line."""

    line: int
    has_points: bool
    counts: dict[tuple[str, str], int]
    first: dict[tuple[str, str], int]


def _votes(lines: _Lines) -> _Votes:
    header = lines.header({"voter_id", "vote"})
    vote = header.index("vote")
    points = header.index("points") if "points" in header else -1
    width = max(vote, points) + 1
    counts: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], int] = {}
    line, voters = lines.number, 0
    for row in lines.rows:
        if len(row) < width:
            if not any(row):
                continue
            raise PbFault(lines.number, f"{len(row)} cells where the vote is in the {width}th")
        key = (row[vote].strip(), row[points].strip() if points >= 0 else "")
        if key in counts:
            counts[key] += 1
        else:
            counts[key], first[key] = 1, lines.rows.line_num
        voters += 1
    if not voters or voters > MOST_VOTERS:
        raise PbFault(lines.number, f"{voters} voters; from 1 to {MOST_VOTERS} can be counted")
    return _Votes(line, points >= 0, counts, first)


def _by_limits(election: Election) -> Iterable[tuple[Ballot, int]]:
    """Ballots, and how many like them keep to the same limits: often only the length matters."""
    limits = election.limits
    if limits.min_sum_cost is None is limits.max_sum_cost and election.vote_type not in {"cumulative", "scoring"}:
        lengths = Counter(len(ballot.choices) for ballot in election.ballots)
        return [(Ballot(tuple(range(length))), many) for length, many in lengths.items()]
    return [(ballot, 1) for ballot in election.ballots]


def _as_project(number: int, row: Mapping[str, str], scale: int) -> Project:
    cost = smallest_units(row["cost"], scale)
    if cost < 1:
        raise PbFault(number, "a project that costs nothing cannot be counted")
    village = next((row[name] for name in ("neighborhood", "subunit", "district") if row.get(name)), "")
    targets = row.get("beneficiaries") or row.get("target") or ""
    return Project(
        row["project_id"], cost, row.get("name", ""), _list(row.get("category", "")), _list(village), _list(targets)
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(",") if part.strip()))


def _points(number: int, cell: str, choices: Sequence[int]) -> tuple[int, ...]:
    given = cell.split(",") if cell else []
    if len(given) != len(choices) or not all(WHOLE.fullmatch(one.strip()) for one in given):
        raise PbFault(number, f"points {cell!r} are not one whole number for each of {len(choices)} projects")
    points = tuple(int(one) for one in given)
    if any(one < 0 for one in points):
        raise PbFault(number, "points below zero cannot be counted")
    return points


def _in_order(choices: list[int], points: tuple[int, ...], many: int, vote_type: VoteType) -> Ballot:
    """A ballot in the one form that equal ballots share: by place, except where the order is the vote."""
    if vote_type == "ordinal":
        return Ballot(tuple(choices), (), many)
    if points:
        pairs = sorted(zip(choices, points, strict=True))
        return Ballot(tuple(place for place, _given in pairs), tuple(given for _place, given in pairs), many)
    return Ballot(tuple(sorted(choices)), (), many)
