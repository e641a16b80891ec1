"""A poll's count as values (计票): ballots and the fixed style in, one line per project out. Pure; rules/ does the counting.

The same outcome for the same ballots whatever order they come in, so anyone's recount can be compared with it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

from voting.ballot_rules import Style
from voting.models import AgeBand, BallotMethod, LineOutcome, LineReason
from voting.rules.model import Election, Limits, Packed, Project, VoteType
from voting.rules.records import RuleRecord, from_json, record_named
from voting.rules.results import Count
from voting.rules.thresholds import YesNoCount, YesNoTerms, decide
from voting.rules.ties import lot, lot_order

if TYPE_CHECKING:  # what counts brings numpy, which weighs as much as the web server: only whoever counts loads it
    from voting.rules.reasons import Reason
    from voting.rules.supporters import Supporters

FEN = 100
OTHER_RULES = ("greedy_by_score", "es-authors", "sequential_phragmen")
KEPT_OF_A_RULE = ("score_vector", "eligibility", "guarantees", "tie", "budget")
MOST_TO_TRY_EQUAL_SHARES = 5000  # voters; a count of more takes seconds, and what would change it takes dozens
VOTE_TYPES: dict[str, VoteType] = {
    BallotMethod.CHOOSE: "approval",
    BallotMethod.BUDGET: "approval",
    BallotMethod.POINTS: "cumulative",
    BallotMethod.RANK: "ordinal",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one project. ``facts`` is what its sentence needs beside the figures."""

    project: str
    rank: int
    score: int
    votes: int
    outcome: LineOutcome
    reason: LineReason
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole of a count: the lines as the table shows them, and what it was counted by."""

    lines: tuple[Line, ...]
    record: dict[str, Any]
    record_hash: str
    voters: int
    cost_fen: int
    ties: list[dict[str, Any]]
    by_other_rules: list[dict[str, Any]] = field(default_factory=list)


def counted_by_shares(election: Election, rule: RuleRecord, seed: str) -> Count:
    """The rule's own count, with every step."""
    from voting.rules.count import count

    return count(election, rule, seed)


def told_by_shares(counted: Count, election: Election, rule: RuleRecord, seed: str) -> Outcome:
    """What the count came to, one line per project."""
    from voting.rules.reasons import why
    from voting.rules.supporters import supporters

    reasons, held = why(counted), supporters(election, rule.score_vector)
    lines = [_line(reasons[id], counted, election, held, seed) for id in _in_order(counted, reasons)]
    ties = [{"tied": list(tie.tied), "by": tie.decided_by} for tie in counted.ties]
    told = json.loads(_text(rule)), rule.sha256, counted.voters, counted.cost
    return Outcome(tuple(lines), *told, ties, by_other_rules(counted, election, rule, seed))


def by_other_rules(counted: Count, election: Election, rule: RuleRecord, seed: str) -> list[dict[str, Any]]:
    """What the other usual rules would make of the same ballots (换一种规则): whom each takes in and leaves out.

    Conditions, tie order, money and points stay as they are; only the way of choosing is another.
    """
    from voting.rules.count import count

    found = []
    for name in OTHER_RULES:
        other = replace(record_named(name), **{kept: getattr(rule, kept) for kept in KEPT_OF_A_RULE})
        if name == rule.name or (other.method == "phragmen" and election.vote_type != "approval"):
            continue
        won, others = set(counted.selected), set(count(election, other, seed).selected)
        found.append({"rule": name, "taken_in": sorted(others - won), "left_out": sorted(won - others)})
    return found


