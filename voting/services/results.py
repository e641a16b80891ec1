"""Counting a closed poll and publishing what it came to (计票、公布). ``polls`` moves the poll, ``moves`` the projects.

The box lies in another database: it is rewritten before the count and told of the result before the row here says
published, and either is safe to repeat.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.db import transaction

from civic.models import Person
from proposals.models import Project as Proposal
from proposals.models import ProjectState
from proposals.services import moves
from voting import keys, poll_count, poll_queries, poll_sentences, receipts, result_queries, result_sentences
from voting.models import BallotMethod, LineOutcome, Openings, Poll, Result, ResultLine
from voting.permissions import POLL_OFFICE
from voting.rules.model import Packed, Project
from voting.services import polls, urn

COMPARED = (
    "rule_record",
    "rule_hash",
    "voters",
    "channels",
    "cost_yuan",
    "ties",
    "by_other_rules",
    "ballots_file",
    "ballots_hash",
    "outcome_hash",
)


def count_due(*, by: str) -> int:
    """Count every poll that is closed and whose seed is known (到点计票); how many."""
    return sum(polls.done(pk, count_poll, by=by) for pk in result_queries.polls_to_count().values_list("pk", flat=True))


@transaction.atomic
def count_poll(pk: int, *, by: str) -> bool:
    """Count one closed poll (计票), its box written anew first. False if another scheduler has it."""
    due = result_queries.polls_to_count().select_for_update(of=("self",), skip_locked=True)
    poll = due.filter(pk=pk).first()
    if poll is None:
        return False
    urn.rewrite(poll=pk)
    result, lines = computed(poll, withdrawn=_withdrawn(poll))
    result.ages = _ages(poll)
    keep(result, lines)
    polls.counted(poll, by=by, sentence=result_sentences.counted(), after={"outcome_hash": result.outcome_hash})
    return True


def computed(poll: Poll, *, withdrawn: Collection[str], from_rows: bool = False) -> tuple[Result, list[ResultLine]]:
    """The count of a poll from its box, unsaved: what ``count_poll`` keeps and ``differences`` compares with.

    Who counts again reads every ballot (``from_rows``), not what was added up at the rewriting.
    """
    style, ballots, channels = urn.counted_ballots(poll.pk, from_rows=from_rows)
    entries = {one.project.code or "": one for one in poll_queries.poll_projects(poll)}
    if poll.method == BallotMethod.YES_NO:
        roll = poll.roll_size or 0
        outcome = poll_count.by_items(style, ballots, roll, poll.rule_record, poll.rule_hash, withdrawn)
        file = ""
    else:
        outcome, file = _by_shares(poll, style, ballots, [one.project for one in entries.values()], withdrawn)
    result = Result(
        poll=poll,
        rule_record=outcome.record,
        rule_hash=outcome.record_hash,
        voters=outcome.voters,
        channels=channels,
        cost_yuan=_yuan(outcome.cost_fen),
        ties=outcome.ties,
        by_other_rules=outcome.by_other_rules,
        ballots_file=file,
        ballots_hash=hashlib.sha256(file.encode()).hexdigest() if file else "",
        outcome_hash=receipts.digest([asdict(line) for line in outcome.lines]),
    )
    return result, [
        ResultLine(
            result=result,
            project=entries[line.project].project,
            cost_yuan=entries[line.project].cost_yuan,
            position=position,
            **{name: getattr(line, name) for name in ("rank", "score", "votes", "outcome", "reason", "facts")},
        )
        for position, line in enumerate(outcome.lines, start=1)
    ]


def keep(result: Result, lines: list[ResultLine]) -> None:
    """Write a count down for good (留存计票结果)."""
    result.save(force_insert=True)
    ResultLine.objects.bulk_create(lines)


def withdrawn_in(lines: Iterable[ResultLine]) -> list[str]:
    """What a kept count did not count any longer (计票时已撤回)."""
    return [line.project.code or "" for line in lines if line.facts.get("condition") == "withdrawn"]


def differences(result: Result) -> list[str]:
    """Count again from the box and name every field that differs from what is kept (复核); none means the same."""
    kept = list(result.lines.select_related("project"))
    again, lines = computed(result.poll, withdrawn=withdrawn_in(kept), from_rows=True)
    found = [name for name in COMPARED if getattr(again, name) != getattr(result, name)]
    return found + [
        f"line {number}"
        for number, (one, other) in enumerate(zip_longest(kept, lines), start=1)
        if not (one and other and _same(one, other))
    ]


def publish(poll: Poll, *, by: Person, **event: Any) -> None:
    """Publish the result (公布结果); two people agreed and the caller holds the poll. Every project moves on."""
    result = poll.results.latest("number")
    facts = hashes(result)
    urn.log_result(poll=poll.pk, facts=facts)
    event["after"] = event.get("after", {}) | facts
    lines = list(result.lines.select_related("project").order_by("project_id"))
    won = sum(line.outcome == LineOutcome.WON for line in lines)
    polls.published(poll, by=by, sentence=result_sentences.published(result, won, len(lines)), **event)
    for line in lines:
        _move_on(poll, line, by=by)


def hashes(result: Result) -> dict[str, Any]:
    """What the urn's log and the record keep of a count (结果指纹)."""
    facts = {name: getattr(result, name) for name in ("outcome_hash", "rule_hash", "ballots_hash")}
    return facts if result.number == 1 else facts | {"number": result.number}


