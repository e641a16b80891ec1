"""Counting a counted poll again (重新计票): the same is noted, another outcome is one more result beside the first.

Two people ask for it and confirm it. Before the publication the newest count is the one that is published. Afterwards
every project has moved on already and is moved by nobody here: the record says on its page what the recount would have
changed, and what follows from it goes the way of objections (异议).
"""

from typing import Any

from civic.audit import record
from civic.models import Person
from civic.models.record import Kind
from proposals.models import Project
from proposals.services import moves
from voting import count_differences, result_queries, result_sentences
from voting.models import Poll, PollAct, PollState, Result, ResultLine
from voting.permissions import POLL_OFFICE
from voting.services import polls, results, urn


def counted_again(standing: Result) -> tuple[Result, list[ResultLine]] | None:
    """The count from the box as it is now, unsaved; None where all is the same (复核一致)."""
    if not results.differences(standing):
        return None
    kept = list(result_queries.result_lines(standing))
    again, lines = results.computed(standing.poll, withdrawn=results.withdrawn_in(kept), from_rows=True)
    again.number, again.ages = standing.number + 1, standing.ages
    again.explained = count_differences.explained(standing, kept, again, lines)
    return again, lines


def carry_out(poll: Poll, act: PollAct, *, by: Person, **event: Any) -> Result | None:
    """Count again (重新计票); the caller holds the poll and two people agreed. The new result, None if it is the same."""
    standing = poll.results.latest("number")
    found = counted_again(standing)
    if found is None:
        event["after"] |= results.hashes(standing)
        polls.note(poll, "poll.rechecked", by=by, kind=Kind.DECISION, sentence=result_sentences.the_same(), **event)
        return None
    again, lines = found
    again.act = act
    results.keep(again, lines)
    facts = results.hashes(again)
    event["before"], event["after"] = results.hashes(standing), event["after"] | facts
    sentence = result_sentences.differs(again)
    polls.note(poll, "poll.recounted", by=by, kind=Kind.DECISION, sentence=sentence, **event)
    if poll.state == PollState.PUBLISHED:
        urn.log_result(poll=poll.pk, facts=facts)
        _tell_projects(again, by=by, reason=event.get("reason", ""))
    return again


def _tell_projects(again: Result, *, by: Person, reason: str) -> None:
    """Say on each project's page what the recount would have changed; nothing moves by it."""
    for row in sorted(count_differences.moved(again.explained), key=lambda one: str(one["project"])):
        project = moves.locked(Project.objects.get(code=row["project"]))
        sentence = result_sentences.project_differs(row)
        record(
            "poll.project_recounted",
            by=by,
            on=project,
            roles=POLL_OFFICE,
            kind=Kind.OBJECTION,
            sentence=sentence,
            reason=reason,
            mark=again.poll.mark,
        )
        moves.touch(project)