def by_items(
    style: Style,
    ballots: Packed,
    roll: int,
    terms: dict[str, Any],
    fingerprint: str,
    withdrawn: Iterable[str],
) -> Outcome:
    """Count each item by itself (逐项表决): who marks neither for nor against abstains, not having voted is no vote."""
    gone, voters = set(withdrawn), sum(ballots.voters)
    marks = [Counter[int]() for _project in style["projects"]]
    for ballot in ballots:
        for place, mark in zip(ballot.choices, ballot.points, strict=True):
            marks[place][mark] += ballot.voters
    counted = {
        project["id"]: _item(given, voters, roll, yes_no_terms(terms))
        for project, given in zip(style["projects"], marks, strict=True)
    }
    passed = {id for id, item in counted.items() if item.passed and id not in gone}
    lines = [
        Line(
            project=id,
            rank=1 + sum(other.yes > counted[id].yes for other in counted.values()),
            score=counted[id].yes,
            votes=counted[id].yes,
            outcome=LineOutcome.WON if id in passed else LineOutcome.OUT,
            reason=_item_reason(counted[id], id in gone),
            facts=_item_facts(counted[id], roll, terms, is_gone=id in gone),
        )
        for id in sorted(counted, key=lambda one: (one not in passed, -counted[one].yes, one))
    ]
    cost = sum(project["cost_fen"] or 0 for project in style["projects"] if project["id"] in passed)
    return Outcome(tuple(lines), terms, fingerprint, voters, cost, [])


def election(style: Style, projects: Iterable[Project], ballots: Packed) -> Election:
    """The poll as an election (选举), in fen; ``projects`` name what the style lists, in the style's order."""
    return Election(
        projects=tuple(projects),
        budget=style["budget_fen"] or 0,
        ballots=ballots,
        vote_type=VOTE_TYPES[style["method"]],
        limits=_limits(style),
        scale=FEN,
        currency="CNY",
    )


def rule_of(record: dict[str, Any], withdrawn: Iterable[str]) -> RuleRecord:
    """The poll's record as it is counted by: with what was taken back since the opening (撤回), if anything was."""
    rule = from_json(json.dumps(record))
    gone = tuple(sorted({*rule.eligibility.withdrawn, *withdrawn}))
    return replace(rule, eligibility=replace(rule.eligibility, withdrawn=gone))


def ballots_file(election: Election, rule: RuleRecord, seed: str, counted: Count, meta: dict[str, str]) -> str:
    """The file anyone counts again from (公开选票文件); empty where nobody voted, as the format knows no such vote."""
    if not election.voters:
        return ""
    from voting.rules.pabulib import writing

    told = meta | writing.declared(rule, "rule.json")
    return "".join(writing.lines(election, told, lot_order(election, seed), counted))


def lots(codes: Iterable[str], seed: str) -> dict[str, str]:
    """The draw (抽签): every project's lot, the smaller first."""
    drawn = {code: lot(seed, code) for code in codes}
    return dict(sorted(drawn.items(), key=lambda pair: pair[1]))


def by_age(voted: Mapping[str, int], roll: Mapping[str, int], below: int) -> list[tuple[list[str], int]]:
    """Voters by age as they may be told (各年龄段投票人数): neighbouring bands together until nobody can be made out.

    No group of fewer than ``below``, none of which nine in ten voted, every number to the nearest five; a rest that
    stays too small joins the group before it. Nothing at all where even everybody together is such a group.
    """
    groups: list[tuple[list[str], int, int]] = []
    for band in (band for band in [*AgeBand.values, ""] if roll.get(band)):
        groups.append(([band], voted.get(band, 0), roll[band]))
        if len(groups) > 1 and not _tells_of_nobody(groups[-2], below):
            groups[-2:] = [_joined(*groups[-2:])]
    while groups and not _tells_of_nobody(groups[-1], below):
        groups[-2:] = [_joined(*groups[-2:])] if len(groups) > 1 else []
    return [(bands, 5 * round(many / 5)) for bands, many, _of in groups]


def _tells_of_nobody(group: tuple[list[str], int, int], below: int) -> bool:
    _bands, many, of = group
    return many >= below and many * 10 < of * 9