def _ages(poll: Poll) -> list[tuple[list[str], int]]:
    """Turnout by age as it may be told (各年龄段投票人数). Asked of the urn once, at the count; nobody's vote is kept.

    Nothing where the key is lost: then nobody can say any longer who voted.
    """
    people = list(poll.roll.order_by().values_list("person_id", "age_band"))
    try:
        voted = urn.voters_by(poll.pk, people)
    except keys.KeyGone:
        return []
    return poll_count.by_age(voted, Counter(band for _person, band in people), poll.round.terms.suppress_below)


def _move_on(poll: Poll, line: ResultLine, *, by: Person) -> None:
    """Lead one project on from the poll; one that has left it meanwhile stays where it is."""
    project = moves.locked(line.project)
    if project.state != ProjectState.IN_POLL:
        return
    said: dict[str, Any] = {
        "roles": POLL_OFFICE,
        "sentence": result_sentences.line(line, poll.method),
        "rule": poll_sentences.rule(poll),
        "mark": poll.mark,
    }
    if line.outcome == LineOutcome.WON:
        moves.advance(project, by=by, **said)
    elif line.outcome == LineOutcome.RESERVE:
        moves.reserve(project, by=by, reason=result_sentences.why_not(line, poll.method), **said)
    else:
        moves.decline(project, by=by, reason=result_sentences.why_not(line, poll.method), **said)


def _by_shares(
    poll: Poll, style: Any, ballots: Packed, projects: Sequence[Proposal], withdrawn: Collection[str]
) -> tuple[poll_count.Outcome, str]:
    """The count, and its file where ballots are open (公开拆封)."""
    named = {project.code or "": project for project in projects}
    election = poll_count.election(style, [_counted(one, named[one["id"]]) for one in style["projects"]], ballots)
    rule = poll_count.rule_of(poll.rule_record, withdrawn)
    counted = poll_count.counted_by_shares(election, rule, poll.seed)
    outcome = poll_count.told_by_shares(counted, election, rule, poll.seed)
    if poll.openings != Openings.OPEN:
        return outcome, ""
    meta = {"description": f"{poll.area.name}{poll.round.name}", "country": "China", "unit": poll.area.name}
    return outcome, poll_count.ballots_file(election, rule, poll.seed, counted, meta)


def _counted(listed: Any, project: Proposal) -> Project:
    """A project as the count reads it, with the cost that was fixed at the opening."""
    village = project.area.short_name
    return Project(listed["id"], listed["cost_fen"], project.title, (_cell(project.category),), (_cell(village),))


def _cell(text: str) -> str:
    """Text as one entry of a list in the file, which separates by commas."""
    return text.replace(",", "，")


def _withdrawn(poll: Poll) -> list[str]:
    """What was taken back or stopped while the poll ran (撤回): it is counted no longer."""
    return [
        one.project.code or "" for one in poll_queries.poll_projects(poll) if one.project.state != ProjectState.IN_POLL
    ]


def _same(one: ResultLine, other: ResultLine) -> bool:
    fields = ("project_id", "position", "rank", "score", "votes", "cost_yuan", "outcome", "reason", "facts")
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)