def _joined(one: tuple[list[str], int, int], other: tuple[list[str], int, int]) -> tuple[list[str], int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def turnout(channels: Mapping[str, int], below: int) -> list[tuple[list[str], int]]:
    """Voters by channel (各渠道人数); those with fewer than ``below`` stand together, with the next above if need be,
    so that no small number can be worked out from the rest."""
    known = sorted(((name, many) for name, many in channels.items() if many), key=lambda pair: (pair[1], pair[0]))
    together: list[tuple[str, int]] = []
    while known and (known[0][1] < below or 0 < sum(many for _name, many in together) < below):
        together.append(known.pop(0))
    alone = [([name], many) for name, many in sorted(known, key=lambda pair: (-pair[1], pair[0]))]
    return alone + ([([name for name, _many in together], sum(many for _n, many in together))] if together else [])


def yes_no_terms(record: dict[str, Any]) -> YesNoTerms:
    """The yes/no rule out of its record, fractions as they are written there."""
    known = {one.name for one in fields(YesNoTerms)}
    values = {name: value for name, value in record.items() if name in known}
    for name in ("quorum_share", "majority_share"):
        values[name] = None if values.get(name) is None else Fraction(values[name])
    return YesNoTerms(**values)


def _item(marks: Mapping[int, int], voters: int, roll: int, terms: YesNoTerms) -> YesNoCount:
    return decide(yes=marks[1], no=marks[0], abstain=voters - marks[1] - marks[0], roll=roll, terms=terms)


def _item_facts(item: YesNoCount, roll: int, terms: dict[str, Any], *, is_gone: bool) -> dict[str, Any]:
    """The numbers of an item, and how many more in favour would have passed it, as far as the roll goes."""
    facts: dict[str, Any] = asdict(item)
    if is_gone:
        return facts | {"condition": "withdrawn"}
    rule = yes_no_terms(terms)

    def passes(more: int) -> bool:
        return decide(yes=item.yes + more, no=item.no, abstain=item.abstain, roll=roll, terms=rule).passed

    enough = next(filter(passes, range(1, roll - item.present + 1)), None)
    return facts if item.passed or enough is None else facts | {"more_yes": enough}


def _item_reason(item: YesNoCount, is_gone: bool) -> LineReason:
    if is_gone:
        return LineReason.BARRED
    if item.passed:
        return LineReason.PASSED
    return LineReason.NOT_PASSED if item.has_quorum else LineReason.NO_QUORUM


def _in_order(counted: Count, reasons: "dict[str, Reason]") -> list[str]:
    """Winners as they were elected, then the reserve as it is called up, then the rest by rank."""
    first = [*counted.selected, *counted.reserve]
    rest = sorted(reasons.keys() - set(first), key=lambda one: (reasons[one].rank, one))
    return [*first, *rest]


def _line(reason: "Reason", counted: Count, election: Election, held: "Supporters", seed: str) -> Line:
    id = reason.project
    outcome = LineOutcome.WON if id in counted.selected else LineOutcome.OUT
    if id in counted.reserve:
        outcome = LineOutcome.RESERVE
    facts = dict(_facts(reason, counted))
    is_quick = counted.record.method == "greedy" or counted.voters <= MOST_TO_TRY_EQUAL_SHARES
    if outcome != LineOutcome.WON and reason.outcome != "barred" and is_quick:
        from voting.rules.reasons import price_that_wins, votes_that_win

        facts["more_votes"] = votes_that_win(election, counted.record, id, seed, held)
        facts["price_fen"] = price_that_wins(election, counted.record, id, seed, held)
    return Line(id, reason.rank, reason.score, reason.votes, outcome, LineReason(reason.outcome), facts)


def _facts(reason: "Reason", counted: Count) -> Iterable[tuple[str, Any]]:
    if reason.project in counted.reserve:
        yield "reserve", counted.reserve.index(reason.project) + 1
    if reason.barred is not None:
        yield "condition", reason.barred.condition
    if reason.outcome == "too_dear":
        yield "short_fen", str(reason.passed[0].lacking.high)
    if reason.ties:
        others = sorted({*chain.from_iterable(tie.tied for tie in reason.ties)} - {reason.project})
        yield "tie", {"with": others, "by": reason.ties[-1].decided_by, "lost": reason.lost_a_tie}


def _limits(style: Style) -> Limits:
    match style["method"]:
        case BallotMethod.BUDGET:
            return Limits(max_sum_cost=style["budget_fen"])
        case BallotMethod.POINTS:
            return Limits(max_points=style["project_max"], max_sum_points=style["limit"])
    return Limits(max_length=style["limit"])


def _text(rule: RuleRecord) -> str:
    return json.dumps(asdict(rule), default=str)
